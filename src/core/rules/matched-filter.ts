import { z } from "zod";
import { totalOf } from "../../domain/panels.ts";
import { intervalsPerSecond, leastCps } from "./interval-window.ts";
import type { Rule, RuleEvidence } from "./rule.ts";

export const matchedFilterSettings = z.strictObject({
  /** Threshold in standard deviations of the filtered background. */
  nSigma: z.number().min(1).max(50).default(5),
  /**
   * Speeds of the point sources looked for, km/h. A template finds sources up to twice as fast better than their own
   * does, which loses more to its mean, but later; of one 1.4 times as slow it keeps 78 %.
   */
  speedsInKph: z.array(z.number().min(1).max(60)).min(1).max(8).default([5, 8, 13]),
  /** d: distance of the source from the panels at its nearest, metres. Recorded peaks have 1.9. */
  distanceInM: z.number().min(0.5).max(10).default(2.1),
});
export type MatchedFilterSettings = z.infer<typeof matchedFilterSettings>;

export interface MatchedFilterEvidence extends RuleEvidence {
  readonly algorithm: "matched-filter";
  /** The filtered profile in standard deviations, for the template where it is largest. */
  readonly statistic: number;
  readonly threshold: number;
  /** That template's speed. No estimate of the vehicle's: longer templates often fit better than the exact one. */
  readonly speedInKph: number;
  /** The interval at the template's middle: the source was nearest then. */
  readonly peakInterval: number;
}

export const matchedFilterState = z
  .strictObject({
    /** Counts expected an interval, all panels; null where the background is not known. */
    background: z.number().nullable(),
    /** Counts of the last intervals: a ring (see `intervalWindowState`). */
    recent: z.array(z.number()).max(1101).readonly(),
    oldest: z.int().min(0),
  })
  .readonly();
export type MatchedFilterState = z.infer<typeof matchedFilterState>;

export interface Template {
  readonly speedInKph: number;
  /** Weights, one an interval: 2·half + 1 of them, symmetric, sum 0. */
  readonly weights: readonly number[];
  readonly half: number;
  /** √Σ weights². */
  readonly norm: number;
}

/** FWHM of d/(d² + v²t²)^{3/2} in units of d/v: 2·√(2^{2/3} − 1) = 1.533. */
export const pointSourceWidth = 2 * Math.sqrt(2 ** (2 / 3) - 1);

/** A template reaches this many full widths at half maximum to either side: beyond is 4 % of the peak and less. */
const reachInWidths = 1.5;
/** 5.5 times the longest template of ordinary settings. */
const halfMax = 550;

/** The zero-mean template of a point source that passes at this speed. */
export const pointSourceTemplate = (speedInKph: number, distanceInM: number): Template => {
  const passingInS = distanceInM / (speedInKph / 3.6);
  const widthIntervals = pointSourceWidth * passingInS * intervalsPerSecond;
  const half = Math.min(Math.max(Math.ceil(reachInWidths * widthIntervals), 2), halfMax);
  const shape = Array.from({ length: 2 * half + 1 }, (_, at) => {
    const phase = (at - half) / intervalsPerSecond / passingInS;
    return (1 + phase * phase) ** -1.5;
  });
  const mean = shape.reduce((sum, value) => sum + value, 0) / shape.length;
  const weights = shape.map((value) => value - mean);
  return { speedInKph, weights, half, norm: Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0)) };
};

/**
 * Running matched filter on the gamma profile: is there a peak as a passing point source makes it?
 *
 *     y_i = Σ_j h_j·n_{i−j} / √(m·Σ h_j²)      h_j ∝ d/(d² + v²t_j²)^{3/2} − mean      alarm ⇔ y > N
 *
 * n: counts of all panels in intervals of 200 ms; m: the background before the occupancy in counts an interval; one
 * template for each of `speedsInKph`, the largest y counts. Runkle et al., IEEE Transactions on Nuclear Science 52
 * (2005) 3020. Templates are symmetric with mean 0: a constant offset and a steady slope give 0, so that the suppressed
 * background under a vehicle needs no estimate, and where it bends next to nothing remains. 20,000 simulated empty
 * passes: a peak above 4 in 2.6, above 5 in 0.05 of 1,000; with a truck's dip in 0.45 and none; recorded ones reach 1.2
 * to 3.8. Of the sources that the compensated gross count half finds (0.7 of the strength that the plain one does) it
 * finds .85 at N = 5.
 *
 * Works on-line with delay: a template must have passed the source, which takes half of it, ⌈1.5 FWHM⌉ intervals
 * (1.53·d/v is the FWHM): 1.4, 2.2 and 3.6 s at 13, 8 and 5 km/h with d = 2.1 m. The shortest template decides first.
 *
 * Edges: a background of 0 is no background. σ is that of the background, so that loads of any shape, if strong
 * enough, alarm as well.
 */
export const matchedFilterRule = (
  settings: MatchedFilterSettings,
): Rule<MatchedFilterState, MatchedFilterEvidence> => {
  const templates = settings.speedsInKph.map((speed) => pointSourceTemplate(speed, settings.distanceInM));
  const lengths = templates.map(({ weights }) => weights.length);
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)];
  return {
    begin: ({ gammaCps }) => {
      const cps = gammaCps === null ? 0 : totalOf(gammaCps);
      return { background: cps >= leastCps ? cps / intervalsPerSecond : null, recent: [], oldest: 0 };
    },
    step: (state, input) => {
      if (input.kind !== "gamma") return [state, null];
      const { background } = state;
      if (background === null) return [state, { kind: "undecided", reason: "no-background" }];
      const recent = state.recent.slice();
      const isFull = recent.length === longest;
      const at = isFull ? state.oldest : recent.length;
      recent[at] = totalOf(input.counts);
      const oldest = isFull && at + 1 < longest ? at + 1 : 0;
      const next = { background, recent, oldest };
      if (recent.length < shortest) return [next, { kind: "undecided", reason: "window-not-full" }];
      const best = bestFit(templates, next, background);
      const evidence = {
        algorithm: "matched-filter",
        statistic: best.statistic,
        threshold: settings.nSigma,
        speedInKph: best.speedInKph,
        peakInterval: input.interval - best.half,
      } as const;
      return [next, { kind: "decided", alarm: evidence.statistic > evidence.threshold, evidence }];
    },
  };
};

interface Fit {
  readonly statistic: number;
  readonly speedInKph: number;
  readonly half: number;
}

/** The template with the largest y at the end of the profile, of those the profile is long enough for. */
const bestFit = (
  templates: readonly Template[],
  { recent, oldest }: MatchedFilterState,
  background: number,
): Fit => {
  let best: Fit = { statistic: Number.NEGATIVE_INFINITY, speedInKph: 0, half: 0 };
  for (const { weights, half, norm, speedInKph } of templates) {
    if (weights.length > recent.length) continue;
    // Hot loop: from the newest record backwards; templates are symmetric, so the direction is all one.
    let at = oldest === 0 ? recent.length : oldest;
    let sum = 0;
    for (const weight of weights) {
      at -= 1;
      sum += weight * (recent[at] ?? 0);
      if (at === 0) at = recent.length;
    }
    const statistic = sum / (norm * Math.sqrt(background));
    if (statistic > best.statistic) best = { statistic, speedInKph, half };
  }
  return best;
};
