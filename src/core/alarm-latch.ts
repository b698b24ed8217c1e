import {
  type Alarm,
  type AlarmKind,
  alarmKinds,
  type AlarmSlot,
  alarmSlotOf,
  type GrossCountEvidence,
  type Profile,
  type RuleDecision,
} from "../domain/alarms.ts";
import type { AlarmEnded, AlarmRaised, AlarmUpdated } from "../domain/events.ts";
import { alarmIdOf, type LaneId, type OccupancyId } from "../domain/ids.ts";
import type { Advice } from "../domain/load-classes.ts";
import type { Radiation, RuleFigures, RuleName } from "../domain/rules.ts";
import type { WallMs } from "../domain/units.ts";

/**
 * The alarms of one occupancy: one for gamma and neutrons together, which becomes gamma-neutron when both are there,
 * and one for energy. Raised at the first interval at which any rule of any origin holds, updated when another rule
 * joins in or the evidence grows, ended with the occupancy. Latched: it never falls back.
 */
export type LatchState = Readonly<Partial<Record<AlarmSlot, LatchedAlarm>>>;

/** An alarm without its profile, which the occupancy holds once for all alarms, and without what follows from that. */
export type LatchedAlarm = Omit<Alarm, "profile" | "advice">;

/** A rule that holds at an interval. */
export type Finding =
  | {
      readonly radiation: "gamma";
      readonly origin: "core";
      readonly rule: "gross-count";
      readonly evidence: GrossCountEvidence;
    }
  | {
      readonly radiation: Radiation;
      readonly origin: "core";
      readonly rule: Exclude<RuleName, "gross-count">;
      readonly evidence: RuleFigures;
    }
  | {
      readonly radiation: Radiation;
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
  /** Taken only where an alarm has something to say. */
  readonly course: () => Course;
  /** Everything that holds now, the core's findings before the portal's. */
  readonly findings: readonly Finding[];
}

/** What the passage has been so far, and what it looks like. */
export interface Course {
  readonly profile: Profile;
  readonly advice: Advice;
}

export type LatchEvent = AlarmRaised | AlarmUpdated | AlarmEnded;

export const emptyLatch: LatchState = {};

export const latchFindings = (
  state: LatchState,
  input: LatchInput,
): readonly [LatchState, readonly LatchEvent[]] => {
  if (input.findings.length === 0) return [state, []];
  const next: Partial<Record<AlarmSlot, LatchedAlarm>> = { ...state };
  const touched = new Map<AlarmSlot, "raised" | "updated">();
  for (const finding of input.findings) {
    const slot = alarmSlotOf(finding.radiation);
    const before = next[slot];
    if (before === undefined) {
      next[slot] = raised(input, finding);
      touched.set(slot, "raised");
      continue;
    }
    const decisions = withFinding(before.decisions, finding, input.interval);
    next[slot] = { ...before, kind: joined(before.kind, finding.radiation), decisions };
    if (tellsMore(before.decisions, decisions) && !touched.has(slot)) touched.set(slot, "updated");
  }
  const events: LatchEvent[] = [];
  if (touched.size === 0) return [next, events];
  const course = input.course();
  for (const [slot, change] of touched) {
    const latched = next[slot];
    if (latched === undefined) continue;
    const alarm = { ...latched, version: latched.version + 1, speedKph: input.speedKph };
    next[slot] = alarm;
    const kind = change === "raised" ? "alarm-raised" : "alarm-updated";
    events.push({ kind, at: input.at, alarm: { ...alarm, ...course } });
  }
  return [next, events];
};

/** An alarm that has ended as it was raised, for those who tell of both at once. */
export const beforeItsEnd = (ended: Alarm): Alarm => ({
  ...ended,
  state: "active",
  endedAt: null,
  version: ended.version - 1,
});

/** Ends every alarm of an occupancy, in the order of their severity. */
export const endAlarms = (
  state: LatchState,
  ending: {
    readonly at: WallMs;
    readonly occupancyNumber: number | null;
    readonly speedKph: number | null;
    readonly course: () => Course;
  },
): readonly AlarmEnded[] => {
  const alarms = Object.values(state);
  if (alarms.length === 0) return [];
  const course = ending.course();
  return alarms
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
        ...course,
      },
    }));
};

const raised = (input: LatchInput, finding: Finding): LatchedAlarm => ({
  alarmId: alarmIdOf(input.occupancyId, finding.radiation),
  laneId: input.laneId,
  occupancyId: input.occupancyId,
  kind: finding.radiation,
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

/** Gamma and neutrons in one vehicle are one alarm of a kind of its own. */
const joined = (kind: AlarmKind, radiation: Radiation): AlarmKind =>
  kind === radiation || kind === "energy" ? kind : "gamma-neutron";

const withFinding = (
  decisions: readonly RuleDecision[],
  finding: Finding,
  interval: number,
): readonly RuleDecision[] => {
  const index = decisions.findIndex(({ rule }) => rule === finding.rule);
  const known = decisions[index];
  if (known === undefined) return [...decisions, firstDecision(finding, interval)];
  return decisions.with(index, grown({ ...known, flaggedIntervals: known.flaggedIntervals + 1 }, finding));
};

const firstDecision = (finding: Finding, firstInterval: number): RuleDecision => {
  const first = { firstInterval, flaggedIntervals: 1 };
  if (finding.origin === "portal") return { origin: "portal", rule: finding.rule, ...first };
  return finding.rule === "gross-count"
    ? { origin: "core", rule: finding.rule, ...first, evidence: finding.evidence }
    : { origin: "core", rule: finding.rule, ...first, evidence: finding.evidence };
};

/** The decision with the finding's evidence where that is stronger. */
const grown = (known: RuleDecision, finding: Finding): RuleDecision => {
  if (known.origin === "portal" || finding.origin === "portal") return known;
  if (known.rule === "gross-count") {
    const stronger = finding.rule === "gross-count" && finding.evidence.z > known.evidence.z;
    return stronger ? { ...known, evidence: finding.evidence } : known;
  }
  if (finding.rule === "gross-count") return known;
  const excess = (figures: RuleFigures): number => figures.statistic - figures.threshold;
  return excess(finding.evidence) > excess(known.evidence) ? { ...known, evidence: finding.evidence } : known;
};

/** Another rule has joined in, or the evidence of one has grown. */
const tellsMore = (before: readonly RuleDecision[], after: readonly RuleDecision[]): boolean =>
  after.length > before.length ||
  after.some((decision, at) => {
    const old = before[at];
    return decision.origin === "core" && old?.origin === "core" && decision.evidence !== old.evidence;
  });
