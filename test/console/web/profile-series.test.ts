import { describe, expect, test } from "vitest";
import {
  axisEndInSeconds,
  chartedGroups,
  decisiveMember,
  flaggedSoFar,
  leftBackground,
  neutronSeries,
  profileSeries,
  runsOf,
  unitsPerSecond,
  windowSums,
  zOf,
} from "../../../src/console/web/alarms/profile-series.ts";
import type { RuleDecision } from "../../../src/domain/alarms.ts";
import type { GroupMemberName, PerPanel } from "../../../src/domain/panels.ts";
import { sampleProfile } from "./samples.ts";

const ramp: readonly PerPanel[] = Array.from({ length: 8 }, (_, at) => [at, 10 * at, 100 * at, 1000 * at]);

const sumByHand = (columns: readonly number[], last: number, windowIntervals: number): number => {
  let total = 0;
  for (let at = last - windowIntervals + 1; at <= last; at += 1) {
    for (const column of columns) total += ramp[at]?.[column] ?? NaN;
  }
  return total;
};

describe("moving sums", () => {
  test.each([[[0, 1, 2, 3]], [[0, 1]], [[3]]])("over columns %j equal the sums by hand", (columns) => {
    for (const windowIntervals of [1, 2, 5, 8]) {
      const expected = ramp.map((_, at) =>
        at + 1 < windowIntervals ? null : sumByHand(columns, at, windowIntervals),
      );
      expect(windowSums(ramp, columns, windowIntervals)).toEqual(expected);
    }
  });

  test("are null as long as the window is not full", () => {
    expect(windowSums(ramp.slice(0, 4), [0], 5)).toEqual([null, null, null, null]);
    expect(windowSums([], [0], 5)).toEqual([]);
  });
});

test("runs join neighbours, in any order and with repeats", () => {
  expect(runsOf([])).toEqual([]);
  expect(runsOf([9, 4, 5, 3, 5, 8, 20])).toEqual([
    { first: 3, last: 5 },
    { first: 8, last: 9 },
    { first: 20, last: 20 },
  ]);
});

test("a profile's series stand at the beginning of their intervals", () => {
  const profile = sampleProfile(ramp, { coreIntervals: [5, 6], portalIntervals: [6] });
  const series = profileSeries(profile, [0, 1]);
  expect(series.seconds).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4]);
  expect(series.sum[4]).toBe(sumByHand([0, 1], 4, 5));
  expect(series.panels.map((panel) => panel[7])).toEqual([25, 250, 2500, 25000]);
  expect(series.coreRuns).toEqual([{ first: 5, last: 6 }]);
  expect(series.portalRuns).toEqual([{ first: 6, last: 6 }]);
});

describe("what is charted", () => {
  const limit = (member: GroupMemberName, columns: readonly number[]) => ({
    group: member === "sum" ? ("sum" as const) : ("vertical" as const),
    member,
    columns,
    background: 1545,
    threshold: 1703,
  });

  test("the judged sums; that of all panels also where it was not judged, without a threshold", () => {
    const both = sampleProfile(ramp, { limits: [limit("sum", [0, 1, 2, 3]), limit("master", [0, 1])] });
    expect(chartedGroups(both).map(({ member }) => member)).toEqual(["sum", "master"]);
    const [first, second] = chartedGroups(sampleProfile(ramp, { limits: [limit("master", [0, 1])] }));
    expect(first).toEqual({ member: "sum", columns: [0, 1, 2, 3], background: 1545, threshold: null });
    expect(second?.member).toBe("master");
    expect(chartedGroups(sampleProfile(ramp, { gammaBackgroundCps: null }))[0]?.background).toBeNull();
  });

  test("the sum of the strongest core evidence comes first", () => {
    const decided = (member: GroupMemberName, z: number): RuleDecision => ({
      origin: "core",
      rule: "gross-count",
      firstInterval: 5,
      flaggedIntervals: 1,
      evidence: { algorithm: "gross-count", group: "sum", member, counts: 1, background: 1, threshold: 1, z },
    });
    const flagged: RuleDecision = {
      origin: "portal",
      rule: "gamma-flag",
      firstInterval: 5,
      flaggedIntervals: 1,
    };
    expect(decisiveMember([flagged])).toBe("sum");
    expect(decisiveMember([decided("sum", 3.9), decided("slave", 4.4), flagged])).toBe("slave");
  });

  test("z is the distance in standard deviations, where it can be known", () => {
    expect(zOf(1600, 1600)).toBe(0);
    expect(zOf(1800, 1600)).toBe(5);
    expect(zOf(1800, null)).toBeNull();
    expect(zOf(1800, 0)).toBeNull();
    expect(zOf(null, 1600)).toBeNull();
  });
});

