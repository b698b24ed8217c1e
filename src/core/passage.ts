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
import { type Course, endAlarms, type Finding, latchFindings } from "./alarm-latch.ts";
import { classify, classifySettings } from "./classify.ts";
import { judgeGrossCount } from "./gross-count.ts";
import {
  currentInterval,
  maxProfileIntervals,
  maxProfileSeconds,
  type Occupancy,
  occupancyEnded,
  profileOf,
  speedOf,
} from "./occupancy.ts";
import type { Told } from "./step.ts";
import type { RuleSet } from "./rule-set.ts";
import { type AlarmNews, withhold, type WithholdSettings } from "./withholding.ts";
import { addFindings, verdictRecords } from "./rule-verdicts.ts";
import { slide } from "./rules/interval-window.ts";

/** What a vehicle's passage does to its occupancy: each function takes one record of it. */
interface Taken<Message> {
  readonly at: WallMs;
  readonly message: Message;
}

/** The lane that an occupancy belongs to, and the rules beside gross count that judge it. */
export interface JudgingLane {
  readonly laneId: LaneId;
  readonly rules: RuleSet;
  /** Null: every alarm is told at once. */
  readonly withhold: WithholdSettings | null;
}

/**
 * One gamma interval: judged by the core's rules, which do not see the portal's flag, and then laid beside that flag.
 */
export const takeGammaInterval = (
  lane: JudgingLane,
  occupancy: Occupancy,
  { at, message }: Taken<GammaInterval>,
  events: Told<LaneEvent>,
): void => {
  const { windowIntervals, occupancyId, intervals: interval } = occupancy;
  const { counts, portalAlarm: portalFlag } = message;
  slide(occupancy.window, counts, windowIntervals);
  const verdict = judgeGrossCount(occupancy.window, occupancy.limits, windowIntervals);
  const verdicts = lane.rules.step(occupancy.rules, { kind: "gamma", interval, counts });
  const coreAlarm = verdict.kind === "decided" && verdict.alarm;
  occupancy.intervals = interval + 1;
  if (occupancy.gamma.length < maxProfileIntervals) {
    occupancy.gamma.push(counts);
    if (coreAlarm) occupancy.coreIntervals.push(interval);
    if (portalFlag) occupancy.portalIntervals.push(interval);
  }
  if (verdict.kind === "decided" && (occupancy.peak === null || verdict.evidence.z > occupancy.peak.z)) {
    occupancy.peak = verdict.evidence;
  }
  const rules = verdictRecords(verdicts);
  events.push({ kind: "interval-measured", at, occupancyId, interval, counts, portalFlag, verdict, rules });
  const findings: Finding[] = [];
  if (coreAlarm) {
    findings.push({ radiation: "gamma", origin: "core", rule: "gross-count", evidence: verdict.evidence });
  }
  addFindings(findings, verdicts);
  if (portalFlag) findings.push({ radiation: "gamma", origin: "portal", rule: "gamma-flag" });
  latch(lane, occupancy, { at, findings }, events);
  if (lane.withhold !== null && occupancy.held.length > 0) reconsider(lane.withhold, occupancy, at, events);
};

/** One second of neutron counts: judged by the core's rules, and laid beside the portal's own judgement. */
export const takeNeutronInterval = (
  lane: JudgingLane,
  occupancy: Occupancy,
  { at, message }: Taken<NeutronInterval>,
  events: Told<LaneEvent>,
): void => {
  const { counts, portalAlarm: portalFlag } = message;
  const { seconds: second, occupancyId } = occupancy;
  const verdicts = lane.rules.step(occupancy.rules, { kind: "neutron", second, counts });
  occupancy.seconds = second + 1;
  if (occupancy.neutron.length < maxProfileSeconds) occupancy.neutron.push(counts);
  const rules = verdictRecords(verdicts);
  events.push({ kind: "neutron-measured", at, occupancyId, second, counts, portalFlag, rules });
  const findings: Finding[] = [];
  addFindings(findings, verdicts);
  if (portalFlag) findings.push({ radiation: "neutron", origin: "portal", rule: "neutron-flag" });
  latch(lane, occupancy, { at, findings }, events);
};

