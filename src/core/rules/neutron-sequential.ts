import { z } from "zod";
import { totalOf } from "../../domain/panels.ts";
import { alphaMin, poissonThreshold, remembering } from "./exact-tails.ts";
import { expectedNeutronCps, truncationAllowanceCps } from "./neutron-window.ts";
import { noBackground, type Rule, type RuleEvidence } from "./rule.ts";

export const neutronSequentialSettings = z.strictObject({
  /** Seconds in a row that must be above background. */
  consecutiveSeconds: z.int().min(2).max(60).default(4),
  /**
   * What "above background" means: a count that background alone reaches in one second with this probability at the
   * most. A run of background is then an alarm with at most its `consecutiveSeconds`-th power. 0.5 is just above the
   * middle of the background.
   */
  alphaPerSecond: z.number().min(alphaMin).max(0.5).default(0.1),
  /** Added to a background that is cut off to whole numbers; see there. Counts per second of all banks. */
  truncationAllowanceCps,
});
export type NeutronSequentialSettings = z.infer<typeof neutronSequentialSettings>;

export interface NeutronSequentialEvidence extends RuleEvidence {
  readonly algorithm: "neutron-sequential";
  /** Seconds in a row above background, this one included; at most `runMax`. */
  readonly statistic: number;
  /** `consecutiveSeconds` − 1. */
  readonly threshold: number;
  /** Counts of all banks in this second. */
  readonly counts: number;
  /** Counts expected in a second. */
  readonly background: number;
  /** The smallest count that is above background. */
  readonly aboveFrom: number;
}

export const neutronSequentialState = z.strictObject({
  limit: z.strictObject({ background: z.number(), aboveFrom: z.number() }).readonly().nullable(),
  run: z.number(),
});
export type NeutronSequentialState = z.infer<typeof neutronSequentialState>;

/** A run is not counted on beyond this; more than two hours. */
export const runMax = 9_999;

/**
 * Sequential-interval test on neutron counts.
 *
 *     alarm ⇔ each of the last `consecutiveSeconds` seconds has n ≥ T(m, α₁)
 *
 * n: counts of all banks in a second. m: the background before the occupancy in counts a second. T: the exact Poisson
 * threshold (see `poissonThreshold`), worked out once an occupancy. Made for weak sources that stay in view for
 * seconds; portals of this kind have the rule with 4 intervals. At the defaults an occupancy of 12 s gives a false alarm
 * with probability 0.0001 to 0.0006.
 *
 * Edges: m = 0 gives T = 1, any second with a count is above. The first second counts.
 */
export const neutronSequentialRule = (
  settings: NeutronSequentialSettings,
): Rule<NeutronSequentialState, NeutronSequentialEvidence> => {
  const aboveFromOf = remembering((background) => poissonThreshold(background, settings.alphaPerSecond));
  return {
    begin: ({ neutronCps }) => {
      const background = expectedNeutronCps(neutronCps, settings.truncationAllowanceCps);
      if (background === null) return { limit: null, run: 0 };
      return {
        limit: { background, aboveFrom: aboveFromOf(background) },
        run: 0,
      };
    },
    step: (state, input) => {
      if (input.kind !== "neutron") return null;
      if (state.limit === null) return noBackground;
      const { background, aboveFrom } = state.limit;
      const counts = totalOf(input.counts);
      const statistic = counts >= aboveFrom ? Math.min(state.run + 1, runMax) : 0;
      state.run = statistic;
      const threshold = settings.consecutiveSeconds - 1;
      const algorithm = "neutron-sequential";
      const evidence = { algorithm, statistic, threshold, counts, background, aboveFrom } as const;
      return { kind: "decided", alarm: statistic > threshold, evidence };
    },
  };
};
