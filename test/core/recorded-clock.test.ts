import { describe, expect, it } from "vitest";
import { type RecordedClock, recordedClockStart, recordedClockStep } from "../../src/core/recorded-clock.ts";
import type { Message, RecordedTime } from "../../src/domain/messages.ts";
import { wallMs } from "../../src/domain/units.ts";

const gamma: Message = { kind: "gamma-interval", counts: [1, 1, 1, 1], portalAlarm: false };
const background: Message = { kind: "gamma-background", cps: [1, 1, 1, 1], level: "normal" };
const closed: Message = { kind: "occupancy-closed", occupancyNumber: 1, neutronBackgroundCps: 2 };

const instant = (at: number): RecordedTime => ({ kind: "instant", at: wallMs(at) });
const timeOfDay = (hours: number, minutes = 0, seconds = 0): RecordedTime => ({
  kind: "time-of-day",
  msSinceMidnight: ((hours * 60 + minutes) * 60 + seconds) * 1000,
});
const noon = Date.UTC(2024, 5, 1, 12);
const hour = 3_600_000;
const day = 24 * hour;

type Said = RecordedTime | Message;
const isTime = (said: Said): said is RecordedTime => said.kind === "instant" || said.kind === "time-of-day";

/** The clock after each of these: a time that a gamma interval carries, or a record without a time. */
const clocks = (said: readonly Said[]): readonly RecordedClock[] => {
  let clock = recordedClockStart;
  return said.map((one) => {
    clock = recordedClockStep(clock, isTime(one) ? { message: gamma, recordedAt: one } : { message: one });
    return clock;
  });
};
const walls = (said: readonly Said[]): readonly number[] => clocks(said).map(({ wall }) => wall);
/** How far the lane's own time moved with each. */
const steps = (said: readonly Said[]): readonly number[] => {
  const laneTimes = clocks(said).map(({ laneMs }) => laneMs);
  return laneTimes.map((laneMs, index) => laneMs - (laneTimes[index - 1] ?? laneMs));
};

describe("the wall", () => {
  it.each<[string, readonly Said[], readonly number[]]>([
    ["instants are what they say", [instant(noon), instant(noon + 200)], [noon, noon + 200]],
    [
      "times of day are of the first day of 1970",
      [timeOfDay(9), timeOfDay(9, 0, 5)],
      [9 * hour, 9 * hour + 5000],
    ],
    ["times of day go on over midnight", [timeOfDay(23, 59), timeOfDay(0, 1)], [day - 60_000, day + 60_000]],
    [
      "and over the next one",
      [timeOfDay(23, 59), timeOfDay(0, 1), timeOfDay(12), timeOfDay(23, 59), timeOfDay(0, 1)],
      [day - 60_000, day + 60_000, day + 12 * hour, 2 * day - 60_000, 2 * day + 60_000],
    ],
    ["a little back is no midnight", [timeOfDay(9, 0, 5), timeOfDay(9)], [9 * hour + 5000, 9 * hour]],
    [
      "a little back just after midnight is the day before",
      [timeOfDay(23, 59), timeOfDay(0), timeOfDay(23, 59)],
      [day - 60_000, day, day - 60_000],
    ],
    [
      "records without a time count their own durations",
      [gamma, gamma, closed, background],
      [200, 400, 400, 5400],
    ],
    [
      "a record without a time goes on from the last time",
      [instant(noon), gamma, instant(noon + 300)],
      [noon, noon + 200, noon + 300],
    ],
    [
      "a damaged time costs nothing after it",
      [instant(noon), instant(noon + 900 * day), instant(noon + 400)],
      [noon, noon + 900 * day, noon + 400],
    ],
    [
      "a damaged time of day costs nothing after it",
      [timeOfDay(13), timeOfDay(23, 59), timeOfDay(13, 0, 1)],
      [13 * hour, day - 60_000, 13 * hour + 1000],
    ],
  ])("%s", (_, said, expected) => expect(walls(said)).toEqual(expected));
});

describe("the lane's own time", () => {
  it.each<[string, readonly Said[], readonly number[]]>([
    ["moves with the wall", [instant(noon), instant(noon + 200), instant(noon + 500)], [0, 200, 300]],
    [
      "stands while the recorder's clock is set back, and goes on from there",
      [instant(noon), instant(noon - hour), instant(noon - hour + 200)],
      [0, 0, 200],
    ],
    ["goes on over midnight", [timeOfDay(23, 59, 59), timeOfDay(0, 0, 1)], [0, 2000]],
    [
      "does not count the years before the first time",
      [background, instant(noon), instant(noon + 200)],
      [0, 0, 200],
    ],
    ["moves by the durations of records without a time", [gamma, gamma, background], [0, 200, 5000]],
  ])("%s", (_, said, expected) => expect(steps(said)).toEqual(expected));

  it("never goes back", () => {
    const times = [5, 3, 9, 1, 1, 12].map((seconds) => instant(noon + seconds * 1000));
    expect(Math.min(...steps(times))).toBe(0);
  });
});
