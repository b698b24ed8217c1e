import { describe, expect, it } from "vitest";
import { alarmId, laneId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import { sumFigures } from "../../src/history/figures.ts";
import { floodsOf } from "../../src/history/floods.ts";
import type { ActFact, AlarmFact } from "../../src/history/history-index.ts";

const minute = 60_000;
const start = Date.UTC(2025, 0, 6, 10);

const fact = (number: number, over: Partial<AlarmFact> = {}): AlarmFact => ({
  place: number,
  alarmId: alarmId(`a${number}`),
  raisedAt: wallMs(start + number * minute),
  laneId: laneId("north"),
  kind: "gamma",
  disposition: null,
  acknowledgedAt: null,
  disposedAt: null,
  ...over,
});
const act = (place: number, officer: string, atMinute: number): ActFact => ({
  at: wallMs(start + atMinute * minute),
  place,
  number: 0,
  officer,
  kind: "claim",
});
const span = { from: start, to: start + 120 * minute, now: start + 60 * minute, timeZone: "UTC" };

describe("floods", () => {
  const every = (seconds: number, count: number, first = 0): readonly number[] =>
    Array.from({ length: count }, (_, at) => first + at * seconds * 1000);

  it("are more than ten in ten minutes", () => {
    expect(floodsOf(every(60, 100)).floods).toEqual([]);
    expect(floodsOf(every(59, 11)).floods).toEqual([{ from: 0, to: 590_000, alarms: 11 }]);
    expect(floodsOf(every(59, 10)).floods).toEqual([]);
    expect(floodsOf([]).busiest).toBeNull();
  });

  it("that touch are one, and others are not", () => {
    const { floods, busiest } = floodsOf([...every(30, 12), ...every(30, 15, 3_600_000)]);
    expect(floods.map(({ alarms }) => alarms)).toEqual([12, 15]);
    expect(busiest).toEqual({ from: 3_600_000, alarms: 15 });
    expect(floodsOf(every(30, 60)).floods).toEqual([{ from: 0, to: 59 * 30_000, alarms: 60 }]);
  });
});

describe("figures", () => {
  it("of a span without alarms are zero", () => {
    const figures = sumFigures(span).result();
    expect(figures).toMatchObject({ alarms: 0, per10Minutes: 0, per10MinutesAnOfficer: null, busiest: null });
    expect(figures.toDispose).toEqual({ count: 0, waiting: 0, p50Ms: null, p90Ms: null, maxMs: null });
    expect(figures.shares).toEqual({ real: 0, innocent: 0, false: 0 });
  });

  it("count rates up to now, delays by rank, and officers by clock hours", () => {
    const sum = sumFigures(span);
    const told = Array.from({ length: 12 }, (_, at) =>
      fact(at, {
        acknowledgedAt: wallMs(start + at * minute + (at + 1) * 1000),
        disposition: at < 6 ? "norm-found" : at < 9 ? "false-other" : null,
        disposedAt: at < 9 ? wallMs(start + at * minute + 5000) : null,
        laneId: laneId(at % 3 === 0 ? "south" : "north"),
      }),
    );
    sum.alarms(told.slice(0, 5));
    sum.alarms(told.slice(5));
    sum.acts([act(0, "ada", 1), act(1, "ada", 2), act(1, "ada", 3), act(2, "bo", 61)]);
    const figures = sum.result();
    expect(figures.until).toBe(start + 60 * minute);
    expect(figures.per10Minutes).toBe(2);
    // Two officers, an hour each.
    expect(figures.per10MinutesAnOfficer).toBe(1);
    expect(figures.toAcknowledge).toEqual({
      count: 12,
      waiting: 0,
      p50Ms: 6000,
      p90Ms: 11_000,
      maxMs: 12_000,
    });
    expect(figures.toDispose).toMatchObject({ count: 9, waiting: 3, maxMs: 5000 });
    expect(figures.byLane).toEqual([
      { laneId: "north", alarms: 8 },
      { laneId: "south", alarms: 4 },
    ]);
    expect(figures.byDisposition).toEqual([
      { disposition: "norm-found", code: 4, group: "innocent", alarms: 6 },
      { disposition: "false-other", code: 8, group: "false", alarms: 3 },
    ]);
    expect(figures.undisposed).toBe(3);
    expect(figures.shares).toEqual({ real: 0, innocent: 6 / 9, false: 3 / 9 });
    expect(figures.officers).toEqual([
      { officer: "ada", alarms: 2, acts: 3, hours: 1, per10Minutes: 2 / 6 },
      { officer: "bo", alarms: 1, acts: 1, hours: 1, per10Minutes: 1 / 6 },
    ]);
  });

  it.each([
    ["UTC", 10],
    ["Asia/Kathmandu", 16],
    ["America/Los_Angeles", 2],
  ])("have the hours of the site: %s", (timeZone, hour) => {
    const sum = sumFigures({ ...span, timeZone });
    // 10:50 UTC is 16:35 in Kathmandu.
    sum.alarms([fact(50)]);
    expect(sum.result().byHour.indexOf(1)).toBe(hour);
  });

  it("know no negative delay where a wall clock stepped back", () => {
    const sum = sumFigures(span);
    sum.alarms([fact(5, { acknowledgedAt: wallMs(start) })]);
    expect(sum.result().toAcknowledge.maxMs).toBe(0);
  });
});
