import { describe, expect, test } from "vitest";
import { spreadsOf } from "../../../../src/console/web/trends/percentiles.ts";
import { rainLikeRises } from "../../../../src/console/web/trends/rain.ts";
import { axisTimes } from "../../../../src/console/web/trends/trend-axis.ts";
import {
  extentOf,
  figuresOf,
  nearestAt,
  plotColumns,
} from "../../../../src/console/web/trends/trend-columns.ts";
import { bounded, remembered, scaled, shifted } from "../../../../src/console/web/trends/zoom.ts";
import { laneId } from "../../../../src/domain/ids.ts";
import type { SeriesView } from "../../../../src/wire/series.ts";

type Column = readonly (number | null)[];
const minute = 60_000;

/** One value in each stretch and part. */
const viewOf = (what: SeriesView["what"], stepInMs: number, columns: readonly Column[]): SeriesView => ({
  laneId: laneId("north"),
  what,
  from: 0,
  to: (columns[0]?.length ?? 0) * stepInMs,
  stepInMs,
  at: (columns[0] ?? []).map((_, at) => at * stepInMs),
  parts: columns.map((mean, part) => ({
    part: `part ${part}`,
    count: mean.map((value) => (value === null ? 0 : 1)),
    min: mean,
    mean,
    max: mean,
  })),
});

describe("zooming", () => {
  const year = 366 * 86_400_000;
  test.each([
    ["a tenth of a second becomes a second", bounded({ from: 5000, to: 5100 }), { from: 4550, to: 5550 }],
    ["two years become one", bounded({ from: 0, to: 2 * year }), { from: year / 2, to: year * 1.5 }],
    ["nothing is before 1970", bounded({ from: -4000, to: 4000 }), { from: 0, to: 8000 }],
    ["out by four", scaled({ from: 60_000, to: 70_000 }, 4), { from: 45_000, to: 85_000 }],
    ["half a span earlier", shifted({ from: 60_000, to: 70_000 }, -0.5), { from: 55_000, to: 65_000 }],
  ])("%s", (_title, span, expected) => expect(span).toEqual(expected));

  test("the way back is bounded, the oldest step forgotten", () => {
    const past = Array.from({ length: 40 }, (_, step) => step).reduce<readonly number[]>(remembered, []);
    expect([past.length, past[0], past.at(-1)]).toEqual([30, 10, 39]);
  });
});

describe("rain-like rises", () => {
  const rising: Column = [0, 1, 5, 8, 9, 7, 6, 5, 1, 0];
  test("are of all panels at once, for five minutes or longer", () => {
    const rises = rainLikeRises(viewOf("drift", minute, [rising, rising.map((value) => (value ?? 0) + 1)]));
    expect(rises).toEqual([{ from: 2 * minute, to: 8 * minute, peakPercent: 9 }]);
  });
  test("not of one panel that leaves the others, nor of a passing moment", () => {
    expect(rainLikeRises(viewOf("drift", minute, [rising, rising.map(() => 0)]))).toEqual([]);
    expect(rainLikeRises(viewOf("drift", minute, [[0, 9, 9, 9, 0, 0]]))).toEqual([]);
  });
  test("go on through stretches without measurements, and end with the last that had one", () => {
    const holes: Column = [0, 5, null, null, 6, 6, null, null, null];
    expect(rainLikeRises(viewOf("drift", minute, [holes]))).toEqual([
      { from: minute, to: 6 * minute, peakPercent: 6 },
    ]);
  });
});

describe("percentiles", () => {
  test("are exact where each stretch has one value", () => {
    const values = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect(spreadsOf(viewOf("latency", minute, [values]))).toEqual([
      { part: "part 0", count: 100, p50: 50, p90: 90, p99: 99, max: 100, isExact: true },
    ]);
  });
  test("keep the extremes of a stretch with many values, and say that they are estimated", () => {
    const parts = [{ part: "all", count: [10], min: [1], mean: [12], max: [100] }];
    const [spread] = spreadsOf({ ...viewOf("latency", minute, [[1]]), parts });
    // (10 × 12 − 1 − 100) / 8 for the eight between the least and the greatest.
    expect(spread).toEqual({
      part: "all",
      count: 10,
      p50: 2.375,
      p90: 2.375,
      p99: 100,
      max: 100,
      isExact: false,
    });
  });
  test("of nothing are none", () => {
    expect(spreadsOf(viewOf("latency", minute, [[null, null]]))).toEqual([]);
  });
});

describe("columns", () => {
  test("have the extremes beside the means; sums are of all values, and 0 where there were none", () => {
    const parts = [{ part: "all", count: [3, 0], min: [1, null], mean: [2, null], max: [3, null] }];
    const background = { ...viewOf("gamma-background", minute, [[0, 0]]), parts };
    expect(plotColumns(background)).toEqual([
      [0, minute],
      [1, null],
      [2, null],
      [3, null],
    ]);
    expect(extentOf(plotColumns(background))).toEqual([1, 3]);
    expect(plotColumns({ ...background, what: "occupancies" }).slice(1)).toEqual([
      [6, 0],
      [6, 0],
      [6, 0],
    ]);
    expect(figuresOf(background)).toEqual([{ part: "all", min: 1, mean: 2, max: 3, sum: 6 }]);
  });
  test("the cursor finds the nearest value, and none that is too far", () => {
    const column: Column = [4, null, null, null, 5];
    const view = viewOf("gamma-background", 1000, [column]);
    expect(nearestAt(view, column, { pointed: 1, reachInMs: 2000 })).toBe(0);
    expect(nearestAt(view, column, { pointed: 3, reachInMs: 2000 })).toBe(4);
    expect(nearestAt(view, column, { pointed: 2, reachInMs: 1000 })).toBeNull();
  });
});

test("ticks are as fine as they are apart, in the site's zone", () => {
  const { ticks } = axisTimes("Europe/Berlin", "en-GB");
  const midnight = Date.UTC(2026, 0, 14, 23);
  const every = (apart: number): string[] => ticks([midnight, midnight + apart]);
  expect(every(86_400_000)).toEqual(["15 Jan", "16 Jan"]);
  expect(every(900_000)).toEqual(["15 Jan", "00:15"]);
  expect(every(1000)).toEqual(["00:00:00", "00:00:01"]);
  expect(every(200)).toEqual(["00:00.0", "00:00.2"]);
});
