import { describe, expect, it } from "vitest";
import type { PerPanel } from "../../src/domain/panels.ts";
import { totalOf } from "../../src/domain/panels.ts";
import { seededChance } from "../../src/study/chance.ts";
import { couplingAt, doseOf, inject } from "../../src/study/injection.ts";
import type { Source } from "../../src/study/source-library.ts";
import type { VehicleProfile } from "../../src/study/vehicle-profile.ts";
import { library } from "./small-study.ts";

const { portal } = library;
const zeros = (length: number): readonly PerPanel[] => Array.from({ length }, () => [0, 0, 0, 0] as const);

/** Nothing but time: 60 intervals with a burst of 10 more energy records, at 9 km/h = 0.5 m an interval. */
const emptyProfile: VehicleProfile = {
  background: { gammaCps: [380, 380, 380, 380], neutronCps: [4, 0, 3, 0], energyCps: [400, 580, 290, 280] },
  gamma: zeros(60),
  energy: zeros(70),
  neutron: zeros(12),
  speedKph: 9,
};

const source = (name: string): Source => {
  const found = library.sources[name];
  if (found === undefined) throw new Error(`No ${name}.`);
  return { ...found, position: { ...found.position, along: [0.5, 0.5] } };
};
const caesium = source("Cs-137");
const californium = source("Cf-252");

const sum = (rows: readonly PerPanel[]): PerPanel =>
  rows.reduce<PerPanel>((a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]], [0, 0, 0, 0]);

/** Mean counts of many injections. */
const means = (
  of: Source,
  strength: number,
  times: number,
): Pick<VehicleProfile, "gamma" | "energy" | "neutron"> => {
  const dose = doseOf(portal, of, strength);
  const all = Array.from({ length: times }, (_, at) =>
    inject(emptyProfile, dose, portal, seededChance("means", at)),
  );
  const mean = (stream: "gamma" | "energy" | "neutron"): readonly PerPanel[] =>
    emptyProfile[stream].map((_, at) => {
      const [a, b, c, d] = sum(all.map((profile) => profile[stream][at] ?? [0, 0, 0, 0]));
      return [a / times, b / times, c / times, d / times];
    });
  return { gamma: mean("gamma"), energy: mean("energy"), neutron: mean("neutron") };
};

describe("a seeded Poisson count", () => {
  it.each([0.01, 0.7, 5, 31, 33, 150])("of mean %d has that mean and variance (seed: poisson)", (mean) => {
    const chance = seededChance("poisson", mean);
    const draws = Array.from({ length: 20_000 }, () => chance.poisson(mean));
    const average = draws.reduce((a, b) => a + b, 0) / draws.length;
    const variance = draws.reduce((a, b) => a + (b - average) ** 2, 0) / draws.length;
    expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(mean / draws.length));
    const standardError = Math.sqrt((mean + 2 * mean * mean) / draws.length);
    expect(Math.abs(variance - mean)).toBeLessThan(4 * standardError);
  });

  it.each([0, -1, Number.NaN])("of mean %d is 0", (mean) => {
    expect(seededChance("none").poisson(mean)).toBe(0);
  });
});

