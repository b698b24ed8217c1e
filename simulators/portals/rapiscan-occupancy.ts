import type { Chance } from "../chance.ts";
import { addFour, INTERVALS_PER_S, mapFour, sumFour, ZERO_FOUR, type Four } from "../physics/columns.ts";
import type { IntervalCounts } from "../physics/field.ts";
import type { Vehicle } from "../physics/vehicles.ts";
import type { PortalFlags } from "./emission.ts";
import type { SimulatedLane } from "./lane.ts";
import type { Background } from "./rapiscan-background.ts";
import {
  countsLine,
  energyAlarmLine,
  floatsLine,
  speedLine,
  statisticsLine,
  RULE_INTERVALS,
} from "./rapiscan-lines.ts";
import {
  ENERGY_INTERVALS,
  hardRatio,
  isEnergyAlarm,
  isGammaAlarm,
  isNeutronAlarm,
  softRatio,
  SPRT_START,
  sprtStep,
  sprtTerms,
  type Sprt,
} from "./rapiscan-rules.ts";

/** One occupancy as the portal sees it. `recent` fields hold what the rules look back on, newest last. */
export interface Occupancy {
  readonly vehicle: Vehicle;
  readonly vehicleNumber: number;
  /** Background before the occupancy; it does not move during it. */
  readonly background: Background;
  readonly recentGamma: readonly Four[];
  readonly recentWindows: readonly Four[];
  readonly sprt: Sprt;
  /** Intervals and neutron seconds reported so far. */
  readonly intervals: number;
  readonly seconds: number;
  readonly grossPeak: number;
  readonly sprtPeak: number;
  readonly flags: PortalFlags;
}

type Reported = readonly [Occupancy, readonly string[]];

export function beginOccupancy(vehicle: Vehicle, vehicleNumber: number, background: Background): Occupancy {
  const flags = { gamma: undefined, neutron: undefined, energy: undefined };
  const nothingYet = {
    recentGamma: [],
    recentWindows: [],
    sprt: SPRT_START,
    intervals: 0,
    seconds: 0,
    grossPeak: 0,
    sprtPeak: 0,
  };
  return { vehicle, vehicleNumber, background, ...nothingYet, flags };
}

/** A GS or GA record. */
export function reportGamma(occupancy: Occupancy, counts: Four, lane: SimulatedLane): Reported {
  const recentGamma = [...occupancy.recentGamma, counts].slice(-RULE_INTERVALS);
  const alarm = isGammaAlarm(recentGamma, occupancy.background.gammaCps, lane);
  const gamma = occupancy.flags.gamma ?? (alarm ? occupancy.intervals : undefined);
  const next = {
    ...occupancy,
    recentGamma,
    intervals: occupancy.intervals + 1,
    grossPeak: Math.max(occupancy.grossPeak, sumFour(counts)),
    flags: { ...occupancy.flags, gamma },
  };
  return [next, [countsLine(alarm ? "GA" : "GS", counts)]];
}

/** An AS record alone, as in the opening burst. */
export function reportWindows(occupancy: Occupancy, windows: Four): Reported {
  const recentWindows = [...occupancy.recentWindows, windows].slice(-ENERGY_INTERVALS);
  return [{ ...occupancy, recentWindows }, [countsLine("AS", windows)]];
}

/** AX, AM and, when the energy rule says so, AA: they follow the newest AS. */
export function reportEnergy(occupancy: Occupancy): Reported {
  const windows = occupancy.recentWindows.reduce(addFour, ZERO_FOUR);
  const background = occupancy.background.windowsCps;
  const alarm = isEnergyAlarm(windows, background);
  const energy = occupancy.flags.energy ?? (alarm ? Math.max(0, occupancy.intervals - 1) : undefined);
  const lines = [
    statisticsLine(energyStatistics(windows, background)),
    countsLine("AM", smoothedWindows(windows)),
    ...(alarm ? [energyAlarmLine(1)] : []),
  ];
  return [{ ...occupancy, flags: { ...occupancy.flags, energy } }, lines];
}

/** NS or NA, after NZ on the extended firmware. */
export function reportNeutrons(occupancy: Occupancy, neutrons: Four, lane: SimulatedLane): Reported {
  const terms = sprtTerms(sumFour(occupancy.background.neutronCps));
  const sprt = sprtStep(occupancy.sprt, neutrons, terms);
  const alarm = isNeutronAlarm(sprt);
  const neutron = occupancy.flags.neutron ?? (alarm ? occupancy.seconds : undefined);
  const record = countsLine(alarm ? "NA" : "NS", neutrons);
  const lines = lane.firmware === "extended" ? [floatsLine("NZ", [sprt.z, sprt.z]), record] : [record];
  const sprtPeak = Math.max(occupancy.sprtPeak, sprt.z);
  const flags = { ...occupancy.flags, neutron };
  return [{ ...occupancy, sprt, sprtPeak, seconds: occupancy.seconds + 1, flags }, lines];
}

