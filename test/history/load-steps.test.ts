import { describe, expect, test } from "vitest";
import { loadStepsMax, loadStepsOf } from "../../src/history/load-steps.ts";

const hour = 3_600_000;
const minute = 60_000;
const noon = Date.UTC(2026, 2, 1, 12);

describe("load steps", () => {
  test("count alarms by clock ten minutes, with the officers on duty in the hour", () => {
    const raised = [noon + 7 * minute, noon + 8 * minute, noon + 61 * minute];
    const duty = [new Set([noon / hour]), new Set([noon / hour, noon / hour + 1])];
    const load = loadStepsOf(raised, { from: noon + 3 * minute, until: noon + 65 * minute, dutyHours: duty });
    expect(load.from).toBe(noon);
    expect(load.stepInMs).toBe(10 * minute);
    expect(load.steps.map(({ alarms }) => alarms)).toEqual([2, 0, 0, 0, 0, 0, 1]);
    expect(load.steps.map(({ officers }) => officers)).toEqual([2, 2, 2, 2, 2, 2, 1]);
  });

  test("a quarter of a year keeps the fullest ten minutes of every step, within the bound", () => {
    const until = noon + 92 * 24 * hour;
    const flood = noon + 40 * 24 * hour + 20 * minute;
    const raised = Array.from({ length: 14 }, (_, at) => flood + at * 1000);
    const load = loadStepsOf([...raised, noon + 1], { from: noon, until, dutyHours: [] });
    expect(load.steps.length).toBeLessThanOrEqual(loadStepsMax);
    expect(Math.max(...load.steps.map(({ alarms }) => alarms))).toBe(14);
    expect(load.steps.at(0)).toEqual({ alarms: 1, officers: 0 });
    expect(load.steps.length * load.stepInMs).toBeGreaterThanOrEqual(until - noon);
  });

  test("an empty span is one empty step", () => {
    expect(loadStepsOf([], { from: noon, until: noon + 1, dutyHours: [] }).steps).toEqual([
      { alarms: 0, officers: 0 },
    ]);
  });
});
