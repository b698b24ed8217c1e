import type { Profile } from "../../../domain/alarms.ts";
import type { GroupMemberName } from "../../../domain/panels.ts";
import { groupMemberNames } from "../../../domain/panels.ts";
import type { RuleName } from "../../../domain/rules.ts";
import { ruleNames, rules } from "../../../domain/rules.ts";
import type { ComparedOccupancy, Judged, RuleCourse } from "../../../wire/replay.ts";
import type { Column, Run } from "../alarms/profile-series.ts";
import { runsOf, windowInSeconds, windowSums } from "../alarms/profile-series.ts";
import { totalOf } from "../../../domain/panels.ts";

/** What can be charted of two decisions: counts of a group of panels, or the statistic of a rule. */
export type Charted =
  | { readonly kind: "group"; readonly member: GroupMemberName }
  | { readonly kind: "rule"; readonly rule: RuleName };

export const chartedKey = (charted: Charted): string =>
  charted.kind === "group" ? `group ${charted.member}` : `rule ${charted.rule}`;

/** One side of the chart. Entry i stands at `i × everySeconds`. */
export interface SideSeries {
  readonly statistic: Column;
  readonly threshold: Column;
  /** Where an alarm rule holds: of the charted rule, or of any gamma or energy rule under counts. */
  readonly held: readonly Run[];
}

export interface DecisionSeries {
  readonly seconds: readonly number[];
  readonly everySeconds: number;
  readonly present: SideSeries;
  readonly proposed: SideSeries;
  /** Counts in a window of the present settings; null where the chart shows no counts, or none are known. */
  readonly background: number | null;
  readonly portalRuns: readonly Run[];
}

const sidesOf = ({ present, proposed }: ComparedOccupancy): readonly Judged[] =>
  [present, proposed].filter((judged) => judged !== null);

/** Everything of the occupancy that can be charted, counts of all panels first. */
export const chartedOf = (occupancy: ComparedOccupancy): readonly Charted[] => {
  const sides = sidesOf(occupancy);
  const judged = new Set(sides.flatMap(({ profile }) => profile.limits.map(({ member }) => member)));
  const groups = groupMemberNames.filter((member) => member === "sum" || judged.has(member));
  const others = ruleNames.filter(
    (rule) =>
      rule !== "gross-count" &&
      sides.some((side) =>
        side.rules.some((course) => course.rule === rule && course.statistics.some((each) => each !== null)),
      ),
  );
  return [
    ...groups.map((member): Charted => ({ kind: "group", member })),
    ...others.map((rule): Charted => ({ kind: "rule", rule })),
  ];
};

const nothing: SideSeries = { statistic: [], threshold: [], held: [] };
const allColumns = [0, 1, 2, 3] as const;

const heldRecords = ({ statistics, thresholds }: RuleCourse): readonly number[] =>
  statistics.flatMap((statistic, at) => {
    const threshold = thresholds[at] ?? null;
    return statistic !== null && threshold !== null && statistic > threshold ? [at] : [];
  });

/** Intervals at which any rule of gamma or energy holds. */
const heldIntervals = (judged: Judged): readonly Run[] =>
  runsOf(
    judged.rules
      .filter(({ rule }) => rules[rule].alarmKind !== "neutron")
      .flatMap((course) => heldRecords(course)),
  );

const groupSide = (judged: Judged | null, member: GroupMemberName): SideSeries => {
  if (judged === null) return nothing;
  const { gamma, windowIntervals, limits } = judged.profile;
  const limit = limits.find((each) => each.member === member);
  return {
    statistic: windowSums(gamma, limit?.columns ?? allColumns, windowIntervals),
    threshold: gamma.map(() => limit?.threshold ?? null),
    held: heldIntervals(judged),
  };
};

const courseOf = (judged: Judged | null, rule: RuleName): RuleCourse | undefined =>
  judged?.rules.find((course) => course.rule === rule);

const ruleSide = (judged: Judged | null, rule: RuleName): SideSeries => {
  const course = courseOf(judged, rule);
  return course === undefined
    ? nothing
    : {
        statistic: course.statistics,
        threshold: course.thresholds,
        held: runsOf(heldRecords(course)),
      };
};

const backgroundOf = (profile: Profile | undefined, member: GroupMemberName): number | null => {
  if (profile === undefined) return null;
  const limit = profile.limits.find((each) => each.member === member);
  if (limit !== undefined) return limit.background;
  const { gammaBackgroundCps } = profile;
  return gammaBackgroundCps === null || member !== "sum"
    ? null
    : totalOf(gammaBackgroundCps) * windowInSeconds(profile);
};

export const decisionSeries = (occupancy: ComparedOccupancy, charted: Charted): DecisionSeries => {
  const { present, proposed } = occupancy;
  const isNeutron = charted.kind === "rule" && rules[charted.rule].alarmKind === "neutron";
  const everySeconds = isNeutron ? 1 : 0.2;
  const sideOf = (judged: Judged | null): SideSeries =>
    charted.kind === "group" ? groupSide(judged, charted.member) : ruleSide(judged, charted.rule);
  const [before, after] = [sideOf(present), sideOf(proposed)];
  const length = Math.max(before.statistic.length, after.statistic.length);
  const profile = present?.profile ?? proposed?.profile;
  return {
    seconds: Array.from({ length }, (_, at) => Math.round(at * everySeconds * 10) / 10),
    everySeconds,
    present: before,
    proposed: after,
    background: charted.kind === "group" ? backgroundOf(profile, charted.member) : null,
    portalRuns: isNeutron ? [] : runsOf(profile?.portalIntervals ?? []),
  };
};
