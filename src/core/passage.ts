import type { LaneEvent, OccupancyEnding } from "../domain/events.ts";
import type { LaneId } from "../domain/ids.ts";
import type { EnergyAlarm, GammaInterval, NeutronInterval, OccupancyClosed } from "../domain/messages.ts";
import type { WallMs } from "../domain/units.ts";
import { endAlarms, type Finding, latchFindings } from "./alarm-latch.ts";
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

/** What a vehicle's passage does to its occupancy: each function takes one record of it. */
interface Taken<Message> {
  readonly at: WallMs;
  readonly message: Message;
}

/**
 * One gamma interval: judged by the core's rules, which do not see the portal's flag, and then laid beside that flag.
 */
export const takeGammaInterval = (
  laneId: LaneId,
  before: Occupancy,
  { at, message }: Taken<GammaInterval>,
  events: LaneEvent[],
): Occupancy => {
  const { windowIntervals } = before;
  const { counts, portalAlarm: portalFlag } = message;
  const interval = before.intervals;
  const window = slideWindow(before.window, counts, windowIntervals);
  const verdict = judgeGrossCount(window, before.limits, windowIntervals);
  const coreAlarm = verdict.kind === "decided" && verdict.alarm;
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
  };
  const { occupancyId } = occupancy;
  events.push({ kind: "interval-measured", at, occupancyId, interval, counts, portalFlag, verdict });
  const findings: Finding[] = [];
  if (coreAlarm) {
    findings.push({ alarmKind: "gamma", origin: "core", rule: "gross-count", evidence: verdict.evidence });
  }
  if (portalFlag) findings.push({ alarmKind: "gamma", origin: "portal", rule: "gamma-flag" });
  return withFindings(laneId, occupancy, { at, findings }, events);
};

/** One second of neutron counts, with the portal's own judgement of it. */
export const takeNeutronInterval = (
  laneId: LaneId,
  before: Occupancy,
  { at, message }: Taken<NeutronInterval>,
  events: LaneEvent[],
): Occupancy => {
  const { counts, portalAlarm: portalFlag } = message;
  const second = before.seconds;
  const kept = before.neutron.length < maxProfileSeconds;
  const occupancy: Occupancy = {
    ...before,
    seconds: second + 1,
    neutron: kept ? [...before.neutron, counts] : before.neutron,
  };
  const { occupancyId } = occupancy;
  events.push({ kind: "neutron-measured", at, occupancyId, second, counts, portalFlag });
  const findings: Finding[] = portalFlag
    ? [{ alarmKind: "neutron", origin: "portal", rule: "neutron-flag" }]
    : [];
  return withFindings(laneId, occupancy, { at, findings }, events);
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
  const findings: Finding[] = [{ alarmKind: "energy", origin: "portal", rule: "energy-flag" }];
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
    ...endAlarms(occupancy.latch, { at: end.at, occupancyNumber, speedKph, profile }),
    occupancyEnded(occupancy, { ...end, profile }),
  ];
};

const withFindings = (
  laneId: LaneId,
  occupancy: Occupancy,
  found: { readonly at: WallMs; readonly findings: readonly Finding[] },
  events: LaneEvent[],
): Occupancy => {
  if (found.findings.length === 0) return occupancy;
  const [latch, said] = latchFindings(occupancy.latch, {
    laneId,
    occupancyId: occupancy.occupancyId,
    at: found.at,
    interval: currentInterval(occupancy),
    speedKph: speedOf(occupancy),
    profile: profileOf(occupancy),
    findings: found.findings,
  });
  events.push(...said);
  return { ...occupancy, latch };
};
