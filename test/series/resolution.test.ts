import { describe, expect, it } from "vitest";
import { defaultRetention, readingOf } from "../../src/series/resolution.ts";

const now = Date.UTC(2026, 4, 1);
const second = 1_000;
const hour = 3_600_000;
const day = 24 * hour;

describe("the resolution of a chart", () => {
  it.each([
    ["a second of now", now - second, second, "full", 0],
    ["three minutes of now", now - 180 * second, 180 * second, "full", 0],
    ["an hour of now", now - hour, hour, "second", 4 * second],
    ["a day", now - day + second, day, "minute", 120 * second],
    ["a month", now - 30 * day, 30 * day, "ten-minutes", 50 * 60 * second],
    ["a year", now - 365 * day, 365 * day, "hour", 9 * hour],
    ["a second of yesterday, whose points are gone", now - 30 * hour, second, "second", second],
    ["a second of last week, of which there are minutes", now - 7 * day, second, "minute", 60 * second],
    ["a second of two years ago, of which there is nothing", now - 730 * day, second, "minute", 60 * second],
  ] as const)("of %s", (_, from, span, resolution, stepInMs) =>
    expect(readingOf({ from, to: from + span, points: 1_000 }, { retention: defaultRetention, now })).toEqual(
      {
        resolution,
        stepInMs,
      },
    ),
  );

  it("never reads more than 60 rows for each moment it shows", () => {
    const steps = { full: 200, second, minute: 60 * second, "ten-minutes": 600 * second, hour } as const;
    for (let span = second; span <= 366 * day; span = Math.ceil(span * 1.1)) {
      const { resolution } = readingOf(
        { from: now - span, to: now, points: 1_000 },
        { retention: defaultRetention, now },
      );
      // Beyond what seconds are kept for, minutes are the finest.
      expect(span / steps[resolution] / 1_000, `${span} ms`).toBeLessThanOrEqual(60);
    }
  });
});
