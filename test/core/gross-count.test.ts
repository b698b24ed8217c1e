import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  grossCountLimits,
  grossCountSettings,
  type GrossCountSettings,
  judgeGrossCount,
} from "../../src/core/gross-count.ts";
import { emptyWindow, slide } from "../../src/core/rules/interval-window.ts";
import type { GroupLimit } from "../../src/domain/alarms.ts";
import type { Verdict } from "../../src/domain/events.ts";
import { detectorGroupNames, type PerPanel } from "../../src/domain/panels.ts";

const settingsOf = (given: Partial<GrossCountSettings> = {}): GrossCountSettings =>
  grossCountSettings.parse(given);
const zero: PerPanel = [0, 0, 0, 0];

/** Judges the window that ends with these intervals. */
const judge = (
  settings: GrossCountSettings,
  background: PerPanel,
  intervals: readonly PerPanel[],
): Verdict => {
  const limits = grossCountLimits(settings, background);
  const window = emptyWindow();
  for (const counts of intervals) slide(window, counts, settings.windowIntervals);
  return judgeGrossCount(window, limits, settings.windowIntervals);
};

/** Five intervals with these totals, all in the last one. */
const totalling = (totals: PerPanel): readonly PerPanel[] => [zero, zero, zero, zero, totals];

describe("limits", () => {
  const background: PerPanel = [100, 144, 225, 400];
  const limits = grossCountLimits(settingsOf({ groups: [...detectorGroupNames] }), background);

  // B is the sum over the member's panels; the threshold is B + ceil(4·√B), worked out by hand.
  it.each<[GroupLimit["group"], GroupLimit["member"], number[], number, number]>([
    ["sum", "sum", [0, 1, 2, 3], 869, 869 + 118],
    ["vertical", "master", [0, 1], 244, 244 + 63],
    ["vertical", "slave", [2, 3], 625, 625 + 100],
    ["horizontal", "upper", [0, 2], 325, 325 + 73],
    ["horizontal", "lower", [1, 3], 544, 544 + 94],
    ["single", "master-upper", [0], 100, 140],
    ["single", "master-lower", [1], 144, 144 + 48],
    ["single", "slave-upper", [2], 225, 225 + 60],
    ["single", "slave-lower", [3], 400, 480],
  ])("%s %s", (group, member, columns, expected, threshold) => {
    expect(limits.find((limit) => limit.group === group && limit.member === member)).toEqual({
      group,
      member,
      columns,
      background: expected,
      threshold,
    });
  });

  it("are of the enabled groups only, in the order they are set", () => {
    const members = grossCountLimits(settingsOf({ groups: ["vertical", "sum"] }), background).map(
      ({ member }) => member,
    );
    expect(members).toEqual(["master", "slave", "sum"]);
  });

  it("scale with the window", () => {
    const [limit] = grossCountLimits(settingsOf({ groups: ["sum"], windowIntervals: 20 }), [25, 25, 25, 25]);
    expect(limit).toMatchObject({ background: 400, threshold: 480 });
  });

  it.each([
    // √B is whole and N·√B is whole on paper: the ceiling adds nothing, though 1.1 · 100 is 110.00000000000001.
    [1.1, 10_000, 110],
    [1.1, 900, 33],
    [2.3, 10_000, 230],
    [4.6, 2500, 230],
    [4, 10_000, 400],
    // A true fraction is rounded up.
    [4, 10_001, 401],
    [1.1, 10_001, 111],
  ])("N = %d and B = %d are %d apart", (nSigma, background, distance) => {
    const [limit] = grossCountLimits(settingsOf({ groups: ["sum"], nSigma }), [background, 0, 0, 0]);
    expect(limit?.threshold).toBe(background + distance);
  });
});

describe("the decision", () => {
  const settings = settingsOf({ groups: ["sum"] });

  it.each([
    [100, 140, false],
    [100, 141, true],
    [1535, 1535 + 157, false],
    [1535, 1535 + 158, true],
    [0, 0, false],
    [0, 1, true],
  ])("at B = %d and S = %d is alarm %s", (background, counts, alarm) => {
    expect(judge(settings, [background, 0, 0, 0], totalling([counts, 0, 0, 0]))).toMatchObject({
      kind: "decided",
      alarm,
    });
  });

  it("comes with the fifth interval at the earliest", () => {
    const intervals = Array.from({ length: 6 }, (): PerPanel => [1000, 0, 0, 0]);
    const verdicts = intervals.map((_, last) =>
      judge(settings, [100, 0, 0, 0], intervals.slice(0, last + 1)),
    );
    expect(verdicts.map((verdict) => (verdict.kind === "decided" ? verdict.alarm : verdict.reason))).toEqual([
      "window-not-full",
      "window-not-full",
      "window-not-full",
      "window-not-full",
      true,
      true,
    ]);
  });

  it("forgets what has left the window", () => {
    const loud: PerPanel = [1000, 0, 0, 0];
    expect(judge(settings, [100, 0, 0, 0], [loud, zero, zero, zero, zero])).toMatchObject({ alarm: true });
    expect(judge(settings, [100, 0, 0, 0], [loud, zero, zero, zero, zero, zero])).toMatchObject({
      alarm: false,
    });
  });

  it("is none without a background", () => {
    const window = emptyWindow();
    for (const counts of totalling([9999, 0, 0, 0])) slide(window, counts, 5);
    expect(judgeGrossCount(window, [], 5)).toEqual({
      kind: "undecided",
      reason: "no-background",
    });
  });
});

