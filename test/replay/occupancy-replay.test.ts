import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { laneOptions, type LaneSettings, laneSettingsOf } from "../../src/core/lane-settings.ts";
import type { Alarm } from "../../src/domain/alarms.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Frame } from "../../src/domain/frames.ts";
import type { OccupancyId } from "../../src/domain/ids.ts";
import { occupancyReplay, replayOccupancy } from "../../src/replay/occupancy-replay.ts";
import { agreement } from "../../src/replay/settings-comparison.ts";
import type { ComparedOccupancy } from "../../src/wire/replay.ts";
import {
  agentOf,
  alarmedPass,
  bootNumber,
  calm,
  foldAll,
  foldOf,
  framesOf,
  GB,
  GX,
  loud,
  NA,
  north,
  NS,
  times,
} from "../core/frame-life.ts";

const settingsOf = (options: unknown): LaneSettings => laneSettingsOf(laneOptions.parse(options));
const codec = rapiscanLine.codec({});

const replay = (
  frames: readonly Frame[],
  {
    present = {},
    proposed = {},
    wanted,
  }: { present?: unknown; proposed?: unknown; wanted?: OccupancyId } = {},
): readonly ComparedOccupancy[] =>
  replayOccupancy({
    laneId: north,
    codec,
    present: settingsOf(present),
    proposed: settingsOf(proposed),
    isWanted: (occupancyId) => wanted === undefined || occupancyId === wanted,
    frames,
  });

const linesOf = (capture: string): readonly string[] =>
  readFileSync(new URL(`../captures/rapiscan-line/${capture}.txt`, import.meta.url), "latin1")
    .split("\n")
    .map((line) => line.trimEnd());

const alarmsIn = (events: readonly LaneEvent[], kind: "alarm-ended" | "alarm-withheld"): readonly Alarm[] =>
  events.flatMap((event) => (event.kind === kind ? [event.alarm] : []));
const endedIn = (events: readonly LaneEvent[]): readonly Alarm[] => alarmsIn(events, "alarm-ended");

/** A pass whose counts are above the background by less than the usual limit, and then by more. */
const slowRise = [
  ...[GB, GB, NS],
  ...times(5, calm),
  ...times(5, "GS,000024,000024,000024,000024"),
  ...times(5, loud),
  ...times(4, calm),
  GX,
  GB,
];
const framesOfLines = (lines: readonly string[]): readonly Frame[] => framesOf(agentOf(bootNumber(1)), lines);
const only = (compared: readonly ComparedOccupancy[]): ComparedOccupancy => {
  expect(compared).toHaveLength(1);
  const [first] = compared;
  if (first === undefined) throw new Error("Nothing was replayed.");
  return first;
};

describe.each(["extended-wire", "base-wire"])("the capture %s", (capture) => {
  const frames = framesOfLines(linesOf(capture));

  test.each(["vendor-compatible", "sensitive", "norm-discriminating"])(
    "under equal settings both sides say what the live core says (%s)",
    (preset) => {
      const live = foldAll(foldOf({ preset }), frames).events;
      const compared = replay(frames, { present: { preset }, proposed: { preset } });
      for (const { present, proposed, comparison } of compared) {
        expect(proposed).toEqual(present);
        expect(comparison.go.length + comparison.come.length).toBe(0);
        expect(comparison.intervalsLater ?? 0).toBe(0);
      }
      const again = compared.flatMap(({ present }) => present?.alarms ?? []);
      const hidden = alarmsIn(live, "alarm-withheld");
      const told = [...endedIn(live), ...hidden];
      expect(told.length).toBeGreaterThan(0);
      expect(again).toHaveLength(told.length);
      for (const alarm of told) {
        expect(again.find(({ alarmId }) => alarmId === alarm.alarmId)).toMatchObject({
          kind: alarm.kind,
          raisedAt: alarm.raisedAt,
          raisedInterval: alarm.raisedInterval,
          decisions: alarm.decisions,
          loadClass: alarm.advice.class,
          withheld: hidden.includes(alarm),
        });
        const judged = compared.find(({ occupancyId }) => occupancyId === alarm.occupancyId)?.present;
        expect(judged?.profile).toEqual(alarm.profile);
        expect(agreement(alarm, judged ?? null)).toBe(hidden.includes(alarm) ? "different" : "same");
      }
    },
  );
});

