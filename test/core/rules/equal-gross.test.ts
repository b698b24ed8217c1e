import { describe, expect, it } from "vitest";
import { spectralRatiosRule, spectralRatiosSettings } from "../../../src/core/rules/spectral-ratios.ts";
import {
  suppressedGrossCountRule,
  suppressedGrossCountSettings,
} from "../../../src/core/rules/suppressed-gross-count.ts";
import { twoWindowRule, twoWindowSettings } from "../../../src/core/rules/two-window.ts";
import { windowRatioRule, windowRatioSettings } from "../../../src/core/rules/window-ratio.ts";
import { LOADS, type Radiation } from "../../../simulators/physics/loads.ts";
import type { SimulatedPass } from "../../../simulators/physics/passes.ts";
import { decisions, inputs } from "./run-rule.ts";
import { cobalt57, simulatedPass } from "./simulated-passes.ts";

const windowRatio = windowRatioRule(windowRatioSettings.parse({}));
const twoWindow = twoWindowRule(twoWindowSettings.parse({}));
const spectralRatios = spectralRatiosRule(spectralRatiosSettings.parse({}));
/** Tells the plain gross count's z beside its own. */
const grossCount = suppressedGrossCountRule(suppressedGrossCountSettings.parse({}));

const exceeds = ({ statistic, threshold }: { statistic: number; threshold: number }): boolean =>
  statistic > threshold;

/** Which rules alarm on a pass. */
const alarmsOn = ({ background, gamma, energy }: SimulatedPass): Readonly<Record<string, boolean>> => {
  const records = inputs("energy", energy);
  return {
    gross: decisions(grossCount, background, inputs("gamma", gamma)).some(({ plainZ }) => plainZ > 4),
    windowRatio: decisions(windowRatio, background, records).some(exceeds),
    twoWindow: decisions(twoWindow, background, records).some(exceeds),
    spectralRatios: decisions(spectralRatios, background, records).some(exceeds),
  };
};

const passesEach = 150;

/** How often each rule alarms, seeds "equal gross 0" to "149": the excess at the peak is 0.45 backgrounds for all. */
const rates = (load: Radiation): Readonly<Record<string, number>> => {
  const strength = 0.45 / load.peakExcess;
  const all = Array.from({ length: passesEach }, (_, index) =>
    alarmsOn(simulatedPass(`equal gross ${index}`, { load, strength })),
  );
  const share = (rule: string): number => all.filter((alarms) => alarms[rule]).length / passesEach;
  return {
    gross: share("gross"),
    windowRatio: share("windowRatio"),
    twoWindow: share("twoWindow"),
    spectralRatios: share("spectralRatios"),
  };
};

describe("a NORM load and point sources of equal gross count", () => {
  const potash = rates(LOADS.potash);
  const points = { "137Cs": rates(LOADS["137Cs"]), "57Co": rates(cobalt57), "99mTc": rates(LOADS["99mTc"]) };

  it("are printed", () => {
    process.stdout.write(
      `alarms a pass at equal gross count: ${JSON.stringify({ potash, ...points }, null, 1)}\n`,
    );
    expect(Object.keys(points)).toHaveLength(3);
  });

  it("all alarm by gross count", () => {
    for (const { gross } of [potash, ...Object.values(points)]) expect(gross).toBeGreaterThan(0.98);
  });

  it("are told apart by every energy rule", () => {
    for (const rule of ["windowRatio", "twoWindow", "spectralRatios"]) {
      expect(potash[rule]).toBeLessThan(0.1);
      expect(points["57Co"][rule]).toBeGreaterThan(0.97);
      expect(points["99mTc"][rule]).toBeGreaterThan(0.97);
      expect(points["137Cs"][rule]).toBeGreaterThan(rule === "spectralRatios" ? 0.55 : 0.9);
    }
  });
});
