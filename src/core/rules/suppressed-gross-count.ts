import { z } from "zod";
import { type PerPanel, totalOf } from "../../domain/panels.ts";
import { intervalsPerSecond, leastCps, perPanelState, windowIntervalsMax } from "./interval-window.ts";
import { noBackground, type Rule, type RuleEvidence, windowNotFull } from "./rule.ts";

export const suppressedGrossCountSettings = z.strictObject({
  /** N: distance of the threshold from the suppressed baseline, in standard deviations. */
  nSigma: z.number().min(1).max(50).default(4),
  /** Intervals of 200 ms that are judged together. */
  windowIntervals: z.int().min(1).max(windowIntervalsMax).default(5),
  /** Intervals between the baseline and the window, so that a source coming near does not raise its own baseline. */
  gapIntervals: z.int().min(0).max(windowIntervalsMax).default(5),
  /** Intervals of the trailing baseline. */
  baselineIntervals: z.int().min(1).max(windowIntervalsMax).default(10),
  /** The least raised panels whose mean rise is taken for the vehicle's own. */
  quietPanels: z.int().min(1).max(3).default(2),
  /** The largest share of the background a vehicle can take away. Recorded: .21 over all panels, .26 on one. */
  suppressionMax: z.number().min(0).max(0.9).default(0.3),
});
export type SuppressedGrossCountSettings = z.infer<typeof suppressedGrossCountSettings>;

export interface SuppressedGrossCountEvidence extends RuleEvidence {
  readonly algorithm: "suppressed-gross-count";
  /** z against the suppressed baseline. */
  readonly statistic: number;
  readonly threshold: number;
  /** z of the plain gross count, (S − B)/√B, for comparison. */
  readonly plainZ: number;
  /** S: counts of all panels in the window. */
  readonly counts: number;
  /** B: counts expected in the window of a vacant lane. */
  readonly background: number;
  /** f·B: counts expected with the vehicle in the lane. */
  readonly baseline: number;
  /** f, from 1 − suppressionMax to 1. */
  readonly factor: number;
}

/** Window, gap and baseline together: 30 s. */
const recentMax = 3 * windowIntervalsMax;

export const suppressedGrossCountState = z.strictObject({
  /** Counts expected an interval and panel; null where the background is not known. */
  background: perPanelState.readonly().nullable(),
  /** A ring of the intervals of baseline, gap and window; `oldest` is the place of the oldest once it is full. */
  recent: z.array(perPanelState.readonly()).max(recentMax),
  oldest: z.int().min(0),
  /** Sums over the window, and over the baseline and all panels. */
  panels: perPanelState,
  baselineCounts: z.number(),
});
export type SuppressedGrossCountState = z.infer<typeof suppressedGrossCountState>;

/**
 * Gross-count N-sigma against the background that the vehicle leaves over, rather than that of the vacant lane.
 *
 *     z = (S − f·B)/√(f·B·(1 + w/L))      alarm ⇔ z > N      f = max(f_time, f_panels), from 1 − suppressionMax to 1
 *
 * S: counts of all panels in the last w = `windowIntervals` intervals; B: background before the occupancy in counts a
 * window. f_time: counts over background in the L = `baselineIntervals` intervals that end `gapIntervals` before the
 * window (1 until there are so many). f_panels: counts over background in the window itself, on the `quietPanels`
 * panels where that is least. Lo Presti, Weier, Kouzes, Schweppe, NIM A 562 (2006) 281, for the effect.
 *
 * Why the larger of two: f_time is the better estimate while the vehicle passes, but it lags, and would take the
 * background that comes back behind a vehicle (20 % in 1.5 s) for a source. That comes back on all panels at once, so
 * f_panels follows it, while a source raises the panels nearest to it. A source as far from every panel raises all
 * alike and is judged as by the plain rule with the same N: f never exceeds 1. The first decision with a baseline comes
 * after w + gap + L intervals; before that f is 1, which is the plain rule too.
 *
 * f_panels is the least of several, so that z of an empty vehicle has a positive mean. Simulated trucks that take 21 %
 * of the background, 20,000 empty ones: the peak of z is above 3.5 in 0.65 and above 4 in 0.05 of 1,000, that of the
 * plain rule in 0.50 and 0.15; on recorded empty passes it is 1.2 to 2.8. With a source at which the plain rule at
 * N = 4 finds half, at 10, 3, 1 and 0.5 nuisance alarms in 1,000: .99, .98, .97, .95 found, plain .88, .80, .70, .65;
 * with one of 0.6 of that strength .51, .39, .32, .26, plain .01 and less.
 *
 * Edges: panels with a background of 0 are not there and say nothing; no panel left is no background. A panel that dies
 * during an occupancy lowers S and f, so that its return can alarm.
 */
