import type { AlarmKind } from "../domain/alarms.ts";
import type { LaneEvent } from "../domain/events.ts";
import type { RuleName, RuleVerdictRecord } from "../domain/rules.ts";

/** What one configuration made of one occupancy. */
export interface Outcome {
  /** The portal's own number. */
  readonly occupancyNumber: number | null;
  /** Kinds of the alarms that the core's own rules raised or joined, sorted. */
  readonly alarms: readonly AlarmKind[];
  /** Kinds of the alarms that the settings withheld, sorted. */
  readonly withheld: readonly AlarmKind[];
  /** Whether any of the core's rules held, by gamma interval. */
  readonly held: readonly boolean[];
  readonly rules: Readonly<Partial<Record<RuleName, RuleOutcome>>>;
}

/** How often a rule held, and where first. */
export interface RuleOutcome {
  readonly times: number;
  readonly first: { readonly interval: number; readonly statistic: number; readonly threshold: number };
}

/** An occupancy as far as it is known. */
export interface OutcomeState {
  readonly alarms: ReadonlySet<AlarmKind>;
  readonly withheld: ReadonlySet<AlarmKind>;
  readonly held: readonly boolean[];
  readonly rules: Outcome["rules"];
}

export const noOutcome: OutcomeState = { alarms: new Set(), withheld: new Set(), held: [], rules: {} };

/** Gathers an occupancy's events; the outcome when it has ended. */
export const stepOutcome = (
  state: OutcomeState,
  event: LaneEvent,
): readonly [OutcomeState, Outcome | null] => {
  switch (event.kind) {
    case "interval-measured": {
      const { verdict } = event;
      const begun = { ...state, held: [...state.held, false] };
      const own: readonly RuleVerdictRecord[] =
        verdict.kind === "decided"
          ? [
              {
                rule: "gross-count",
                alarm: verdict.alarm,
                statistic: verdict.evidence.counts,
                threshold: verdict.evidence.threshold,
              },
            ]
          : [];
      return [withVerdicts(begun, [...own, ...event.rules]), null];
    }
    case "neutron-measured":
    case "energy-measured":
      return [withVerdicts(state, event.rules), null];
    case "alarm-ended": {
      const isOurs = event.alarm.decisions.some(({ origin }) => origin === "core");
      return [isOurs ? { ...state, alarms: new Set([...state.alarms, event.alarm.kind]) } : state, null];
    }
    case "alarm-withheld":
      return [{ ...state, withheld: new Set([...state.withheld, event.alarm.kind]) }, null];
    case "occupancy-ended": {
      const { held, rules } = state;
      const [alarms, withheld] = [[...state.alarms].sort(), [...state.withheld].sort()];
      return [noOutcome, { occupancyNumber: event.occupancyNumber, alarms, withheld, held, rules }];
    }
    case "occupancy-started":
    case "alarm-raised":
    case "alarm-updated":
    case "fault-raised":
    case "fault-cleared":
    case "frames-lost":
    case "agent-started":
    case "link-changed":
    case "setup-reported":
    case "unknown-tag-seen":
    case "frames-recovered":
    case "frames-dropped":
    case "background-shifted":
    case "background-measured":
    case "bytes-quarantined":
      return [state, null];
  }
};

const withVerdicts = (state: OutcomeState, verdicts: readonly RuleVerdictRecord[]): OutcomeState => {
  const interval = Math.max(0, state.held.length - 1);
  const rules: Partial<Record<RuleName, RuleOutcome>> = { ...state.rules };
  let holds = false;
  for (const verdict of verdicts) {
    if ("undecided" in verdict || !verdict.alarm) continue;
    holds = true;
    const { rule, statistic, threshold } = verdict;
    const known = rules[rule];
    rules[rule] =
      known === undefined
        ? { times: 1, first: { interval, statistic, threshold } }
        : { ...known, times: known.times + 1 };
  }
  return {
    ...state,
    rules,
    held: holds && state.held.length > 0 ? state.held.with(interval, true) : state.held,
  };
};