describe("two sets of settings", () => {
  const frames = framesOfLines(slowRise);

  test("a higher threshold takes an alarm away, and says so", () => {
    const { present, proposed, comparison } = only(
      replay(frames, { proposed: { grossCount: { nSigma: 50 } } }),
    );
    const [alarm] = present?.alarms ?? [];
    expect(alarm?.kind).toBe("gamma");
    expect(proposed?.alarms).toEqual([]);
    expect(proposed?.firstDecision).toBeNull();
    expect(comparison).toEqual({
      present: "core",
      proposed: "none",
      intervalsLater: null,
      stay: [],
      go: [alarm?.alarmId],
      come: [],
    });
  });

  test("a lower threshold decides earlier, by so many intervals", () => {
    const { present, proposed, comparison } = only(
      replay(frames, { proposed: { grossCount: { nSigma: 1 } } }),
    );
    const before = present?.firstDecision?.interval ?? NaN;
    const after = proposed?.firstDecision?.interval ?? NaN;
    expect(after).toBeLessThan(before);
    expect(comparison.intervalsLater).toBe(after - before);
    expect(comparison.stay).toEqual(present?.alarms.map(({ alarmId }) => alarmId));
  });

  test("the course of a rule has its statistic and threshold at every interval", () => {
    const { present } = only(replay(frames));
    const course = present?.rules.find(({ rule }) => rule === "gross-count");
    // The window of five is full at the fifth interval; 100 counts a panel and second are 400 in a second.
    expect(course?.statistics.slice(0, 6)).toEqual([null, null, null, null, 400, 416]);
    const held = course?.statistics.filter((each, at) => (each ?? 0) > (course.thresholds[at] ?? Infinity));
    expect(course?.held).toBe(held?.length);
    expect(course?.first?.interval).toBe(present?.firstDecision?.interval);
    expect(course?.strongest).toMatchObject({ statistic: 1200 });
  });

  test("neutron rules have a course of seconds", () => {
    const lines = [
      GB,
      ...times(30, "NB,000001,000001,000001,000001"),
      ...times(5, calm),
      NA,
      ...times(5, calm),
      NA,
      GX,
    ];
    const { present } = only(replay(framesOfLines(lines), { present: { preset: "sensitive" } }));
    const course = present?.rules.find(({ rule }) => rule === "neutron-poisson");
    expect(course?.everyMs).toBe(1000);
    expect(course?.statistics).toHaveLength(2);
  });

  test("energies stand at the gamma interval they came in, though the opening burst has more of them", () => {
    const frames = framesOfLines(linesOf("extended-wire"));
    const settings = { rules: { "two-window": {} } };
    const long = replay(frames, { present: settings }).flatMap(({ present }) => {
      const course = present?.rules.find(({ rule }) => rule === "two-window");
      return present === null || course === undefined ? [] : [{ course, profile: present.profile }];
    });
    expect(long.some(({ profile }) => profile.energy.length > profile.gamma.length)).toBe(true);
    for (const { course, profile } of long) expect(course.statistics).toHaveLength(profile.gamma.length);
  });

  test("the portal's flag alone still tells officers, whatever the settings", () => {
    const flagged = [GB, ...times(6, calm), "GA,000020,000020,000020,000020", ...times(3, calm), GX];
    const { comparison } = only(replay(framesOfLines(flagged), { proposed: { grossCount: { nSigma: 50 } } }));
    expect(comparison).toMatchObject({ present: "portal", proposed: "portal", go: [] });
  });

  test("only the wanted occupancy is compared", () => {
    const twice = framesOfLines([...alarmedPass, ...alarmedPass]);
    const all = replay(twice);
    expect(all).toHaveLength(2);
    const wanted = all[1]?.occupancyId;
    if (wanted === undefined) throw new Error("There is no second one.");
    expect(replay(twice, { wanted })).toEqual([all[1]]);
  });

  test("an occupancy under way has its course so far and no ending", () => {
    const open = framesOfLines(alarmedPass.slice(0, -3));
    const { present } = only(replay(open));
    expect(present?.ending).toBeNull();
    expect(present?.profile.gamma.length).toBeGreaterThan(10);
    expect(present?.alarms).toHaveLength(1);
  });

  test("a recorded alarm that other settings raised is told from the present", () => {
    const [recorded] = endedIn(foldAll(foldOf({ grossCount: { nSigma: 1 } }), frames).events);
    if (recorded === undefined) throw new Error("Nothing alarmed.");
    const { present } = only(replay(frames));
    expect(agreement(recorded, present)).toBe("different");
    expect(agreement({ ...recorded, state: "active" }, present)).toBeNull();
  });

  test("more occupancies than an answer holds are left out, and said", () => {
    const many = framesOfLines(Array.from({ length: 70 }, () => alarmedPass).flat());
    const settings = settingsOf({});
    const run = occupancyReplay({
      ...{ laneId: north, codec, present: settings, proposed: settings },
      isWanted: () => true,
    });
    for (const frame of many) run.take(frame);
    const { occupancies, isCut } = run.compared();
    expect(occupancies).toHaveLength(60);
    expect(isCut).toBe(true);
  });
});
