import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";
import chiSquareQuantileOf from "@stdlib/stats-base-dists-chisquare-quantile";
import normalQuantileOf from "@stdlib/stats-base-dists-normal-quantile";
import poissonQuantile from "@stdlib/stats-base-dists-poisson-quantile";
import regularizedBeta from "@stdlib/math-base-special-betainc";
import regularizedGamma from "@stdlib/math-base-special-gammainc";

/**
 * Exact tail probabilities of counting statistics. The functions are those of stdlib; here they only get the names and
 * the sides that alarm rules need. An upper tail is never 1 − cdf, which has no digits left below about 1e-16: it is
 * the complementary incomplete gamma or beta function itself (Abramowitz and Stegun, 26.4.21 and 26.5.24).
 */

/** P(X ≥ k) for X ~ Poisson(mean) and a whole `k`; the regularized lower incomplete gamma function at (k, mean). */
export const poissonUpperTail = (k: number, mean: number): number => {
  if (k <= 0) return 1;
  if (mean === 0) return 0;
  return regularizedGamma(mean, k, true, false);
};

/** Below this, 1 − alpha has too few digits left to start a search from. */
export const alphaMin = 1e-12;

/**
 * T(m, α) = min{k : P(X ≥ k | m) ≤ α}, X ~ Poisson(m): the smallest count that background alone reaches with
 * probability α at the most. T(0, α) = 1.
 * @param mean expected counts, from 0 to about 1e9.
 * @param alpha from `alphaMin` to below 1.
 */
export const poissonThreshold = (mean: number, alpha: number): number => {
  // The quantile is taken of 1 − α, which is rounded: the two loops put right what that costs, at most a step or two.
  let k = poissonQuantile(1 - alpha, mean) + 1;
  while (k > 1 && poissonUpperTail(k - 1, mean) <= alpha) k -= 1;
  while (poissonUpperTail(k, mean) > alpha) k += 1;
  return k;
};

/** P(X ≥ successes) for X ~ Binomial(trials, probability) and whole `successes` and `trials`. */
export const binomialUpperTail = (successes: number, trials: number, probability: number): number => {
  if (successes <= 0) return 1;
  if (successes > trials) return 0;
  return regularizedBeta(probability, successes, trials - successes + 1, true, false);
};

export interface OnOffMeasurement {
  /** Counts of the background measurement. */
  readonly offCounts: number;
  /** t_on / (t_on + t_off), above 0 and below 1. */
  readonly onShare: number;
}

/**
 * The smallest n_on with P(Bin(n_on + n_off, q) ≥ n_on) ≤ α: counts that a source-free measurement reaches with
 * probability α at the most, whatever the true background, given the n_off that were counted to estimate it.
 * Przyborowski and Wilenski, Biometrika 31 (1940) 313.
 */
export const onOffThreshold = ({ offCounts, onShare }: OnOffMeasurement, alpha: number): number => {
  const tail = (onCounts: number): number => binomialUpperTail(onCounts, onCounts + offCounts, onShare);
  // The tail falls as the counts grow. From a normal guess steps are doubled until it is on the other side, then halved:
  // tail(below) > α ≥ tail(reached).
  const ratio = onShare / (1 - onShare);
  const spread = Math.sqrt((offCounts + 1) * ratio * (1 + ratio));
  let below = Math.max(0, Math.round(offCounts * ratio + normalQuantile(1 - alpha) * spread));
  let reached = below + 1;
  for (let step = 1; tail(reached) > alpha; step *= 2) {
    below = reached;
    reached += step;
  }
  for (let step = 1; below > 0 && tail(below) <= alpha; step *= 2) {
    reached = below;
    below = Math.max(0, below - step);
  }
  while (reached - below > 1) {
    const middle = Math.floor((below + reached) / 2);
    if (tail(middle) > alpha) below = middle;
    else reached = middle;
  }
  return reached;
};

export interface ProportionBounds {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The two-sided Clopper–Pearson interval of a proportion. One-sided bounds at confidence c are those of the two-sided
 * interval at 2c − 1. No trials say nothing: 0 to 1.
 * @param confidence above 0 and below 1, say 0.95.
 */
export const clopperPearson = (successes: number, trials: number, confidence: number): ProportionBounds => {
  const failures = trials - successes;
  const side = (1 - confidence) / 2;
  return {
    lower: successes === 0 ? 0 : betaQuantile(side, successes, failures + 1),
    upper: failures === 0 ? 1 : 1 - betaQuantile(side, failures, successes + 1),
  };
};

/** The x with P(X ≤ x) = probability, X chi-square distributed. */
export const chiSquareQuantile = (probability: number, degreesOfFreedom: number): number =>
  chiSquareQuantileOf(probability, degreesOfFreedom);

/** The x with P(X ≤ x) = probability, X standard normal. */
export const normalQuantile = (probability: number): number => normalQuantileOf(probability, 0, 1);

/** 512 numbers and their results, some 40 kB; a lane's neutron background has some hundred values in a day. */
const rememberedMax = 512;

/**
 * A function of one number that remembers what it has worked out: backgrounds are whole counts over a fixed time, so that
 * the same ones come again and again. At the bound it begins anew.
 */
export const remembering = <T>(workOut: (value: number) => T): ((value: number) => T) => {
  const known = new Map<number, { readonly result: T }>();
  return (value) => {
    const found = known.get(value);
    if (found !== undefined) return found.result;
    if (known.size >= rememberedMax) known.clear();
    const result = workOut(value);
    known.set(value, { result });
    return result;
  };
};
