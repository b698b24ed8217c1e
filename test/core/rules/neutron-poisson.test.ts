import { describe, expect, it } from "vitest";
import { poissonUpperTail } from "../../../src/core/rules/exact-tails.ts";
import { neutronPoissonRule, neutronPoissonSettings } from "../../../src/core/rules/neutron-poisson.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { background, decisions, inputs, verdicts } from "./run-rule.ts";

const ruleOf = (
  given: Partial<Parameters<typeof neutronPoissonRule>[0]> = {},
): ReturnType<typeof neutronPoissonRule> => neutronPoissonRule(neutronPoissonSettings.parse(given));
const seconds = (...totals: readonly number[]): readonly PerPanel[] =>
  totals.map((total) => [total, 0, 0, 0]);
const banks = (...[a = 0, b = 0, c = 0, d = 0]: readonly number[]): { readonly neutronCps: PerPanel } => ({
  neutronCps: [a, b, c, d],
});

describe("the neutron Poisson rule", () => {
  it.each([
    [1, 5, false],
    [1, 6, true],
    [2, 8, false],
    [2, 9, true],
    [5, 13, false],
    [5, 14, true],
    [8, 19, true],
    [20, 35, false],
    [20, 36, true],
    [40, 61, false],
    [40, 62, true],
    [0, 0, false],
    [0, 1, true],
  ])("at α = 0.001 and mean %d makes %d counts alarm %s", (mean, counts, alarm) => {
    const rule = ruleOf({ alpha: 1e-3, windowSeconds: 1 });
    const [verdict] = verdicts(rule, background(banks(mean)), inputs("neutron", seconds(counts)));
    expect(verdict).toMatchObject({ kind: "decided", alarm });
  });

  it("sums banks and the seconds of its window, and forgets what has left it", () => {
    const rule = ruleOf({ windowSeconds: 3 });
    const records: readonly PerPanel[] = [
      [1, 2, 3, 4],
      [5, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
      [0, 7, 0, 0],
    ];
    const found = verdicts(rule, background(banks(0.5, 0, 0.5)), inputs("neutron", records));
    expect(found.map((each) => (each?.kind === "decided" ? each.evidence.statistic : each?.reason))).toEqual([
      "window-not-full",
      "window-not-full",
      16,
      6,
      8,
    ]);
  });

  it("says what it rests on", () => {
    const rule = ruleOf({ alpha: 1e-3, windowSeconds: 2 });
    const [evidence] = decisions(rule, background(banks(10, 0, 10)), inputs("neutron", seconds(30, 32)));
    expect(evidence).toEqual({
      algorithm: "neutron-poisson",
      statistic: 62,
      threshold: 61,
      background: 40,
      z: 22 / Math.sqrt(40),
    });
  });

  it("keeps α at truncated backgrounds with the allowance, and only at truncated ones", () => {
    // True background 3.9 + 2.9, in the record 3 + 2.
    const thresholdAt = (cps: PerPanel, truncationAllowanceCps: number): number => {
      const rule = ruleOf({ alpha: 1e-3, windowSeconds: 2, truncationAllowanceCps });
      const [evidence] = decisions(rule, background({ neutronCps: cps }), inputs("neutron", seconds(0, 0)));
      return evidence?.threshold ?? Number.NaN;
    };
    const falseAlarms = (threshold: number): number => poissonUpperTail(threshold + 1, 13.6);
    expect(falseAlarms(thresholdAt([3, 0, 2, 0], 0))).toBeGreaterThan(0.02);
    expect(falseAlarms(thresholdAt([3, 0, 2, 0], 2))).toBeLessThanOrEqual(1e-3);
    expect(thresholdAt([3.9, 0, 2.9, 0], 2)).toBe(thresholdAt([3.9, 0, 2.9, 0], 0));
  });

  it.each([
    { alpha: 0 },
    { alpha: 1e-13 },
    { alpha: 0.6 },
    { windowSeconds: 0 },
    { windowSeconds: 61 },
    { windowSeconds: 1.5 },
    { truncationAllowanceCps: -1 },
    { truncationAllowanceCps: 5 },
    { alfa: 1e-3 },
  ])("refuses the settings %j", (given) => {
    expect(neutronPoissonSettings.safeParse(given).success).toBe(false);
  });
});
