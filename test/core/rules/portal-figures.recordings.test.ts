import { describe, expect, it } from "vitest";
import { softRatio } from "../../../src/core/rules/window-ratio.ts";
import { type PerPanel, totalOf } from "../../../src/domain/panels.ts";
import { areThere, decoded, norm, nothing, recordedPasses, recordings } from "./recorded-passes.ts";

/** What the portal says of itself, worked out again from its other records: the meaning of its fields. */
const energyFigures = (
  name: string,
): readonly { cps: PerPanel; shares: readonly number[]; ratios: readonly number[] }[] => {
  const figures: { cps: PerPanel; shares: readonly number[]; ratios: readonly number[] }[] = [];
  let ratios: readonly number[] = [];
  let cps: PerPanel | null = null;
  for (const message of decoded(name)) {
    if (message.kind === "energy-window-background") cps = message.cps;
    if (message.kind !== "portal-statistic") continue;
    // Order on the wire: AC, AB1, AR.
    if (message.statistic === "energy-window-ratios") ratios = message.values;
    if (message.statistic === "energy-window-shares" && cps !== null) {
      figures.push({ cps, shares: message.values, ratios });
      cps = null;
    }
  }
  return figures;
};

const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));

if (!areThere) it.skip(`the recordings are not at ${recordings}: their tests are skipped`, () => undefined);

describe.runIf(areThere).each([
  [nothing, 290],
  [norm, 273],
])("the portal's own figures in %s", (name, blocks) => {
  it("AR is AB1 over its sum, within 5e-5", () => {
    const figures = energyFigures(name);
    expect(figures).toHaveLength(blocks);
    const off = figures.flatMap(({ cps, shares }) =>
      cps.map((rate, window) => rate / totalOf(cps) - (shares[window] ?? Number.NaN)),
    );
    // Printed with four digits: half a unit of the last, and the rounding of the sum.
    expect(largest(off)).toBeLessThan(5e-5 + 1e-7);
  });

  it("AC is (W3+W4)/W1 and (W1+W2)/(W3+W4) of AB1, within 1e-6", () => {
    const off = energyFigures(name).flatMap(({ cps, ratios }) => [
      (cps[2] + cps[3]) / cps[0] - (ratios[0] ?? Number.NaN),
      (softRatio(cps) ?? Number.NaN) - (ratios[1] ?? Number.NaN),
    ]);
    expect(off.length).toBe(2 * blocks);
    expect(largest(off)).toBeLessThan(1e-6);
  });

  /**
   * GX, second field / 1000. NB1 are counts over 120 s: every value is a multiple of 1/120 cps, and their sum is the
   * neutron background μ0 that the portal's own test uses. GX repeats ΣNB1 of the last block *before* the vehicle came,
   * in thousandths of a count per second, cut off rather than rounded: 6.4917 is written 006491. Where ΣNB1 is a whole
   * number of thousandths (6.350) the portal's single-precision sum can lie just below it and loses one more (006349);
   * hence within 0.001 and not within rounding.
   */
  it("GX is ΣNB1 at the start of the occupancy in thousandths, cut off, on every occupancy", () => {
    const passes = recordedPasses(name);
    expect(passes).toHaveLength(12);
    for (const { background, closingNeutronCps } of passes) {
      const inTwoMinutes = totalOf(background.neutronCps ?? [Number.NaN, 0, 0, 0]) * 120;
      expect(inTwoMinutes).toBeCloseTo(Math.round(inTwoMinutes), 3);
      const cutOff = Math.round(inTwoMinutes) / 120 - closingNeutronCps;
      expect(cutOff).toBeGreaterThanOrEqual(0);
      expect(cutOff).toBeLessThanOrEqual(0.001 + 1e-9);
    }
  });
});
