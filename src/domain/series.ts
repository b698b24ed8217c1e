import { alarmKinds } from "./alarms.ts";
import { faults } from "./faults.ts";
import type { LaneId } from "./ids.ts";
import { panels } from "./panels.ts";

/** Keys of an `as const` table, in its order. */
const keysOf = (table: Readonly<Record<string, unknown>>): readonly string[] => Object.keys(table);

const all = ["all"] as const;
const energyWindows = ["window-1", "window-2", "window-3", "window-4"] as const;

/**
 * What is kept of a lane over time, one table. `parts`: the columns of its points, in their order. `tag`: by which tag a
 * database tells the parts apart; none where there is one. `sums`: what a chart shows of a stretch of time is the sum of
 * its values (how many, how long), and not their mean.
 */
export const storedSeries = {
  "gamma-background": {
    label: "Gamma background",
    unit: "counts/s",
    parts: panels,
    tag: "panel",
    sums: false,
  },
  "neutron-background": {
    label: "Neutron background",
    unit: "counts/s",
    parts: panels,
    tag: "panel",
    sums: false,
  },
  "gamma-counts": {
    label: "Gamma counts",
    unit: "counts in 200 ms",
    parts: panels,
    tag: "panel",
    sums: false,
  },
  neutron: { label: "Neutron counts", unit: "counts in 1 s", parts: panels, tag: "panel", sums: false },
  energy: {
    label: "Energy windows",
    unit: "counts in 200 ms",
    parts: energyWindows,
    tag: "kind",
    sums: false,
  },
  z: { label: "Gross count above background", unit: "σ", parts: all, tag: "none", sums: false },
  occupancies: { label: "Occupancies", unit: "vehicles", parts: all, tag: "none", sums: true },
  alarms: { label: "Alarms", unit: "alarms", parts: keysOf(alarmKinds), tag: "kind", sums: true },
  /** 1 when a fault is raised, 0 when it clears. */
  faults: { label: "Faults", unit: "raised", parts: keysOf(faults), tag: "kind", sums: false },
  losses: {
    label: "Frames lost, recovered and given up",
    unit: "frames",
    parts: ["lost", "recovered", "dropped"],
    tag: "kind",
    sums: true,
  },
  /** 1 on average where the background scatters as Poisson counts do. */
  variance: { label: "Variance against Poisson", unit: "1", parts: panels, tag: "panel", sums: false },
  "dead-time": { label: "Time without measurements", unit: "s", parts: all, tag: "none", sums: true },
  latency: {
    label: "Latency",
    unit: "ms",
    parts: ["captured-to-logged", "logged-to-decided", "captured-to-decided"],
    tag: "kind",
    sums: false,
  },
} as const satisfies Record<
  string,
  {
    readonly label: string;
    readonly unit: string;
    readonly parts: readonly string[];
    readonly tag: "panel" | "kind" | "none";
    readonly sums: boolean;
  }
>;
export type StoredSeries = keyof typeof storedSeries;
const isStored = (name: string): name is StoredSeries => Object.hasOwn(storedSeries, name);
export const storedSeriesNames: readonly StoredSeries[] = Object.keys(storedSeries).filter(isStored);

export const partsOf = (what: StoredSeries): readonly string[] => storedSeries[what].parts;

/**
 * One moment of one series. Two points of the same lane and series are the same point exactly when their `atUs` is the
 * same: writing it again changes nothing.
 */
export interface SeriesPoint {
  readonly laneId: LaneId;
  readonly what: StoredSeries;
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly atUs: number;
  /** One for each of the series' parts; null where it says nothing of that part. */
  readonly values: readonly (number | null)[];
}

export interface SeriesQuery {
  readonly laneId: LaneId;
  readonly what: StoredSeries;
  /** Milliseconds since 1970; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** How many moments the answer may have at the most: as many as the chart has pixels. */
  readonly points: number;
}

/** What was measured of one part in each of the answer's stretches of time; null where there was nothing. */
export interface PartColumns {
  readonly part: string;
  readonly count: readonly number[];
  readonly min: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

/** A series over a span, in columns. Nothing is hidden by averaging: the extremes stand beside the means. */
export interface SeriesAnswer {
  readonly laneId: LaneId;
  readonly what: StoredSeries;
  readonly from: number;
  readonly to: number;
  /** Length of each stretch; 0: every single point, each at its own time. */
  readonly stepInMs: number;
  /** Where each stretch begins, in milliseconds; rising. */
  readonly at: readonly number[];
  readonly parts: readonly PartColumns[];
}
