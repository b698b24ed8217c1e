import type { LaneEvent } from "../domain/events.ts";
import type { RuleName, RuleVerdictRecord } from "../domain/rules.ts";

/** What a rule said at an interval: alarm ⇔ statistic > threshold; nulls where it could not decide. */
export interface RuleLine {
  readonly alarm: boolean;
  readonly statistic: number | null;
  readonly threshold: number | null;
}

/** One line of `--intervals`. Both numbers start at 0; `z` is null where nothing could be decided. */
export interface IntervalLine {
  readonly occupancy: number;
  readonly interval: number;
  /** Gross count: whether it holds, as the portal's own gamma flag would say. */
  readonly alarm: boolean;
  readonly portalFlag: boolean;
  /** Of the group member that the verdict's evidence is about, to four decimals. */
  readonly z: number | null;
  /** Every enabled rule under its configuration name, as it stood when the interval was over. */
  readonly rules: Readonly<Partial<Record<RuleName, RuleLine>>>;
}

const intervalLine = (
  occupancy: number,
  event: Extract<LaneEvent, { kind: "interval-measured" }>,
): IntervalLine => {
  const { interval, portalFlag, verdict } = event;
  const decided = verdict.kind === "decided";
  const alarm = decided && verdict.alarm;
  const z = decided ? Math.round(verdict.evidence.z * 1e4) / 1e4 : null;
  const { counts, threshold } = decided ? verdict.evidence : { counts: null, threshold: null };
  return {
    occupancy,
    interval,
    alarm,
    portalFlag,
    z,
    rules: { "gross-count": { alarm, statistic: counts, threshold } },
  };
};

const withVerdicts = (line: IntervalLine, verdicts: readonly RuleVerdictRecord[]): IntervalLine => {
  const rules: Partial<Record<RuleName, RuleLine>> = { ...line.rules };
  for (const verdict of verdicts) {
    rules[verdict.rule] =
      "undecided" in verdict
        ? { alarm: false, statistic: null, threshold: null }
        : { alarm: verdict.alarm, statistic: verdict.statistic, threshold: verdict.threshold };
  }
  return { ...line, rules };
};

/** The line of the interval under way, and what neutron rules said last in its occupancy. */
export interface IntervalLines {
  readonly pending: IntervalLine | null;
  readonly neutron: readonly RuleVerdictRecord[];
}

export const noIntervalLines: IntervalLines = { pending: null, neutron: [] };

/**
 * Energy records follow the gamma record of their interval, so a line is complete when the next interval begins or the
 * occupancy ends. Neutron rules speak once a second; their last word stands in each line.
 */
export const stepIntervalLines = (
  state: IntervalLines,
  event: LaneEvent,
  occupancy: number,
): readonly [IntervalLines, IntervalLine | null] => {
  switch (event.kind) {
    case "interval-measured": {
      const line = withVerdicts(intervalLine(occupancy, event), [...state.neutron, ...event.rules]);
      return [{ ...state, pending: line }, state.pending];
    }
    case "energy-measured":
      return [{ ...state, pending: state.pending && withVerdicts(state.pending, event.rules) }, null];
    case "neutron-measured":
      return [
        { pending: state.pending && withVerdicts(state.pending, event.rules), neutron: event.rules },
        null,
      ];
    case "occupancy-ended":
      return [noIntervalLines, state.pending];
    case "occupancy-started":
    case "alarm-raised":
    case "alarm-updated":
    case "alarm-ended":
    case "fault-raised":
    case "fault-cleared":
    case "frames-lost":
    case "agent-started":
    case "link-changed":
    case "setup-reported":
    case "unknown-tag-seen":
    case "alarm-withheld":
    case "frames-recovered":
    case "frames-dropped":
    case "background-shifted":
    case "background-measured":
    case "bytes-quarantined":
      return [state, null];
  }
};
