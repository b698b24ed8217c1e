import type { LaneEvent } from "../domain/events.ts";
import { type RuleName, ruleNames, rules, type RuleVerdictRecord } from "../domain/rules.ts";
import { courseRecordsMax, type RuleCourse } from "../wire/replay.ts";

/** Courses of the rules of one occupancy, growing; advanced in place, one record at a time. */
export interface RuleCourses {
  /** Takes a measurement of the occupancy; nothing for other events. */
  readonly take: (event: LaneEvent) => void;
  /** As far as they have come, in the order of reports. */
  readonly courses: () => readonly RuleCourse[];
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };
type Growing = Writable<Omit<RuleCourse, "statistics" | "thresholds">> & {
  readonly statistics: (number | null)[];
  readonly thresholds: (number | null)[];
};

/** A record and the gamma interval it came in. */
interface Place {
  readonly record: number;
  readonly interval: number;
}

export const ruleCourses = (): RuleCourses => {
  const growing = new Map<RuleName, Growing>();
  let interval = 0;

  const courseOf = (rule: RuleName): Growing => {
    const known = growing.get(rule);
    if (known !== undefined) return known;
    const everyMs = rules[rule].alarmKind === "neutron" ? 1000 : 200;
    const begun: Growing = {
      rule,
      everyMs,
      statistics: [],
      thresholds: [],
      held: 0,
      first: null,
      strongest: null,
    };
    growing.set(rule, begun);
    return begun;
  };

  const takeVerdicts = (verdicts: readonly RuleVerdictRecord[], place: Place): void => {
    for (const verdict of verdicts) addVerdict(courseOf(verdict.rule), verdict, place);
  };

  return {
    take: (event) => {
      switch (event.kind) {
        case "interval-measured": {
          interval = event.interval;
          const place = { record: interval, interval };
          takeVerdicts([grossCountOf(event.verdict), ...event.rules], place);
          return;
        }
        case "neutron-measured":
          takeVerdicts(event.rules, { record: event.second, interval });
          return;
        case "energy-measured":
          // The opening burst has more energy records than gamma intervals: the last of each interval stands.
          takeVerdicts(event.rules, { record: interval, interval });
          return;
        case "occupancy-started":
        case "occupancy-ended":
        case "alarm-raised":
        case "alarm-updated":
        case "alarm-ended":
        case "alarm-withheld":
        case "fault-raised":
        case "fault-cleared":
        case "frames-lost":
        case "frames-recovered":
        case "frames-dropped":
        case "agent-started":
        case "link-changed":
        case "setup-reported":
        case "unknown-tag-seen":
        case "background-shifted":
        case "background-measured":
        case "bytes-quarantined":
          return;
      }
    },
    courses: () =>
      ruleNames.flatMap((rule) => {
        const course = growing.get(rule);
        return course === undefined ? [] : [structuredClone(course)];
      }),
  };
};

const grossCountOf = (
  verdict: Extract<LaneEvent, { kind: "interval-measured" }>["verdict"],
): RuleVerdictRecord =>
  verdict.kind === "undecided"
    ? { rule: "gross-count", undecided: verdict.reason }
    : {
        rule: "gross-count",
        alarm: verdict.alarm,
        statistic: verdict.evidence.counts,
        threshold: verdict.evidence.threshold,
      };

const addVerdict = (course: Growing, verdict: RuleVerdictRecord, { record, interval }: Place): void => {
  const decided = "undecided" in verdict ? null : verdict;
  if (record < courseRecordsMax) {
    while (course.statistics.length < record) {
      course.statistics.push(null);
      course.thresholds.push(null);
    }
    course.statistics[record] = decided?.statistic ?? null;
    course.thresholds[record] = decided?.threshold ?? null;
  }
  if (decided === null) return;
  const { statistic, threshold } = decided;
  if (decided.alarm) {
    course.held += 1;
    course.first ??= { record, interval };
  }
  const { strongest } = course;
  if (strongest === null || statistic - threshold > strongest.statistic - strongest.threshold)
    course.strongest = { record, statistic, threshold };
};
