import { describe, expect, it } from "vitest";
import {
  neutronSequentialRule,
  neutronSequentialSettings,
} from "../../../src/core/rules/neutron-sequential.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { background, decisions, inputs } from "./run-rule.ts";

const seconds = (...totals: readonly number[]): readonly PerPanel[] =>
  totals.map((total) => [0, total, 0, 0]);

/** Runs and alarms, second by second. */
const runs = (
  given: Partial<Parameters<typeof neutronSequentialRule>[0]>,
  cps: number,
  totals: readonly number[],
): readonly (readonly [run: number, alarm: boolean])[] =>
  decisions(
    neutronSequentialRule(neutronSequentialSettings.parse(given)),
    background({ neutronCps: [cps, 0, 0, 0] }),
    inputs("neutron", seconds(...totals)),
  ).map(({ statistic, threshold }) => [statistic, statistic > threshold]);

describe("the neutron sequential rule", () => {
  // P(X ≥ 6 | 3) = 0.084, P(X ≥ 5 | 3) = 0.185: at α₁ = 0.1 a second is above background from 6 counts on.
  it("alarms with the fourth second in a row above background, and as long as the row goes on", () => {
    expect(runs({}, 3, [6, 6, 7, 6, 9, 5, 6])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
      [5, true],
      [0, false],
      [1, false],
    ]);
  });

  it("begins anew after a second that is not above", () => {
    expect(runs({}, 3, [6, 6, 6, 5, 6, 6, 6]).map(([, alarm]) => alarm)).not.toContain(true);
  });

  it("has its margin from the probability of a second", () => {
    const alarmAt = (alphaPerSecond: number, counts: number): boolean =>
      runs({ alphaPerSecond }, 3, [counts, counts, counts, counts]).at(-1)?.[1] ?? false;
    expect([3, 4, 5, 6, 7, 8, 9].filter((counts) => alarmAt(0.5, counts))).toEqual([4, 5, 6, 7, 8, 9]);
    expect([3, 4, 5, 6, 7, 8, 9].filter((counts) => alarmAt(0.1, counts))).toEqual([6, 7, 8, 9]);
    expect([3, 4, 5, 6, 7, 8, 9].filter((counts) => alarmAt(0.01, counts))).toEqual([9]);
  });

  it("says what it rests on", () => {
    const rule = neutronSequentialRule(neutronSequentialSettings.parse({ consecutiveSeconds: 2 }));
    const found = decisions(rule, background({ neutronCps: [1, 0, 2, 0] }), inputs("neutron", seconds(8, 9)));
    expect(found.at(-1)).toEqual({
      algorithm: "neutron-sequential",
      statistic: 2,
      threshold: 1,
      counts: 9,
      background: 3,
      aboveFrom: 6,
    });
  });

  it("does not count on beyond its bound", () => {
    expect(runs({}, 3, Array<number>(10_050).fill(9)).at(-1)).toEqual([9_999, true]);
  });

  it.each([{ consecutiveSeconds: 1 }, { consecutiveSeconds: 61 }, { alphaPerSecond: 0.6 }, { margin: 1 }])(
    "refuses the settings %j",
    (given) => expect(neutronSequentialSettings.safeParse(given).success).toBe(false),
  );
});
