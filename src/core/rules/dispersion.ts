import { sum, sumNthPowerDeviations } from "simple-statistics";
import { chiSquareQuantile } from "./exact-tails.ts";

/** How far the counts of equal bins scatter, against counts that come independently of each other. */
export interface Dispersion {
  readonly bins: number;
  readonly counts: number;
  /** Variance over mean, (1/(bins − 1))·Σ(n − mean)²/mean; 1 on average for independent counts at a steady rate. */
  readonly index: number;
  /** The largest index that independent counts at a steady rate do not exceed with probability 1 − α. */
  readonly limit: number;
  readonly limitFrom: "exact" | "chi-square";
}

/** At least 2 bins and 1 count, or null: nothing can be said of less. */
export const dispersionOf = (series: readonly number[], alpha: number): Dispersion | null => {
  const bins = series.length;
  const counts = sum(series);
  if (bins < 2 || counts < 1) return null;
  const index = sumNthPowerDeviations(series, 2) / (bins - 1) / (counts / bins);
  const pairs = pairLimit(counts, bins, alpha);
  return pairs === null
    ? {
        bins,
        counts,
        index,
        limit: chiSquareQuantile(1 - alpha, bins - 1) / (bins - 1),
        limitFrom: "chi-square",
      }
    : { bins, counts, index, limit: indexOfPairs(pairs, counts, bins), limitFrom: "exact" };
};

/** Σn² = counts + 2·pairs, where pairs are those of counts in the same bin. A little is added for rounding. */
const indexOfPairs = (pairs: number, counts: number, bins: number): number =>
  ((bins * (counts + 2 * pairs)) / counts - counts) / (bins - 1) + 1e-9;

/** A probability that is treated as 0. */
const negligible = 1e-18;

/**
 * Steps of the hot loop below, about 50 ms of one core. Beyond, the chi-square limit is taken: at α = 0.001 independent
 * counts then exceed it with a probability of 0.0015 (1.3 counts a bin, 100 bins) to 0.003 (0.13 a bin, 1 000 bins).
 */
const stepsMax = 1e7;

/** From this many counts a bin on, the chi-square limit is good to a tenth of α = 0.001. */
const chiSquareMeanMin = 5;

/**
 * The largest number of pairs that stays under the limit: P(pairs > limit) ≤ α for `counts` that fall into `bins`
 * independently and evenly. Exact, by adding bin after bin to the joint distribution of counts and pairs; Poisson
 * weights divided by that of the total are the multinomial ones. Null where there are too many counts for it or they
 * are many enough for chi-square.
 */
export const pairLimit = (counts: number, bins: number, alpha: number): number | null => {
  const mean = counts / bins;
  if (mean >= chiSquareMeanMin) return null;
  // Mean and deviation of the pairs; beyond the cap all is lumped, which costs nothing where the limit is below it.
  const expected = (counts * (counts - 1)) / (2 * bins);
  const cap = Math.ceil(expected + 8 * Math.sqrt(expected) + 12);
  const largest = Math.min(counts, Math.floor((1 + Math.sqrt(1 + 8 * cap)) / 2));
  if ((counts + 1) * (cap + 1) * (largest + 1) * bins > stepsMax) return null;
  const weights = poissonWeights(mean, largest);
  let table = new Float64Array((counts + 1) * (cap + 1));
  table[0] = 1;
  for (let bin = 0; bin < bins; bin += 1) table = withOneBin(table, weights, cap);
  return limitIn(table.subarray(counts * (cap + 1)), totalWeight(counts), alpha);
};

/**
 * Hot loop, on typed arrays it owns. Rows are counts so far, columns pairs so far; more pairs than the last column, or
 * more counts than the last row, are dropped. So is what no sum of them could bring to a millionth of any α.
 */
const withOneBin = (
  table: Float64Array<ArrayBuffer>,
  weights: Float64Array,
  cap: number,
): Float64Array<ArrayBuffer> => {
  const width = cap + 1;
  const next = new Float64Array(table.length);
  for (let at = 0; at < table.length; at += 1) {
    const from = table[at] ?? 0;
    if (from < negligible) continue;
    let room = cap - (at % width);
    let to = at;
    for (let added = 0; added < weights.length && to < table.length; added += 1) {
      next[to] = (next[to] ?? 0) + from * (weights[added] ?? 0);
      // One count more in this bin is a row down, and makes a pair with each that is there already.
      room -= added;
      if (room < 0) break;
      to += width + added;
    }
  }
  return next;
};

const limitIn = (pairsWeights: Float64Array, total: number, alpha: number): number | null => {
  let above = 1;
  for (const [pairs, weight] of pairsWeights.entries()) {
    above -= weight / total;
    if (above <= alpha) return pairs;
  }
  return null;
};

/** Poisson probabilities of 0 to `largest` counts. */
const poissonWeights = (mean: number, largest: number): Float64Array => {
  const weights = new Float64Array(largest + 1);
  weights[0] = Math.exp(-mean);
  for (let n = 1; n <= largest; n += 1) weights[n] = ((weights[n - 1] ?? 0) * mean) / n;
  return weights;
};

/** Poisson probability of `counts` where `counts` are expected; by factors near 1, so that nothing under- or overflows. */
const totalWeight = (counts: number): number => {
  let weight = 1;
  for (let n = 1; n <= counts; n += 1) weight *= counts / n / Math.E;
  return weight;
};
