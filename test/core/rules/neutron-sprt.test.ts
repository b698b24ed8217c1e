import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { neutronSprtRule, neutronSprtSettings, sprtStep } from "../../../src/core/rules/neutron-sprt.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { background, decisions, inputs } from "./run-rule.ts";

const settings = neutronSprtSettings.parse({});
const rule = neutronSprtRule(settings);
const seconds = (...totals: readonly number[]): readonly PerPanel[] =>
  totals.map((total) => [total, 0, 0, 0]);

/** Z, second by second, at the background of these banks. */
const statistics = (cps: number, totals: readonly number[]): readonly number[] =>
  decisions(rule, background({ neutronCps: [cps, 0, 0, 0] }), inputs("neutron", seconds(...totals))).map(
    ({ statistic }) => statistic,
  );

describe("the step of the SPRT", () => {
  // The portal's own, from its records: background, −(μ1 − μ0), ln(μ1/μ0).
  it.each([
    [3.86666703 + 2.91666674, -5.6166663, 0.60322779],
    [3.79166674 + 2.79999995, -5.4083333, 0.59910053],
    // Five seconds of 6.6 cps are 33 counts, and the portal's own division makes 32 of them.
    [3.81666684 + 2.78333353, -5.4000009, 0.59783686],
    [3.81666684 + 2.58333325, -5.5999989, 0.62860834],
  ])("at %d cps is the portal's", (cps, offset, slope) => {
    const step = sprtStep(cps, settings);
    expect(step.offset).toBeCloseTo(offset, 5);
    expect(step.slope).toBeCloseTo(slope, 6);
  });

  it("has a rate to test for above the background, whatever the settings and the background", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 4e6, noNaN: true }),
        fc.double({ min: 1, max: 20, noNaN: true }),
        fc.double({ min: 2, max: 20, noNaN: true }),
        fc.double({ min: 10, max: 3600, noNaN: true }),
        (cps, alternativeSeconds, alternativeSigma, backgroundSeconds) => {
          const given = { alternativeSeconds, alternativeSigma, backgroundSeconds };
          const step = sprtStep(cps, neutronSprtSettings.parse(given));
          expect(step.alternativeCps).toBeGreaterThan(step.backgroundCps);
          expect(step.slope).toBeGreaterThan(0);
          expect(Number.isFinite(step.slope)).toBe(true);
        },
      ),
    );
  });

  it("is that of 0.2 cps at less, down to no background at all", () => {
    expect(sprtStep(0, settings)).toEqual(sprtStep(0.2, settings));
    expect(sprtStep(0, settings)).toMatchObject({ backgroundCps: 0.2, alternativeCps: 1.2 });
  });
});

describe("the running value of the SPRT", () => {
  const { offset, slope } = sprtStep(6.5, settings);
  const inc = (counts: number): number => offset + slope * counts;

  it("grows by the step of each second while undecided", () => {
    const [first = 0, second = 0, third = 0] = statistics(6.5, [9, 9, 9]);
    expect([first, second, third]).toEqual([inc(9), inc(9) + inc(9), inc(9) + inc(9) + inc(9)]);
  });

  it("starts again after three seconds without a decision", () => {
    expect(statistics(6.5, [9, 9, 9, 9, 9]).slice(3)).toEqual([inc(9), inc(9) + inc(9)]);
  });

  it("starts again where it has decided for background", () => {
    expect(inc(3)).toBeLessThan(settings.lnB);
    expect(statistics(6.5, [3, 9, 9])).toEqual([inc(3), inc(9), inc(9) + inc(9)]);
  });

  it("starts again after an alarm, which says the value that was reached", () => {
    expect(inc(30)).toBeGreaterThan(settings.lnA);
    const found = decisions(
      rule,
      background({ neutronCps: [6.5, 0, 0, 0] }),
      inputs("neutron", seconds(9, 30, 9)),
    );
    expect(found.map(({ statistic }) => statistic)).toEqual([inc(9), inc(9) + inc(30), inc(9)]);
    expect(found[1]).toEqual({
      algorithm: "neutron-sprt",
      statistic: inc(9) + inc(30),
      threshold: 9.5043764,
      seconds: 2,
      counts: 30,
      backgroundCps: 6.5,
      alternativeCps: 12,
    });
  });

  it("puts seconds together that are no alarm alone", () => {
    const counts = 18;
    expect(inc(counts)).toBeLessThan(settings.lnA);
    const found = statistics(6.5, [counts, counts]);
    expect(found[1]).toBeGreaterThan(settings.lnA);
  });

  it("has bounds of α = 4.7e-5 and β = 0.3693", () => {
    const [a, b] = [Math.exp(settings.lnA), Math.exp(settings.lnB)];
    const alpha = (1 - b) / (a - b);
    expect(alpha).toBeCloseTo(4.7e-5, 9);
    expect(b * (1 - alpha)).toBeCloseTo(0.3693, 4);
  });
});

describe("the settings", () => {
  it.each([{ lnA: 0 }, { lnB: 0 }, { maxSeconds: 0 }, { alternativeSigma: 1 }, { lnC: 1 }])(
    "refuse %j",
    (given) => expect(neutronSprtSettings.safeParse(given).success).toBe(false),
  );
});
