import { z } from "zod";
import { type Dispersion, dispersionOf } from "./dispersion.ts";

const coarseBinInMs = 2000;

export const burstSettings = z
  .strictObject({
    /** Length of a fine bin, a divisor of 2000; a burst lasts milliseconds, so the shorter the better. */
    fineBinInMs: z.int().min(1).max(1000).default(200),
    /** Probability that independent counts at a steady rate look dispersed. */
    alpha: z.number().min(1e-6).max(0.1).default(1e-3),
  })
  .refine(({ fineBinInMs }) => coarseBinInMs % fineBinInMs === 0, {
    message: "fineBinInMs must divide 2000",
    path: ["fineBinInMs"],
  });
export type BurstSettings = z.infer<typeof burstSettings>;

/** What a series of neutron counts looks like; ends a sentence that begins with `Their`. */
export const burstFindings = {
  burst: "counts come in bursts within 2 s and the rate is steady beyond: cosmic rays rather than a source",
  varying: "rate changes over seconds, as where a source passes",
  steady: "counts come independently at a steady rate",
  "too-few-counts": "counts are too few, or too short, to say whether they come in a burst",
} as const;
export type BurstFinding = keyof typeof burstFindings;

export interface BurstAdvice {
  readonly finding: BurstFinding;
  /** Over bins of `fineBinInMs`, or null where nothing can be said. */
  readonly fine: Dispersion | null;
  /** Over bins of 2 s of the same counts. */
  readonly coarse: Dispersion | null;
}

/** 8 192 fine bins: 27 min of 200 ms. Of a longer series the last are judged. */
export const fineBinsMax = 8_192;

const coarseBinsMin = 3;

/** Of fewer counts a pair by accident would be a burst. */
const countsMin = 5;

/**
 * Cosmic-ray burst veto (the ship effect): a cosmic ray that strikes much metal frees many neutrons at once, which are
 * counted within milliseconds. Their variance over mean stands out in fine bins and vanishes among the counts of 2 s
 * bins; a passing source does the reverse.
 *
 *     burst ⇔ index(fine bins) > limit and index(2 s bins) ≤ limit      index = variance/mean
 *
 * The limit is exceeded with probability α at the most by independent counts at a steady rate: exact (conditional on
 * the total) at few counts a bin, that of chi-square with bins − 1 degrees of freedom, divided by these, at many
 * (Fisher's index of dispersion). Kouzes et al., NIM A 587 (2008) 89.
 *
 * A burst so large that it shows in 2 s bins too is `varying`: the advice errs on the side of the source.
 * @param fineCounts counts of all banks, one entry a fine bin, oldest first. The oldest that fill no 2 s bin are left.
 */
export const judgeBurst = (fineCounts: readonly number[], settings: BurstSettings): BurstAdvice => {
  const binsPerCoarse = coarseBinInMs / settings.fineBinInMs;
  const coarseBins = Math.floor(Math.min(fineCounts.length, fineBinsMax) / binsPerCoarse);
  if (coarseBins < coarseBinsMin) return { finding: "too-few-counts", fine: null, coarse: null };
  const judged = fineCounts.slice(-coarseBins * binsPerCoarse);
  const fine = dispersionOf(judged, settings.alpha);
  const coarse = dispersionOf(regrouped(judged, binsPerCoarse), settings.alpha);
  return { finding: findingOf(fine, coarse), fine, coarse };
};

const findingOf = (fine: Dispersion | null, coarse: Dispersion | null): BurstFinding => {
  if (fine === null || coarse === null || fine.counts < countsMin) return "too-few-counts";
  if (coarse.index > coarse.limit) return "varying";
  return fine.index > fine.limit ? "burst" : "steady";
};

const regrouped = (series: readonly number[], size: number): readonly number[] => {
  const sums: number[] = [];
  for (let start = 0; start < series.length; start += size) {
    let sum = 0;
    for (let at = start; at < start + size; at += 1) sum += series[at] ?? 0;
    sums.push(sum);
  }
  return sums;
};