describe("an injected point source", () => {
  const found = means(caesium, 0.4, 400);
  const peakCps = 0.4 * caesium.gammaCps;

  it("adds its counts along d/(d² + x²)^{3/2} on every panel", () => {
    const peak = totalOf(couplingAt(portal, caesium, 0));
    for (const interval of [10, 20, 25, 28, 29, 30, 31, 35, 45]) {
      const shares = couplingAt(portal, caesium, (interval + 0.5 - 30) * 0.5);
      for (const panel of [0, 1, 2, 3] as const) {
        const expected = (peakCps * 0.2 * shares[panel]) / peak;
        const counted = found.gamma[interval]?.[panel] ?? Number.NaN;
        expect(Math.abs(counted - expected)).toBeLessThan(4.5 * Math.sqrt(Math.max(expected, 0.05) / 400));
      }
    }
  });

  it("is 1.53·d/v wide at half its height where elevation plays no part", () => {
    const flat = { ...portal, panelHeightsInM: [1.2, 1.2, 1.2, 1.2] as const };
    const half = totalOf(couplingAt(flat, caesium, 0)) / 2;
    const at = (x: number): number => totalOf(couplingAt(flat, caesium, x));
    expect(at((1.53 * 2.1) / 2)).toBeCloseTo(half, 2);
  });

  it("has the same photons in the energy windows, in its shares, aligned at the end", () => {
    const panels = sum(found.gamma);
    const windows = sum(found.energy.slice(10));
    expect(totalOf(windows)).toBeCloseTo(totalOf(panels), 6);
    const total = totalOf(windows);
    for (const window of [0, 1, 2, 3] as const) {
      expect(windows[window] / total).toBeCloseTo(caesium.windows[window], 2);
    }
  });

  it("leaves the neutrons alone", () => {
    expect(sum(found.neutron)).toEqual([0, 0, 0, 0]);
  });
});

describe("an injected neutron source", () => {
  const found = means(californium, 10, 400);

  it("reaches live banks only, with its rate at closest approach", () => {
    const [a, b, c, d] = sum(found.neutron);
    expect([b, d]).toEqual([0, 0]);
    expect(a / c).toBeCloseTo(1, 1);
    const peak = totalOf(couplingAt(portal, californium, 0));
    const expected = [5, 6].map((second) => {
      const shares = couplingAt(portal, californium, ((second + 0.5) * 5 - 30) * 0.5);
      return (10 * californium.neutronCps * totalOf(shares)) / peak;
    });
    for (const [index, mean] of expected.entries()) {
      const counted = totalOf(found.neutron[5 + index] ?? [0, 0, 0, 0]);
      expect(Math.abs(counted - mean)).toBeLessThan(4.5 * Math.sqrt(mean / 400));
    }
  });
});

describe("injection", () => {
  const dose = doseOf(portal, caesium, 0.4);

  it("gives the same for the same seed, and another for another", () => {
    const once = inject(emptyProfile, dose, portal, seededChance("a", 3, "Cs-137", 0.4, 0));
    expect(inject(emptyProfile, dose, portal, seededChance("a", 3, "Cs-137", 0.4, 0))).toEqual(once);
    expect(inject(emptyProfile, dose, portal, seededChance("a", 3, "Cs-137", 0.4, 1))).not.toEqual(once);
    expect(inject(emptyProfile, dose, portal, seededChance("a", 31, "Cs-137", 0.4, 0))).not.toEqual(once);
  });

  it("changes neither the profile it is given nor the background", () => {
    const before = structuredClone(emptyProfile);
    expect(inject(emptyProfile, dose, portal, seededChance(1)).background).toEqual(before.background);
    expect(emptyProfile).toEqual(before);
  });

  it("lets through what the shielding lets through, and follows the place", () => {
    const { gammaPeakCps } = doseOf(portal, { ...caesium, shielding: 0.1 }, 0.4);
    expect(gammaPeakCps).toBeCloseTo(dose.gammaPeakCps / 10, 9);
    const nearer = { ...caesium, position: { ...caesium.position, toMasterInM: 1 } };
    expect(doseOf(portal, nearer, 0.4).gammaPeakCps).toBeGreaterThan(dose.gammaPeakCps);
  });

  it("is wider for a distributed load, with the same counts at the middle", () => {
    const load = { ...caesium, lengthInM: 9 };
    const wide = couplingAt(portal, load, 4);
    const narrow = couplingAt(portal, caesium, 4);
    const relative = (a: PerPanel, of: Source): number => totalOf(a) / totalOf(couplingAt(portal, of, 0));
    expect(relative(wide, load)).toBeGreaterThan(3 * relative(narrow, caesium));
    expect(doseOf(portal, load, 0.4).gammaPeakCps).toBeCloseTo(dose.gammaPeakCps, 9);
  });
});