/** Everything one interval after the opening says about gammas. */
export function reportInterval(occupancy: Occupancy, counts: IntervalCounts, lane: SimulatedLane): Reported {
  const [afterGamma, gammaLines] = reportGamma(occupancy, counts.gamma, lane);
  if (lane.firmware === "base") return [afterGamma, gammaLines];
  const [afterWindows, windowLines] = reportWindows(afterGamma, counts.windows);
  const [afterEnergy, energyLines] = reportEnergy(afterWindows);
  return [afterEnergy, [...gammaLines, ...windowLines, ...energyLines]];
}

/**
 * The opening burst's gamma part: the intervals of the second before the vehicle, and on the extended firmware the last 3 s of windows.
 * `before` ends with the newest interval.
 */
export function reportOpening(
  occupancy: Occupancy,
  before: readonly IntervalCounts[],
  lane: SimulatedLane,
): Reported {
  const isExtended = lane.firmware === "extended";
  const [afterGamma, gammaLines] = fold(occupancy, before.slice(isExtended ? -6 : -5), (state, counts) =>
    reportGamma(state, counts.gamma, lane),
  );
  if (!isExtended) return [afterGamma, gammaLines];
  const [afterWindows, windowLines] = fold(afterGamma, before.slice(-ENERGY_INTERVALS), (state, counts) =>
    reportWindows(state, counts.windows),
  );
  const [afterEnergy, energyLines] = reportEnergy(afterWindows);
  return [afterEnergy, [...gammaLines, ...windowLines, ...energyLines]];
}

/** A speed record and when it is due, seconds after the beam was broken. */
export interface DueSpeed {
  readonly afterS: number;
  readonly text: string;
}

/**
 * The speed records of a pass: a measurement when the front passes, some glitches as the gap behind the cab passes two seconds later, and
 * mostly a second measurement (recorded passes have one to three valid values; 0.0001–0.05 s/ft are the glitches).
 */
export function drawSpeeds(chance: Chance, vehicle: Vehicle): readonly DueSpeed[] {
  const secondsPerFoot = 0.3048 / (vehicle.speedKph / 3.6);
  const measured = (): string => speedLine(secondsPerFoot * chance.normal(1, 0.015));
  const glitch = (): string =>
    speedLine(
      chance.happens(0.65) ? Math.max(0, chance.normal(0.0025, 0.0018)) : chance.between(0.0115, 0.05),
    );
  const first = chance.happens(0.95) ? [{ afterS: chance.between(0.22, 0.33), text: measured() }] : [];
  if (vehicle.lengthM < 10) return first;
  const gapAtS = (4.9 / (vehicle.speedKph / 3.6)) * chance.between(0.95, 1.05);
  const glitches = Array.from({ length: chance.poisson(2.2) }, (_, index) => ({
    afterS: gapAtS + index * chance.between(0.03, 0.13),
    text: glitch(),
  }));
  const second = chance.happens(0.85) ? [{ afterS: gapAtS * 1.65, text: measured() }] : [];
  return [...first, ...glitches, ...second].sort((left, right) => left.afterS - right.afterS);
}

/** AM: the smoothed spectrum, scaled to 600 (recorded records sum to 592–598 while nothing is there). Its true smoothing is unknown. */
function smoothedWindows(windows: Four): Four {
  const total = Math.max(1, sumFour(windows));
  return mapFour(windows, (counts) => Math.floor((600 * counts) / total));
}

/**
 * AX: the two ratios less their background (as recorded, though on another smoothing), two standardised differences and the gross over
 * background. The portal's own third and fourth are unknown; these have their size and sign.
 */
function energyStatistics(windows: Four, backgroundCps: Four): readonly number[] {
  const total = Math.max(1, sumFour(windows));
  const totalBackground = Math.max(1e-9, sumFour(backgroundCps));
  const standardised = (window: 0 | 1): number => {
    const expected = (backgroundCps[window] / totalBackground) * total;
    return (windows[window] - expected) / Math.sqrt(Math.max(1, expected));
  };
  return [
    hardRatio(windows) - hardRatio(backgroundCps),
    softRatio(windows) - softRatio(backgroundCps),
    standardised(0),
    standardised(1),
    total / ((totalBackground * ENERGY_INTERVALS) / INTERVALS_PER_S),
  ].map((value) => Math.min(999.9999, Math.max(-99.9999, value)));
}

function fold<T>(
  occupancy: Occupancy,
  inputs: readonly T[],
  report: (occupancy: Occupancy, input: T) => Reported,
): Reported {
  let state = occupancy;
  const lines: string[] = [];
  for (const input of inputs) {
    const [next, said] = report(state, input);
    state = next;
    lines.push(...said);
  }
  return [state, lines];
}
