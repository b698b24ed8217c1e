import { z } from "zod";
import type { PerPanel } from "../../domain/panels.ts";
import { chiSquareQuantile } from "./exact-tails.ts";
import {
  emptyWindow,
  intervalsPerSecond,
  intervalWindowState,
  isFull,
  leastCps,
  perPanelState,
  slide,
  windowIntervalsMax,
} from "./interval-window.ts";
import { noBackground, type Rule, type RuleEvidence, tooFewCounts, windowNotFull } from "./rule.ts";

const depth = z.number().min(0).max(0.9);

export const spectralRatiosSettings = z.strictObject({
  /** Probability that D² of a background exceeds its threshold, a decision. */
  alpha: z.number().min(1e-12).max(0.1).default(1e-4),
  /** Energy records of 200 ms that are summed. */
  windowIntervals: z.int().min(1).max(windowIntervalsMax).default(15),
  /**
   * Seconds the portal's energy background is averaged over; its own variance is added. Recorded values are multiples
   * of 1/20 cps.
   */
  backgroundSeconds: z.number().min(1).max(3600).default(20),
  /**
   * How much of the background a heavy vehicle takes away in each window, lowest energy first. Equal values have no
   * effect on any ratio; the default is the mean of recorded passes in mid-vehicle.
   */
  suppressionDepths: z.tuple([depth, depth, depth, depth]).default([0.27, 0.19, 0.12, 0.05]),
});
export type SpectralRatiosSettings = z.infer<typeof spectralRatiosSettings>;

export interface SpectralRatiosEvidence extends RuleEvidence {
  readonly algorithm: "spectral-ratios";
  /** D². */
  readonly statistic: number;
  readonly threshold: number;
  /** α_2, α_3, α_4: counts of the first window above those that each other window leads one to expect. */
  readonly excesses: readonly [number, number, number];
  /** Counts of the four windows. */
  readonly counts: PerPanel;
}

/** Upper triangle of a symmetric 3 × 3 matrix: 22, 23, 24, 33, 34, 44 in the numbers of the energy windows. */
export type Symmetric3 = readonly [number, number, number, number, number, number];

const symmetric3State = z
  .tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])
  .readonly();

export const spectralRatiosState = z.strictObject({
  basis: z
    .discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("known"),
        background: perPanelState.readonly(),
        inverse: symmetric3State,
      }),
      z.strictObject({
        kind: z.literal("unknown"),
        reason: z.literal(["no-background", "too-few-counts"]),
      }),
    ])
    .readonly(),
  window: intervalWindowState,
});
export type SpectralRatiosState = z.infer<typeof spectralRatiosState>;

/** Counts expected in the window below which counts are too far from normal for a chi-square threshold. */
const expectedCountsMin = 5;

/**
 * Spectral comparison ratios: has the spectrum changed its shape?
 *
 *     α_k = c_1 − (b_1/b_k)·c_k, k = 2..4      D² = αᵀ Σ⁻¹ α      alarm ⇔ D² > χ²_3(1 − alpha)
 *
 * c: counts over the last `windowIntervals` energy records, b: background counts expected in that time t. Pfund et al.,
 * Journal of Radioanalytical and Nuclear Chemistry 276 (2008) 713. What changes all windows by one factor leaves every
 * α_k at 0. Σ, from the Poisson variances of the background:
 *
 *     Σ_kl = (1 + t/t_b)·(b_1 + δ_kl·b_1²/b_k) + v_k·v_l      v_k = b_1·(s_k − s_1)
 *
 * The first factor is the variance of the background itself, averaged over t_b = `backgroundSeconds`. The last term is
 * nuisance rejection: a vehicle shields window k by the share s_k, which is *not* the same for all windows. Without it
 * (equal `suppressionDepths`) recorded empty passes reach D² = 18 to 55, and with it 3 to 11: a shift along v counts as
 * one standard deviation at full depth. Without that term D² is Pearson's Σ(c_k − b_k·r)²/b_k with r = Σc/Σb.
 * Σ⁻¹ is worked out once an occupancy, the threshold once.
 *
 * The direction of v is near that of thorium and uranium loads, which raise low energies most: weak ones of these stay
 * silent. Simulated trucks with an excess of 0.45 backgrounds at the peak: found are 57Co 1.00, 60Co .97, 137Cs .7,
 * granite and potash .02 to .06; at 0.9 all but potash (.3). Empty ones: 0 of 1,000.
 *
 * Edges: a background of 0 in any window is no background; less than 5 counts expected in one is too few.
 */
