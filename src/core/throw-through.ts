import { z } from "zod";
import type { Alarm, GrossCountEvidence } from "../domain/alarms.ts";
import type { AlarmEnded, AlarmRaised, AlarmUpdated } from "../domain/events.ts";
import { alarmIdOf, type LaneId, occupancyIdAt, type StreamPosition } from "../domain/ids.ts";
import type { Advice } from "../domain/load-classes.ts";
import { detectorGroupNames, type PerPanel } from "../domain/panels.ts";
import type { WallMs } from "../domain/units.ts";
import type { LatchedAlarm } from "./alarm-latch.ts";
import { grossCountLimits, judgeTotals } from "./gross-count.ts";
import type { Moment, Told } from "./step.ts";

/**
 * Gross count while vacant: a source that is thrown or carried through without any vehicle raises the background
 * records that a vacant portal says every few seconds.
 *
 *     alarm ⇔ for some member of an enabled group:  S > B + ceil(N·√B)      S = x·T, B = m·T
 *
 * x: the record, in counts per second; m: mean of the last `records` records; T: the portal's own averaging time, so that
 * S and B are counts. A record over the threshold is left out of the mean. Portals call their own form of it
 * `backgroundSigma`. It ends with the first record that is not over, with the next occupancy, and after `records` records
 * that all are: the level is then the new background (see `background-shift`), and the alarm stays with the officers.
 */
export const throwThroughSettings = z.strictObject({
  /** N. Slow rises are followed by the mean; rain of 20 % in 20 minutes stays below 2. */
  nSigma: z.number().min(1).max(50).default(6),
  groups: z
    .array(z.enum(detectorGroupNames))
    .min(1)
    .refine((groups) => new Set(groups).size === groups.length, "each group once")
    .default(["sum", "single"]),
  /** T: the portal's own average behind each background record, in seconds. Recorded portals scatter like 18 s. */
  portalAverageInSeconds: z.number().min(1).max(600).default(18),
  records: z.int().min(4).max(60).default(12),
});
export type ThrowThroughSettings = z.infer<typeof throwThroughSettings>;

/** Advanced in place, see `Fold`. */
export interface ThrowThrough {
  /** Counts per second and panel; null before the first record. */
  meanCps: PerPanel | null;
  /** Records in the mean so far, at most `records`. */
  records: number;
  /** Records over the threshold in a row. */
  exceedances: number;
  alarm: LatchedAlarm | null;
}

export const noThrowThrough = (): ThrowThrough => ({
  meanCps: null,
  records: 0,
  exceedances: 0,
  alarm: null,
});

/** Below so many records the mean is too young to judge by. */
const settledAfter = 4;

type ThrowThroughEvent = AlarmRaised | AlarmUpdated | AlarmEnded;

export interface VacantRecord {
  readonly laneId: LaneId;
  readonly moment: Moment;
  readonly position: StreamPosition;
  readonly cps: PerPanel;
}

/** Takes a background record of a vacant lane. */
export const takeVacant = (
  settings: ThrowThroughSettings,
  state: ThrowThrough,
  record: VacantRecord,
  events: Told<ThrowThroughEvent>,
): void => {
  const { meanCps } = state;
  const evidence = meanCps === null || state.records < settledAfter ? null : judge(settings, meanCps, record);
  if (evidence === null || meanCps === null) {
    takeIntoMean(settings, state, record.cps);
    endThrowThrough(settings, state, record.moment.wall, events);
    return;
  }
  state.exceedances += 1;
  if (state.exceedances > settings.records) {
    endThrowThrough(settings, state, record.moment.wall, events);
    Object.assign(state, { meanCps: record.cps, records: 1, exceedances: 0 });
    return;
  }
  if (state.alarm === null) {
    state.alarm = raised(record, evidence);
    events.push({
      kind: "alarm-raised",
      at: record.moment.wall,
      alarm: told(settings, state.alarm, meanCps),
    });
    return;
  }
  const grown = withEvidence(state.alarm, evidence);
  if (grown === null) return;
  state.alarm = grown;
  events.push({ kind: "alarm-updated", at: record.moment.wall, alarm: told(settings, grown, meanCps) });
};

