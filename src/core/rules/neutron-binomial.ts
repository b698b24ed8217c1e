import { z } from "zod";
import { alphaMin, onOffThreshold, remembering } from "./exact-tails.ts";
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

export const neutronBinomialSettings = z.strictObject({
  /** t_on: seconds that are summed. The first decision comes when they are full. */
  windowSeconds,
  /** t_off: seconds over which the portal has averaged its background; its neutron setup record says it. */
  backgroundSeconds: z.number().min(1).max(3600).default(120),
  /** α: probability of a false alarm a decision at the most, whatever the true background. */
  alpha: z.number().min(alphaMin).max(0.5).default(1e-4),
  /** Added to a background that is cut off to whole numbers; see there. Counts per second of all banks. */
  truncationAllowanceCps,
});
export type NeutronBinomialSettings = z.infer<typeof neutronBinomialSettings>;

export interface NeutronBinomialEvidence extends RuleEvidence {
  readonly algorithm: "neutron-binomial";
  /** n_on: counts of all banks in the window. */
  readonly statistic: number;
  /** The largest n_on whose p is above α. */
  readonly threshold: number;
  /** Counts expected in the window: n_off·t_on/t_off. */
  readonly background: number;
  /** n_off: counts of the background measurement. */
  readonly backgroundCounts: number;
  /** (n_on − background)/√(background·(1 + t_on/t_off)), for people; nothing is decided on it. */
  readonly z: number;
}

export const neutronBinomialState = z.strictObject({
  limit: z.strictObject({ backgroundCounts: z.number(), threshold: z.number() }).readonly().nullable(),
  window: secondWindowState,
});
export type NeutronBinomialState = z.infer<typeof neutronBinomialState>;

/**
 * Exact conditional binomial test of neutron counts against an estimated background.
 *
 *     alarm ⇔ p ≤ α      p = P(Bin(n_on + n_off, q) ≥ n_on),  q = t_on/(t_on + t_off)
 *
 * Given the total, the share of the window is binomial whatever the true rate, so that α holds without knowing it.
 * n_on: counts of all banks over the last `windowSeconds` seconds of the occupancy. n_off: the portal's average times
 * the time it was taken over, rounded to the whole number it was. p falls as n_on grows, so the smallest n_on with
 * p ≤ α is worked out once an occupancy and only compared. Przyborowski and Wilenski, Biometrika 31 (1940) 313;
 * Cousins, Linnemann and Tucker, NIM A 595 (2008) 480.
 *
 * Edges: n_off = 0 gives p = q^n_on; at the defaults 3 counts are an alarm. Banks that are not there add nothing.
 */
export const neutronBinomialRule = (
  settings: NeutronBinomialSettings,
): Rule<NeutronBinomialState, NeutronBinomialEvidence> => {
  const ratio = settings.windowSeconds / settings.backgroundSeconds;
  const onShare = ratio / (1 + ratio);
  const thresholdOf = remembering((offCounts) => onOffThreshold({ offCounts, onShare }, settings.alpha) - 1);
  return {
    begin: ({ neutronCps }) => {
      const cps = expectedNeutronCps(neutronCps, settings.truncationAllowanceCps);
      if (cps === null) return { limit: null, window: emptySeconds() };
      const backgroundCounts = Math.round(cps * settings.backgroundSeconds);
      return {
        limit: { backgroundCounts, threshold: thresholdOf(backgroundCounts) },
        window: emptySeconds(),
      };
    },
    step: (state, input) => {
      if (input.kind !== "neutron") return null;
      if (state.limit === null) return noBackground;
      if (!slideSeconds(state.window, input.counts, settings.windowSeconds)) return windowNotFull;
      const { backgroundCounts, threshold } = state.limit;
      const statistic = state.window.counts;
      const background = backgroundCounts * ratio;
      const z = standardScore(statistic, background, background * (1 + ratio));
      const algorithm = "neutron-binomial";
      const evidence = { algorithm, statistic, threshold, background, backgroundCounts, z } as const;
      return { kind: "decided", alarm: statistic > threshold, evidence };
    },
  };
};
