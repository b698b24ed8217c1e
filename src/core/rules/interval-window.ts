import { z } from "zod";
import type { PerPanel } from "../../domain/panels.ts";

/** What rules on 200 ms intervals share: the last few records of an occupancy and their sums. */

export const intervalsPerSecond = 5;

/** A background rate below this is none: 1 count in 100 s. Ratios to a smaller one need not be finite. */
export const leastCps = 0.01;

/** 50 intervals = 10 s. */
export const windowIntervalsMax = 50;

/** Four numbers of a state, one a panel or energy window. */
export const perPanelState = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/**
 * The last records of an occupancy and their sums, four numbers a record. `recent` is a ring: once it is full, `oldest`
 * is where the oldest record begins, whose place the next one takes. Counts are whole, so that sums never drift.
 */
export const intervalWindowState = z.strictObject({
  recent: z.array(z.number()).max(4 * windowIntervalsMax),
  oldest: z.int().min(0),
  totals: perPanelState,
});
export type IntervalWindow = z.infer<typeof intervalWindowState>;

export const emptyWindow = (): IntervalWindow => ({ recent: [], oldest: 0, totals: [0, 0, 0, 0] });

/** Puts these counts into the window; of a full one the oldest fall out. */
export const slide = (window: IntervalWindow, counts: PerPanel, windowIntervals: number): void => {
  const { recent, totals, oldest } = window;
  totals[0] += counts[0];
  totals[1] += counts[1];
  totals[2] += counts[2];
  totals[3] += counts[3];
  if (recent.length < 4 * windowIntervals) {
    recent.push(counts[0], counts[1], counts[2], counts[3]);
    return;
  }
  totals[0] -= recent[oldest] ?? 0;
  totals[1] -= recent[oldest + 1] ?? 0;
  totals[2] -= recent[oldest + 2] ?? 0;
  totals[3] -= recent[oldest + 3] ?? 0;
  recent[oldest] = counts[0];
  recent[oldest + 1] = counts[1];
  recent[oldest + 2] = counts[2];
  recent[oldest + 3] = counts[3];
  window.oldest = oldest + 4 === recent.length ? 0 : oldest + 4;
};

export const isFull = (window: IntervalWindow, windowIntervals: number): boolean =>
  window.recent.length >= 4 * windowIntervals;
