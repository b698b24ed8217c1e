import { describe, expect, it } from "vitest";
import { createChance } from "../../../simulators/chance.ts";
import { COLUMNS, sumFour, type Four } from "../../../simulators/physics/columns.ts";
import { drawSite, ratesAt } from "../../../simulators/physics/field.ts";
import { simulatePass } from "../../../simulators/physics/passes.ts";
import { CALM } from "../../../simulators/physics/slow-effects.ts";
import { DEPTH_MEAN, WINDOW_DEPTHS, windowWeights } from "../../../simulators/physics/suppression.ts";
import { drawVehicle } from "../../../simulators/physics/vehicles.ts";
import { areThere, nothing, recordedPasses, recordings } from "../../core/rules/recorded-passes.ts";
import { calmLane, linesOf, meanOf, numbersOf, occupanciesOf, sdOf, sumOf } from "../lanes.ts";

/** What is measured of a pass, recorded or simulated, in the same way. */
interface MeasuredPass {
  readonly background: {
    readonly gammaCps: readonly number[] | null;
    readonly energyCps: readonly number[] | null;
  };
  readonly gamma: readonly (readonly number[])[];
  readonly energy: readonly (readonly number[])[];
}

/** Mid-vehicle: from this interval to so many before the last, clear of ramp and recovery. */
const FROM = 26;
const BEFORE_END = 18;

const depthOf = (counts: number, intervals: number, backgroundCps: number): number =>
  1 - counts / (intervals * 0.2 * backgroundCps);

/** Depth of each energy window in mid-vehicle. */
const windowDepths = ({ background, gamma, energy }: MeasuredPass): readonly number[] => {
  const ahead = energy.length - gamma.length;
  const middle = energy.slice(FROM + ahead, energy.length - BEFORE_END);
  return COLUMNS.map((window) =>
    depthOf(
      sumOf(middle.map((four) => four[window] ?? NaN)),
      middle.length,
      background.energyCps?.[window] ?? NaN,
    ),
  );
};

/** Depth of the gross counts in mid-vehicle. */
const grossDepth = ({ background, gamma }: MeasuredPass): number => {
  const middle = gamma.slice(FROM, gamma.length - BEFORE_END);
  return depthOf(sumOf(middle.map(sumOf)), middle.length, sumOf(background.gammaCps ?? []));
};

/** Depth of the gross counts in the deepest second. */
const deepestSecond = ({ background, gamma }: MeasuredPass): number => {
  const gross = gamma.map(sumOf);
  const seconds = gross.slice(4).map((_, first) => sumOf(gross.slice(first, first + 5)));
  return depthOf(Math.min(...seconds), 5, sumOf(background.gammaCps ?? []));
};

const means = (passes: readonly MeasuredPass[]): readonly number[] =>
  COLUMNS.map((window) => meanOf(passes.map((pass) => windowDepths(pass)[window] ?? NaN)));

const text = (values: readonly number[]): string => values.map((value) => value.toFixed(3)).join(" ");

const simulated = Array.from({ length: 400 }, (_, index) => simulatePass(`suppression ${index}`));

