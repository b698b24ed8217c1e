/** A picture as marks on a plane, y downwards: drawn into SVG and PDF alike. Lengths in points. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** In the order in which they are painted. */
  readonly marks: readonly Mark[];
}

export type Mark =
  | {
      readonly kind: "line";
      readonly points: readonly Point[];
      readonly color: string;
      readonly width: number;
      /** Lengths of dashes and gaps; none for a whole line. */
      readonly dash?: readonly [number, number];
    }
  | {
      readonly kind: "area";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly color: string;
    }
  | {
      readonly kind: "text";
      readonly at: Point;
      readonly text: string;
      readonly size: number;
      readonly color: string;
      readonly anchor: "start" | "middle" | "end";
      /** Written upwards. */
      readonly isUpright?: true;
    };

export type Point = readonly [x: number, y: number];

export const ink = {
  text: "#1a1a1a",
  faint: "#6b6b6b",
  grid: "#dddddd",
  counts: "#1f5fa8",
  window: "#0b2e57",
  background: "#2e7d32",
  threshold: "#b71c1c",
  coreAlarm: "#f6c6c1",
  portalAlarm: "#e65100",
  neutron: "#6a1b9a",
} as const;
