import { z } from "zod";
import type { GrossCountEvidence, GroupLimit } from "../domain/alarms.ts";
import type { Verdict } from "../domain/events.ts";
import { detectorGroupNames, detectorGroups, groupMemberNames, type PerPanel } from "../domain/panels.ts";
import {
  emptyWindow,
  intervalsPerSecond,
  type IntervalWindow,
  intervalWindowState,
  isFull,
  slide,
} from "./rules/interval-window.ts";
import { noBackground, type Rule, windowNotFull } from "./rules/rule.ts";

/**
 * Gross-count N-sigma on gamma counts.
 *
 *     alarm ⇔ for some member of an enabled group:  S > B + ceil(N·√B)      z = (S − B)/√B
 *
 * S: counts summed over the panels of the member and the last `windowIntervals` intervals of 200 ms since the occupancy
 * began. B: the last background before the occupancy, in counts per window. The first possible decision is at interval
 * `windowIntervals` (counting from 1). This is the Rapiscan portal's own rule: it agrees with the portal's flag on all
 * of 40,529 recorded intervals.
 */
const options = {
  /** N: distance of the threshold from the background, in standard deviations. */
  nSigma: z.number().min(1).max(50),
  /** Groups of panels that are judged, each member by itself. */
  groups: z
    .array(z.enum(detectorGroupNames))
    .min(1)
    .refine((groups) => new Set(groups).size === groups.length, "each group once"),
  /** Intervals of 200 ms that are summed. */
  windowIntervals: z.int().min(1).max(50),
};

export const grossCountSettings = z.strictObject({
  nSigma: options.nSigma.default(4),
  groups: options.groups.default(["sum", "vertical"]),
  windowIntervals: options.windowIntervals.default(5),
});

/** Changes to settings: what is not named stays as it is. */
export const grossCountChanges = z.strictObject(options).partial();
export type GrossCountSettings = z.infer<typeof grossCountSettings>;

/** N·√B that is whole on paper may come out a little above: 1.1 · √10000 is 110.00000000000001. Far below any count. */
const roundingSlack = 1e-9;

/** Backgrounds and thresholds of all members of the enabled groups: worked out once an occupancy. */
export const grossCountLimits = (
  settings: GrossCountSettings,
  backgroundCps: PerPanel,
): readonly GroupLimit[] =>
  settings.groups.flatMap((group) =>
    detectorGroups[group].members.map((member) => {
      const cps = sumOf(backgroundCps, member.columns);
      const background = (cps * settings.windowIntervals) / intervalsPerSecond;
      const threshold = background + Math.ceil(settings.nSigma * Math.sqrt(background) - roundingSlack);
      return { group, member: member.name, columns: member.columns, background, threshold };
    }),
  );

/** Judges a window, once it is full; see `judgeTotals`. */
export const judgeGrossCount = (
  window: IntervalWindow,
  limits: readonly GroupLimit[],
  windowIntervals: number,
): Verdict => {
  if (limits.length === 0) return noBackground;
  return isFull(window, windowIntervals) ? judgeTotals(window.totals, limits) : windowNotFull;
};

/**
 * Judges counts per panel. The evidence is of the member with the largest z among those over their threshold, or among
 * all where none is. A background of 0 (a bank that is not there) has z = S.
 */
export const judgeTotals = (totals: PerPanel, limits: readonly GroupLimit[]): Verdict => {
  const first = limits[0];
  if (first === undefined) return noBackground;
  let alarm = false;
  let best = first;
  let bestCounts = 0;
  let bestZ = Number.NEGATIVE_INFINITY;
  // Hot loop: no object is made for a member that is not the one.
  for (const limit of limits) {
    const counts = sumOf(totals, limit.columns);
    const z = (counts - limit.background) / Math.sqrt(Math.max(limit.background, 1));
    const exceeds = counts > limit.threshold;
    if (exceeds === alarm ? z <= bestZ : alarm) continue;
    alarm ||= exceeds;
    best = limit;
    bestCounts = counts;
    bestZ = z;
  }
  const { group, member, background, threshold } = best;
  const algorithm = "gross-count";
  const evidence = { algorithm, group, member, counts: bestCounts, background, threshold, z: bestZ } as const;
  return { kind: "decided", alarm, evidence };
};

const sumOf = (values: PerPanel, columns: readonly number[]): number => {
  let sum = 0;
  for (const column of columns) sum += values[column] ?? 0;
  return sum;
};

export interface GrossCountRuleEvidence extends GrossCountEvidence {
  /** The counts of the member that the evidence is about. */
  readonly statistic: number;
}

export const grossCountState = z.strictObject({
  limits: z
    .array(
      z
        .strictObject({
          group: z.enum(detectorGroupNames),
          member: z.enum(groupMemberNames),
          columns: z.array(z.number()).readonly(),
          background: z.number(),
          threshold: z.number(),
        })
        .readonly(),
    )
    .readonly(),
  window: intervalWindowState,
});
export type GrossCountState = z.infer<typeof grossCountState>;

/** The rule by the contract of all rules, for studies; a lane keeps window and limits itself, because charts show them. */
export const grossCountRule = (
  settings: GrossCountSettings,
): Rule<GrossCountState, GrossCountRuleEvidence> => ({
  begin: ({ gammaCps }) => ({
    limits: gammaCps === null ? [] : grossCountLimits(settings, gammaCps),
    window: emptyWindow(),
  }),
  step: ({ limits, window }, input) => {
    if (input.kind !== "gamma") return null;
    slide(window, input.counts, settings.windowIntervals);
    const verdict = judgeGrossCount(window, limits, settings.windowIntervals);
    if (verdict.kind === "undecided") return verdict;
    const { algorithm, group, member, counts, background, threshold, z } = verdict.evidence;
    const evidence = { algorithm, statistic: counts, group, member, counts, background, threshold, z };
    return { kind: "decided", alarm: verdict.alarm, evidence };
  },
});
