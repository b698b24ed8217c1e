import { describe, expect, it } from "vitest";
import { windowRatioRule, windowRatioSettings } from "../../../src/core/rules/window-ratio.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { areThere, norm, nothing, recordedPasses, recordings } from "./recorded-passes.ts";
import { background, decisions, inputs, verdicts } from "./run-rule.ts";

const rule = windowRatioRule(windowRatioSettings.parse({}));

describe("the ratio of the energy windows", () => {
  // Background (30 + 30)/(20 + 20) = 1.5; each record stands 15 times in the window.
  const vacant = background({ energyCps: [30, 30, 20, 20] });
  const sameFor = (records: number, counts: PerPanel): readonly PerPanel[] =>
    Array.from({ length: records }, () => counts);

  it.each<[PerPanel, number, boolean]>([
    [[60, 60, 40, 40], 1.5, false],
    [[600, 600, 400, 400], 1.5, false],
    [[84, 84, 50, 50], 1.68, false],
    [[85, 85, 50, 50], 1.7, true],
    [[10, 10, 40, 40], 0.25, false],
  ])("of %j is %d", (counts, ratio, alarm) => {
    const verdict = verdicts(rule, vacant, inputs("energy", sameFor(15, counts))).at(-1);
    expect(verdict).toMatchObject({ kind: "decided", alarm, evidence: { algorithm: "window-ratio" } });
    const [evidence] = decisions(rule, vacant, inputs("energy", sameFor(15, counts)));
    expect(evidence?.ratio).toBeCloseTo(ratio, 12);
    expect(evidence?.statistic).toBeCloseTo(ratio - 1.5, 12);
  });

  it("is not decided before 3 s of records, and then of the last 3 s", () => {
    const records = [...sameFor(15, [60, 60, 40, 40]), ...sameFor(15, [90, 90, 40, 40])];
    const said = verdicts(rule, vacant, inputs("energy", records));
    expect(said.slice(0, 14).every((verdict) => verdict?.kind === "undecided")).toBe(true);
    expect(said[14]).toMatchObject({ kind: "decided", alarm: false });
    expect(said[29]).toMatchObject({ kind: "decided", alarm: true, evidence: { ratio: 2.25 } });
  });

  it("says nothing about other records", () => {
    const other = [...inputs("gamma", [[1, 2, 3, 4]]), ...inputs("neutron", [[1, 2, 3, 4]])];
    const start = rule.begin(vacant);
    for (const input of other) expect(rule.step(start, input)).toBeNull();
    expect(start).toEqual(rule.begin(vacant));
  });
});

if (!areThere) it.skip(`the recordings are not at ${recordings}: their tests are skipped`, () => undefined);

describe.runIf(areThere)("the ratio against the portal's own first energy channel", () => {
  const compare = (
    name: string,
  ): readonly { portal: boolean; own: boolean; smoothedRise: number | undefined; place: string }[] =>
    recordedPasses(name).flatMap((pass, occupancy) =>
      verdicts(rule, pass.background, inputs("energy", pass.energy)).map((verdict, at) => ({
        portal: pass.energyFlags[at]?.has(1) ?? false,
        own: verdict?.kind === "decided" && verdict.alarm,
        smoothedRise: pass.smoothedRises[at],
        place: `${occupancy}/${at}`,
      })),
    );

  it("agrees on the NORM recording but for two of 330 flagged intervals", () => {
    const intervals = compare(norm);
    expect(intervals.filter(({ portal }) => portal)).toHaveLength(330);
    expect(intervals.filter(({ own, portal }) => own && portal)).toHaveLength(328);
    expect(intervals.filter(({ own, portal }) => own && !portal)).toEqual([]);
    expect(intervals.filter(({ own, portal }) => portal && !own).map(({ place }) => place)).toEqual([
      "0/40",
      "0/67",
    ]);
  });

  /**
   * The portal's own rule: the second figure of AX, which is (W1+W2)/(W3+W4) of its smoothed windows (AM) less the
   * background's, is above 0.6. That explains every flag; the plain 3 s ratio and 0.19 stand for it closely, and miss
   * the two intervals where the figure is only just above: 0.6119 and 0.6026.
   */
  it("is missed by the two where the portal's own statistic has barely crossed 0.6", () => {
    const intervals = compare(norm).filter(({ smoothedRise }) => smoothedRise !== undefined);
    expect(intervals).toHaveLength(659);
    for (const { portal, smoothedRise } of intervals) expect(portal).toBe((smoothedRise ?? 0) > 0.6);
    const missed = intervals.filter(({ own, portal }) => portal && !own);
    expect(missed.map(({ smoothedRise }) => smoothedRise)).toEqual([0.6119, 0.6026]);
  });

  it("is silent on the recording with nothing", () => {
    expect(compare(nothing).filter(({ own, portal }) => own || portal)).toEqual([]);
  });
});
