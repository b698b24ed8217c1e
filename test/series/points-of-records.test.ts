import { describe, expect, it } from "vitest";
import type { LaneEvent } from "../../src/domain/events.ts";
import { laneId } from "../../src/domain/ids.ts";
import { storedSeries, storedSeriesNames } from "../../src/domain/series.ts";
import { wallMs } from "../../src/domain/units.ts";
import { pointMaker, quietInMs, stampUsOf } from "../../src/series/points-of-records.ts";
import { createChance } from "../../simulators/chance.ts";
import { background, eventRecord, interval, truck } from "./event-records.ts";

const at = Date.UTC(2026, 4, 1);

describe("the time a point stands at", () => {
  it.each([
    ["the event's own", `truck-1~0badcafe~0~0`, at, at * 1_000],
    ["a millisecond later for each event of a frame", `truck-1~0badcafe~0~3`, at, at * 1_000 + 3_000],
    ["with the frame's number in microseconds", `truck-1~0badcafe~41007~3`, at, at * 1_000 + 3_007],
  ])("is %s", (_, eventId, eventAt, expected) => expect(stampUsOf(eventId, eventAt)).toBe(expected));

  it("is none for an id of another form", () => expect(stampUsOf("of-something-else", at)).toBeNull());

  it("is of one event alone, and in the events' order within a frame", () => {
    const stamps = new Set<number>();
    let events = 0;
    // Five frames a second that hold up to 40 records each, and two in one millisecond now and then.
    for (let sequence = 0; sequence < 2_000; sequence += 1) {
      const wall = at + Math.floor(sequence / 2) * 400;
      let last = -1;
      for (let n = 0; n < 40; n += 1) {
        const stamp = stampUsOf(`truck-1~0badcafe~${sequence}~${n}`, wall) ?? 0;
        if (stamp <= last) expect.fail(`${stamp} stands before ${last}`);
        last = stamp;
        stamps.add(stamp);
        events += 1;
      }
    }
    expect(stamps.size).toBe(events);
  });
});

describe("points of records", () => {
  const pointsOf = (event: LaneEvent): readonly (readonly [string, readonly (number | null)[]])[] =>
    pointMaker()
      .pointsOf(eventRecord(event))
      .map(({ what, values }) => [what, values]);

  it("are counts and σ of an interval", () =>
    expect(pointsOf(interval(at, [1, 2, 3, 4]))).toEqual([
      ["gamma-counts", [1, 2, 3, 4]],
      ["z", [0.5]],
    ]));

  it("are a background, and how long it took to be judged", () =>
    expect(pointsOf(background(at, [250, 251, 252, 253]))).toEqual([
      ["gamma-background", [250, 251, 252, 253]],
      ["latency", [null, null, 12]],
    ]));

  it("are a fault that is raised and one that clears", () => {
    const raised = pointsOf({ kind: "fault-raised", at: wallMs(at), fault: "silent", detail: "" });
    const part = storedSeries.faults.parts.indexOf("silent");
    expect(raised[0]?.[1][part]).toBe(1);
    expect(raised[0]?.[1].filter((value) => value !== null)).toHaveLength(1);
    const cleared = pointsOf({ kind: "fault-cleared", at: wallMs(at), fault: "silent" });
    expect(cleared[0]?.[1][part]).toBe(0);
  });

  it("have as many values as their series has parts", () => {
    for (const event of [interval(at, [1, 2, 3, 4]), background(at, [1, 2, 3, 4])])
      for (const { what, values } of pointMaker().pointsOf(eventRecord(event)))
        expect(values).toHaveLength(storedSeries[what].parts.length);
    expect(storedSeriesNames.every((what) => storedSeries[what].parts.length <= 16)).toBe(true);
  });

  it("say for how long nothing was measured, also before the program started", () => {
    const maker = pointMaker((lane) => (lane === truck ? at - 3_600_000 : null));
    const deadTime = (after: number): unknown =>
      maker
        .pointsOf(eventRecord(background(at + after, [1, 1, 1, 1]), { sequence: after }))
        .find(({ what }) => what === "dead-time")?.values;
    expect(deadTime(0)).toEqual([3_600]);
    expect(deadTime(quietInMs)).toBeUndefined();
    expect(deadTime(quietInMs * 3)).toEqual([(quietInMs * 2) / 1_000]);
    expect(pointMaker(() => null).pointsOf(eventRecord(background(at, [1, 1, 1, 1])))).toHaveLength(2);
    expect(laneId("truck-1")).toBe(truck);
  });
});

describe("the variance of a background", () => {
  /** Means of Poisson counts over 18 s, one every 20 s, and `scatter` times as far from their mean. */
  const meanIndex = (scatter: number): number => {
    const chance = createChance(4711);
    const maker = pointMaker();
    const found: number[] = [];
    for (let record = 0; record < 6_000; record += 1) {
      const cps = [0, 1, 2, 3].map(() => 250 + (chance.poisson(250 * 18) / 18 - 250) * scatter);
      const [a = 0, b = 0, c = 0, d = 0] = cps;
      const points = maker.pointsOf(
        eventRecord(background(at + record * 20_000, [a, b, c, d]), { sequence: record }),
      );
      for (const { what, values } of points)
        if (what === "variance") for (const value of values) if (value !== null) found.push(value);
    }
    return found.reduce((sum, value) => sum + value, 0) / found.length;
  };

  // 6 000 records × 4 panels × 29/30: a mean of 23 200 values of χ²₁ has a deviation of √(2/23 200) = 0.009.
  it("is 1 where it scatters as counts do", () => expect(Math.abs(meanIndex(1) - 1)).toBeLessThan(0.04));
  it("is 4 where it scatters twice as far", () => expect(Math.abs(meanIndex(2) - 4)).toBeLessThan(0.16));
});
