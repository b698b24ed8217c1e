import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  covarianceOf,
  inverseOf,
  spectralRatiosRule,
  spectralRatiosSettings,
} from "../../../src/core/rules/spectral-ratios.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { areThere, norm, nothing, recordedPasses, recordings } from "./recorded-passes.ts";
import { background, decisions, inputs, peakOf } from "./run-rule.ts";
import { simulatedPass } from "./simulated-passes.ts";

const settings = spectralRatiosSettings.parse({});
const rule = spectralRatiosRule(settings);
const common = spectralRatiosSettings.parse({ suppressionDepths: [0.2, 0.2, 0.2, 0.2] });
const literal = spectralRatiosRule({ ...common, backgroundSeconds: 3600 });
const rate = fc.double({ min: 20, max: 5000, noNaN: true });

describe("Σ and its inverse", () => {
  it("are inverse to each other for any background", () => {
    fc.assert(
      fc.property(fc.tuple(rate, rate, rate, rate), (counts) => {
        const [a, b, c, d, e, f] = covarianceOf(settings, counts);
        const [A, B, C, D, E, F] = inverseOf([a, b, c, d, e, f]);
        const product = [
          a * A + b * B + c * C,
          a * B + b * D + c * E,
          a * C + b * E + c * F,
          b * A + d * B + e * C,
          b * B + d * D + e * E,
          b * C + d * E + e * F,
          c * A + e * B + f * C,
          c * B + e * D + f * E,
          c * C + e * E + f * F,
        ];
        const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        product.forEach((value, at) => expect(value).toBeCloseTo(identity[at] ?? Number.NaN, 6));
      }),
      { seed: 20160601 },
    );
  });

  it("has the Poisson variances of the background where nothing else is known", () => {
    // b = 100, 200, 50, 25: b1 + b1²/bk = 150, 300, 500, and b1 beside the diagonal.
    const known = covarianceOf({ ...common, backgroundSeconds: 3e9 }, [100, 200, 50, 25]);
    [150, 100, 100, 300, 100, 500].forEach((value, at) => expect(known[at]).toBeCloseTo(value, 5));
  });
});

describe("D²", () => {
  it("is Pearson's sum where suppression is common to all windows", () => {
    fc.assert(
      fc.property(
        fc.tuple(rate, rate, rate, rate),
        fc.tuple(...([1, 2, 3, 4] as const).map(() => fc.integer({ min: 0, max: 3000 }))),
        (cps, counts) => {
          const [w1 = 0, w2 = 0, w3 = 0, w4 = 0] = counts;
          const records: readonly PerPanel[] = Array.from({ length: 15 }, () => [w1, w2, w3, w4]);
          const [evidence] = decisions(literal, background({ energyCps: cps }), inputs("energy", records));
          const expected = cps.map((each) => each * 3);
          const total = expected.reduce((sum, each) => sum + each, 0);
          const all = (15 * (w1 + w2 + w3 + w4)) / total;
          const pearson = expected.reduce(
            (sum, each, window) => sum + (15 * (counts[window] ?? 0) - each * all) ** 2 / each,
            0,
          );
          const inflation = 1 + 3 / 3600;
          expect((evidence?.statistic ?? Number.NaN) * inflation).toBeCloseTo(pearson, pearson > 1e4 ? 0 : 3);
        },
      ),
      { seed: 20160601, numRuns: 200 },
    );
  });

  it("does not move with anything common to all windows", () => {
    const vacant = background({ energyCps: [100, 200, 50, 25] });
    for (const factor of [0.5, 1, 2, 40]) {
      const records: readonly PerPanel[] = Array.from({ length: 15 }, () => [
        20 * factor,
        40 * factor,
        10 * factor,
        5 * factor,
      ]);
      expect(peakOf(rule, vacant, inputs("energy", records))).toBeCloseTo(0, 9);
    }
  });

  it("has the threshold of chi-square with three degrees of freedom", () => {
    // Abramowitz and Stegun, table 26.8: Q = 1e-4, ν = 3 gives 21.108.
    const [evidence] = decisions(rule, background(), inputs("energy", Array(15).fill([84, 116, 58, 56])));
    expect(evidence?.threshold).toBeCloseTo(21.108, 3);
  });

  it("exceeds it rarely on simulated passes, seeds 'ratios 0' to '799', suppression as recorded or common", () => {
    const alarms = (plan: Parameters<typeof simulatedPass>[1]): number =>
      Array.from({ length: 800 }, (_, index) => simulatedPass(`ratios ${index}`, plan)).filter(
        (pass) => peakOf(rule, pass.background, inputs("energy", pass.energy)) > 21.108,
      ).length;
    expect(alarms({})).toBeLessThanOrEqual(3);
    expect(alarms({ windowDepths: [1, 1, 1, 1] })).toBeLessThanOrEqual(3);
  });
});

if (!areThere) it.skip(`the recordings are not at ${recordings}: their tests are skipped`, () => undefined);

describe.runIf(areThere)("D² on recordings", () => {
  const peaks = (name: string, judge: typeof rule): readonly number[] =>
    recordedPasses(name).map((pass) => peakOf(judge, pass.background, inputs("energy", pass.energy)));

  it("is silent on passes with nothing, and far above its threshold on NORM", () => {
    expect(Math.max(...peaks(nothing, rule))).toBeLessThan(12);
    expect(Math.min(...peaks(norm, rule))).toBeGreaterThan(400);
  });

  /** A vehicle takes .27, .19, .12 and .05 of the four windows: suppression is not common to them. */
  it("would alarm on nearly every empty vehicle if suppression were taken to be common", () => {
    const alarmed = peaks(nothing, spectralRatiosRule(common)).filter((peak) => peak > 21.108);
    expect(alarmed.length).toBeGreaterThanOrEqual(10);
  });
});