describe("the evidence", () => {
  const settings = settingsOf({ groups: [...detectorGroupNames] });
  const background: PerPanel = [400, 400, 400, 400];

  it.each<[string, PerPanel, string, boolean]>([
    ["one hot panel", [700, 400, 400, 400], "master-upper", true],
    ["one hot pillar", [400, 400, 600, 600], "slave", true],
    ["one hot height", [400, 600, 400, 600], "lower", true],
    ["everything hot", [500, 500, 500, 500], "sum", true],
    ["nothing hot", [401, 400, 400, 400], "master-upper", false],
    ["everything shielded, one panel the least", [300, 300, 300, 399], "slave-lower", false],
  ])("of %s is of the member farthest above", (_, totals, member, alarm) => {
    expect(judge(settings, background, totalling(totals))).toMatchObject({ alarm, evidence: { member } });
  });

  it("is of a member over its threshold, also where another has the larger z", () => {
    // Panel 3 has B = 1: S = 5 gives z = 4 and no alarm. Panel 0 has B = 10 000: S = 10 401 gives z = 4.01 and alarm.
    const quiet = judge(settingsOf({ groups: ["single"] }), [10_000, 0, 0, 1], totalling([10_400, 0, 0, 5]));
    expect(quiet).toMatchObject({ alarm: false });
    // B = 0.2 in the window: the threshold is 2.2, and S = 2 is z = 1.8 by the floor of 1 under the root.
    const settings = settingsOf({ groups: ["single"], nSigma: 1 });
    const verdict = judge(settings, [10_000, 2, 0, 0], totalling([10_101, 4, 0, 0]));
    expect(verdict).toMatchObject({ alarm: true, evidence: { member: "master-upper", z: 1.01 } });
  });

  it("carries the numbers of the decision", () => {
    expect(judge(settingsOf({ groups: ["sum"] }), [25, 25, 25, 25], totalling([30, 40, 50, 60]))).toEqual({
      kind: "decided",
      alarm: true,
      evidence: {
        algorithm: "gross-count",
        group: "sum",
        member: "sum",
        counts: 180,
        background: 100,
        threshold: 140,
        z: 8,
      },
    });
  });

  it("has z = S where the background is 0, never infinity", () => {
    expect(judge(settingsOf({ groups: ["sum"] }), zero, totalling([7, 0, 0, 0]))).toMatchObject({
      evidence: { z: 7 },
    });
    expect(judge(settingsOf({ groups: ["sum"] }), zero, totalling(zero))).toMatchObject({
      alarm: false,
      evidence: { z: 0 },
    });
  });
});

const panelValue = fc.nat({ max: 20_000 });
const perPanel = fc.tuple(panelValue, panelValue, panelValue, panelValue);

describe("for any counts", () => {
  it("the rule is the sum over members, written down another way", () => {
    fc.assert(
      fc.property(
        perPanel,
        fc.array(perPanel, { minLength: 5, maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (background, intervals, nSigma) => {
          const settings = settingsOf({ groups: [...detectorGroupNames], nSigma });
          const last = intervals.slice(-5);
          const columnSets = [[0, 1, 2, 3], [0, 1], [2, 3], [0, 2], [1, 3], [0], [1], [2], [3]];
          const holds = columnSets.some((columns) => {
            const sum = (values: PerPanel): number =>
              columns.reduce((total, column) => total + (values[column] ?? 0), 0);
            const expected = sum(background);
            const excess = last.reduce((total, counts) => total + sum(counts), 0) - expected;
            // excess > ceil(N·√B) ⇔ excess − 1 ≥ N·√B for whole numbers, squared so that no root is taken.
            return excess >= 1 && (excess - 1) ** 2 >= nSigma ** 2 * expected;
          });
          expect(judge(settings, background, intervals)).toMatchObject({ kind: "decided", alarm: holds });
        },
      ),
    );
  });

  it("more counts never take an alarm away", () => {
    fc.assert(
      fc.property(perPanel, perPanel, perPanel, (background, counts, more) => {
        const settings = settingsOf({ groups: [...detectorGroupNames] });
        const louder: PerPanel = [
          counts[0] + more[0],
          counts[1] + more[1],
          counts[2] + more[2],
          counts[3] + more[3],
        ];
        const [before, after] = [counts, louder].map((totals) =>
          judge(settings, background, totalling(totals)),
        );
        const isAlarm = (verdict: Verdict | undefined): boolean =>
          verdict?.kind === "decided" && verdict.alarm;
        expect(!isAlarm(before) || isAlarm(after)).toBe(true);
      }),
    );
  });
});

describe("settings", () => {
  it.each([
    { nSigma: 0.9 },
    { nSigma: 51 },
    { groups: [] },
    { groups: ["sum", "sum"] },
    { groups: ["left"] },
    { windowIntervals: 0 },
    { nsigma: 4 },
  ])("refuse %o", (given) => expect(grossCountSettings.safeParse(given).success).toBe(false));
});
