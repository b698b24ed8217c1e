import { describe, expect, it } from "vitest";
import { binomialUpperTail } from "../../../src/core/rules/exact-tails.ts";
import { neutronBinomialRule, neutronBinomialSettings } from "../../../src/core/rules/neutron-binomial.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { background, decisions, inputs } from "./run-rule.ts";

const seconds = (...totals: readonly number[]): readonly PerPanel[] =>
  totals.map((total) => [total, 0, 0, 0]);

describe("the neutron conditional binomial rule", () => {
  it.each([0, 0.5, 6.5, 40])("alarms exactly where p ≤ α at %d cps", (cps) => {
    const alpha = 1e-3;
    const rule = neutronBinomialRule(neutronBinomialSettings.parse({ alpha, windowSeconds: 2 }));
    for (let counts = 0; counts < 150; counts += 1) {
      const [evidence] = decisions(
        rule,
        background({ neutronCps: [cps, 0, 0, 0] }),
        inputs("neutron", seconds(0, counts)),
      );
      const p = binomialUpperTail(counts, counts + 120 * cps, 2 / 122);
      expect((evidence?.statistic ?? 0) > (evidence?.threshold ?? Infinity)).toBe(p <= alpha);
    }
  });

  it("says what it rests on; the recorded average is taken back to the counts it was", () => {
    const rule = neutronBinomialRule(neutronBinomialSettings.parse({}));
    // 464 and 350 counts in 120 s.
    const recorded: PerPanel = [3.86666703, 0, 2.91666674, 0];
    const [evidence] = decisions(
      rule,
      background({ neutronCps: recorded }),
      inputs("neutron", seconds(9, 11)),
    );
    const mean = 814 / 60;
    expect(evidence).toMatchObject({ algorithm: "neutron-binomial", statistic: 20, backgroundCounts: 814 });
    expect(evidence?.background).toBeCloseTo(mean, 12);
    expect(evidence?.z).toBeCloseTo((20 - mean) / Math.sqrt(mean * (1 + 1 / 60)), 12);
  });

  it("asks for more the less is known of the background", () => {
    const thresholds = [1200, 120, 20, 5].map((backgroundSeconds) => {
      const rule = neutronBinomialRule(neutronBinomialSettings.parse({ backgroundSeconds }));
      const [evidence] = decisions(
        rule,
        background({ neutronCps: [6.4, 0, 0, 0] }),
        inputs("neutron", seconds(0, 0)),
      );
      return evidence?.threshold ?? Number.NaN;
    });
    expect(thresholds).toEqual([...thresholds].sort((a, b) => a - b));
    expect(new Set(thresholds).size).toBeGreaterThan(2);
  });

  it.each([{ alpha: 0 }, { backgroundSeconds: 0 }, { windowSeconds: 0 }, { seconds: 2 }])(
    "refuses the settings %j",
    (given) => expect(neutronBinomialSettings.safeParse(given).success).toBe(false),
  );
});
