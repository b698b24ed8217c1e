import { describe, expect, test } from "vitest";
import { decisionText } from "../../../src/console/web/alarms/decision-text.ts";
import { latenessOf, latenessText } from "../../../src/console/web/alarms/lateness.ts";
import { laneCondition, isStale } from "../../../src/console/web/lanes/lane-condition.ts";
import { conditionText } from "../../../src/console/web/lanes/lane-texts.ts";
import { siteTime } from "../../../src/console/web/site-time.ts";
import { english, loadTexts } from "../../../src/console/web/texts/load.ts";
import { wallMs } from "../../../src/domain/units.ts";
import type { AlarmRow } from "../../../src/wire/console.ts";
import { sampleLane, sampleRow, serverStart } from "./samples.ts";

const { number: formatNumber, age: formatAge, rate: formatRate, sigma: formatSigma } = english.format;

/** Thin spaces as plain ones, for reading. */
const plain = (text: string): string => text.replaceAll("\u202f", " ");

test.each([
  [0, 0, "0"],
  [999, 0, "999"],
  [1000, 0, "1,000"],
  [12_410, 0, "12,410"],
  [1_234_567, 0, "1,234,567"],
  [1234.56, 1, "1,234.6"],
  [-5.25, 1, "-5.3"],
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
    "-3.1 σ",
  ]);
  expect([0, 2.43, 9.94, 9.96, 1545.4].map(formatRate).map(plain)).toEqual([
    "0.0",
    "2.4",
    "9.9",
    "10",
    "1,545",
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
    const { time, dateTime, zone } = siteTime("Europe/Berlin", "en-GB");
    const winter = wallMs(Date.UTC(2026, 0, 15, 23, 4, 5));
    const summer = wallMs(Date.UTC(2026, 6, 15, 22, 4, 5));
    expect([time(winter), dateTime(winter), zone(winter)]).toEqual([
      "00:04:05",
      "16 Jan 2026, 00:04:05",
      "CET",
    ]);
    expect([dateTime(summer), zone(summer)]).toEqual(["16 Jul 2026, 00:04:05", "CEST"]);
  });

  test("fall back to UTC, and say so, for a zone that is not known", () => {
    const fallback = siteTime("Mars/Olympus", "en-GB");
    const at = wallMs(Date.UTC(2026, 0, 15, 1, 2, 3));
    expect([fallback.dateTime(at), fallback.zone(at), fallback.timeZone]).toEqual([
      "15 Jan 2026, 01:02:03",
      "UTC",
      "UTC",
    ]);
  });
});

test("evidence in plain words", () => {
  const words = decisionText(
    english,
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
    "All panels: 12,410 counts in 1 s, background 1,545, threshold 1,703: 276 σ above",
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

  test("says how long nothing has come of it, or nobody has judged it, whatever it said before", () => {
    const told = { occupied: true, heardAt: wallMs(serverStart + 9000) };
    const since = wallMs(serverStart);
    const stale = sampleLane("north", { ...told, data: { kind: "stale", since } });
    const unjudged = sampleLane("north", { ...told, data: { kind: "unjudged", since } });
    const never = sampleLane("north", { ...told, data: { kind: "never" } });
    expect(laneCondition(stale, now(9000))).toEqual({ kind: "no-data", ageInMs: 9000 });
    expect(laneCondition(unjudged, now(9000))).toEqual({ kind: "not-judged", ageInMs: 9000 });
    expect(laneCondition(never, now(9000))).toEqual({ kind: "never-heard" });
    const words = [stale, unjudged, never].map((lane) =>
      plain(conditionText(english, laneCondition(lane, now(9000)))),
    );
    expect(words).toEqual(["No data for 9 s", "Not judged for 9 s", "Never heard"]);
    const kinds = ["no-data", "not-judged"] as const;
    expect(kinds.every((kind) => isStale({ kind, ageInMs: 9000 }))).toBe(true);
  });

  test("is not old by an edge's clock that is known to be wrong", () => {
    const skew = { fault: "clock-skew", since: wallMs(serverStart), detail: "" } as const;
    const lane = sampleLane("north", { faults: [skew] });
    expect(laneCondition(lane, now(60_000))).toEqual({ kind: "vacant" });
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

describe("an alarm that came late", () => {
  const raisedAt = wallMs(serverStart);
  const words = (vary: Partial<AlarmRow>): string => {
    const row = sampleRow("late", { raisedAt, endedAt: wallMs(serverStart + 4000), ...vary });
    const late = latenessOf(row, siteTime("UTC", "en-GB"), wallMs(serverStart + 600_000));
    return late === null ? "" : plain(latenessText(english, late, false));
  };

  test.each<readonly [string, Partial<AlarmRow>, string]>([
    ["in time", {}, ""],
    [
      "after the vehicle",
      { late: { cameAt: wallMs(serverStart + 540_000) } },
      "Arrived late: the vehicle passed at 12:00:00, 9 min 00 s before its alarm came. The vehicle is not in the portal.",
    ],
    [
      "nobody knows any more when",
      { late: { cameAt: null } },
      "Arrived late: the vehicle passed at 12:00:00, before its alarm came. The vehicle is not in the portal.",
    ],
    [
      "raised in time, and the rest late",
      { late: { cameAt: wallMs(serverStart + 500) } },
      "Arrived late: the vehicle passed at 12:00:00; only the rest of its passage came late. The vehicle is not in the portal.",
    ],
    [
      "its vehicle still there",
      { late: { cameAt: wallMs(serverStart + 5000) }, active: true, present: true, endedAt: null },
      "Arrived late: raised at 12:00:00, 5 s before its alarm came. The vehicle is still in the portal.",
    ],
    [
      "another day",
      {
        raisedAt: wallMs(serverStart - 86_400_000),
        endedAt: wallMs(serverStart - 86_396_000),
        late: { cameAt: raisedAt },
      },
      "Arrived late: the vehicle passed at 28 Feb 2026, 12:00:00, 1 d 0 h before its alarm came. The vehicle is not in the portal.",
    ],
  ])("%s", (_title, vary, expected) => {
    expect(words(vary)).toBe(expected);
  });
});

test("figures, ages and times follow the language", async () => {
  const [fr, ru, ar] = await Promise.all([loadTexts("fr"), loadTexts("ru"), loadTexts("ar")]);
  expect(plain(fr.format.number(12_410.5, 1))).toBe("12 410,5");
  expect(plain(fr.format.age(90_000_000))).toBe("1 j 1 h");
  expect(plain(ru.format.age(65_000))).toBe("1 мин 05 с");
  expect(ar.format.number(1234)).toBe("1,234");
  expect(siteTime("UTC", "fr-FR").dateTime(wallMs(serverStart))).toMatch(/01 mars 2026.* 12:00:00/);
});
