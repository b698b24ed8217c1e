import type { LaneEvent } from "../domain/events.ts";

/** One line of `--intervals`. Both numbers start at 0; `z` is null where nothing could be decided. */
export interface IntervalLine {
  readonly occupancy: number;
  readonly interval: number;
  readonly alarm: boolean;
  readonly portalFlag: boolean;
  /** Of the group member that the verdict's evidence is about, to four decimals. */
  readonly z: number | null;
}

export const intervalLine = (
  occupancy: number,
  event: Extract<LaneEvent, { kind: "interval-measured" }>,
): IntervalLine => {
  const { interval, portalFlag, verdict } = event;
  const decided = verdict.kind === "decided";
  return {
    occupancy,
    interval,
    alarm: decided && verdict.alarm,
    portalFlag,
    z: decided ? Math.round(verdict.evidence.z * 1e4) / 1e4 : null,
  };
};