/** The vacant lane is vacant no more, or as quiet as before. */
export const endThrowThrough = (
  settings: ThrowThroughSettings,
  state: ThrowThrough,
  at: WallMs,
  events: Told<ThrowThroughEvent>,
): void => {
  const { alarm, meanCps } = state;
  state.exceedances = 0;
  state.alarm = null;
  if (alarm === null || meanCps === null) return;
  const ended = { ...alarm, version: alarm.version + 1, state: "ended", endedAt: at } as const;
  events.push({ kind: "alarm-ended", at, alarm: told(settings, ended, meanCps) });
};

const judge = (
  settings: ThrowThroughSettings,
  meanCps: PerPanel,
  { cps }: VacantRecord,
): GrossCountEvidence | null => {
  const seconds = settings.portalAverageInSeconds;
  const counts: PerPanel = [cps[0] * seconds, cps[1] * seconds, cps[2] * seconds, cps[3] * seconds];
  const verdict = judgeTotals(counts, limitsOf(settings, meanCps));
  return verdict.kind === "decided" && verdict.alarm ? verdict.evidence : null;
};

const limitsOf = (
  { nSigma, groups, portalAverageInSeconds }: ThrowThroughSettings,
  meanCps: PerPanel,
): ReturnType<typeof grossCountLimits> =>
  grossCountLimits({ nSigma, groups, windowIntervals: portalAverageInSeconds * 5 }, meanCps);

const takeIntoMean = (settings: ThrowThroughSettings, state: ThrowThrough, cps: PerPanel): void => {
  const { meanCps } = state;
  state.records = Math.min(state.records + 1, settings.records);
  const mixed = (panel: 0 | 1 | 2 | 3): number =>
    meanCps === null ? cps[panel] : meanCps[panel] + (cps[panel] - meanCps[panel]) / state.records;
  state.meanCps = [mixed(0), mixed(1), mixed(2), mixed(3)];
};

const raised = ({ laneId, moment, position }: VacantRecord, evidence: GrossCountEvidence): LatchedAlarm => {
  const occupancyId = occupancyIdAt(laneId, position);
  return {
    alarmId: alarmIdOf(occupancyId, "gamma"),
    laneId,
    occupancyId,
    kind: "gamma",
    version: 1,
    state: "active",
    origin: "core",
    raisedAt: moment.wall,
    raisedInterval: 0,
    endedAt: null,
    decisions: [{ origin: "core", rule: "gross-count", firstInterval: 0, flaggedIntervals: 1, evidence }],
    occupancyNumber: null,
    speedKph: null,
    vacant: true,
  };
};

/** The alarm with one record more over the threshold; null where that is no news. */
const withEvidence = (alarm: LatchedAlarm, evidence: GrossCountEvidence): LatchedAlarm | null => {
  const [decision] = alarm.decisions;
  if (decision?.rule !== "gross-count" || evidence.z <= decision.evidence.z) return null;
  const flaggedIntervals = decision.flaggedIntervals + 1;
  return { ...alarm, version: alarm.version + 1, decisions: [{ ...decision, flaggedIntervals, evidence }] };
};

const advice: Advice = {
  class: "undetermined",
  spectrum: null,
  reasons: ["No vehicle was in the lane: the portal's background itself rose."],
};

const told = (settings: ThrowThroughSettings, alarm: LatchedAlarm, meanCps: PerPanel): Alarm => ({
  ...alarm,
  advice,
  profile: {
    startedAt: alarm.raisedAt,
    intervalInMs: 200,
    windowIntervals: settings.portalAverageInSeconds * 5,
    gamma: [],
    coreIntervals: [],
    portalIntervals: [],
    neutron: [],
    gammaBackgroundCps: meanCps,
    neutronBackgroundCps: null,
    limits: limitsOf(settings, meanCps),
    droppedIntervals: 0,
    energy: [],
    energyBackgroundCps: null,
  },
});
