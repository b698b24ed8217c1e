import { describe, expect, it } from "vitest";
import { createChance } from "../../../simulators/chance.ts";
import {
  drawSiteBackground,
  PANEL_RATE_CPS_MAX,
  PANEL_RATE_CPS_MIN,
  WINDOW_SHARES,
} from "../../../simulators/physics/background.ts";
import { COLUMNS, sumFour, type Four } from "../../../simulators/physics/columns.ts";
import { drawCounts, drawSite, ratesAt, type Rates } from "../../../simulators/physics/field.ts";
import { ORDINARY_MIX } from "../../../simulators/physics/loads.ts";
import { CALM, rainFactor } from "../../../simulators/physics/slow-effects.ts";
import { drawVehicle, type Vehicle, type VehicleRequest } from "../../../simulators/physics/vehicles.ts";
import { meanOf, sdOf, sumOf } from "../lanes.ts";

const site = drawSite(createChance("field site"));
const vehicleOf = (request: Partial<VehicleRequest>): Vehicle =>
  drawVehicle(createChance("field vehicle"), ORDINARY_MIX, {
    atS: 10,
    speedKph: 8,
    lengthM: 15.3,
    ...request,
  });

/** Gross mean rates a panel, cps. */
const grossOf = (rates: Rates): Four => {
  const over = (column: 0 | 1 | 2 | 3): number => sumOf(rates.windows.map((panels) => panels[column]));
  return [over(0), over(1), over(2), over(3)];
};

describe("background of a site", () => {
  it("is within the recorded ranges at a thousand sites", () => {
    const sites = Array.from({ length: 1000 }, (_, index) =>
      drawSiteBackground(createChance(`site ${index}`)),
    );
    for (const { gammaRatesCps, windowShares, neutronRatesCps } of sites) {
      for (const column of COLUMNS) {
        expect(gammaRatesCps[column]).toBeGreaterThanOrEqual(PANEL_RATE_CPS_MIN);
        expect(gammaRatesCps[column]).toBeLessThanOrEqual(PANEL_RATE_CPS_MAX);
        expect(Math.abs(windowShares[column] - WINDOW_SHARES[column])).toBeLessThan(0.012);
      }
      expect(sumFour(windowShares)).toBeCloseTo(1);
      expect(neutronRatesCps[1] + neutronRatesCps[3]).toBe(0);
      expect(Math.abs(sumFour(neutronRatesCps) - 6.4)).toBeLessThan(0.2);
    }
  });
});

describe("counts of an interval", () => {
  it("are Poisson: z of 20,000 intervals has mean 0 and sd 1, shares and neutron rates as recorded", () => {
    const rates = ratesAt(site, CALM, undefined, 0);
    const chance = createChance("field counts");
    const counts = Array.from({ length: 20_000 }, () => drawCounts(chance, rates, 0));
    for (const column of COLUMNS) {
      const expected = grossOf(rates)[column] * 0.2;
      const z = counts.map(({ gamma }) => (gamma[column] - expected) / Math.sqrt(expected));
      expect(Math.abs(meanOf(z))).toBeLessThan(4 / Math.sqrt(z.length));
      expect(Math.abs(sdOf(z) - 1)).toBeLessThan(4 / Math.sqrt(2 * z.length));
    }
    const gross = sumOf(counts.map(({ gamma }) => sumFour(gamma)));
    const windowed = sumOf(counts.map(({ windows }) => sumFour(windows)));
    expect(windowed / gross).toBeCloseTo(1.027, 3);
    for (const window of COLUMNS) {
      const share = sumOf(counts.map(({ windows }) => windows[window])) / windowed;
      expect(Math.abs(share - site.background.windowShares[window])).toBeLessThan(0.001);
    }
    const neutronCps = sumOf(counts.map(({ neutron }) => sumFour(neutron))) / (counts.length * 0.2);
    expect(Math.abs(neutronCps - sumFour(site.background.neutronRatesCps))).toBeLessThan(
      4 * Math.sqrt(6.4 / 4000),
    );
  });

  it("get cosmic bursts only in live neutron banks", () => {
    const rates = ratesAt(site, CALM, undefined, 0);
    const chance = createChance("cosmic");
    const counts = Array.from({ length: 5000 }, () => drawCounts(chance, rates, 1800));
    expect(counts.every(({ neutron }) => neutron[1] === 0 && neutron[3] === 0)).toBe(true);
    expect(counts.filter(({ neutron }) => sumFour(neutron) > 8).length).toBeGreaterThan(10);
  });
});

