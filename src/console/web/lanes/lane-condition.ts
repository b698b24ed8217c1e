import type { WallMs } from "../../../domain/units.ts";
import type { LaneView } from "../../../wire/console.ts";

/** A vacant portal speaks every 5 s; after two missed words and some slack its tile is no longer believed. */
export const heardAgeInMsMax = 12_000;

/**
 * What a lane's tile may claim. Only `occupied` and `vacant` are claims about the present. `no-data`: nothing comes from
 * the lane's edge; `not-judged`: its edge sends, and the core says nothing of it.
 */
export type LaneCondition =
  | { readonly kind: "no-data"; readonly ageInMs: number }
  | { readonly kind: "not-judged"; readonly ageInMs: number }
  | { readonly kind: "never-heard" }
  | { readonly kind: "link-down" }
  | { readonly kind: "not-heard"; readonly ageInMs: number }
  | { readonly kind: "occupied" }
  | { readonly kind: "vacant" };

/** Since the portal was last heard, by the server's clock; the edge's clock may be a little ahead. */
export const heardAgeInMs = (lane: Pick<LaneView, "heardAt">, serverNow: WallMs): number | null =>
  lane.heardAt === null ? null : Math.max(0, serverNow - lane.heardAt);

export const laneCondition = (lane: LaneView, serverNow: WallMs): LaneCondition => {
  const { data } = lane;
  switch (data.kind) {
    case "never":
      return { kind: "never-heard" };
    case "stale":
      return { kind: "no-data", ageInMs: Math.max(0, serverNow - data.since) };
    case "unjudged":
      return { kind: "not-judged", ageInMs: Math.max(0, serverNow - data.since) };
    case "current":
      return portalCondition(lane, serverNow);
  }
};

/** The lane's data are of now: what they say of its portal. */
const portalCondition = (lane: LaneView, serverNow: WallMs): LaneCondition => {
  if (lane.link === "down") return { kind: "link-down" };
  const ageInMs = heardAgeInMs(lane, serverNow);
  if (ageInMs === null) return { kind: "never-heard" };
  // By an edge's clock that is known to be wrong nothing is old; that the portal is silent is a fault of its own.
  const isClockWrong = lane.faults.some(({ fault }) => fault === "clock-skew");
  if (ageInMs > heardAgeInMsMax && !isClockWrong) return { kind: "not-heard", ageInMs };
  return { kind: lane.occupied ? "occupied" : "vacant" };
};

/** They say the same of the lane: nothing has to be drawn anew. */
export const isSameCondition = (a: LaneCondition, b: LaneCondition): boolean =>
  a.kind === b.kind && ("ageInMs" in a ? a.ageInMs : null) === ("ageInMs" in b ? b.ageInMs : null);

export const isStale = (condition: LaneCondition): boolean => {
  switch (condition.kind) {
    case "no-data":
    case "not-judged":
    case "never-heard":
    case "link-down":
    case "not-heard":
      return true;
    case "occupied":
    case "vacant":
      return false;
  }
};