describe("simulated passes with nothing aboard, seeds 'suppression 0' to '399'", () => {
  it("take .27, .19, .12 and .05 of the energy windows in mid-vehicle", () => {
    for (const window of COLUMNS) {
      expect(Math.abs((means(simulated)[window] ?? NaN) - WINDOW_DEPTHS[window])).toBeLessThan(0.005);
    }
  });

  it("take .21 (sd .015) of the gross counts in their deepest second, .173 in mid-vehicle", () => {
    const deepest = simulated.map(deepestSecond);
    expect(Math.abs(meanOf(deepest) - 0.21)).toBeLessThan(0.008);
    expect(Math.abs(sdOf(deepest) - 0.015)).toBeLessThan(0.0035);
    expect(Math.abs(meanOf(simulated.map(grossDepth)) - DEPTH_MEAN)).toBeLessThan(0.004);
  });

  it("say the same on the wire of a portal", () => {
    const vehicles = Array.from({ length: 40 }, (_, index) => ({
      atS: 60 + index * 60,
      load: "nothing" as const,
      lengthM: 17.3,
      speedKph: 8,
    }));
    const lines = linesOf(calmLane({ seed: "suppression wire", vehicles, durationS: 2500 }));
    const blocks = lines.filter(({ tag }) => tag === "AB1");
    const passes = occupanciesOf(lines).map((occupancy): MeasuredPass => {
      const before = blocks.filter(({ atMs }) => atMs < (occupancy[0]?.atMs ?? 0)).at(-1);
      const rows = (tags: readonly string[]): readonly (readonly number[])[] =>
        occupancy.filter(({ tag }) => tags.includes(tag)).map(numbersOf);
      const gamma = rows(["GS", "GA"]);
      return { background: { gammaCps: null, energyCps: numbersOf(before) }, gamma, energy: rows(["AS"]) };
    });
    expect(passes).toHaveLength(40);
    for (const window of COLUMNS) {
      expect(Math.abs((means(passes)[window] ?? NaN) - WINDOW_DEPTHS[window])).toBeLessThan(0.02);
    }
  });

  it("dip as deep in all windows together as the site says, for any site and any proportions", () => {
    const proportions: readonly Four[] = [WINDOW_DEPTHS, [1, 1, 1, 1], [4, 0, 0, 0], [0, 0, 0, 0]];
    for (let index = 0; index < 50; index += 1) {
      const site = drawSite(createChance(`any site ${index}`));
      const vehicle = drawVehicle(
        createChance(`any vehicle ${index}`),
        { nothing: 1, norm: 0, medical: 0, industrial: 0, neutron: 0 },
        { atS: 10, load: "nothing", speedKph: 8, lengthM: 17.3 },
      );
      for (const depths of proportions) {
        const weighted = { ...site, windowWeights: windowWeights(site.background.windowShares, depths) };
        const gross = (at: number): number =>
          sumOf(ratesAt(weighted, CALM, vehicle, at).windows.map(sumFour));
        const expected =
          sumOf(depths) === 0
            ? 0
            : sumOf(COLUMNS.map((panel) => site.depths[panel] * site.background.gammaRatesCps[panel])) /
              sumFour(site.background.gammaRatesCps);
        expect(1 - gross(15) / gross(0)).toBeCloseTo(expected, 10);
      }
    }
  });
});

if (!areThere) it.skip(`the recordings are not at ${recordings}: their tests are skipped`, () => undefined);

describe.runIf(areThere)("recorded passes with nothing aboard", () => {
  const recorded = areThere ? recordedPasses(nothing) : [];

  it("are as deep as simulated ones in every window and in the gross counts", () => {
    process.stdout.write(
      `mid-vehicle depth of windows 1-4: recorded ${text(means(recorded))}, simulated ${text(means(simulated))}\n` +
        `gross counts, mid-vehicle: recorded ${text([meanOf(recorded.map(grossDepth))])}, simulated ${text([meanOf(simulated.map(grossDepth))])}\n` +
        `gross counts, deepest second: recorded ${text([meanOf(recorded.map(deepestSecond)), sdOf(recorded.map(deepestSecond))])} (mean, sd), simulated ${text([meanOf(simulated.map(deepestSecond)), sdOf(simulated.map(deepestSecond))])}\n`,
    );
    expect(recorded).toHaveLength(12);
    // Within three standard errors of the twelve.
    for (const window of COLUMNS) {
      const depths = recorded.map((pass) => windowDepths(pass)[window] ?? NaN);
      const error = sdOf(depths) / Math.sqrt(depths.length);
      expect(Math.abs(meanOf(depths) - (means(simulated)[window] ?? NaN))).toBeLessThan(3 * error);
    }
    const deepest = recorded.map(deepestSecond);
    const error = sdOf(deepest) / Math.sqrt(deepest.length);
    expect(Math.abs(meanOf(deepest) - meanOf(simulated.map(deepestSecond)))).toBeLessThan(3 * error);
  });
});