/** One interval of counts in energy windows. */
export const takeEnergyInterval = (
  lane: JudgingLane,
  occupancy: Occupancy,
  { at, message }: Taken<EnergyWindowInterval>,
  events: Told<LaneEvent>,
): void => {
  const { counts } = message;
  const { energyRecords: energyInterval, occupancyId } = occupancy;
  const verdicts = lane.rules.step(occupancy.rules, { kind: "energy", interval: energyInterval, counts });
  occupancy.energyRecords = energyInterval + 1;
  if (occupancy.energy.length < maxProfileIntervals) occupancy.energy.push(counts);
  const rules = verdictRecords(verdicts);
  events.push({ kind: "energy-measured", at, occupancyId, energyInterval, counts, rules });
  const findings: Finding[] = [];
  addFindings(findings, verdicts);
  latch(lane, occupancy, { at, findings }, events);
};

/** The portal's own energy rule, relayed: once an interval, however many energy channels it holds on. */
export const takeEnergyAlarm = (
  lane: JudgingLane,
  occupancy: Occupancy,
  { at }: Taken<EnergyAlarm>,
  events: Told<LaneEvent>,
): void => {
  const energyInterval = currentInterval(occupancy);
  if (occupancy.energyInterval === energyInterval) return;
  occupancy.energyInterval = energyInterval;
  const findings: Finding[] = [{ radiation: "energy", origin: "portal", rule: "energy-flag" }];
  latch(lane, occupancy, { at, findings }, events);
};

/** The events that end an occupancy: its alarms first, then itself. */
export const endOccupancy = (
  { withhold: withheld }: Pick<JudgingLane, "withhold">,
  occupancy: Occupancy,
  end: { readonly at: WallMs; readonly ending: OccupancyEnding; readonly closed: OccupancyClosed | null },
): readonly LaneEvent[] => {
  const profile = profileOf(occupancy);
  const occupancyNumber = end.closed?.occupancyNumber ?? null;
  const speedKph = speedOf(occupancy);
  const course = (): Course => ({ profile, advice: adviceOn(profile, speedKph) });
  const ended = endAlarms(occupancy.latch, { at: end.at, occupancyNumber, speedKph, course });
  const events: LaneEvent[] = [];
  for (const event of ended) tell(withheld, occupancy, event, events);
  events.push(occupancyEnded(occupancy, { ...end, profile }));
  return events;
};

const classifying = classifySettings.parse({});

const adviceOn = (profile: Profile, speedKph: number | null): Advice => {
  const { class: loadClass, spectrum, reasons } = classify(classifying, { ...profile, speedKph });
  return { class: loadClass, spectrum, reasons };
};

const courseOf = (occupancy: Occupancy): Course => {
  const profile = profileOf(occupancy);
  return { profile, advice: adviceOn(profile, speedOf(occupancy)) };
};

const latch = (
  { laneId, withhold: withheld }: JudgingLane,
  occupancy: Occupancy,
  { at, findings }: { readonly at: WallMs; readonly findings: readonly Finding[] },
  events: Told<LaneEvent>,
): void => {
  if (findings.length === 0) return;
  const { occupancyId } = occupancy;
  const interval = currentInterval(occupancy);
  const speedKph = speedOf(occupancy);
  const course = (): Course => courseOf(occupancy);
  const input = { laneId, occupancyId, at, interval, speedKph, course, findings };
  const [latched, said] = latchFindings(occupancy.latch, input);
  occupancy.latch = latched;
  for (const event of said) tell(withheld, occupancy, event, events);
};

const tell = (
  withheld: WithholdSettings | null,
  occupancy: Occupancy,
  event: AlarmNews,
  events: Told<LaneEvent>,
): void => {
  if (withheld === null) {
    events.push(event);
    return;
  }
  const [held, told] = withhold(withheld, occupancy.held, event);
  occupancy.held = held;
  for (const each of told) events.push(each);
};

/** Alarms that are held are told as soon as the passage looks like something that is not to be withheld. */
const reconsider = (
  withheld: WithholdSettings,
  occupancy: Occupancy,
  at: WallMs,
  events: Told<LaneEvent>,
): void => {
  const course = courseOf(occupancy);
  for (const slot of occupancy.held) {
    const latched = occupancy.latch[slot];
    if (latched === undefined) continue;
    tell(withheld, occupancy, { kind: "alarm-updated", at, alarm: { ...latched, ...course } }, events);
  }
};