test("flagged intervals are those of the profile where it is ahead of the decision", () => {
  const profile = sampleProfile(ramp, { coreIntervals: [5, 6, 7], portalIntervals: [6, 7] });
  const flagged = (rule: "gamma-flag" | "neutron-flag", flaggedIntervals: number) =>
    flaggedSoFar({ origin: "portal", rule, firstInterval: 5, flaggedIntervals }, profile);
  expect([flagged("gamma-flag", 1), flagged("gamma-flag", 9), flagged("neutron-flag", 1)]).toEqual([2, 9, 1]);
});

describe("the time axis", () => {
  test("ends with an occupancy that is over, and moves in steps while it grows", () => {
    const at = (intervals: number, active: boolean) =>
      axisEndInSeconds(sampleProfile(Array.from({ length: intervals }, () => [1, 1, 1, 1] as const)), active);
    expect([at(1, true), at(50, true), at(51, true), at(76, true)]).toEqual([10, 10, 15, 20]);
    expect([at(0, false), at(60, false)]).toEqual([1, 12]);
  });
});

describe("neutrons", () => {
  test("one bar a second, all banks summed", () => {
    const profile = sampleProfile([], {
      neutron: [
        [1, 0, 2, 0],
        [0, 0, 0, 0],
      ],
      neutronBackgroundCps: [0.5, 0.5, 0.5, 0.5],
    });
    expect(neutronSeries(profile)).toEqual({ seconds: [0.5, 1.5], counts: [3, 0], backgroundCps: 2 });
  });

  test("nothing where no banks are installed, but zeros where they are", () => {
    const silent = [[0, 0, 0, 0]] as const;
    expect(
      neutronSeries(sampleProfile([], { neutron: silent, neutronBackgroundCps: [0, 0, 0, 0] })),
    ).toBeNull();
    expect(neutronSeries(sampleProfile([], { neutron: silent }))).toBeNull();
    expect(
      neutronSeries(sampleProfile([], { neutron: silent, neutronBackgroundCps: [1, 0, 0, 0] })),
    ).not.toBeNull();
  });
});

describe("the background that a vehicle leaves over", () => {
  const vacant = [80, 80, 80, 80] as const;
  const shielded = [60, 60, 60, 60] as const;
  const known = { gammaBackgroundCps: [400, 400, 400, 400] } as const;
  test("is the whole of it before a vehicle that takes a quarter, and three quarters while it stands there", () => {
    const gamma = [
      ...Array.from({ length: 20 }, () => vacant),
      ...Array.from({ length: 40 }, () => shielded),
    ];
    const left = leftBackground(sampleProfile(gamma, known), "sum");
    expect(left?.slice(0, 4)).toEqual([null, null, null, null]);
    expect(left?.[4]).toBe(1600);
    expect(left?.at(-1)).toBeCloseTo(1200);
  });
  test("is not known without a background, nor for a part of the panels", () => {
    const gamma = Array.from({ length: 20 }, () => vacant);
    expect(leftBackground(sampleProfile(gamma, { gammaBackgroundCps: null }), "sum")).toBeNull();
    expect(leftBackground(sampleProfile(gamma, known), "upper")).toBeNull();
  });
});

test("the axis counts seconds, or the metres gone at the entry speed where that is known", () => {
  expect(unitsPerSecond("time", 36)).toBe(1);
  expect(unitsPerSecond("distance", 36)).toBe(10);
  expect(unitsPerSecond("distance", null)).toBe(1);
});
