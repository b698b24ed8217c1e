import { expect, test } from "vitest";
import { energyWindows } from "../../../../../src/console/web/alarms/page/energy-windows.ts";
import type { PerPanel } from "../../../../../src/domain/panels.ts";
import { sampleProfile } from "../../samples.ts";

const vacant: PerPanel = [20, 40, 10, 10];
const loaded: PerPanel = [60, 40, 10, 10];

test("counts over background where all windows together have most", () => {
  const energy = [
    ...Array.from({ length: 20 }, () => vacant),
    ...Array.from({ length: 5 }, () => loaded),
    vacant,
  ];
  const windows = energyWindows(sampleProfile([], { energy, energyBackgroundCps: [100, 200, 50, 50] }));
  expect(windows?.map(({ name, counts, background, ratio }) => [name, counts, background, ratio])).toEqual([
    ["w1", 300, 100, 3],
    ["w2", 200, 200, 1],
    ["w3", 50, 50, 1],
    ["w4", 50, 50, 1],
  ]);
  expect(windows?.[0]?.share).toBeCloseTo(1);
});

test("without a background there is no ratio; without windows, or before one is full, nothing", () => {
  const energy = Array.from({ length: 5 }, () => loaded);
  const windows = energyWindows(sampleProfile([], { energy }));
  expect(windows?.map(({ counts, ratio, share }) => [counts, ratio, share])).toEqual([
    [300, null, null],
    [200, null, null],
    [50, null, null],
    [50, null, null],
  ]);
  expect(energyWindows(sampleProfile([]))).toBeNull();
  expect(energyWindows(sampleProfile([], { energy: energy.slice(1) }))).toBeNull();
});
