import type { WallMs } from "../../domain/units.ts";
import type { LaneView } from "../../wire/console.ts";

/** A vacant portal speaks every 5 s; after two missed words and some slack its tile is no longer believed. */
export const heardAgeInMsMax = 12_000;

/** What a lane's tile may claim. Only `occupied` and `vacant` are claims about the present. */
export type LaneCondition =
  | { readonly kind: "never-heard" }
  | { readonly kind: "link-down" }
  | { readonly kind: "not-heard"; readonly ageInMs: number }
  | { readonly kind: "occupied" }
  | { readonly kind: "vacant" };

/** Since the portal was last heard, by the server's clock; the edge's clock may be a little ahead. */
export const heardAgeInMs = (lane: LaneView, serverNow: WallMs): number | null =>
  lane.heardAt === null ? null : Math.max(0, serverNow - lane.heardAt);

export const laneCondition = (lane: LaneView, serverNow: WallMs): LaneCondition => {
  if (lane.link === "down") return { kind: "link-down" };
  const ageInMs = heardAgeInMs(lane, serverNow);
  if (ageInMs === null) return { kind: "never-heard" };
  if (ageInMs > heardAgeInMsMax) return { kind: "not-heard", ageInMs };
  return { kind: lane.occupied ? "occupied" : "vacant" };
};

export const isStale = (condition: LaneCondition): boolean => {
  switch (condition.kind) {
    case "never-heard":
    case "link-down":
    case "not-heard":
      return true;
    case "occupied":
    case "vacant":
      return false;
  }
};
