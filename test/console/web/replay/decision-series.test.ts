import { describe, expect, test } from "vitest";
import { rapiscanLine } from "../../../../drivers/rapiscan-line/driver.ts";
import { chartedKey, chartedOf, decisionSeries } from "../../../../src/console/web/replay/decision-series.ts";
import {
  byOccupancy,
  effectOf,
  laneIdIn,
  occupancyIn,
  replayedOf,
} from "../../../../src/console/web/replay/replay-state.ts";
import { laneOptions, laneSettingsOf } from "../../../../src/core/lane-settings.ts";
import { alarmId, laneId } from "../../../../src/domain/ids.ts";
import { replayOccupancy } from "../../../../src/replay/occupancy-replay.ts";
import type { ComparedOccupancy } from "../../../../src/wire/replay.ts";
import { agentOf, alarmedPass, bootNumber, framesOf, north } from "../../../core/frame-life.ts";

const compared = (proposed: unknown, present: unknown = {}): ComparedOccupancy => {
  const [occupancy] = replayOccupancy({
    laneId: north,
    codec: rapiscanLine.codec({}),
    present: laneSettingsOf(laneOptions.parse(present)),
    proposed: laneSettingsOf(laneOptions.parse(proposed)),
    isWanted: () => true,
    frames: framesOf(agentOf(bootNumber(1)), alarmedPass),
  });
  if (occupancy === undefined) throw new Error("Nothing was replayed.");
  return occupancy;
};
const sum = { kind: "group", member: "sum" } as const;

describe("what is charted of two decisions", () => {
  test("the groups that either side judges, then the other rules that decided", () => {
    const keys = chartedOf(compared({ grossCount: { groups: ["horizontal"] }, rules: { cusum: {} } })).map(
      chartedKey,
    );
    expect(keys).toEqual([
      "group sum",
      "group master",
      "group slave",
      "group upper",
      "group lower",
      "rule cusum",
    ]);
  });

  test("both thresholds and where each side alarms", () => {
    const { present, proposed, background, seconds } = decisionSeries(
      compared({ grossCount: { nSigma: 20 } }),
      sum,
    );
    // 400 counts a second: √400 = 20, and thresholds at 4 and 20 of them above.
    expect(background).toBe(400);
    expect(present.threshold[5]).toBe(480);
    expect(proposed.threshold[5]).toBe(800);
    expect(present.statistic.slice(3, 6)).toEqual([null, 400, 560]);
    expect(seconds.slice(0, 3)).toEqual([0, 0.2, 0.4]);
    const [before, after] = [present.held[0], proposed.held[0]];
    expect(after?.first).toBeGreaterThan(before?.first ?? Infinity);
  });

  test("windows of different lengths give different sums", () => {
    const { present, proposed } = decisionSeries(compared({ grossCount: { windowIntervals: 2 } }), sum);
    expect(present.statistic.findIndex((value) => value !== null)).toBe(4);
    expect(proposed.statistic.findIndex((value) => value !== null)).toBe(1);
  });

  test("a rule that only one side has", () => {
    const charted = { kind: "rule", rule: "cusum" } as const;
    const { present, proposed, background } = decisionSeries(compared({ rules: { cusum: {} } }), charted);
    expect(present.statistic).toEqual([]);
    expect(proposed.statistic.length).toBeGreaterThan(10);
    expect(background).toBeNull();
  });
});

describe("the effect on officers", () => {
  test.each([
    [{}, {}, "stays"],
    [{ grossCount: { nSigma: 50 } }, {}, "goes"],
    [{}, { grossCount: { nSigma: 50 } }, "comes"],
    [{ grossCount: { nSigma: 50 } }, { grossCount: { nSigma: 50 } }, "none"],
  ])("of %j in place of %j: %s", (proposed, present, effect) => {
    expect(effectOf(compared(proposed, present))).toBe(effect);
  });
});

test("an alarm's id says its lane and occupancy", () => {
  expect(laneIdIn("north-1~0badcafe~12~gamma")).toBe("north-1");
  expect(occupancyIn("north-1~0badcafe~12~gamma")).toBe("north-1~0badcafe~12");
});

test("two alarms of one occupancy are replayed once, in the order given", () => {
  const row = (id: string): Parameters<typeof byOccupancy>[0][number] =>
    ({ alarmId: alarmId(id) }) as Parameters<typeof byOccupancy>[0][number];
  const ids = byOccupancy([row("n~b~9~energy"), row("n~b~9~gamma"), row("n~b~4~gamma")]).map(
    (each) => each.alarmId,
  );
  expect(ids).toEqual(["n~b~9~energy", "n~b~4~gamma"]);
});

test("a span is so many minutes up to now", () => {
  const lane = laneId("north");
  expect(replayedOf({ kind: "minutes", minutes: 2 }, lane, 1_000_000)).toEqual({
    laneId: lane,
    from: 880_000,
    to: 1_000_000,
  });
  expect(replayedOf({ kind: "none" }, lane, 1)).toBeNull();
});
