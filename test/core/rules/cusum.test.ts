import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cusumRule, cusumSettings, cusumStep } from "../../../src/core/rules/cusum.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { background, decisions, inputs } from "./run-rule.ts";

const calm = { gammaCps: [500, 0, 0, 0] as PerPanel };
const intervals = (...totals: readonly number[]): readonly PerPanel[] =>
  totals.map((total) => [total - 2, 0, 1, 1]);

describe("the recurrence", () => {
  it.each([
    [0, 0, 0.5, 0],
    [0, 2, 0.5, 1.5],
    [1.5, -0.5, 0.5, 0.5],
    [0.25, 0.25, 0.5, 0],
    [3, -100, 0.5, 0],
  ])("from %d with z = %d and k = %d is %d", (sum, z, reference, next) => {
    expect(cusumStep(sum, z, reference)).toBe(next);
  });

  it("is the largest sum of a stretch that ends here", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 40 }), (eighths) => {
        const series = eighths.map((each) => each / 8);
        const sums = series.map((_, from) => series.slice(from).reduce((sum, z) => sum + z - 0.5, 0));
        expect(series.reduce((sum, z) => cusumStep(sum, z, 0.5), 0)).toBe(Math.max(0, ...sums));
      }),
    );
  });
});

describe("the CUSUM rule", () => {
  const rule = cusumRule(cusumSettings.parse({ limit: 4 }));

  it("adds up what is weak in any interval: 100 counts expected, 115 come", () => {
    const found = decisions(rule, background(calm), inputs("gamma", intervals(115, 115, 115, 115, 115)));
    expect(found.map(({ statistic }) => statistic)).toEqual([1, 2, 3, 4, 5]);
    expect(found.map(({ statistic, threshold }) => statistic > threshold)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it("says what it rests on", () => {
    const [evidence] = decisions(rule, background(calm), inputs("gamma", intervals(160)));
    expect(evidence).toEqual({
      algorithm: "cusum",
      statistic: 5.5,
      threshold: 4,
      counts: 160,
      background: 100,
      z: 6,
    });
  });

  it("rests at 0 under a shielding vehicle, from where it rises at once", () => {
    const shielded = Array<number>(40).fill(80);
    const found = decisions(rule, background(calm), inputs("gamma", intervals(...shielded, 160)));
    expect(found.slice(0, 40).every(({ statistic }) => statistic === 0)).toBe(true);
    expect(found.at(-1)?.statistic).toBe(5.5);
  });

  it.each([{ limit: 0 }, { reference: -1 }, { h: 4 }])("refuses the settings %j", (given) =>
    expect(cusumSettings.safeParse(given).success).toBe(false),
  );
});
