import { describe, expect, it } from "vitest";
import {
  matchedFilterRule,
  matchedFilterSettings,
  pointSourceTemplate,
  type Template,
} from "../../../src/core/rules/matched-filter.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { areThere, norm, nothing, recordedPasses, recordings } from "./recorded-passes.ts";
import { background, decisions, inputs, peakOf, verdicts } from "./run-rule.ts";
import { simulatedPass } from "./simulated-passes.ts";

const settings = matchedFilterSettings.parse({});
const rule = matchedFilterRule(settings);
const vacant = background({ gammaCps: [500, 500, 500, 500] });
const totalling = (total: number): PerPanel => [total / 4, total / 4, total / 4, total / 4];

/** Signal a template keeps of a peak of another speed, over what that speed's own template would have. */
const power = (filter: Template, own: Template, distanceInM: number, speedInKph: number): number => {
  const signal = (template: Template): number =>
    template.weights.reduce((sum, weight, at) => {
      const phase = ((at - template.half) / 5) * (speedInKph / 3.6 / distanceInM);
      return sum + weight * (1 + phase * phase) ** -1.5;
    }, 0) / template.norm;
  return signal(filter) / signal(own);
};

describe("a template", () => {
  it.each([3, 5, 8, 13, 40])(
    "of %d km/h is symmetric, of mean 0, and has its peak in the middle",
    (speed) => {
      const { weights, half, norm: length } = pointSourceTemplate(speed, 2.1);
      expect(weights).toHaveLength(2 * half + 1);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0, 12);
      weights.forEach((weight, at) => expect(weight).toBeCloseTo(weights[2 * half - at] ?? Number.NaN, 12));
      expect(Math.max(...weights)).toBe(weights[half]);
      expect(length).toBeCloseTo(Math.hypot(...weights), 12);
    },
  );

  it("has half its height one FWHM apart: 1.53·d/v", () => {
    // 8 km/h and 2.1 m: 1.53 · 2.1/2.22 = 1.45 s, half of it 3.62 intervals from the middle.
    const { weights, half } = pointSourceTemplate(8, 2.1);
    const top = weights[half] ?? 0;
    const bottom = weights[0] ?? 0;
    const level = (offset: number): number => ((weights[half + offset] ?? 0) - bottom) / (top - bottom);
    expect(level(3)).toBeGreaterThan(0.5);
    expect(level(4)).toBeLessThan(0.5);
  });

  it.each([
    [8, 8, 1, 1],
    [8, 11.2, 1, 1.15],
    [8, 5.7, 0.75, 0.8],
    [8, 16, 1, 1.15],
  ])("of %d km/h has of a source at %d km/h from %d to %d of its power", (filter, speed, low, high) => {
    const kept = power(pointSourceTemplate(filter, 2.1), pointSourceTemplate(speed, 2.1), 2.1, speed);
    expect(kept).toBeGreaterThanOrEqual(low);
    expect(kept).toBeLessThanOrEqual(high);
  });

  it("is bounded however slow the source", () => {
    expect(pointSourceTemplate(1, 10).weights.length).toBeLessThanOrEqual(1101);
  });
});

describe("the matched filter", () => {
  it("gives nothing on a constant or a steady slope", () => {
    const sloping = Array.from({ length: 60 }, (_, at) => totalling(400 - 2 * at));
    for (const { statistic } of decisions(rule, vacant, inputs("gamma", sloping))) {
      expect(Math.abs(statistic)).toBeLessThan(1e-9);
    }
  });

  it("finds a peak when half a template has passed it, and says where it was", () => {
    const peak = Array.from({ length: 60 }, (_, at) => {
      const phase = ((at - 30) / 5) * (8 / 3.6 / 2.1);
      return totalling(400 + 200 * (1 + phase * phase) ** -1.5);
    });
    const one = matchedFilterRule({ ...settings, speedsInKph: [8] });
    const evidence = decisions(one, vacant, inputs("gamma", peak));
    const best = evidence.reduce((most, each) => (each.statistic > most.statistic ? each : most));
    expect(best).toMatchObject({ speedInKph: 8, peakInterval: 30, threshold: 5 });
    // The expected signal in σ: Σ h·s / √(m·Σ h²), with the template's own norm.
    const { weights, half, norm: length } = pointSourceTemplate(8, 2.1);
    const signal = weights.reduce((sum, weight, at) => {
      const phase = ((at - half) / 5) * (8 / 3.6 / 2.1);
      return sum + weight * 200 * (1 + phase * phase) ** -1.5;
    }, 0);
    expect(best.statistic).toBeCloseTo(signal / (length * 20), 9);
    // More templates can only find more.
    expect(peakOf(rule, vacant, inputs("gamma", peak))).toBeGreaterThanOrEqual(best.statistic);
  });

  it("decides first when the shortest template is full", () => {
    const all = verdicts(rule, vacant, inputs("gamma", Array(60).fill(totalling(400))));
    const shortest = pointSourceTemplate(13, 2.1).weights.length;
    expect(all.findIndex((verdict) => verdict?.kind === "decided")).toBe(shortest - 1);
  });

  it("has noise of one standard deviation on a vacant lane, seeds 'noise 0' to '99'", () => {
    const values = Array.from({ length: 100 }, (_, index) =>
      simulatedPass(`noise ${index}`, { depth: 0 }),
    ).flatMap((pass) => {
      const one = matchedFilterRule({ ...settings, speedsInKph: [8] });
      return decisions(one, pass.background, inputs("gamma", pass.gamma)).map(({ statistic }) => statistic);
    });
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(values.length).toBeGreaterThan(3000);
    expect(Math.sqrt(variance)).toBeGreaterThan(0.93);
    expect(Math.sqrt(variance)).toBeLessThan(1.07);
  });

  it("finds what the plain rule cannot, seeds 'weak 0' to '199', and nothing in as many empty trucks", () => {
    const alarms = (load: boolean): number =>
      Array.from({ length: 200 }, (_, index) =>
        simulatedPass(`weak ${index}`, load ? { load: "137Cs", strength: 0.085 } : {}),
      ).filter((pass) => peakOf(rule, pass.background, inputs("gamma", pass.gamma)) > 5).length;
    expect(alarms(false)).toBe(0);
    expect(alarms(true)).toBeGreaterThan(180);
  });
});

if (!areThere) it.skip(`the recordings are not at ${recordings}: their tests are skipped`, () => undefined);

describe.runIf(areThere)("the matched filter on recordings", () => {
  it("is silent on passes with nothing and sees the NORM peak where it is", () => {
    const peaks = recordedPasses(nothing).map((pass) =>
      peakOf(rule, pass.background, inputs("gamma", pass.gamma)),
    );
    expect(Math.max(...peaks)).toBeLessThan(4);
    for (const pass of recordedPasses(norm)) {
      const evidence = decisions(rule, pass.background, inputs("gamma", pass.gamma));
      const best = evidence.reduce((most, each) => (each.statistic > most.statistic ? each : most));
      expect(best.statistic).toBeGreaterThan(100);
      expect(best.peakInterval).toBeGreaterThanOrEqual(36);
      expect(best.peakInterval).toBeLessThanOrEqual(41);
    }
  });
});
