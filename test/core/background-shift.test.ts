import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createChance } from "../../simulators/chance.ts";
import {
  type BackgroundShift,
  backgroundShiftSettings,
  noTrend,
  stepBackgroundTrend,
} from "../../src/core/background-shift.ts";

const settings = backgroundShiftSettings.parse({});

const shiftsOf = (series: readonly number[]): readonly (BackgroundShift & { readonly record: number })[] => {
  let trend = noTrend;
  return series.flatMap((cps, record) => {
    const [next, shift] = stepBackgroundTrend(settings, trend, cps);
    trend = next;
    return shift === null ? [] : [{ ...shift, record }];
  });
};

/** What a portal says that averages 18 s: Poisson counts of 18 s over 18. */
const records = (seed: string, count: number, cpsAt: (record: number) => number): readonly number[] => {
  const chance = createChance(seed);
  return Array.from({ length: count }, (_, record) => chance.poisson(cpsAt(record) * 18) / 18);
};

describe("background shifts", () => {
  test("a step of a tenth is told once, at its second record (seed step)", () => {
    const shifts = shiftsOf(records("step", 200, (record) => (record < 100 ? 1540 : 1694)));
    expect(shifts.map(({ record }) => record)).toEqual([101]);
    expect(shifts[0]?.fromCps).toBeGreaterThan(1520);
    expect(shifts[0]?.toCps).toBeGreaterThan(1650);
  });

  test("rain that adds a fifth within 20 minutes is followed (seed rain)", () => {
    expect(shiftsOf(records("rain", 400, (record) => 1540 * (1 + 0.2 * Math.min(1, record / 240))))).toEqual(
      [],
    );
  });

  test("a day of nothing has at most one (seed day)", () => {
    expect(shiftsOf(records("day", 17_280, () => 1540)).length).toBeLessThanOrEqual(1);
  });

  test("a single outlier neither shifts nor moves the mean", () => {
    const steady = Array.from({ length: 30 }, () => 1540);
    expect(shiftsOf([...steady, 5000, ...steady])).toEqual([]);
  });

  test.each([
    ["nothing at all", Array.from({ length: 20 }, () => 0), 0],
    ["a portal that comes alive", [...Array.from({ length: 20 }, () => 0), 400, 400], 1],
    ["the largest counts", Array.from({ length: 20 }, () => 3_999_996), 0],
  ])("%s is defined", (_, series, shifts) => {
    expect(shiftsOf(series)).toHaveLength(shifts);
  });

  const recording = fileURLToPath(
    new URL("../../../shared/data/rapiscan/S2-C0-NONE-part1.csv", import.meta.url),
  );
  test.skipIf(!existsSync(recording))("a recorded half hour has none", () => {
    const lines = readFileSync(recording, "latin1").split("\r\n");
    const series = lines
      .filter((line) => line.startsWith("GB,"))
      .map((line) =>
        line
          .split(",")
          .slice(1, 5)
          .reduce((sum, field) => sum + Number(field), 0),
      );
    expect(series.length).toBe(290);
    expect(shiftsOf(series)).toEqual([]);
  });
});
