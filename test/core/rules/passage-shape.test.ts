import { describe, expect, it } from "vitest";
import { passageShape, passageShapeSettings } from "../../../src/core/rules/passage-shape.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { areThere, norm, nothing, recordedPasses, recordings, speedKphOf } from "./recorded-passes.ts";
import { simulatedPass } from "./simulated-passes.ts";

const settings = passageShapeSettings.parse({});
/** 100 counts an interval and panel. */
const gammaBackgroundCps: PerPanel = [500, 500, 500, 500];

/** A profile of the sum, an equal part on each panel. */
const shapeOf = (totals: readonly number[], speedKph: number | null = 8): ReturnType<typeof passageShape> =>
  passageShape(settings, {
    gamma: totals.map((total) => [total / 4, total / 4, total / 4, total / 4]),
    gammaBackgroundCps,
    speedKph,
  });

describe("the shape of a passage", () => {
  it("has its width between the interpolated halves", () => {
    // Excess 0 100 300 600 600 600 300 100: the height is 600, half of it is at 2 and at 6.
    const shape = shapeOf([400, 400, 500, 700, 1000, 1000, 1000, 700, 500, 400]);
    expect(shape).toMatchObject({ peakInterval: 5, peakExcess: 600, widthIntervals: 4, widthInS: 0.8 });
    // 1.533 · 2.1 m / 2.222 m/s = 1.4486 s.
    expect(shape?.widthOverPoint).toBeCloseTo(0.8 / 1.4486, 4);
    expect(shape?.panelRatios).toEqual([2.5, 2.5, 2.5, 2.5]);
  });

  it("interpolates between intervals", () => {
    // Excess 0 0 600 600 600 200 0: half is 300; left at 1.5, right at 4.75.
    const shape = shapeOf([400, 400, 1000, 1000, 1000, 600, 400]);
    expect(shape?.widthIntervals).toBeCloseTo(4.75 - 1.5, 12);
  });

  it.each<[string, readonly number[]]>([
    ["the peak has not fallen to half", [400, 400, 900, 1000, 1000, 1000]],
    ["the profile began above half", [900, 1000, 1000, 1000, 400, 400]],
  ])("has no width while %s", (_, totals) => {
    expect(shapeOf(totals)).toMatchObject({ widthIntervals: null, widthInS: null, widthOverPoint: null });
  });

  it("has no ratio to a point source without a speed", () => {
    const totals = [400, 400, 1000, 1000, 1000, 600, 400];
    expect(shapeOf(totals, null)).toMatchObject({ widthOverPoint: null });
    expect(shapeOf(totals, 0)).toMatchObject({ widthOverPoint: null });
    expect(shapeOf(totals, null)?.widthInS).toBeCloseTo(0.65, 12);
  });

  it("tells the panels apart, and leaves out those that are not there", () => {
    const gamma: readonly PerPanel[] = Array.from({ length: 7 }, (_, at) =>
      at >= 2 && at <= 4 ? [900, 200, 0, 100] : [100, 100, 0, 100],
    );
    const shape = passageShape(settings, { gamma, gammaBackgroundCps: [500, 500, 0, 500], speedKph: 8 });
    expect(shape?.panelRatios).toEqual([9, 2, null, 1]);
  });

  it.each<[string, Parameters<typeof passageShape>[1]]>([
    [
      "without background",
      { gamma: Array(9).fill([100, 100, 100, 100]), gammaBackgroundCps: null, speedKph: 8 },
    ],
    [
      "with a background of 0",
      { gamma: Array(9).fill([9, 9, 9, 9]), gammaBackgroundCps: [0, 0, 0, 0], speedKph: 8 },
    ],
    ["without intervals", { gamma: [], gammaBackgroundCps, speedKph: 8 }],
    ["of two intervals", { gamma: Array(2).fill([999, 999, 999, 999]), gammaBackgroundCps, speedKph: 8 }],
    ["of dead panels", { gamma: Array(60).fill([0, 0, 0, 0]), gammaBackgroundCps, speedKph: 8 }],
    ["without a peak", { gamma: Array(60).fill([101, 100, 99, 100]), gammaBackgroundCps, speedKph: 8 }],
  ])("is none %s", (_, passage) => {
    expect(passageShape(settings, passage)).toBeNull();
  });

  it("is finite for absurd counts", () => {
    const gamma: readonly PerPanel[] = Array.from({ length: 600 }, (_, at) =>
      at % 7 === 0 ? [999_999, 999_999, 999_999, 999_999] : [0, 0, 0, 0],
    );
    const shape = passageShape(settings, { gamma, gammaBackgroundCps, speedKph: 8 });
    const { panelRatios, ...figures } = shape ?? { panelRatios: [Number.NaN] };
    for (const figure of [...Object.values(figures), ...panelRatios]) {
      expect(figure === null || Number.isFinite(figure)).toBe(true);
    }
  });

  it("tells a point from a load of 9 m, seeds 'shape 0' to '59'", () => {
    const ratios = (load: "137Cs" | "potash"): readonly number[] =>
      Array.from({ length: 60 }, (_, index) => simulatedPass(`shape ${index}`, { load })).map(
        ({ gamma, background, speedKph }) =>
          passageShape(settings, { gamma, gammaBackgroundCps: background.gammaCps, speedKph })
            ?.widthOverPoint ?? Number.NaN,
      );
    expect(Math.max(...ratios("137Cs"))).toBeLessThan(1.3);
    expect(Math.min(...ratios("potash"))).toBeGreaterThan(2);
  });
});

if (!areThere) it.skip(`the recordings are not at ${recordings}: their tests are skipped`, () => undefined);

describe.runIf(areThere)("the shape of recorded passes", () => {
  it("is 1.31 s wide (sd .06) on the twelve NORM passes, near a point source's at their speed", () => {
    const shapes = recordedPasses(norm).map((pass) =>
      passageShape(settings, {
        gamma: pass.gamma,
        gammaBackgroundCps: pass.background.gammaCps,
        speedKph: speedKphOf(pass),
      }),
    );
    const widths = shapes.map((shape) => shape?.widthInS ?? Number.NaN);
    const mean = widths.reduce((sum, width) => sum + width, 0) / widths.length;
    const sd = Math.sqrt(widths.reduce((sum, width) => sum + (width - mean) ** 2, 0) / (widths.length - 1));
    expect(widths).toHaveLength(12);
    expect(mean).toBeCloseTo(1.31, 2);
    expect(sd).toBeGreaterThan(0.04);
    expect(sd).toBeLessThan(0.065);
    for (const shape of shapes) {
      expect(shape?.widthOverPoint).toBeGreaterThan(0.8);
      expect(shape?.widthOverPoint).toBeLessThan(1);
      const [first, second, third, fourth] = shape?.panelRatios ?? [0, 0, 0, 0];
      expect(Math.min(first ?? 0, third ?? 0)).toBeGreaterThan(2 * Math.max(second ?? 9, fourth ?? 9));
    }
  });

  it("is none on the passes with nothing", () => {
    for (const pass of recordedPasses(nothing)) {
      expect(
        passageShape(settings, {
          gamma: pass.gamma,
          gammaBackgroundCps: pass.background.gammaCps,
          speedKph: 8,
        }),
      ).toBeNull();
    }
  });
});
