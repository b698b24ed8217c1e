import type { LaneEvent, OccupancyEnding } from "../domain/events.ts";
import type { Profile } from "../domain/alarms.ts";
import type { LaneId } from "../domain/ids.ts";
import type { Advice } from "../domain/load-classes.ts";
import type {
  EnergyAlarm,
  EnergyWindowInterval,
  GammaInterval,
  NeutronInterval,
  OccupancyClosed,
} from "../domain/messages.ts";
import type { WallMs } from "../domain/units.ts";
import { endAlarms, type Finding, latchFindings } from "./alarm-latch.ts";
import { classify, classifySettings } from "./classify.ts";
import { judgeGrossCount, slideWindow } from "./gross-count.ts";
import {
  currentInterval,
  maxProfileIntervals,
  maxProfileSeconds,
  type Occupancy,
  occupancyEnded,
  profileOf,
  speedOf,
} from "./occupancy.ts";
import type { RuleSet } from "./rule-set.ts";
import { findingsOf, verdictRecords } from "./rule-verdicts.ts";

/** What a vehicle's passage does to its occupancy: each function takes one record of it. */
interface Taken<Message> {
  readonly at: WallMs;
  readonly message: Message;
}

/** The lane that an occupancy belongs to, and the rules beside gross count that judge it. */
export interface JudgingLane {
  readonly laneId: LaneId;
  readonly rules: RuleSet;
}

/**
 * One gamma interval: judged by the core's rules, which do not see the portal's flag, and then laid beside that flag.
 */
export const takeGammaInterval = (
  lane: JudgingLane,
  before: Occupancy,
  { at, message }: Taken<GammaInterval>,
  events: LaneEvent[],
): Occupancy => {
  const { windowIntervals, occupancyId } = before;
  const { counts, portalAlarm: portalFlag } = message;
  const interval = before.intervals;
  const window = slideWindow(before.window, counts, windowIntervals);
  const verdict = judgeGrossCount(window, before.limits, windowIntervals);
  const [rules, verdicts] = lane.rules.step(before.rules, { kind: "gamma", interval, counts });
  const findings: Finding[] = [];
  const coreAlarm = verdict.kind === "decided" && verdict.alarm;
  if (coreAlarm) {
    findings.push({ radiation: "gamma", origin: "core", rule: "gross-count", evidence: verdict.evidence });
  }
  findings.push(...findingsOf(verdicts));
  if (portalFlag) findings.push({ radiation: "gamma", origin: "portal", rule: "gamma-flag" });
  const kept = before.gamma.length < maxProfileIntervals;
  const rises = verdict.kind === "decided" && (before.peak === null || verdict.evidence.z > before.peak.z);
  const occupancy: Occupancy = {
    ...before,
    intervals: interval + 1,
    window,
    gamma: kept ? [...before.gamma, counts] : before.gamma,
    coreIntervals: kept && coreAlarm ? [...before.coreIntervals, interval] : before.coreIntervals,
    portalIntervals: kept && portalFlag ? [...before.portalIntervals, interval] : before.portalIntervals,
    peak: rises ? verdict.evidence : before.peak,
    rules,
  };
  const said = verdictRecords(verdicts);
  events.push({
    kind: "interval-measured",
    at,
    occupancyId,
    interval,
    counts,
    portalFlag,
    verdict,
    rules: said,
  });
  return withFindings(lane.laneId, occupancy, { at, findings }, events);
};

