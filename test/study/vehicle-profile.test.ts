import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { type PassageRecord, profileCollector, readPassages } from "../../src/study/vehicle-profile.ts";
import { areThere, norm, recordedPasses, recordings } from "../core/rules/recorded-passes.ts";

const capture = join(import.meta.dirname, "..", "captures", "rapiscan-line", "extended-wire.txt");

const recordsOf = (bytes: Uint8Array, pieceBytes: number): readonly PassageRecord[] => {
  const reader = readPassages(rapiscanLine.codec({}));
  const records: PassageRecord[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    records.push(...reader.take(bytes.subarray(at, at + pieceBytes)));
  }
  return [...records, ...reader.end()];
};

describe("passages", () => {
  it.skipIf(!existsSync(capture))("are the same however the bytes are cut", () => {
    const bytes = readFileSync(capture);
    const whole = recordsOf(bytes, bytes.length);
    expect(whole.some(({ kind }) => kind === "ended")).toBe(true);
    for (const size of [1, 7, 64]) expect(recordsOf(bytes, size)).toEqual(whole);
  });

  it.skipIf(!areThere)("of a recording have its counts and backgrounds, every one", () => {
    const collector = profileCollector(100);
    collector.take(recordsOf(readFileSync(join(recordings, norm)), 65_536));
    const { profiles, leftOut } = collector.collected();
    expect(leftOut).toBe(0);
    const expected = recordedPasses(norm).map(({ background, gamma, energy, neutron }) => ({
      background,
      gamma,
      energy,
      neutron,
    }));
    expect(
      profiles.map(({ background, gamma, energy, neutron }) => ({ background, gamma, energy, neutron })),
    ).toEqual(expected);
    for (const { speedKph } of profiles) expect(speedKph).toBeGreaterThan(5);
  });

  /** The two streams end together: energy records and gamma intervals of the peak fall on the same places from the end. */
  it.skipIf(!areThere)("have energy records that end with the gamma intervals", () => {
    const collector = profileCollector(100);
    collector.take(recordsOf(readFileSync(join(recordings, norm)), 65_536));
    for (const { gamma, energy } of collector.collected().profiles) {
      const fromEnd = (rows: readonly (readonly number[])[]): number => {
        const totals = rows.map((row) => row.reduce((sum, each) => sum + each, 0));
        return totals.length - totals.indexOf(Math.max(...totals));
      };
      expect(Math.abs(fromEnd(gamma) - fromEnd(energy))).toBeLessThanOrEqual(1);
    }
  });
});

describe("collected profiles", () => {
  const background = { gammaCps: null, neutronCps: null, energyCps: null };
  const began: PassageRecord = { kind: "began", background };
  const gamma: PassageRecord = { kind: "gamma", counts: [1, 2, 3, 4], portalFlag: false };
  const ended = (whole: boolean): PassageRecord => ({ kind: "ended", whole, speedKph: 8 });
  const collected = (records: readonly PassageRecord[], limit = 10): readonly [number, number] => {
    const collector = profileCollector(limit);
    collector.take(records);
    const { profiles, leftOut } = collector.collected();
    return [profiles.length, leftOut];
  };

  it.each([
    ["a whole passage", [began, gamma, ended(true)], [1, 0]],
    ["one that was broken off", [began, gamma, ended(false)], [0, 1]],
    ["one that never ends", [began, gamma], [0, 1]],
    ["one without gammas", [began, ended(true)], [0, 1]],
    ["records of none", [gamma, ended(true)], [0, 0]],
    ["one that is too long", [began, ...Array<PassageRecord>(3001).fill(gamma), ended(true)], [0, 1]],
    [
      "one that is just not too long",
      [began, ...Array<PassageRecord>(3000).fill(gamma), ended(true)],
      [1, 0],
    ],
  ] as const)("take %s for [taken, left out]", (_, records, expected) => {
    expect(collected(records)).toEqual(expected);
  });

  it("are at most as many as asked for", () => {
    expect(collected([began, gamma, ended(true), began, gamma, ended(true)], 1)).toEqual([1, 1]);
  });
});
