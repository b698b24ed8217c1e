import { describe, expect, test } from "vitest";
import {
  formatAge,
  formatNumber,
  formatRate,
  formatSigma,
  siteTime,
} from "../../../src/console/web/format.ts";
import { messages } from "../../../src/console/web/messages.ts";
import { laneCondition, isStale } from "../../../src/console/web/lane-condition.ts";
import { wallMs } from "../../../src/domain/units.ts";
import { sampleLane, serverStart } from "./samples.ts";

/** Thin spaces as plain ones, for reading. */
const plain = (text: string): string => text.replaceAll("\u202f", " ");

test.each([
  [0, 0, "0"],
  [999, 0, "999"],
  [1000, 0, "1 000"],
  [12_410, 0, "12 410"],
  [1_234_567, 0, "1 234 567"],
  [1234.56, 1, "1 234.6"],
  [-5.25, 1, "\u22125.3"],
  [-0.04, 1, "0.0"],
  [NaN, 0, "–"],
  [Infinity, 0, "–"],
])("number %d with %d decimals is %s", (value, decimals, expected) => {
  expect(plain(formatNumber(value, decimals))).toBe(expected);
});

test("sigmas and rates keep a decimal only where it says something", () => {
  expect([4.24, 99.94, 99.96, 276.2, -3.14].map(formatSigma).map(plain)).toEqual([
    "4.2 σ",
    "99.9 σ",
    "100 σ",
    "276 σ",
    "\u22123.1 σ",
  ]);
  expect([0, 2.43, 9.94, 9.96, 1545.4].map(formatRate).map(plain)).toEqual([
    "0.0",
    "2.4",
    "9.9",
    "10",
    "1 545",
  ]);
});

test.each([
  [-50, "0 s"],
  [999, "0 s"],
  [7999, "7 s"],
  [65_000, "1 min 05 s"],
  [3_599_999, "59 min 59 s"],
  [11_520_000, "3 h 12 min"],
  [90_000_000, "1 d 1 h"],
])("age %d ms is %s", (ageInMs, expected) => {
  expect(plain(formatAge(ageInMs))).toBe(expected);
});

describe("times", () => {
  test("stand in the site's zone, summer and winter, with the zone", () => {
    const { time, dateTime, zone } = siteTime("Europe/Berlin");
    const winter = wallMs(Date.UTC(2026, 0, 15, 23, 4, 5));
    const summer = wallMs(Date.UTC(2026, 6, 15, 22, 4, 5));
    expect([time(winter), dateTime(winter), zone(winter)]).toEqual([
      "00:04:05",
      "2026-01-16 00:04:05",
      "CET",
    ]);
    expect([dateTime(summer), zone(summer)]).toEqual(["2026-07-16 00:04:05", "CEST"]);
  });

  test("fall back to UTC, and say so, for a zone that is not known", () => {
    const fallback = siteTime("Mars/Olympus");
    const at = wallMs(Date.UTC(2026, 0, 15, 1, 2, 3));
    expect([fallback.dateTime(at), fallback.zone(at), fallback.timeZone]).toEqual([
      "2026-01-15 01:02:03",
      "UTC",
      "UTC",
    ]);
  });
});

test("evidence in plain words", () => {
  const words = messages.detail.evidence(
    {
      origin: "core",
      rule: "gross-count",
      firstInterval: 20,
      flaggedIntervals: 31,
      evidence: {
        algorithm: "gross-count",
        group: "sum",
        member: "sum",
        counts: 12_410,
        background: 1545,
        threshold: 1703,
        z: 276.4,
      },
    },
    1,
  );
  expect(plain(words)).toBe(
    "All panels: 12 410 counts in 1 s, background 1 545, threshold 1 703: 276 σ above",
  );
});

describe("a lane's condition", () => {
  const now = (afterInMs: number) => wallMs(serverStart + afterInMs);

  test("is believed for 12 s after the portal was heard, and not a moment longer", () => {
    const lane = sampleLane("north", { occupied: true });
    expect(laneCondition(lane, now(12_000))).toEqual({ kind: "occupied" });
    expect(laneCondition(lane, now(12_001))).toEqual({ kind: "not-heard", ageInMs: 12_001 });
    expect(laneCondition(sampleLane("north"), now(0))).toEqual({ kind: "vacant" });
  });

  test("with the link down or never a word heard it is stale at once", () => {
    expect(laneCondition(sampleLane("north", { link: "down" }), now(0))).toEqual({ kind: "link-down" });
    expect(laneCondition(sampleLane("north", { heardAt: null, link: "up" }), now(0))).toEqual({
      kind: "never-heard",
    });
    expect(
      (["link-down", "never-heard", "occupied", "vacant"] as const).map((kind) => isStale({ kind })),
    ).toEqual([true, true, false, false]);
  });
});
