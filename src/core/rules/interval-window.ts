import { z } from "zod";
import type { PerPanel } from "../../domain/panels.ts";

/** What rules on 200 ms intervals share: the last few records of an occupancy and their sums. */

export const intervalsPerSecond = 5;

/** A background rate below this is none: 1 count in 100 s. Ratios to a smaller one need not be finite. */
export const leastCps = 0.01;

/** 50 intervals = 10 s. */
export const windowIntervalsMax = 50;

export const perPanelState = z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly();

/**
 * The last records and their sum. `recent` is a ring: once it is full, `oldest` is the place of the oldest record, which
 * the next one takes. Copying a ring and setting one place is the cheapest pure step there is (measured: half of
 * dropping the first and appending). Counts are whole, so that the sum never drifts.
 */
export const intervalWindowState = z
  .strictObject({
    recent: z.array(perPanelState).max(windowIntervalsMax).readonly(),
    oldest: z.int().min(0),
    totals: perPanelState,
  })
  .readonly();
export type IntervalWindow = z.infer<typeof intervalWindowState>;

export const emptyWindow: IntervalWindow = { recent: [], oldest: 0, totals: [0, 0, 0, 0] };

const nothing: PerPanel = [0, 0, 0, 0];

/** The window with these counts in it; of a full one the oldest fall out. */
export const slide = (window: IntervalWindow, counts: PerPanel, windowIntervals: number): IntervalWindow => {
  const { oldest, totals } = window;
  const recent = window.recent.slice();
  let gone = nothing;
  let next = oldest;
  if (recent.length < windowIntervals) {
    recent.push(counts);
  } else {
    gone = recent[oldest] ?? nothing;
    recent[oldest] = counts;
    next = oldest + 1 === windowIntervals ? 0 : oldest + 1;
  }
  return {
    recent,
    oldest: next,
    totals: [
      totals[0] + counts[0] - gone[0],
      totals[1] + counts[1] - gone[1],
      totals[2] + counts[2] - gone[2],
      totals[3] + counts[3] - gone[3],
    ],
  };
};

export const isFull = (window: IntervalWindow, windowIntervals: number): boolean =>
  window.recent.length >= windowIntervals;