describe("a vehicle with nothing", () => {
  it("dips the background by about 0.17 for four seconds down and two up, deeper low down", () => {
    const vehicle = vehicleOf({ load: "nothing" });
    const vacant = grossOf(ratesAt(site, CALM, undefined, 0));
    const depthAt = (timeInS: number): number =>
      1 - sumFour(grossOf(ratesAt(site, CALM, vehicle, timeInS))) / sumFour(vacant);
    const leavesAtS = 10 + (15.3 + 3) / (8 / 3.6);
    expect(depthAt(9.8)).toBe(0);
    expect(depthAt(12)).toBeGreaterThan(0.08);
    expect(depthAt(15)).toBeGreaterThan(0.15);
    expect(depthAt(15)).toBeLessThan(0.19);
    expect(depthAt(leavesAtS + 2.2)).toBeCloseTo(0);
    const plateau = grossOf(ratesAt(site, CALM, vehicle, 15));
    for (const column of COLUMNS) {
      const factor = plateau[column] / vacant[column];
      expect(factor).toBeGreaterThan(0.7);
      expect(factor).toBeLessThan(0.88);
    }
    expect(plateau[0] / vacant[0]).toBeLessThan(plateau[1] / vacant[1]);
  });

  it("has the depth of its windows, .173 with sd .005 over sites", () => {
    const depths = Array.from(
      { length: 2000 },
      (_, index) => sumFour(drawSite(createChance(`depth ${index}`)).depths) / 4,
    );
    expect(Math.abs(meanOf(depths) - 0.1727)).toBeLessThan(0.0005);
    expect(Math.abs(sdOf(depths) - 0.005)).toBeLessThan(0.0005);
  });
});

describe("a vehicle with a load", () => {
  it("resembles the recorded NORM pass: 5.6 backgrounds at the peak, sharp, lower panels most, low windows most", () => {
    const vehicle = { ...vehicleOf({ load: "granite" }), place: { acrossM: -0.15, upM: 1.1 } };
    const vacant = ratesAt(site, CALM, undefined, 0);
    const grossRatioAt = (interval: number): number =>
      sumFour(grossOf(ratesAt(site, CALM, vehicle, 9 + interval * 0.2))) / sumFour(grossOf(vacant));
    const intervals = Array.from({ length: 60 }, (_, interval) => interval);
    const peakAt = intervals.reduce(
      (best, each) => (grossRatioAt(each) > grossRatioAt(best) ? each : best),
      0,
    );
    expect(peakAt).toBeGreaterThan(28);
    expect(peakAt).toBeLessThan(42);
    expect(grossRatioAt(peakAt)).toBeGreaterThan(4.8);
    expect(grossRatioAt(peakAt)).toBeLessThan(6.4);
    // Recorded: 1.5 seven intervals before, 3.4 three before, 2.3 five after.
    expect(grossRatioAt(peakAt - 7)).toBeGreaterThan(1.2);
    expect(grossRatioAt(peakAt - 7)).toBeLessThan(2);
    expect(grossRatioAt(peakAt - 3)).toBeGreaterThan(2.9);
    expect(grossRatioAt(peakAt - 3)).toBeLessThan(4.4);
    expect(grossRatioAt(peakAt + 5)).toBeGreaterThan(1.6);
    expect(grossRatioAt(peakAt + 5)).toBeLessThan(2.9);
    const peak = ratesAt(site, CALM, vehicle, 9 + peakAt * 0.2);
    // Recorded panels 9.5, 2.2, 6.6, 1.9; windows 9.2, 5.9, 2.4, 1.14.
    const panels = grossOf(peak).map((rate, column) => rate / (grossOf(vacant)[column] ?? NaN));
    const windows = peak.windows.map(
      (rates, window) => sumFour(rates) / sumFour(vacant.windows[window] ?? rates),
    );
    const close = (values: readonly number[], recorded: readonly number[]): boolean =>
      values.every((value, index) => Math.abs(value / (recorded[index] ?? NaN) - 1) < 0.3);
    expect([panels, close(panels, [9.5, 2.2, 6.6, 1.9])]).toEqual([panels, true]);
    expect([windows, close(windows, [9.2, 5.9, 2.4, 1.14])]).toEqual([windows, true]);
  });

  it("spreads a distributed load over more intervals than a point", () => {
    const widthOf = (load: "137Cs" | "tile"): number => {
      const vehicle = vehicleOf({ load });
      const gross = Array.from({ length: 80 }, (_, index) =>
        sumFour(grossOf(ratesAt(site, CALM, vehicle, 8 + index * 0.2))),
      );
      const floor = sumFour(grossOf(ratesAt(site, CALM, undefined, 0)));
      const peak = Math.max(...gross);
      return gross.filter((rate) => rate - floor > (peak - floor) / 2).length;
    };
    expect(widthOf("tile")).toBeGreaterThan(widthOf("137Cs") + 3);
  });

  it("shows 99mTc in the lowest window only", () => {
    const vehicle = vehicleOf({ load: "99mTc", lengthM: 15.3 });
    const atS = 10 + (vehicle.loadAtM + 1.5) / (8 / 3.6);
    const [w1, , w3, w4] = ratesAt(site, CALM, vehicle, atS).windows.map(sumFour);
    const [v1, , v3, v4] = ratesAt(site, CALM, undefined, atS).windows.map(sumFour);
    expect((w1 ?? 0) / (v1 ?? 1)).toBeGreaterThan(8);
    expect((w3 ?? 0) + (w4 ?? 0)).toBeLessThan((v3 ?? 0) + (v4 ?? 0));
  });
});

describe("rain", () => {
  it("builds up in ten minutes and decays with its time", () => {
    const rain = [{ atS: 100, peak: 0.2, decayInMin: 35 }];
    expect(rainFactor(rain, 100)).toBe(1);
    expect(rainFactor(rain, 700)).toBeCloseTo(1.2);
    expect(rainFactor(rain, 700 + 35 * 60)).toBeCloseTo(1 + 0.2 / Math.E);
  });
});
