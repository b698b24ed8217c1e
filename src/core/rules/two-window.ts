import { z } from "zod";
import type { PerPanel } from "../../domain/panels.ts";
import { binomialUpperTail, normalQuantile } from "./exact-tails.ts";
import {
  emptyWindow,
  intervalWindowState,
  isFull,
  leastCps,
  slide,
  windowIntervalsMax,
} from "./interval-window.ts";
import { noBackground, type Rule, type RuleEvidence, tooFewCounts, windowNotFull } from "./rule.ts";

/** Energy windows by their number, lowest energy first. */
const energyWindows = z.array(z.literal([1, 2, 3, 4])).min(1);

export const twoWindowSettings = z
  .strictObject({
    /**
     * Windows whose share is judged. [1, 2] against [3, 4] finds all gamma sources below about 700 keV; [1] against
     * [2, 3, 4] is better for 57Co and 99mTc alone.
     */
    lowWindows: energyWindows.default([1, 2]),
    highWindows: energyWindows.default([3, 4]),
    /** α: probability of a false alarm a decision at the most, should p0 be right. */
    alpha: z.number().min(1e-12).max(0.1).default(1e-5),
    /** Energy records of 200 ms that are summed. */
    windowIntervals: z.int().min(1).max(windowIntervalsMax).default(15),
  })
  .refine(
    ({ lowWindows, highWindows }) => {
      const all = [...lowWindows, ...highWindows];
      return new Set(all).size === all.length;
    },
    { message: "each energy window once", path: ["highWindows"] },
  );
export type TwoWindowSettings = z.infer<typeof twoWindowSettings>;

export interface TwoWindowEvidence extends RuleEvidence {
  readonly algorithm: "two-window";
  /** c_L. */
  readonly statistic: number;
  /** The largest c_L that is no alarm, given c_L + c_H; see `twoWindowRule` for how exact it is. */
  readonly threshold: number;
  /** c_L + c_H. */
  readonly counts: number;
  /** p0: share of the low windows in the background. */
  readonly backgroundShare: number;
  /** (c_L − p0·n)/√(n·p0·(1 − p0)), for people; nothing is decided on it. */
  readonly z: number;
}

export const twoWindowState = z.strictObject({
  /** p0, and the n from which c_L = n would be an alarm; null where the background is not known. */
  basis: z.strictObject({ share: z.number(), countsMin: z.number() }).readonly().nullable(),
  window: intervalWindowState,
});
export type TwoWindowState = z.infer<typeof twoWindowState>;

/**
 * Two-window ratio test: is the share of low energies too large for the background's?
 *
 *     c_L ~ Binomial(n, p0) given n = c_L + c_H      p0 = b_L/(b_L + b_H)      alarm ⇔ P(Bin(n, p0) ≥ c_L) ≤ α
 *
 * Counts over the last `windowIntervals` energy records; b from the last energy background before the occupancy. What
 * changes all windows in proportion changes n and not the share. Two-proportion test in its exact conditional form:
 * Lehmann and Romano, Testing Statistical Hypotheses, 4.4.
 *
 * The decision is exact. Thresholds come from a table in n (see `shareThresholds`); where c_L is near, the exact tail
 * decides and `threshold` is exact too, elsewhere it may be off by 2 counts and 1 % of its distance from p0·n.
 *
 * p0 is an estimate. Its variance p0(1 − p0)/N from N background counts adds to that of c_L/n, so that the true
 * false-alarm probability a decision is that of a normal tail at z_α/√(1 + n/N): with 3 s against a background of 20 s,
 * α = 1e-5 becomes 3.5e-5. A vehicle works the other way: it shields low energies more (recorded: share .636 → .60 in
 * mid-vehicle, 5 σ of 3 s), which keeps the rule silent and costs it weak sources there.
 *
 * Edges: a background with nothing in the low or in the high windows has no share and is no background; too few counts
 * where not even c_L = n would be an alarm.
 */
export const twoWindowRule = (settings: TwoWindowSettings): Rule<TwoWindowState, TwoWindowEvidence> => {
  const sumLow = summing(settings.lowWindows);
  const sumHigh = summing(settings.highWindows);
  const thresholdOf = shareThresholds(settings.alpha);
  return {
    begin: ({ energyCps }) => {
      const low = energyCps === null ? 0 : sumLow(energyCps);
      const high = energyCps === null ? 0 : sumHigh(energyCps);
      if (Math.min(low, high) < leastCps) return { basis: null, window: emptyWindow() };
      const share = low / (low + high);
      return {
        basis: { share, countsMin: Math.log(settings.alpha) / Math.log(share) },
        window: emptyWindow(),
      };
    },
    step: ({ basis, window }, input) => {
      if (input.kind !== "energy") return null;
      if (basis === null) return noBackground;
      slide(window, input.counts, settings.windowIntervals);
      if (!isFull(window, settings.windowIntervals)) return windowNotFull;
      const low = sumLow(window.totals);
      const counts = low + sumHigh(window.totals);
      if (counts < basis.countsMin) return tooFewCounts;
      const threshold = thresholdOf(counts, basis.share, low);
      const evidence = {
        algorithm: "two-window",
        statistic: low,
        threshold,
        counts,
        backgroundShare: basis.share,
        z: (low - counts * basis.share) / spread(counts, basis.share),
      } as const;
      return { kind: "decided", alarm: low > threshold, evidence };
    },
  };
};

