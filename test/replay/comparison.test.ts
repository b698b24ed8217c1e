import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { rapiscanLineCodec } from "../../drivers/rapiscan-line/codec.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import { compareRecordings } from "../../src/replay/compare.ts";
import { compareOutcomes, comparisonLines, noComparison } from "../../src/replay/comparison.ts";
import type { Outcome } from "../../src/replay/outcome.ts";
import type { Judging } from "../../src/replay/recording.ts";
import type { Recording } from "../../src/replay/replay.ts";

const path = fileURLToPath(new URL("../../../shared/data/rapiscan/S2-C3-NORM2-part1.csv", import.meta.url));

const recording = (bytes: Uint8Array = readFileSync(path)): Recording => {
  const chunks = async function* (): AsyncGenerator<Uint8Array, void> {
    for (let at = 0; at < bytes.length; at += 4099) {
      await Promise.resolve();
      yield bytes.subarray(at, at + 4099);
    }
  };
  return { name: "norm", size: bytes.length, chunks: chunks() };
};

const judging = (options: Record<string, unknown>): Judging => ({
  codec: rapiscanLineCodec({ maxSpeedKph: 60 }),
  settings: laneSettingsOf(laneOptions.parse(options)),
});

const onlyGrossCount = { rules: { "window-ratio": null, "neutron-sprt": null } };

describe.skipIf(!existsSync(path))("two configurations over a recording of twelve NORM passes", () => {
  test("that are the same change nothing", async () => {
    const comparison = await compareRecordings([recording()], judging({}), judging({}));
    expect(comparison).toMatchObject({ occupancies: 12, alarmedA: 12, alarmedB: 12, onlyA: 0, onlyB: 0 });
    expect(comparison.changedOccupancies).toBe(0);
  });

  test("that differ in one group differ in the two intervals that the group decides", async () => {
    const all = judging(onlyGrossCount);
    const sum = judging({ ...onlyGrossCount, grossCount: { groups: ["sum"] } });
    const comparison = await compareRecordings([recording()], all, sum);
    expect(comparison).toMatchObject({ alarmedA: 12, alarmedB: 12, both: 325, onlyA: 2, onlyB: 0 });
    expect(comparison.changes.length).toBe(comparison.changedOccupancies);
    expect(comparisonLines(comparison, { a: "all", b: "sum" }).join("\n")).toContain("Gross count: A");
  });

  test("compare the last occupancy too where the recording lacks its last line end", async () => {
    const text = readFileSync(path, "latin1");
    const closing = text.lastIndexOf("GX,");
    const cut = Buffer.from(text.slice(0, text.indexOf("\r\n", closing)), "latin1");
    const comparison = await compareRecordings([recording(cut)], judging({}), judging({}));
    expect(comparison.occupancies).toBe(12);
  });

  test("of which one never alarms say which rule held where in the other", async () => {
    const deaf = judging({
      ...onlyGrossCount,
      grossCount: { nSigma: 50, groups: ["sum"], windowIntervals: 1 },
    });
    const comparison = await compareRecordings([recording()], judging(onlyGrossCount), deaf);
    expect(comparison.changedOccupancies).toBe(12);
    expect(comparison.changes[0]?.a.rules["gross-count"]?.first.interval).toBe(29);
  });
});

describe("compareOutcomes", () => {
  const outcome = (held: readonly boolean[], alarms: Outcome["alarms"]): Outcome => ({
    occupancyNumber: 7,
    alarms,
    withheld: [],
    held,
    rules: {},
  });

  test("counts intervals that both, only A and only B hold at, and lists what changed", () => {
    const a = outcome([true, true, false, false], ["gamma"]);
    const b = outcome([true, false, true, false], []);
    const comparison = compareOutcomes(compareOutcomes(noComparison, a, b), a, a);
    expect(comparison).toMatchObject({
      occupancies: 2,
      alarmedA: 2,
      alarmedB: 1,
      both: 3,
      onlyA: 1,
      onlyB: 1,
    });
    expect(comparison.changes.map(({ occupancy }) => occupancy)).toEqual([0]);
  });
});