export const suppressedGrossCountRule = (
  settings: SuppressedGrossCountSettings,
): Rule<SuppressedGrossCountState, SuppressedGrossCountEvidence> => {
  const kept = settings.windowIntervals + settings.gapIntervals + settings.baselineIntervals;
  return {
    begin: ({ gammaCps }) => ({
      background: gammaCps === null || Math.max(...gammaCps) < leastCps ? null : perInterval(gammaCps),
      recent: [],
      oldest: 0,
      panels: [0, 0, 0, 0],
      baselineCounts: 0,
    }),
    step: (state, input) => {
      if (input.kind !== "gamma") return null;
      const { background } = state;
      if (background === null) return noBackground;
      takeIn(state, input.counts, settings);
      if (state.recent.length < settings.windowIntervals) return windowNotFull;
      const evidence = judge(settings, state, { background, hasBaseline: state.recent.length === kept });
      return { kind: "decided", alarm: evidence.statistic > evidence.threshold, evidence };
    },
  };
};

const nothing: PerPanel = [0, 0, 0, 0];

/** Puts one more interval into the ring; what leaves the window and enters or leaves the baseline is booked. */
const takeIn = (
  state: SuppressedGrossCountState,
  counts: PerPanel,
  { windowIntervals, gapIntervals, baselineIntervals }: SuppressedGrossCountSettings,
): void => {
  const kept = windowIntervals + gapIntervals + baselineIntervals;
  const { panels, recent } = state;
  const isFull = recent.length === kept;
  const at = isFull ? state.oldest : recent.length;
  const leavesWindow = before(recent, at, windowIntervals);
  panels[0] += counts[0] - leavesWindow[0];
  panels[1] += counts[1] - leavesWindow[1];
  panels[2] += counts[2] - leavesWindow[2];
  panels[3] += counts[3] - leavesWindow[3];
  state.baselineCounts += totalOf(before(recent, at, windowIntervals + gapIntervals));
  if (!isFull) {
    recent.push(counts);
    return;
  }
  state.baselineCounts -= totalOf(recent[at] ?? nothing);
  recent[at] = counts;
  state.oldest = at + 1 === kept ? 0 : at + 1;
};

/** The record `back` places before `at` in the ring; nothing where the ring does not reach so far. */
const before = (ring: readonly PerPanel[], at: number, back: number): PerPanel => {
  if (at >= back) return ring[at - back] ?? nothing;
  return at < ring.length ? (ring[at - back + ring.length] ?? nothing) : nothing;
};

const judge = (
  settings: SuppressedGrossCountSettings,
  { panels, baselineCounts }: SuppressedGrossCountState,
  known: { readonly background: PerPanel; readonly hasBaseline: boolean },
): SuppressedGrossCountEvidence => {
  const { windowIntervals, baselineIntervals } = settings;
  const expected = totalOf(known.background);
  const whole = expected * windowIntervals;
  const counts = totalOf(panels);
  const byTime = known.hasBaseline ? baselineCounts / (expected * baselineIntervals) : 1;
  const byPanels = quietRise(panels, known.background, settings);
  const factor = Math.min(Math.max(byTime, byPanels, 1 - settings.suppressionMax), 1);
  const baseline = factor * whole;
  const variance = baseline * (1 + windowIntervals / baselineIntervals);
  return {
    algorithm: "suppressed-gross-count",
    statistic: (counts - baseline) / Math.sqrt(Math.max(variance, 1)),
    threshold: settings.nSigma,
    plainZ: (counts - whole) / Math.sqrt(Math.max(whole, 1)),
    counts,
    background: whole,
    baseline,
    factor,
  };
};

const perInterval = ([a, b, c, d]: PerPanel): PerPanel => [
  a / intervalsPerSecond,
  b / intervalsPerSecond,
  c / intervalsPerSecond,
  d / intervalsPerSecond,
];

/** Counts over background in the window on the least raised of the panels that are there, all but one at the most. */
const quietRise = (
  panels: PerPanel,
  background: PerPanel,
  settings: SuppressedGrossCountSettings,
): number => {
  // Hot loop: picks the least raised panel again and again, marking it in `passed`, rather than sorting a list.
  let passed = 0;
  let live = 0;
  for (let panel = 0; panel < 4; panel += 1) {
    if ((background[panel] ?? 0) < leastCps / intervalsPerSecond) passed |= 1 << panel;
    else live += 1;
  }
  const quiet = Math.min(settings.quietPanels, Math.max(live - 1, 1));
  let counts = 0;
  let rates = 0;
  for (let picked = 0; picked < quiet; picked += 1) {
    let least = Number.POSITIVE_INFINITY;
    let pick = 0;
    for (let panel = 0; panel < 4; panel += 1) {
      if ((passed & (1 << panel)) !== 0) continue;
      const rise = (panels[panel] ?? 0) / (background[panel] ?? 1);
      if (rise >= least) continue;
      least = rise;
      pick = panel;
    }
    passed |= 1 << pick;
    counts += panels[pick] ?? 0;
    rates += background[pick] ?? 0;
  }
  return counts / (rates * settings.windowIntervals);
};
