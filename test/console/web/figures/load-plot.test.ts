import { expect, test } from "vitest";
import { levelOf, loadPlotData, loadValues } from "../../../../src/console/web/figures/load-plot.ts";
import { wallMs } from "../../../../src/domain/units.ts";

const load = {
  from: wallMs(1_200_000),
  stepInMs: 600_000,
  steps: [
    { alarms: 6, officers: 3 },
    { alarms: 12, officers: 0 },
  ],
};

test("the load is all alarms, or what each officer on duty had; nobody on duty leaves it to one", () => {
  expect(loadValues(load, "total")).toEqual([6, 12]);
  expect(loadValues(load, "anOfficer")).toEqual([2, 12]);
  expect([levelOf("total"), levelOf("anOfficer")]).toEqual([10, 1]);
  expect(loadPlotData(load, "total")).toEqual([
    [1200, 1800],
    [6, 12],
  ]);
});
