import { z } from "zod";
import type { PerPanel } from "../../domain/panels.ts";
import {
  emptyWindow,
  intervalWindowState,
  isFull,
  leastCps,
  slide,
  windowIntervalsMax,
} from "./interval-window.ts";
import { noBackground, type Rule, type RuleEvidence, tooFewCounts, windowNotFull } from "./rule.ts";

export const windowRatioSettings = z.strictObject({
  /** How far the ratio may rise above that of the background. */
  rise: z.number().positive().max(100).default(0.19),
  /** Energy records of 200 ms that are summed: 15 = 3 s. The records of the opening burst count. */
  windowIntervals: z.int().min(1).max(windowIntervalsMax).default(15),
  /**
   * Counts in the two high windows below which nothing is decided: at 100 the ratio is known to 10 % at best. An
   * ordinary lane has 1 600 in 3 s.
   */
  hardCountsMin: z.int().min(1).max(1_000_000).default(100),
});
export type WindowRatioSettings = z.infer<typeof windowRatioSettings>;

export interface WindowRatioEvidence extends RuleEvidence {
  readonly algorithm: "window-ratio";
  /** R − R of the background. */
  readonly statistic: number;
  readonly threshold: number;
  readonly ratio: number;
  readonly backgroundRatio: number;
  /** Counts in the two low and in the two high windows. */
  readonly softCounts: number;
  readonly hardCounts: number;
}

export const windowRatioState = z.strictObject({
  backgroundRatio: z.number().nullable(),
  window: intervalWindowState,
});
export type WindowRatioState = z.infer<typeof windowRatioState>;

/** (w1 + w2)/(w3 + w4) of rates, lowest energy first; null where the high windows are empty. */
export const softRatio = ([w1, w2, w3, w4]: PerPanel): number | null =>
  w3 + w4 >= leastCps ? (w1 + w2) / (w3 + w4) : null;

/**
 * Ratio of the low to the high energy windows, as a portal vendor's own first energy channel has it.
 *
 *     R = (w1 + w2)/(w3 + w4)      alarm ⇔ R − R_background > rise
 *
 * Sums over the last `windowIntervals` energy records since the occupancy began; R_background from the last energy
 * background before it. Dimensionless. Worked out from recorded traffic: of 330 intervals that a portal flagged on its
 * first channel it finds 328 and no other. The portal itself compares a smoothed spectrum, with 0.6; at the two
 * intervals its figure is 0.60 and 0.61.
 *
 * A vehicle shields low energies more than high ones, so that R sinks by about 0.16 in mid-vehicle (recorded; up to
 * 0.39): without a source the rule is quieter than counting statistics say (sd of R: 0.055), and weak sources in
 * mid-vehicle are missed.
 *
 * Edges: a background whose high windows are empty is no background; counts of 0 in them are too few to decide on.
 */
export const windowRatioRule = (
  settings: WindowRatioSettings,
): Rule<WindowRatioState, WindowRatioEvidence> => ({
  begin: ({ energyCps }) => ({
    backgroundRatio: energyCps === null ? null : softRatio(energyCps),
    window: emptyWindow(),
  }),
  step: ({ backgroundRatio, window }, input) => {
    if (input.kind !== "energy") return null;
    if (backgroundRatio === null) return noBackground;
    slide(window, input.counts, settings.windowIntervals);
    if (!isFull(window, settings.windowIntervals)) return windowNotFull;
    const { totals } = window;
    const softCounts = totals[0] + totals[1];
    const hardCounts = totals[2] + totals[3];
    if (hardCounts < settings.hardCountsMin) return tooFewCounts;
    const ratio = softCounts / hardCounts;
    const evidence = {
      algorithm: "window-ratio",
      statistic: ratio - backgroundRatio,
      threshold: settings.rise,
      ratio,
      backgroundRatio,
      softCounts,
      hardCounts,
    } as const;
    return { kind: "decided", alarm: evidence.statistic > evidence.threshold, evidence };
  },
});
