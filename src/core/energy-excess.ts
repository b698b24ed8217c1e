import { type PerPanel, totalOf } from "../domain/panels.ts";
import { intervalsPerSecond, leastCps } from "./rules/interval-window.ts";

/** What a load adds to the energy windows at its peak. */
export interface EnergyExcess {
  /** Share of the excess in each window, lowest energy first; sum 1. Noise can make one negative. */
  readonly shares: PerPanel;
  /** Standard deviation of each share from counting. */
  readonly sharesSd: PerPanel;
  /** Share of each window in the background. */
  readonly backgroundShares: PerPanel;
  /** Excess over the standard deviation of the counts it stands in. */
  readonly significance: number;
}

export interface EnergyCourse {
  /** Counts in four windows, one entry an energy record of 200 ms. */
  readonly energy: readonly PerPanel[];
  readonly energyCps: PerPanel | null;
  /** Full width of the peak in intervals; null where it is not known. */
  readonly widthIntervals: number | null;
}

/** Energy records of the opening burst: the lane before the vehicle. */
const openingRecords = 15;
/** A flank is this long, and at least `flankMin` of it must be there. */
const flankRecords = 15;
const flankMin = 8;
/** Recorded windows keep at least .71 of their background. */
const factorMin = 0.6;
/** Half of the widest peak that is averaged, 2.4 s: beyond, a wide load says enough. */
const halfMax = 12;
/** Half of a peak whose width is not known. */
const halfOrdinary = 3;

/**
 * The spectrum of a load, as shares of its excess in the four energy windows.
 *
 * Counts of the records within half a width of the peak (of three records the largest mean), less the background as the
 * vehicle leaves it over: for each window the mean of 15 records that begin three half widths from the peak, before or
 * behind it, wherever there is less; from 0.6 to 1 of the background, and 1 where there is no such flank. Variances are
 * those of the counts at the peak.
 *
 * Null without energy background or with a window that counts nothing in it, with less than three records, and where
 * there is no excess.
 */
export const energyExcess = ({ energy, energyCps, widthIntervals }: EnergyCourse): EnergyExcess | null => {
  if (energyCps === null || Math.min(...energyCps) < leastCps) return null;
  const peak = peakRecord(energy);
  if (peak === null) return null;
  const half =
    widthIntervals === null ? halfOrdinary : Math.min(Math.max(Math.round(widthIntervals / 2), 2), halfMax);
  const records = energy.slice(Math.max(peak - half, 0), peak + half + 1);
  const counts = sumOf(records);
  const vacant = scaled(energyCps, 1 / intervalsPerSecond);
  const expected = scaled(baselineOf({ energy, peak, half, vacant }), records.length);
  const excess = mapFour(counts, (value, window) => value - expected[window]);
  const total = totalOf(excess);
  if (total <= 0) return null;
  const shares = scaled(excess, 1 / total);
  const allCounts = totalOf(counts);
  return {
    shares,
    sharesSd: mapFour(
      shares,
      (share, window) =>
        Math.sqrt(Math.max(counts[window] * (1 - 2 * share) + share * share * allCounts, 0)) / total,
    ),
    backgroundShares: scaled(energyCps, 1 / totalOf(energyCps)),
    significance: total / Math.sqrt(allCounts),
  };
};

interface Surroundings {
  readonly energy: readonly PerPanel[];
  readonly peak: number;
  readonly half: number;
  /** Background counts a record. */
  readonly vacant: PerPanel;
}

const baselineOf = ({ energy, peak, half, vacant }: Surroundings): PerPanel => {
  const before = energy.slice(
    Math.max(peak - 3 * half - flankRecords + 1, openingRecords),
    Math.max(peak - 3 * half + 1, openingRecords),
  );
  const behind = energy.slice(peak + 3 * half, peak + 3 * half + flankRecords);
  const flanks = [before, behind]
    .filter(({ length }) => length >= flankMin)
    .map((records) => scaled(sumOf(records), 1 / records.length));
  const lowest = flanks.toSorted((left, right) => totalOf(left) - totalOf(right))[0];
  if (lowest === undefined) return vacant;
  return mapFour(vacant, (counts, window) => Math.min(Math.max(lowest[window], counts * factorMin), counts));
};

/** The middle of the three neighbouring records with the most counts. */
const peakRecord = (energy: readonly PerPanel[]): number | null => {
  const totals = energy.map(totalOf);
  let peak: number | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 1; at + 1 < totals.length; at += 1) {
    const sum = (totals[at - 1] ?? 0) + (totals[at] ?? 0) + (totals[at + 1] ?? 0);
    if (sum <= most) continue;
    most = sum;
    peak = at;
  }
  return peak;
};

type Window = 0 | 1 | 2 | 3;

const mapFour = (values: PerPanel, f: (value: number, window: Window) => number): PerPanel => [
  f(values[0], 0),
  f(values[1], 1),
  f(values[2], 2),
  f(values[3], 3),
];

const scaled = (values: PerPanel, factor: number): PerPanel => mapFour(values, (value) => value * factor);

const sumOf = (records: readonly PerPanel[]): PerPanel =>
  records.reduce<PerPanel>(
    (sum, each) => mapFour(sum, (value, window) => value + each[window]),
    [0, 0, 0, 0],
  );
