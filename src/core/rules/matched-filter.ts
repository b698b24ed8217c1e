import { z } from "zod";
import { totalOf } from "../../domain/panels.ts";
import { intervalsPerSecond, leastCps } from "./interval-window.ts";
import { noBackground, type Rule, type RuleEvidence, windowNotFull } from "./rule.ts";

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

/** So that dropping costs next to nothing and the records stand in one piece. */
const spareIntervals = 64;

export const matchedFilterState = z.strictObject({
  /** Counts expected an interval, all panels; null where the background is not known. */
  background: z.number().nullable(),
  /** Counts of the last intervals, the newest last; what no template reaches is dropped `spareIntervals` at a time. */
  recent: z.array(z.number()).max(1101 + spareIntervals),
});
export type MatchedFilterState = z.infer<typeof matchedFilterState>;

/** Counts expected an interval from which none at all is no chance. */
const silenceMeansDeadFrom = 20;

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
 * Edges: a background of 0 is no background. An interval without any count where 20 and more are expected is a portal
 * that has died (chance gives 2e-9): its edge would look like a peak, so that the profile begins anew. σ is that of the background, so that loads of any shape, if strong
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
      return { background: cps >= leastCps ? cps / intervalsPerSecond : null, recent: [] };
    },
    step: (state, input) => {
      if (input.kind !== "gamma") return null;
      const { background, recent } = state;
      if (background === null) return noBackground;
      if (recent.length === longest + spareIntervals) recent.splice(0, spareIntervals);
      const counts = totalOf(input.counts);
      if (counts === 0 && background >= silenceMeansDeadFrom) {
        recent.length = 0;
        return windowNotFull;
      }
      recent.push(counts);
      if (recent.length < shortest) return windowNotFull;
      let best = templates[0];
      let statistic = Number.NEGATIVE_INFINITY;
      for (const template of templates) {
        if (template.weights.length > recent.length) continue;
        const fit = filtered(template, recent) / (template.norm * Math.sqrt(background));
        if (fit <= statistic) continue;
        statistic = fit;
        best = template;
      }
      if (best === undefined) return windowNotFull;
      const evidence = {
        algorithm: "matched-filter",
        statistic,
        threshold: settings.nSigma,
        speedInKph: best.speedInKph,
        peakInterval: input.interval - best.half,
      } as const;
      return { kind: "decided", alarm: statistic > settings.nSigma, evidence };
    },
  };
};

/** Σ h_j·n_{i−j}. Hot loop: templates are symmetric, so that each weight but the middle one serves two records. */
const filtered = ({ weights, half }: Template, recent: readonly number[]): number => {
  const newest = recent.length - 1;
  const oldest = newest - 2 * half;
  let sum = (weights[half] ?? 0) * (recent[newest - half] ?? 0);
  for (let j = 0; j < half; j += 1) {
    sum += (weights[j] ?? 0) * ((recent[newest - j] ?? 0) + (recent[oldest + j] ?? 0));
  }
  return sum;
};