/** One second of neutron counts: judged by the core's rules, and laid beside the portal's own judgement. */
export const takeNeutronInterval = (
  lane: JudgingLane,
  before: Occupancy,
  { at, message }: Taken<NeutronInterval>,
  events: LaneEvent[],
): Occupancy => {
  const { counts, portalAlarm: portalFlag } = message;
  const { seconds: second, occupancyId } = before;
  const [rules, verdicts] = lane.rules.step(before.rules, { kind: "neutron", second, counts });
  const kept = before.neutron.length < maxProfileSeconds;
  const occupancy: Occupancy = {
    ...before,
    seconds: second + 1,
    neutron: kept ? [...before.neutron, counts] : before.neutron,
    rules,
  };
  events.push({
    kind: "neutron-measured",
    at,
    occupancyId,
    second,
    counts,
    portalFlag,
    rules: verdictRecords(verdicts),
  });
  const findings: Finding[] = [...findingsOf(verdicts)];
  if (portalFlag) findings.push({ radiation: "neutron", origin: "portal", rule: "neutron-flag" });
  return withFindings(lane.laneId, occupancy, { at, findings }, events);
};

/** One interval of counts in energy windows. */
export const takeEnergyInterval = (
  lane: JudgingLane,
  before: Occupancy,
  { at, message }: Taken<EnergyWindowInterval>,
  events: LaneEvent[],
): Occupancy => {
  const { counts } = message;
  const { energyRecords: energyInterval, occupancyId } = before;
  const [rules, verdicts] = lane.rules.step(before.rules, {
    kind: "energy",
    interval: energyInterval,
    counts,
  });
  const kept = before.energy.length < maxProfileIntervals;
  const occupancy: Occupancy = {
    ...before,
    energyRecords: energyInterval + 1,
    energy: kept ? [...before.energy, counts] : before.energy,
    rules,
  };
  events.push({
    kind: "energy-measured",
    at,
    occupancyId,
    energyInterval,
    counts,
    rules: verdictRecords(verdicts),
  });
  return withFindings(lane.laneId, occupancy, { at, findings: findingsOf(verdicts) }, events);
};

/** The portal's own energy rule, relayed: once an interval, however many energy channels it holds on. */
export const takeEnergyAlarm = (
  laneId: LaneId,
  before: Occupancy,
  { at }: Taken<EnergyAlarm>,
  events: LaneEvent[],
): Occupancy => {
  const energyInterval = currentInterval(before);
  if (before.energyInterval === energyInterval) return before;
  const findings: Finding[] = [{ radiation: "energy", origin: "portal", rule: "energy-flag" }];
  return withFindings(laneId, { ...before, energyInterval }, { at, findings }, events);
};

/** The events that end an occupancy: its alarms first, then itself. */
export const endOccupancy = (
  occupancy: Occupancy,
  end: { readonly at: WallMs; readonly ending: OccupancyEnding; readonly closed: OccupancyClosed | null },
): readonly LaneEvent[] => {
  const profile = profileOf(occupancy);
  const occupancyNumber = end.closed?.occupancyNumber ?? null;
  const speedKph = speedOf(occupancy);
  return [
    ...endAlarms(occupancy.latch, {
      at: end.at,
      occupancyNumber,
      speedKph,
      profile,
      advise: () => adviceOn(profile, speedKph),
    }),
    occupancyEnded(occupancy, { ...end, profile }),
  ];
};

const classifying = classifySettings.parse({});

const adviceOn = (profile: Profile, speedKph: number | null): Advice => {
  const { class: loadClass, reasons } = classify(classifying, { ...profile, speedKph });
  return { class: loadClass, reasons };
};

const withFindings = (
  laneId: LaneId,
  occupancy: Occupancy,
  found: { readonly at: WallMs; readonly findings: readonly Finding[] },
  events: LaneEvent[],
): Occupancy => {
  if (found.findings.length === 0) return occupancy;
  const speedKph = speedOf(occupancy);
  const profile = profileOf(occupancy);
  const [latch, said] = latchFindings(occupancy.latch, {
    laneId,
    occupancyId: occupancy.occupancyId,
    at: found.at,
    interval: currentInterval(occupancy),
    speedKph,
    profile,
    advise: () => adviceOn(profile, speedKph),
    findings: found.findings,
  });
  events.push(...said);
  return { ...occupancy, latch };
};