export const spectralRatiosRule = (
  settings: SpectralRatiosSettings,
): Rule<SpectralRatiosState, SpectralRatiosEvidence> => {
  const threshold = chiSquareQuantile(1 - settings.alpha, 3);
  return {
    begin: ({ energyCps }) => ({ basis: basisOf(settings, energyCps), window: emptyWindow() }),
    step: ({ basis, window }, input) => {
      if (input.kind !== "energy") return null;
      if (basis.kind === "unknown") return basis.reason === "no-background" ? noBackground : tooFewCounts;
      slide(window, input.counts, settings.windowIntervals);
      if (!isFull(window, settings.windowIntervals)) return windowNotFull;
      const { totals } = window;
      const counts: PerPanel = [totals[0], totals[1], totals[2], totals[3]];
      const excesses = excessesOf(counts, basis.background);
      const statistic = quadraticForm(basis.inverse, excesses);
      const evidence = { algorithm: "spectral-ratios", statistic, threshold, excesses, counts } as const;
      return { kind: "decided", alarm: statistic > threshold, evidence };
    },
  };
};

const basisOf = (
  settings: SpectralRatiosSettings,
  energyCps: PerPanel | null,
): SpectralRatiosState["basis"] => {
  if (energyCps === null || Math.min(...energyCps) < leastCps)
    return { kind: "unknown", reason: "no-background" };
  const seconds = settings.windowIntervals / intervalsPerSecond;
  const [b1, b2, b3, b4] = energyCps;
  const background: PerPanel = [b1 * seconds, b2 * seconds, b3 * seconds, b4 * seconds];
  if (Math.min(...background) < expectedCountsMin) return { kind: "unknown", reason: "too-few-counts" };
  return { kind: "known", background, inverse: inverseOf(covarianceOf(settings, background)) };
};

const excessesOf = (c: PerPanel, b: PerPanel): readonly [number, number, number] => [
  c[0] - (b[0] / b[1]) * c[1],
  c[0] - (b[0] / b[2]) * c[2],
  c[0] - (b[0] / b[3]) * c[3],
];

/** Σ as `spectralRatiosRule` has it; `background` in counts a window. */
export const covarianceOf = (settings: SpectralRatiosSettings, background: PerPanel): Symmetric3 => {
  const [b1, b2, b3, b4] = background;
  const [s1, s2, s3, s4] = settings.suppressionDepths;
  const inflation = 1 + settings.windowIntervals / intervalsPerSecond / settings.backgroundSeconds;
  const common = inflation * b1;
  const own = common * b1;
  const v2 = b1 * (s2 - s1);
  const v3 = b1 * (s3 - s1);
  const v4 = b1 * (s4 - s1);
  return [
    common + own / b2 + v2 * v2,
    common + v2 * v3,
    common + v2 * v4,
    common + own / b3 + v3 * v3,
    common + v3 * v4,
    common + own / b4 + v4 * v4,
  ];
};

/** The inverse by cofactors: adjugate over determinant. Σ is positive definite, so the determinant is above 0. */
export const inverseOf = ([a, b, c, d, e, f]: Symmetric3): Symmetric3 => {
  const cofactorA = d * f - e * e;
  const cofactorB = c * e - b * f;
  const cofactorC = b * e - c * d;
  const determinant = a * cofactorA + b * cofactorB + c * cofactorC;
  return [
    cofactorA / determinant,
    cofactorB / determinant,
    cofactorC / determinant,
    (a * f - c * c) / determinant,
    (b * c - a * e) / determinant,
    (a * d - b * b) / determinant,
  ];
};

const quadraticForm = (m: Symmetric3, v: readonly [number, number, number]): number =>
  m[0] * v[0] * v[0] +
  m[3] * v[1] * v[1] +
  m[5] * v[2] * v[2] +
  2 * (m[1] * v[0] * v[1] + m[2] * v[0] * v[2] + m[4] * v[1] * v[2]);
