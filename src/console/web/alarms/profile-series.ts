import type { GroupLimit, Profile, RuleDecision } from "../../../domain/alarms.ts";
import type { GroupMemberName, PerPanel } from "../../../domain/panels.ts";
import { totalOf } from "../../../domain/panels.ts";
import {
  suppressedGrossCountRule,
  suppressedGrossCountSettings,
} from "../../../core/rules/suppressed-gross-count.ts";

/** What the charts of a profile draw, computed from the profile alone. Times are seconds since the occupancy began. */

export type Column = readonly (number | null)[];

/** Consecutive intervals, both ends included. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** One sum of panels that can be charted. `background` and `threshold` are counts in a window; null: not known. */
export interface ChartedGroup {
  readonly member: GroupMemberName;
  readonly columns: readonly number[];
  readonly background: number | null;
  readonly threshold: number | null;
}

export interface ProfileSeries {
  readonly seconds: readonly number[];
  /** Moving sum of the group's panels over the window; null until the window is full. */
  readonly sum: Column;
  /** The same for each panel alone. */
  readonly panels: readonly [Column, Column, Column, Column];
  readonly coreRuns: readonly Run[];
  readonly portalRuns: readonly Run[];
}

const allColumns = [0, 1, 2, 3] as const;

/** Sums of the last `windowIntervals` entries over the given columns. O(1) an interval. */
export const windowSums = (
  gamma: readonly PerPanel[],
  columns: readonly number[],
  windowIntervals: number,
): Column => {
  const totals = gamma.map((counts) => columns.reduce((total, column) => total + (counts[column] ?? 0), 0));
  let running = 0;
  return totals.map((total, at) => {
    running += total - (totals[at - windowIntervals] ?? 0);
    return at + 1 < windowIntervals ? null : running;
  });
};

/** Groups indices, in any order and with repeats, into runs. */
export const runsOf = (intervals: readonly number[]): readonly Run[] => {
  const runs: { first: number; last: number }[] = [];
  for (const interval of [...intervals].sort((a, b) => a - b)) {
    const current = runs.at(-1);
    if (current !== undefined && interval <= current.last + 1) current.last = interval;
    else runs.push({ first: interval, last: interval });
  }
  return runs;
};

export const secondsAt = (profile: Profile, interval: number): number =>
  (interval * profile.intervalInMs) / 1000;

export const windowInSeconds = (profile: Profile): number => secondsAt(profile, profile.windowIntervals);

/** Intervals at which a rule held. A growing profile is ahead of the decision, which is told anew only with its peak. */
export const flaggedSoFar = (decision: RuleDecision, profile: Profile): number => {
  switch (decision.rule) {
    case "gross-count":
      return Math.max(decision.flaggedIntervals, profile.coreIntervals.length);
    case "gamma-flag":
      return Math.max(decision.flaggedIntervals, profile.portalIntervals.length);
    case "neutron-flag":
    case "energy-flag":
    case "suppressed-gross-count":
    case "cusum":
    case "matched-filter":
    case "neutron-poisson":
    case "neutron-binomial":
    case "neutron-sprt":
    case "neutron-sequential":
    case "window-ratio":
    case "two-window":
    case "spectral-ratios":
      return decision.flaggedIntervals;
  }
};

const fromLimit = ({ member, columns, background, threshold }: GroupLimit): ChartedGroup => ({
  member,
  columns,
  background,
  threshold,
});

/** The sums that can be charted: those the rule judged, and that of all panels in any case. */
export const chartedGroups = (profile: Profile): readonly ChartedGroup[] => {
  const judged = profile.limits.map(fromLimit);
  if (judged.some((group) => group.member === "sum")) return judged;
  const background =
    profile.gammaBackgroundCps === null
      ? null
      : totalOf(profile.gammaBackgroundCps) * windowInSeconds(profile);
  return [{ member: "sum", columns: allColumns, background, threshold: null }, ...judged];
};

/** The sum to chart unless told otherwise: that of the strongest core evidence, or of all panels. */
export const decisiveMember = (decisions: readonly RuleDecision[]): GroupMemberName => {
  let strongest: { readonly member: GroupMemberName; readonly z: number } = { member: "sum", z: -Infinity };
  for (const decision of decisions) {
    if (decision.rule === "gross-count" && decision.evidence.z > strongest.z) strongest = decision.evidence;
  }
  return strongest.member;
};

export const profileSeries = (profile: Profile, columns: readonly number[]): ProfileSeries => {
  const panel = (column: number): Column => windowSums(profile.gamma, [column], profile.windowIntervals);
  return {
    seconds: profile.gamma.map((_, interval) => secondsAt(profile, interval)),
    sum: windowSums(profile.gamma, columns, profile.windowIntervals),
    panels: [panel(0), panel(1), panel(2), panel(3)],
    coreRuns: runsOf(profile.coreIntervals),
    portalRuns: runsOf(profile.portalIntervals),
  };
};

/**
 * The background that the vehicle leaves over, in counts a window of all panels: `baseline` of the rule for suppressed
 * backgrounds, worked out with its ordinary settings whether or not the lane decides by it. Null where it says nothing, and
 * altogether without a background or for other sums.
 */
export const leftBackground = (profile: Profile, member: GroupMemberName): Column | null => {
  if (member !== "sum" || profile.gammaBackgroundCps === null) return null;
  const { windowIntervals } = profile;
  const rule = suppressedGrossCountRule(suppressedGrossCountSettings.parse({ windowIntervals }));
  const state = rule.begin({ gammaCps: profile.gammaBackgroundCps, neutronCps: null, energyCps: null });
  return profile.gamma.map((counts, interval) => {
    const verdict = rule.step(state, { kind: "gamma", interval, counts });
    return verdict?.kind === "decided" ? verdict.evidence.baseline : null;
  });
};

/** What the horizontal axis counts in. Distance is what the vehicle has gone at its entry speed. */
export type AxisKind = "time" | "distance";

/** Units of the axis a second: 1 for time, metres for distance. */
export const unitsPerSecond = (axis: AxisKind, speedKph: number | null): number =>
  axis === "distance" && speedKph !== null ? speedKph / 3.6 : 1;

/** (sum − background) / √background; null where either is missing or the background is zero. */
export const zOf = (sum: number | null | undefined, background: number | null): number | null =>
  typeof sum !== "number" || background === null || background <= 0
    ? null
    : (sum - background) / Math.sqrt(background);

/**
 * The end of the time axis in seconds. While the vehicle is passing it moves in steps of 5 s, so that the picture
 * grows to the right instead of shrinking with every interval.
 */
export const axisEndInSeconds = (profile: Profile, active: boolean): number => {
  const end = Math.max(secondsAt(profile, profile.gamma.length), profile.neutron.length, 1);
  return active ? Math.max(10, Math.ceil(end / 5) * 5) : end;
};

export interface NeutronSeries {
  /** Middle of each second, where its bar stands. */
  readonly seconds: readonly number[];
  readonly counts: readonly number[];
  readonly backgroundCps: number | null;
}

/** Null where the portal has no neutron banks: those report constant zeros. */
export const neutronSeries = (profile: Profile): NeutronSeries | null => {
  const counts = profile.neutron.map(totalOf);
  const backgroundCps = profile.neutronBackgroundCps === null ? null : totalOf(profile.neutronBackgroundCps);
  if (counts.length === 0 || (counts.every((count) => count === 0) && (backgroundCps ?? 0) === 0))
    return null;
  return { seconds: counts.map((_, second) => second + 0.5), counts, backgroundCps };
};
