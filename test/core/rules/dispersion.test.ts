import { describe, expect, it } from "vitest";
import { dispersionOf, pairLimit } from "../../../src/core/rules/dispersion.ts";
import { chiSquareQuantile } from "../../../src/core/rules/exact-tails.ts";

/** P(pairs > limit) by going through every way in which the counts can fall into the bins. */
const tailBeyond = (limit: number, counts: number, bins: number): number => {
  const ways = bins ** counts;
  let beyond = 0;
  for (let way = 0; way < ways; way += 1) {
    const series = Array<number>(bins).fill(0);
    for (let left = way, count = 0; count < counts; count += 1) {
      const bin = left % bins;
      series[bin] = (series[bin] ?? 0) + 1;
      left = Math.floor(left / bins);
    }
    if (series.reduce((pairs, n) => pairs + (n * (n - 1)) / 2, 0) > limit) beyond += 1;
  }
  return beyond / ways;
};

describe("the exact limit of pairs", () => {
  it.each([
    [2, 5],
    [3, 10],
    [5, 4],
    [6, 6],
    [7, 3],
  ])("of %d counts in %d bins is the smallest that α allows", (counts, bins) => {
    for (const alpha of [0.1, 0.03, 0.01, 1e-3]) {
      const limit = pairLimit(counts, bins, alpha);
      if (limit === null) throw new Error("no limit");
      expect(tailBeyond(limit, counts, bins)).toBeLessThanOrEqual(alpha);
      if (limit > 0) expect(tailBeyond(limit - 1, counts, bins)).toBeGreaterThan(alpha);
    }
  });

  it("is above that of chi-square at few counts a bin, and near it at more", () => {
    const exactOverChiSquare = (counts: number, bins: number): number => {
      const limit = pairLimit(counts, bins, 1e-3) ?? Number.NaN;
      const index = ((bins * (counts + 2 * limit)) / counts - counts) / (bins - 1);
      return index / (chiSquareQuantile(0.999, bins - 1) / (bins - 1));
    };
    expect(exactOverChiSquare(10, 50)).toBeGreaterThan(1.1);
    expect(exactOverChiSquare(60, 20)).toBeGreaterThan(0.98);
    expect(exactOverChiSquare(60, 20)).toBeLessThan(1.06);
  });

  it("is left to chi-square where there is too much to add up", () => {
    expect(pairLimit(500, 100, 1e-3)).toBeNull();
    expect(pairLimit(4000, 8000, 1e-3)).toBeNull();
    expect(pairLimit(1e9, 8000, 1e-3)).toBeNull();
  });
});

describe("the index of dispersion", () => {
  it("is variance over mean", () => {
    // Mean 3, squared deviations 4 + 1 + 0 + 1 + 4 = 10, over 4 and over 3.
    const found = dispersionOf([1, 2, 3, 4, 5], 1e-3);
    expect(found).toMatchObject({ bins: 5, counts: 15, limitFrom: "exact" });
    expect(found?.index).toBeCloseTo(10 / 12, 12);
  });

  it.each([[[]], [[5]], [[0, 0, 0]]])("is not said of %j", (series) =>
    expect(dispersionOf(series, 1e-3)).toBeNull(),
  );

  it("is not above its limit where it is just on it", () => {
    const limit = pairLimit(6, 6, 0.05);
    expect(limit).toBe(6);
    // Four in one bin are 6 pairs.
    const on = dispersionOf([4, 1, 1, 0, 0, 0], 0.05);
    expect(on?.index).toBeLessThanOrEqual(on?.limit ?? 0);
    expect((on?.limit ?? 0) - (on?.index ?? 0)).toBeLessThan(1e-8);
    const beyond = dispersionOf([4, 2, 0, 0, 0, 0], 0.05);
    expect(beyond?.index).toBeGreaterThan(beyond?.limit ?? Infinity);
  });
});
