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

/** How long each panel has said the same. */
export interface PanelRun {
  readonly counts: number;
  /** Intervals in a row with these counts, this one included. */
  readonly intervals: number;
  readonly hasCounted: boolean;
}
export type PanelRuns = readonly [PanelRun, PanelRun, PanelRun, PanelRun];

const nothing: PanelRun = { counts: 0, intervals: 0, hasCounted: false };
export const noPanelRuns: PanelRuns = [nothing, nothing, nothing, nothing];

export const panelRunsAfter = (runs: PanelRuns, counts: PerPanel): PanelRuns => [
  runAfter(runs[0], counts[0]),
  runAfter(runs[1], counts[1]),
  runAfter(runs[2], counts[2]),
  runAfter(runs[3], counts[3]),
];

const runAfter = (run: PanelRun, counts: number): PanelRun => ({
  counts,
  intervals: counts === run.counts ? run.intervals + 1 : 1,
  hasCounted: run.hasCounted || counts > 0,
});

/** The panels that are dead, and those that stand still. */
export const judgePanels = (
  settings: PanelSettings,
  runs: PanelRuns,
): { readonly dead: readonly Panel[]; readonly stuck: readonly Panel[] } => ({
  dead: panels.filter((_, column) => isDead(settings, runs[column])),
  stuck: panels.filter((_, column) => isStuck(settings, runs[column])),
});

const isDead = ({ zeroAfterIntervals }: PanelSettings, run: PanelRun | undefined): boolean =>
  run !== undefined && run.hasCounted && run.counts === 0 && run.intervals >= zeroAfterIntervals;

const isStuck = ({ stuckAfterIntervals }: PanelSettings, run: PanelRun | undefined): boolean =>
  run !== undefined && run.counts >= stuckCountsMin && run.intervals >= stuckAfterIntervals;
