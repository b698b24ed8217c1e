import { describe, expect, it } from "vitest";
import type { OccupancyCourse } from "../../src/core/occupancy-course.ts";
import {
  drawnOn,
  maxCourseIntervals,
  withInterval,
  withNeutronSecond,
} from "../../src/core/occupancy-course.ts";
import type { PerPanel } from "../../src/domain/panels.ts";
import { aCase, at, north, occupancyOf } from "./board-history.ts";

const panels = (n: number): PerPanel => [n, 0, 0, 0];
const evidence = {
  algorithm: "gross-count",
  group: "sum",
  member: "sum",
  counts: 9,
  background: 4,
  threshold: 8,
  z: 2.5,
} as const;

const measured = (
  intervals: readonly number[],
  occupancy = 0,
  from: OccupancyCourse | null = null,
): OccupancyCourse | null =>
  intervals.reduce<OccupancyCourse | null>(
    (course, interval) =>
      withInterval(course, {
        kind: "interval-measured",
        at: at(interval),
        occupancyId: occupancyOf(north, occupancy),
        interval,
        counts: panels(interval),
        portalFlag: interval % 3 === 0,
        verdict: { kind: "decided", alarm: interval % 2 === 0, evidence },
        rules: [],
      }),
    from,
  );

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

describe("course of an occupancy", () => {
  it("grows interval by interval, with who held where", () => {
    expect(measured([0, 1, 2, 3])).toMatchObject({
      firstInterval: 0,
      gamma: [0, 1, 2, 3].map(panels),
      coreIntervals: [0, 2],
      portalIntervals: [0, 3],
      intervals: 4,
    });
  });

  it("takes no interval twice", () => {
    expect(measured([0, 1, 1, 0, 2])).toEqual(measured([0, 1, 2]));
  });

  it("begins anew with another occupancy and after a hole", () => {
    expect(measured([0], 1, measured([0, 1, 2]))).toEqual(measured([0], 1));
    expect(measured([0, 1, 5, 6])).toMatchObject({
      firstInterval: 5,
      gamma: [5, 6].map(panels),
      coreIntervals: [6],
      intervals: 7,
    });
  });

  it("keeps the first intervals up to its bound and counts the rest", () => {
    const course = measured(upTo(maxCourseIntervals + 3));
    expect(course?.gamma).toHaveLength(maxCourseIntervals);
    expect(course?.intervals).toBe(maxCourseIntervals + 3);
    const drawn = drawnOn(aCase({ gamma: [panels(0)] }), course).alarm.profile;
    expect([drawn.gamma.length, drawn.droppedIntervals]).toEqual([maxCourseIntervals, 3]);
  });
});

describe("drawing on", () => {
  it("adds what was measured since the alarm's latest version", () => {
    const drawn = drawnOn(aCase({ gamma: [0, 1].map(panels) }), measured(upTo(5))).alarm.profile;
    expect(drawn).toMatchObject({
      gamma: upTo(5).map(panels),
      coreIntervals: [2, 4],
      portalIntervals: [3],
      droppedIntervals: 0,
    });
  });

  it("adds seconds of neutrons", () => {
    const course = [0, 1].reduce<OccupancyCourse | null>(
      (held, second) =>
        withNeutronSecond(held, {
          kind: "neutron-measured",
          at: at(second),
          occupancyId: occupancyOf(north, 0),
          second,
          counts: panels(second),
          portalFlag: false,
          rules: [],
        }),
      null,
    );
    expect(drawnOn(aCase(), course).alarm.profile.neutron).toEqual([panels(0), panels(1)]);
  });

  it.each([
    ["an alarm that has ended", aCase({ state: "ended" }), measured(upTo(5))],
    ["another occupancy", aCase({ occupancy: 1 }), measured(upTo(5))],
    ["a hole between profile and course", aCase({ gamma: [panels(0)] }), measured([3, 4])],
    ["nothing newer", aCase({ gamma: upTo(5).map(panels) }), measured(upTo(5))],
    ["no course", aCase(), null],
  ])("leaves %s as it is", (_title, held, course) => {
    expect(drawnOn(held, course)).toBe(held);
  });
});
