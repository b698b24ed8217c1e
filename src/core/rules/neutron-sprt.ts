import { z } from "zod";
import { totalOf } from "../../domain/panels.ts";
import { expectedNeutronCps, truncationAllowanceCps } from "./neutron-window.ts";
import { noBackground, type Rule, type RuleEvidence } from "./rule.ts";

export const neutronSprtSettings = z.strictObject({
  /** ln A = ln((1 − β)/α): the test alarms above it. The portal's own; α = 4.7e-5, β = 0.3693. */
  lnA: z.number().positive().max(100).default(9.5043764),
  /** ln B = ln(β/(1 − α)): the test decides for background at or below it and starts again. */
  lnB: z.number().negative().min(-100).default(-0.99599343),
  /** The test starts again after this many seconds without a decision. */
  maxSeconds: z.int().min(1).max(3600).default(3),
  /** t: the rate tested for is an excess of `alternativeSigma` over so many seconds of background. */
  alternativeSeconds: z.number().min(1).max(20).default(5),
  /** s: that excess, in standard deviations. */
  alternativeSigma: z.number().min(2).max(20).default(4.97),
  /** Seconds over which the portal has averaged its background; its neutron setup record says it. */
  backgroundSeconds: z.number().min(10).max(3600).default(120),
  /** Added to a background that is cut off to whole numbers; see there. Counts per second of all banks. */
  truncationAllowanceCps,
});
export type NeutronSprtSettings = z.infer<typeof neutronSprtSettings>;

/** The hypotheses, in counts per second of all banks, and the step they give: Z grows by offset + slope·n a second. */
export interface SprtStep {
  /** μ0: background. */
  readonly backgroundCps: number;
  /** μ1: background with the source that is tested for. */
  readonly alternativeCps: number;
  /** −(μ1 − μ0). */
  readonly offset: number;
  /** ln(μ1/μ0). */
  readonly slope: number;
}

export interface NeutronSprtEvidence extends RuleEvidence {
  readonly algorithm: "neutron-sprt";
  /** Z with this second in it, before any restart. */
  readonly statistic: number;
  /** ln A. */
  readonly threshold: number;
  /** Seconds since the test started, this one included. */
  readonly seconds: number;
  /** n: counts of all banks in this second. */
  readonly counts: number;
  readonly backgroundCps: number;
  readonly alternativeCps: number;
}

export const neutronSprtState = z.strictObject({
  step: z
    .strictObject({
      backgroundCps: z.number(),
      alternativeCps: z.number(),
      offset: z.number(),
      slope: z.number(),
    })
    .readonly()
    .nullable(),
  /** Z, and the seconds in it; both 0 where the test starts with the next second. */
  sum: z.number(),
  seconds: z.number(),
});
export type NeutronSprtState = z.infer<typeof neutronSprtState>;

/**
 * The step of the test from a background in counts per second.
 *
 *     m = ⌊μ0·t⌋      μ1 = round(m + s·√m)/t      t = 5 s, s = 4.97
 *
 * This gives the portal's own increment (NC from NB1) in all 564 recorded cases. Where μ0·t is a whole number the
 * floor hangs on the last digit. All records fit a division of counted/120 by 0.2, which makes 32 of 33 and leaves 31,
 * 32, 34 and 35; so μ0 is taken back to the counts it comes from and divided likewise. With ⌊5·ΣNB1⌋ as it stands, 10
 * of the 564 come out otherwise.
 *
 * A background of less than one count in t is judged as one count in t: below it m is 0 and there is no rate to test for.
 * The bounds of the settings keep μ1 above μ0.
 */
export const sprtStep = (
  backgroundCps: number,
  { alternativeSeconds, alternativeSigma, backgroundSeconds }: NeutronSprtSettings,
): SprtStep => {
  const mu0 = Math.max(backgroundCps, 1 / alternativeSeconds);
  const countedCps = Math.round(mu0 * backgroundSeconds) / backgroundSeconds;
  const expected = Math.max(1, Math.floor(countedCps / (1 / alternativeSeconds)));
  const mu1 = Math.round(expected + alternativeSigma * Math.sqrt(expected)) / alternativeSeconds;
  return { backgroundCps: mu0, alternativeCps: mu1, offset: mu0 - mu1, slope: Math.log(mu1 / mu0) };
};

/**
 * Wald's sequential probability ratio test on neutron counts, one step a second.
 *
 *     Z ← Z + n·ln(μ1/μ0) − (μ1 − μ0)      alarm ⇔ Z > ln A
 *
 * n: counts of all banks in the second. Z restarts at 0 when Z ≤ ln B, after `maxSeconds` seconds without a decision,
 * and after an alarm; with each occupancy the test begins anew. At the defaults this is the test of the Rapiscan portal
 * with extended records: the running values of all 282 recorded seconds agree within 1e-5. Wald, Sequential
 * Analysis (1947).
 *
 * Edges: background 0 is judged as 0.2 cps (see `sprtStep`). The first second is decided on like any other.
 */
export const neutronSprtRule = (
  settings: NeutronSprtSettings,
): Rule<NeutronSprtState, NeutronSprtEvidence> => ({
  begin: ({ neutronCps }) => {
    const cps = expectedNeutronCps(neutronCps, settings.truncationAllowanceCps);
    return { step: cps === null ? null : sprtStep(cps, settings), sum: 0, seconds: 0 };
  },
  step: (state, input) => {
    if (input.kind !== "neutron") return null;
    if (state.step === null) return noBackground;
    const { backgroundCps, alternativeCps, offset, slope } = state.step;
    const counts = totalOf(input.counts);
    const statistic = state.sum + offset + slope * counts;
    const seconds = state.seconds + 1;
    const threshold = settings.lnA;
    const alarm = statistic > threshold;
    const restarts = alarm || statistic <= settings.lnB || seconds >= settings.maxSeconds;
    state.sum = restarts ? 0 : statistic;
    state.seconds = restarts ? 0 : seconds;
    const algorithm = "neutron-sprt";
    const evidence = {
      algorithm,
      statistic,
      threshold,
      seconds,
      counts,
      backgroundCps,
      alternativeCps,
    } as const;
    return { kind: "decided", alarm, evidence };
  },
});