const summing = (windows: readonly (1 | 2 | 3 | 4)[]): ((values: PerPanel) => number) => {
  const weight = (window: 1 | 2 | 3 | 4): number => (windows.includes(window) ? 1 : 0);
  const [a, b, c, d] = [weight(1), weight(2), weight(3), weight(4)];
  return (values) => values[0] * a + values[1] * b + values[2] * c + values[3] * d;
};

/** Standard deviation of Bin(counts, share), at least that of a quarter count. */
const spread = (counts: number, share: number): number =>
  Math.sqrt(Math.max(counts * share * (1 - share), 0.25));

/** The largest c_L that is no alarm, of n, p0, and the c_L that will be compared. */
export type ShareThreshold = (counts: number, share: number, low: number) => number;

/** Nodes of the table: n = 64, 128, …; below the first the threshold is worked out exactly each time. */
const firstNode = 64;
/** The last node is beyond 50 records of four full fields. */
const lastDoubling = 22;
/** Shares are tabulated to this many steps; the exact tail makes up for the rest. */
const shareSteps = 256;

/**
 * The largest c_L that is no alarm, k(n, p0), as a function that remembers. With k = p0·n + d the distance d is all but
 * linear in √n and changes little with p0, so that few nodes (n doubling, p0 in steps of 1/256) give d within 2 counts
 * and 1 %; a question nearer to the threshold than that is answered by the exact tail.
 *
 * A node is worked out when it is first needed. At most 255 rows of 184 bytes; a lane sees a few rows in a day.
 */
export const shareThresholds = (alpha: number): ShareThreshold => {
  const zAlpha = normalQuantile(1 - alpha);
  const rows = new Map<number, Float64Array>();
  let lastStep = -1;
  let lastRow: Float64Array = new Float64Array(0);
  const rowOf = (step: number): Float64Array => {
    if (step === lastStep) return lastRow;
    let row = rows.get(step);
    if (row === undefined) rows.set(step, (row = new Float64Array(lastDoubling + 1).fill(Number.NaN)));
    lastStep = step;
    lastRow = row;
    return row;
  };
  const nodeDistance = (doubling: number, step: number): number => {
    const row = rowOf(step);
    const known = row[doubling] ?? Number.NaN;
    if (!Number.isNaN(known)) return known;
    const counts = firstNode * 2 ** doubling;
    const share = step / shareSteps;
    const guess = counts * share + zAlpha * spread(counts, share);
    const distance = exactThreshold({ counts, share }, alpha, guess) - counts * share;
    row[doubling] = distance;
    return distance;
  };
  return (counts, share, low) => {
    const mean = counts * share;
    if (counts < firstNode)
      return exactThreshold({ counts, share }, alpha, mean + zAlpha * spread(counts, share));
    const step = Math.min(Math.max(Math.round(share * shareSteps), 1), shareSteps - 1);
    // The doublings of `firstNode` in `counts`, which is whole and below 2³¹: the place of its highest bit.
    const doubling = Math.min(31 - Math.clz32(counts / firstNode), lastDoubling - 1);
    const below = nodeDistance(doubling, step);
    const above = nodeDistance(doubling + 1, step);
    const place = (Math.sqrt(counts / (firstNode * (1 << doubling))) - 1) / (Math.SQRT2 - 1);
    const distance = below + (above - below) * place;
    const threshold = Math.round(mean + distance);
    const isNear = Math.abs(low - mean - distance) <= 2 + 0.01 * Math.abs(distance);
    const isCoarse = Math.min(share, 1 - share) * shareSteps < 8;
    return isNear || isCoarse ? exactThreshold({ counts, share }, alpha, threshold) : threshold;
  };
};

/** The smallest k with P(Bin(n, p0) > k) ≤ α, from a guess that is a few counts off at the most. */
const exactThreshold = (
  { counts, share }: { readonly counts: number; readonly share: number },
  alpha: number,
  guess: number,
): number => {
  let k = Math.min(Math.max(Math.round(guess), 0), counts);
  while (k > 0 && binomialUpperTail(k, counts, share) <= alpha) k -= 1;
  while (k < counts && binomialUpperTail(k + 1, counts, share) > alpha) k += 1;
  return k;
};
