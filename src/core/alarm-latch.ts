import {
  type Alarm,
  type AlarmKind,
  alarmKinds,
  type GrossCountEvidence,
  peakZ,
  type Profile,
  type RuleDecision,
} from "../domain/alarms.ts";
import type { AlarmEnded, AlarmRaised, AlarmUpdated } from "../domain/events.ts";
import { alarmIdOf, type LaneId, type OccupancyId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";

/**
 * One alarm a kind an occupancy: raised at the first interval at which any rule of any origin holds, updated when
 * another rule joins in or its peak grows, ended with the occupancy. Latched: it never falls back.
 */
export type LatchState = Readonly<Partial<Record<AlarmKind, LatchedAlarm>>>;

/** An alarm without its profile, which the occupancy holds once for all kinds. */
export type LatchedAlarm = Omit<Alarm, "profile">;

/** A rule that holds at an interval. */
export type Finding =
  | {
      readonly alarmKind: AlarmKind;
      readonly origin: "core";
      readonly rule: "gross-count";
      readonly evidence: GrossCountEvidence;
    }
  | {
      readonly alarmKind: AlarmKind;
      readonly origin: "portal";
      readonly rule: "gamma-flag" | "neutron-flag" | "energy-flag";
    };

export interface LatchInput {
  readonly laneId: LaneId;
  readonly occupancyId: OccupancyId;
  readonly at: WallMs;
  /** The gamma interval under way, from 0. */
  readonly interval: number;
  readonly speedKph: number | null;
  readonly profile: Profile;
  /** Everything that holds now, the core's findings before the portal's. */
  readonly findings: readonly Finding[];
}

export type LatchEvent = AlarmRaised | AlarmUpdated | AlarmEnded;

export const emptyLatch: LatchState = {};

export const latchFindings = (
  state: LatchState,
  input: LatchInput,
): readonly [LatchState, readonly LatchEvent[]] => {
  if (input.findings.length === 0) return [state, []];
  const next: Partial<Record<AlarmKind, LatchedAlarm>> = { ...state };
  const touched = new Map<AlarmKind, "raised" | "updated">();
  for (const finding of input.findings) {
    const before = next[finding.alarmKind];
    if (before === undefined) {
      next[finding.alarmKind] = raised(input, finding);
      touched.set(finding.alarmKind, "raised");
      continue;
    }
    const decisions = withFinding(before.decisions, finding, input.interval);
    const tellsMore =
      decisions.length > before.decisions.length || (peakZ({ decisions }) ?? 0) > (peakZ(before) ?? 0);
    next[finding.alarmKind] = { ...before, decisions };
    if (tellsMore && !touched.has(finding.alarmKind)) touched.set(finding.alarmKind, "updated");
  }
  const events: LatchEvent[] = [];
  for (const [kind, change] of touched) {
    const latched = next[kind];
    if (latched === undefined) continue;
    const alarm = { ...latched, version: latched.version + 1, speedKph: input.speedKph };
    next[kind] = alarm;
    const kindOfEvent = change === "raised" ? "alarm-raised" : "alarm-updated";
    events.push({ kind: kindOfEvent, at: input.at, alarm: { ...alarm, profile: input.profile } });
  }
  return [next, events];
};

/** Ends every alarm of an occupancy, in the order of their severity. */
export const endAlarms = (
  state: LatchState,
  ending: {
    readonly at: WallMs;
    readonly occupancyNumber: number | null;
    readonly speedKph: number | null;
    readonly profile: Profile;
  },
): readonly AlarmEnded[] =>
  Object.values(state)
    .sort((a, b) => alarmKinds[a.kind].severity - alarmKinds[b.kind].severity)
    .map((alarm) => ({
      kind: "alarm-ended",
      at: ending.at,
      alarm: {
        ...alarm,
        version: alarm.version + 1,
        state: "ended",
        endedAt: ending.at,
        occupancyNumber: ending.occupancyNumber,
        speedKph: ending.speedKph,
        profile: ending.profile,
      },
    }));

const raised = (input: LatchInput, finding: Finding): LatchedAlarm => ({
  alarmId: alarmIdOf(input.occupancyId, finding.alarmKind),
  laneId: input.laneId,
  occupancyId: input.occupancyId,
  kind: finding.alarmKind,
  version: 0,
  state: "active",
  origin: finding.origin,
  raisedAt: input.at,
  raisedInterval: input.interval,
  endedAt: null,
  decisions: withFinding([], finding, input.interval),
  occupancyNumber: null,
  speedKph: input.speedKph,
});

const withFinding = (
  decisions: readonly RuleDecision[],
  finding: Finding,
  interval: number,
): readonly RuleDecision[] => {
  const index = decisions.findIndex(
    (decision) => decision.origin === finding.origin && decision.rule === finding.rule,
  );
  const known = decisions[index];
  if (known === undefined) {
    const first = { firstInterval: interval, flaggedIntervals: 1 };
    return finding.origin === "core"
      ? [...decisions, { origin: "core", rule: finding.rule, ...first, evidence: finding.evidence }]
      : [...decisions, { origin: "portal", rule: finding.rule, ...first }];
  }
  const flaggedIntervals = known.flaggedIntervals + 1;
  const grown: RuleDecision =
    known.origin === "core" && finding.origin === "core" && finding.evidence.z > known.evidence.z
      ? { ...known, flaggedIntervals, evidence: finding.evidence }
      : { ...known, flaggedIntervals };
  return decisions.with(index, grown);
};
