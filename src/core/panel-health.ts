import { z } from "zod";
import { type Panel, panels, type PerPanel } from "../domain/panels.ts";

/** Panels that have died or stand still, from their own counts of 200 ms. A bank that never counted is not there. */
export const panelSettings = z.strictObject({
  /** So many intervals in a row without a count, from a panel that has counted before. At 77 counts expected, chance gives none at all. */
  zeroAfterIntervals: z.int().min(2).max(10_000).default(5),
  /** So many intervals in a row with the same counts. Chance gives 1.6e-11 for ten at 20 counts, and less above. */
  stuckAfterIntervals: z.int().min(3).max(10_000).default(10),
});
export type PanelSettings = z.infer<typeof panelSettings>;

/** Below this many counts an interval, equal counts in a row are no sign of anything. */
export const stuckCountsMin = 20;

/** How long a panel has said the same; advanced in place, see `Fold`. */
export interface PanelRun {
  counts: number;
  /** Intervals in a row with these counts, this one included. */
  intervals: number;
  hasCounted: boolean;
}
export type PanelRuns = readonly [PanelRun, PanelRun, PanelRun, PanelRun];

const noRun = (): PanelRun => ({ counts: 0, intervals: 0, hasCounted: false });
export const noPanelRuns = (): PanelRuns => [noRun(), noRun(), noRun(), noRun()];

/** Takes the counts of an interval, and says whether any panel is dead or stands still. */
export const takePanelCounts = (settings: PanelSettings, runs: PanelRuns, counts: PerPanel): boolean => {
  let isAnyFaulty = false;
  for (let column = 0; column < runs.length; column += 1) {
    const run = runs[column];
    const now = counts[column];
    if (run === undefined || now === undefined) continue;
    run.intervals = now === run.counts ? run.intervals + 1 : 1;
    run.counts = now;
    run.hasCounted ||= now > 0;
    isAnyFaulty ||= isDead(settings, run) || isStuck(settings, run);
  }
  return isAnyFaulty;
};

/** The panels that are dead, and those that stand still. */
export const faultyPanels = (
  settings: PanelSettings,
  runs: PanelRuns,
): { readonly dead: readonly Panel[]; readonly stuck: readonly Panel[] } => {
  const which = (is: (settings: PanelSettings, run: PanelRun) => boolean): readonly Panel[] =>
    runs.flatMap((run, column) => {
      const panel = panels[column];
      return panel !== undefined && is(settings, run) ? [panel] : [];
    });
  return { dead: which(isDead), stuck: which(isStuck) };
};

const isDead = ({ zeroAfterIntervals }: PanelSettings, run: PanelRun): boolean =>
  run.hasCounted && run.counts === 0 && run.intervals >= zeroAfterIntervals;

const isStuck = ({ stuckAfterIntervals }: PanelSettings, run: PanelRun): boolean =>
  run.counts >= stuckCountsMin && run.intervals >= stuckAfterIntervals;
