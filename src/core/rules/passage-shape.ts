import { z } from "zod";
import { type PerPanel, totalOf } from "../../domain/panels.ts";
import { intervalsPerSecond, leastCps } from "./interval-window.ts";
import { pointSourceWidth } from "./matched-filter.ts";

export const passageShapeSettings = z.strictObject({
  /** d: distance of the load from the panels at its nearest, metres; half of a lane of 4.2 m. */
  distanceInM: z.number().min(0.5).max(10).default(2.1),
  /** Peaks less than this many standard deviations of the background above it have no shape. */
  peakSigmaMin: z.number().min(1).max(100).default(5),
});
export type PassageShapeSettings = z.infer<typeof passageShapeSettings>;

/** The gamma course of an occupancy so far, and what the lane had before it. */
export interface Passage {
  /** Counts per panel, one entry an interval of 200 ms. */
  readonly gamma: readonly PerPanel[];
  readonly gammaBackgroundCps: PerPanel | null;
  readonly speedKph: number | null;
}

export interface PassageShape {
  /** The interval in the middle of the three with the most counts. */
  readonly peakInterval: number;
  /** Mean counts above background of those three, all panels. */
  readonly peakExcess: number;
  /** Full width at half maximum; null while the profile has not fallen to half again, or began above it. */
  readonly widthIntervals: number | null;
  readonly widthInS: number | null;
  /** Width over 1.53·d/v, that of a point source; null where width or speed is not known. */
  readonly widthOverPoint: number | null;
  /** Counts over background of each panel in the three intervals of the peak; null for a panel that is not there. */
  readonly panelRatios: PerPanelRatio;
}

type Ratio = number | null;
export type PerPanelRatio = readonly [Ratio, Ratio, Ratio, Ratio];

/**
 * Peak, width and panel ratios of a passage: is the load a point or spread out?
 *
 * Width: e_i is the sum of the panels in interval i less the background before the occupancy. The peak is where the
 * mean of three neighbouring e is largest, its height that mean (one interval alone would be biased upwards). From it
 * outwards, each edge is where e itself first falls below half the height, interpolated linearly between the two
 * intervals. A point source at distance d and speed v has 1.53·d/v, ∝ d/(d² + v²t²)^{3/2}; a width of more than about
 * twice that is a load spread along the lane. Recorded NORM: 1.31 s (sd .06) at 8 km/h. Runkle et al., IEEE
 * Transactions on Nuclear Science 52 (2005) 3020.
 *
 * Null without background, with less than three intervals, and where the peak is below `peakSigmaMin`·√(m/3) with m
 * the background in counts an interval.
 */
export const passageShape = (settings: PassageShapeSettings, passage: Passage): PassageShape | null => {
  const { gamma, gammaBackgroundCps, speedKph } = passage;
  if (gammaBackgroundCps === null || totalOf(gammaBackgroundCps) < leastCps) return null;
  const expected = totalOf(gammaBackgroundCps) / intervalsPerSecond;
  const excess = gamma.map((counts) => totalOf(counts) - expected);
  const peak = peakOf(excess);
  if (peak === null || peak.height < settings.peakSigmaMin * Math.sqrt(expected / 3)) return null;
  const left = edge(excess, peak, -1);
  const right = edge(excess, peak, 1);
  const widthIntervals = left === null || right === null ? null : right - left;
  const widthInS = widthIntervals === null ? null : widthIntervals / intervalsPerSecond;
  return {
    peakInterval: peak.interval,
    peakExcess: peak.height,
    widthIntervals,
    widthInS,
    widthOverPoint:
      widthInS === null || speedKph === null || speedKph <= 0
        ? null
        : widthInS / ((pointSourceWidth * settings.distanceInM) / (speedKph / 3.6)),
    panelRatios: panelRatios(gamma.slice(peak.interval - 1, peak.interval + 2), gammaBackgroundCps),
  };
};

interface Peak {
  readonly interval: number;
  readonly height: number;
}

const peakOf = (excess: readonly number[]): Peak | null => {
  let peak: Peak | null = null;
  for (let interval = 1; interval + 1 < excess.length; interval += 1) {
    const sum = (excess[interval - 1] ?? 0) + (excess[interval] ?? 0) + (excess[interval + 1] ?? 0);
    if (peak === null || sum / 3 > peak.height) peak = { interval, height: sum / 3 };
  }
  return peak;
};

/** Where the profile first falls below half the height, from the peak in steps of `direction`. */
const edge = (excess: readonly number[], { interval, height }: Peak, direction: -1 | 1): number | null => {
  const half = height / 2;
  for (let at = interval; ; at += direction) {
    const outer = excess[at + direction];
    if (outer === undefined) return null;
    const inner = excess[at] ?? half;
    if (inner < half) return at;
    if (outer < half) return at + (direction * (inner - half)) / (inner - outer);
  }
};

const panelRatios = (records: readonly PerPanel[], cps: PerPanel): PerPanelRatio => {
  const ratio = (panel: 0 | 1 | 2 | 3): Ratio => {
    const expected = (cps[panel] * records.length) / intervalsPerSecond;
    if (cps[panel] < leastCps || records.length === 0) return null;
    return records.reduce((sum, counts) => sum + counts[panel], 0) / expected;
  };
  return [ratio(0), ratio(1), ratio(2), ratio(3)];
};
