import { z } from "zod";
import { type PerPanel, totalOf } from "../../domain/panels.ts";
import { intervalsPerSecond } from "./interval-window.ts";
import { noBackground, type Rule, type RuleEvidence } from "./rule.ts";

export const cusumSettings = z.strictObject({
  /** k: half the shift to be found, in standard deviations of one interval. */
  reference: z.number().min(0).max(10).default(0.5),
  /**
   * h: the sum that is an alarm, in standard deviations of one interval. At k = 0.5 a false alarm comes in 0.08 of
   * unshielded occupancies of 60 intervals at h = 5, in 0.0067 at 8, in 0.0015 at 10, in 0.0004 at 12.
   */
  limit: z.number().positive().max(1000).default(10),
});
export type CusumSettings = z.infer<typeof cusumSettings>;

export interface CusumEvidence extends RuleEvidence {
  readonly algorithm: "cusum";
  /** S with this interval in it. */
  readonly statistic: number;
  /** h. */
  readonly threshold: number;
  /** Counts of all panels in this interval. */
  readonly counts: number;
  /** Counts expected in an interval. */
  readonly background: number;
  /** (counts − background)/√background of this interval. */
  readonly z: number;
}

export const cusumState = z.strictObject({
  /** Counts expected in an interval; null where the background is not known. */
  background: z.number().nullable(),
  sum: z.number(),
});
export type CusumState = z.infer<typeof cusumState>;

/** One step of the one-sided cumulative sum: S ← max(0, S + z − k). For any series of standardised values. */
export const cusumStep = (sum: number, z: number, reference: number): number =>
  Math.max(0, sum + z - reference);

const expectedCounts = (gammaCps: PerPanel): number => totalOf(gammaCps) / intervalsPerSecond;

/**
 * One-sided cumulative sum on gamma counts: for sources that are weak and long in view, where no single window stands
 * out.
 *
 *     S ← max(0, S + z − k)      z = (n − m)/√m      alarm ⇔ S > h
 *
 * n: counts of all panels in one interval of 200 ms. m: the background before the occupancy in counts an interval. S is
 * 0 at the first interval of an occupancy and goes on after an alarm. Average run length to a false alarm at k = 0.5:
 * 335 intervals at h = 4, 931 at h = 5; at a shift of 1 σ an alarm comes after 8.38 and 10.38 intervals. Page,
 * Biometrika 41 (1954) 100.
 *
 * Edges: m below 1 counts as 1 under the root, so that a background of 0 gives z = n. A shielding vehicle keeps S at 0.
 */
export const cusumRule = (settings: CusumSettings): Rule<CusumState, CusumEvidence> => ({
  begin: ({ gammaCps }) => ({ background: gammaCps === null ? null : expectedCounts(gammaCps), sum: 0 }),
  step: (state, input) => {
    if (input.kind !== "gamma") return null;
    if (state.background === null) return noBackground;
    const { background } = state;
    const counts = totalOf(input.counts);
    const z = (counts - background) / Math.sqrt(Math.max(background, 1));
    const statistic = cusumStep(state.sum, z, settings.reference);
    state.sum = statistic;
    const threshold = settings.limit;
    const evidence = { algorithm: "cusum", statistic, threshold, counts, background, z } as const;
    return { kind: "decided", alarm: statistic > threshold, evidence };
  },
});
