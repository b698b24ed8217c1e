import { describe, expect, it } from "vitest";
import { createChance, pickWeighted } from "../../simulators/chance.ts";
import { meanOf, sdOf } from "./lanes.ts";

const draw = (count: number, next: () => number): readonly number[] => Array.from({ length: count }, next);

describe("chance", () => {
  it("gives the same numbers for the same seed and others for another", () => {
    const numbers = (seed: string): readonly number[] => draw(100, createChance(seed).uniform);
    expect(numbers("a")).toEqual(numbers("a"));
    expect(numbers("a")).not.toEqual(numbers("b"));
  });

  it("derives streams from the seed, not from the position", () => {
    const fresh = createChance("seed");
    const used = createChance("seed");
    draw(17, used.uniform);
    expect(draw(10, used.stream("x").uniform)).toEqual(draw(10, fresh.stream("x").uniform));
    expect(draw(10, fresh.stream("x").uniform)).not.toEqual(draw(10, fresh.stream("y").uniform));
  });

  // 0.4 and 9.99 use the product, 10 and beyond the rejection; limits are four standard errors.
  it.each([0.4, 9.99, 10, 80, 1540, 5e5])("Poisson of mean %d has that mean and variance", (mean) => {
    const count = 20_000;
    const chance = createChance(`poisson ${mean}`);
    const values = draw(count, () => chance.poisson(mean));
    expect(Math.abs(meanOf(values) - mean)).toBeLessThan(4 * Math.sqrt(mean / count));
    const varianceError = Math.sqrt((2 * mean ** 2 + mean) / count);
    expect(Math.abs(sdOf(values) ** 2 - mean)).toBeLessThan(4 * varianceError);
    expect(values.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
  });

  it("Poisson follows its probabilities around the mean (chi-square)", () => {
    const count = 50_000;
    const mean = 20;
    const chance = createChance("chi-square");
    const seen = new Map<number, number>();
    for (const value of draw(count, () => chance.poisson(mean))) seen.set(value, (seen.get(value) ?? 0) + 1);
    let probability = Math.exp(-mean);
    let chiSquare = 0;
    for (let value = 1; value <= 32; value += 1) {
      probability *= mean / value;
      if (value < 9) continue;
      chiSquare += ((seen.get(value) ?? 0) - count * probability) ** 2 / (count * probability);
    }
    // 24 cells: mean 24, sd 6.9.
    expect(chiSquare).toBeLessThan(52);
  });

  it("draws nothing from a mean of zero", () => expect(createChance("zero").poisson(0)).toBe(0));

  it("normal and exponential have their moments", () => {
    const chance = createChance("moments");
    const normals = draw(20_000, () => chance.normal(8, 0.5));
    expect(Math.abs(meanOf(normals) - 8)).toBeLessThan(0.015);
    expect(Math.abs(sdOf(normals) - 0.5)).toBeLessThan(0.011);
    expect(Math.abs(meanOf(draw(20_000, () => chance.exponential(90))) - 90)).toBeLessThan(2.6);
  });

  it("picks by weight and never what weighs nothing", () => {
    const chance = createChance("weights");
    const picks = Array.from({ length: 10_000 }, () =>
      pickWeighted(chance, [
        ["a", 3],
        ["b", 0],
        ["c", 1],
      ]),
    );
    const share = picks.filter((pick) => pick === "a").length / picks.length;
    expect(Math.abs(share - 0.75)).toBeLessThan(0.018);
    expect(picks).not.toContain("b");
    expect(pickWeighted(chance, [["a", 0]])).toBeUndefined();
  });
});
