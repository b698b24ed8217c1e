import { z } from "zod";
import { alphaMin, poissonThreshold, remembering } from "./exact-tails.ts";
import {
  emptySeconds,
  expectedNeutronCps,
  secondWindowState,
  slideSeconds,
  standardScore,
  truncationAllowanceCps,
  windowSeconds,
} from "./neutron-window.ts";
import { noBackground, type Rule, type RuleEvidence, windowNotFull } from "./rule.ts";

export const neutronPoissonSettings = z.strictObject({
  /** Seconds that are summed. The first decision comes when they are full. */
  windowSeconds,
  /** α: probability of a false alarm a decision at the most, should the background be right. */
  alpha: z.number().min(alphaMin).max(0.5).default(1e-4),
  /** Added to a background that is cut off to whole numbers; see there. Counts per second of all banks. */
  truncationAllowanceCps,
});
export type NeutronPoissonSettings = z.infer<typeof neutronPoissonSettings>;

export interface NeutronPoissonEvidence extends RuleEvidence {
  readonly algorithm: "neutron-poisson";
  /** k: counts of all banks in the window. */
  readonly statistic: number;
  /** T(m, α) − 1: the largest count that is no alarm. */
  readonly threshold: number;
  /** m: counts expected in the window. */
  readonly background: number;
  /** (k − m)/√m, for people; nothing is decided on it. */
  readonly z: number;
}

export const neutronPoissonState = z.strictObject({
  limit: z.strictObject({ background: z.number(), threshold: z.number() }).readonly().nullable(),
  window: secondWindowState,
});
export type NeutronPoissonState = z.infer<typeof neutronPoissonState>;

/**
 * Exact Poisson threshold on neutron counts.
 *
 *     alarm ⇔ k ≥ T(m, α)      T(m, α) = min{k : P(X ≥ k) ≤ α},  X ~ Poisson(m)
 *
 * k: counts of all banks over the last `windowSeconds` seconds of the occupancy. m: the background before it in counts
 * a window, taken as known exactly (see `neutron-binomial` for one that is an estimate). T is worked out once an
 * occupancy. A fixed number of sigma gives the wrong false-alarm rate at neutron counts: at m = 1 and α = 0.001
 * T is 6, which is 5 σ, at m = 40 it is 62, which is 3.5 σ. At the defaults an occupancy of 12 s gives a false alarm
 * with probability 0.0005 to 0.001.
 *
 * Edges: m = 0 gives T = 1, any count is an alarm. Banks that are not there say 0 and add nothing to k or m.
 */
export const neutronPoissonRule = (
  settings: NeutronPoissonSettings,
): Rule<NeutronPoissonState, NeutronPoissonEvidence> => {
  const thresholdOf = remembering((background) => poissonThreshold(background, settings.alpha) - 1);
  return {
    begin: ({ neutronCps }) => {
      const cps = expectedNeutronCps(neutronCps, settings.truncationAllowanceCps);
      if (cps === null) return { limit: null, window: emptySeconds() };
      const background = cps * settings.windowSeconds;
      return { limit: { background, threshold: thresholdOf(background) }, window: emptySeconds() };
    },
    step: (state, input) => {
      if (input.kind !== "neutron") return null;
      if (state.limit === null) return noBackground;
      if (!slideSeconds(state.window, input.counts, settings.windowSeconds)) return windowNotFull;
      const { background, threshold } = state.limit;
      const statistic = state.window.counts;
      const z = standardScore(statistic, background, background);
      const evidence = { algorithm: "neutron-poisson", statistic, threshold, background, z } as const;
      return { kind: "decided", alarm: statistic > threshold, evidence };
    },
  };
};
