import type { AlarmCase } from "../domain/adjudication.ts";
import type { IntervalMeasured, NeutronMeasured } from "../domain/events.ts";
import type { OccupancyId } from "../domain/ids.ts";
import type { PerPanel } from "../domain/panels.ts";

/** The intervals of one occupancy as far as they were measured, without holes from `firstInterval` on. */
export interface OccupancyCourse {
  readonly occupancyId: OccupancyId;
  readonly firstInterval: number;
  readonly gamma: readonly PerPanel[];
  readonly coreIntervals: readonly number[];
  readonly portalIntervals: readonly number[];
  /** Intervals in all, also those beyond the bound. */
  readonly intervals: number;
  readonly firstSecond: number;
  readonly neutron: readonly PerPanel[];
}

/** 4 096 intervals ≈ 14 min of one lane, some 130 kB. Later ones are counted, not kept; a stuck occupancy is a fault. */
export const maxCourseIntervals = 4096;
const maxCourseSeconds = Math.ceil(maxCourseIntervals / 5);

const emptyCourse = (occupancyId: OccupancyId): OccupancyCourse => ({
  occupancyId,
  firstInterval: 0,
  gamma: [],
  coreIntervals: [],
  portalIntervals: [],
  intervals: 0,
  firstSecond: 0,
  neutron: [],
});

/**
 * The course with one more interval. Another occupancy begins a new course; a hole (records lost or unreadable) begins
 * the same occupancy's gamma part anew after it, since a chart must not close a gap.
 */
export const withInterval = (course: OccupancyCourse | null, event: IntervalMeasured): OccupancyCourse => {
  const held = course?.occupancyId === event.occupancyId ? course : emptyCourse(event.occupancyId);
  if (held.intervals > 0 && event.interval < held.intervals) return held;
  const base =
    event.interval === held.intervals
      ? held
      : { ...held, firstInterval: event.interval, gamma: [], coreIntervals: [], portalIntervals: [] };
  const intervals = event.interval + 1;
  if (base.gamma.length >= maxCourseIntervals) return { ...base, intervals };
  const coreHeld = event.verdict.kind === "decided" && event.verdict.alarm;
  return {
    ...base,
    intervals,
    gamma: base.gamma.concat([event.counts]),
    coreIntervals: coreHeld ? [...base.coreIntervals, event.interval] : base.coreIntervals,
    portalIntervals: event.portalFlag ? [...base.portalIntervals, event.interval] : base.portalIntervals,
  };
};

/** The course with one more second of neutron counts; the same rules. */
export const withNeutronSecond = (
  course: OccupancyCourse | null,
  event: NeutronMeasured,
): OccupancyCourse => {
  const held = course?.occupancyId === event.occupancyId ? course : emptyCourse(event.occupancyId);
  const next = held.firstSecond + held.neutron.length;
  if ((held.neutron.length > 0 && event.second < next) || held.neutron.length >= maxCourseSeconds)
    return held;
  return event.second === next
    ? { ...held, neutron: held.neutron.concat([event.counts]) }
    : { ...held, firstSecond: event.second, neutron: [event.counts] };
};

/**
 * The case with its profile drawn on to the latest interval. Alarms are updated while their peak grows; what was
 * measured since then is in the course. An ended alarm, another occupancy's course, and a course with a hole between
 * it and the profile add nothing.
 */
export const drawnOn = (alarmCase: AlarmCase, course: OccupancyCourse | null): AlarmCase => {
  const { alarm } = alarmCase;
  if (alarm.state === "ended" || course === null || course.occupancyId !== alarm.occupancyId)
    return alarmCase;
  const { profile } = alarm;
  const from = profile.gamma.length;
  const added = course.firstInterval <= from ? course.gamma.slice(from - course.firstInterval) : [];
  const to = from + added.length;
  const isAdded = (interval: number): boolean => interval >= from && interval < to;
  const fromSecond = profile.neutron.length;
  const addedSeconds =
    course.firstSecond <= fromSecond ? course.neutron.slice(fromSecond - course.firstSecond) : [];
  if (added.length === 0 && addedSeconds.length === 0) return alarmCase;
  return {
    ...alarmCase,
    alarm: {
      ...alarm,
      profile: {
        ...profile,
        gamma: [...profile.gamma, ...added],
        coreIntervals: [
          ...profile.coreIntervals.filter((interval) => !isAdded(interval)),
          ...course.coreIntervals.filter(isAdded),
        ],
        portalIntervals: [
          ...profile.portalIntervals.filter((interval) => !isAdded(interval)),
          ...course.portalIntervals.filter(isAdded),
        ],
        neutron: [...profile.neutron, ...addedSeconds],
        droppedIntervals: Math.max(from + profile.droppedIntervals, course.intervals) - to,
      },
    },
  };
};
