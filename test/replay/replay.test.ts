import { describe, expect, it } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { IntervalLine } from "../../src/replay/interval-line.ts";
import type { NeutronLine } from "../../src/replay/neutron-line.ts";
import { replayRecording } from "../../src/replay/replay.ts";
import { maxRowsShown, type Replayed, reportLines } from "../../src/replay/report.ts";
import { alarmedPass, calm, flaggedLoud, GB, GX, loud, NA, NS, times, wire } from "../core/frame-life.ts";
import { piecesOf } from "./pieces.ts";

const judging = { codec: rapiscanLine.codec({}), settings: laneSettingsOf(laneOptions.parse({})) };

interface Told {
  readonly replayed: Replayed;
  readonly intervals: readonly IntervalLine[];
  readonly neutronSeconds: readonly NeutronLine[];
  readonly events: readonly LaneEvent[];
  readonly progress: readonly number[];
}

const replay = async (text: string, firstOccupancy = 0, pieceBytes = 100): Promise<Told> => {
  const intervals: IntervalLine[] = [];
  const neutronSeconds: NeutronLine[] = [];
  const events: LaneEvent[] = [];
  const progress: number[] = [];
  const replayed = await replayRecording(
    { name: "pass.csv", size: text.length, chunks: piecesOf(text, pieceBytes) },
    judging,
    {
      intervals: (line) => Promise.resolve(void intervals.push(line)),
      neutronSeconds: (line) => Promise.resolve(void neutronSeconds.push(line)),
      events: (event) => Promise.resolve(void events.push(event)),
      progress: (bytes) => progress.push(bytes),
    },
    firstOccupancy,
  );
  return { replayed, intervals, neutronSeconds, events, progress };
};

const quietPass = [GB, NS, ...times(6, calm), GX];

describe("the tally", () => {
  it.each<[string, readonly string[], Partial<Replayed["tally"]>]>([
    ["of nothing", [], { occupancies: 0, intervals: 0, peak: null, unknownTags: [], faults: [] }],
    [
      "of a quiet pass",
      quietPass,
      { occupancies: 1, closedOccupancies: 1, intervals: 6, undecidedIntervals: 4, coreAlarms: 0 },
    ],
    [
      "of intervals that agree, are false and are missed",
      [
        GB,
        ...times(4, loud),
        flaggedLoud,
        loud,
        flaggedLoud,
        ...times(5, calm),
        calm.replace("GS", "GA"),
        GX,
      ],
      { intervals: 13, flagged: 3, coreAlarms: 7, agree: 2, false: 5, missed: 1, undecidedIntervals: 4 },
    ],
    [
      "of an occupancy that nobody closed",
      [GB, calm, calm],
      { occupancies: 1, closedOccupancies: 0, intervals: 2 },
    ],
    ["of one that the background closed", [GB, calm, GB], { occupancies: 1, closedOccupancies: 0 }],
    [
      "of bad lines, unknown tags and faults",
      [
        GB,
        "rubbish",
        "GS,1",
        "GS,000001",
        "ZZ,1",
        "ZY,1",
        "ZZ,2",
        "GH,000001,000001,000001,000001",
        "GH,000001,000001,000001,000001",
      ],
      {
        undecodable: { "not-a-record": 1, "wrong-field-count": 2 },
        unknownTags: ["ZZ", "ZY"],
        faults: ["gamma-background-high"],
      },
    ],
    [
      "of alarms by kind, the core's own among them",
      [...alarmedPass, GB, calm, NA, "AA,000001,000001,000001,11111A", GX],
      {
        alarms: {
          "gamma-neutron": { raised: 0, byCore: 0 },
          gamma: { raised: 1, byCore: 1 },
          neutron: { raised: 1, byCore: 0 },
          energy: { raised: 1, byCore: 0 },
        },
      },
    ],
    [
      "of an alarm that the portal raised and the core joined: the core's own, too",
      [GB, flaggedLoud, ...times(8, loud), GX],
      {
        alarms: {
          "gamma-neutron": { raised: 0, byCore: 0 },
          gamma: { raised: 1, byCore: 1 },
          neutron: { raised: 0, byCore: 0 },
          energy: { raised: 0, byCore: 0 },
        },
      },
    ],
    [
      "of an alarm that only the portal raised",
      [GB, ...times(3, flaggedLoud), GX],
      {
        alarms: {
          "gamma-neutron": { raised: 0, byCore: 0 },
          gamma: { raised: 1, byCore: 0 },
          neutron: { raised: 0, byCore: 0 },
          energy: { raised: 0, byCore: 0 },
        },
      },
    ],
  ])("%s", async (_, lines, expected) => {
    expect((await replay(wire(lines))).replayed.tally).toMatchObject(expected);
  });

  it("has the largest z with its place", async () => {
    const { tally } = (await replay(wire([...quietPass, ...alarmedPass, ...quietPass]))).replayed;
    expect(tally.peak).toEqual({ z: (5 * 240 - 400) / 20, member: "sum", occupancy: 1 });
  });
});

describe("the lines of intervals", () => {
  it("count occupancies and intervals from 0, in order, with z where something was decided", async () => {
    const { intervals } = await replay(wire([...quietPass, GB, ...times(5, flaggedLoud), GX]));
    expect(
      intervals.map(({ occupancy, interval, alarm, portalFlag, z }) => [
        occupancy,
        interval,
        alarm,
        portalFlag,
        z,
      ]),
    ).toEqual([
      [0, 0, false, false, null],
      [0, 1, false, false, null],
      [0, 2, false, false, null],
      [0, 3, false, false, null],
      [0, 4, false, false, 0],
      [0, 5, false, false, 0],
      [1, 0, false, true, null],
      [1, 1, false, true, null],
      [1, 2, false, true, null],
      [1, 3, false, true, null],
      [1, 4, true, true, 40],
    ]);
  });

  it("go on from the recording before", async () => {
    const { intervals } = await replay(wire([...quietPass, ...quietPass]), 12);
    expect(new Set(intervals.map(({ occupancy }) => occupancy))).toEqual(new Set([12, 13]));
  });
});

describe("a replay", () => {
  it("gives the same in pieces of any size", async () => {
    const text = wire([...alarmedPass, ...quietPass, "rubbish"]);
    const whole = await replay(text, 0, 1_000_000);
    for (const size of [1, 7, 31, 64]) {
      const { replayed, intervals, neutronSeconds, events } = await replay(text, 0, size);
      expect({ replayed, intervals, neutronSeconds, events }).toEqual({
        replayed: whole.replayed,
        intervals: whole.intervals,
        neutronSeconds: whole.neutronSeconds,
        events: whole.events,
      });
    }
  });

  it("takes what the file ends with", async () => {
    const { replayed } = await replay(wire([GB, calm, calm]) + calm);
    expect(replayed.tally.intervals).toBe(3);
  });

  it("tells how far it is", async () => {
    const text = wire(quietPass);
    const { progress, replayed } = await replay(text, 0, 50);
    expect(progress.slice(0, 2)).toEqual([50, 100]);
    expect(progress.at(-1)).toBe(text.length);
    expect(replayed.bytes).toBe(text.length);
  });

  it("waits for whoever takes its findings", async () => {
    let pending = 0;
    let most = 0;
    const slowly = async (): Promise<void> => {
      pending += 1;
      most = Math.max(most, pending);
      await new Promise((resolve) => setImmediate(resolve));
      pending -= 1;
    };
    const text = wire(alarmedPass);
    await replayRecording(
      { name: "a", size: text.length, chunks: piecesOf(text) },
      judging,
      { intervals: slowly, neutronSeconds: slowly, events: slowly, progress: () => undefined },
      0,
    );
    expect(most).toBe(1);
  });
});

describe("the report", () => {
  it("lists occupancies with their alarms, and how they agree", async () => {
    const lines = reportLines(
      (await replay(wire([...quietPass, ...alarmedPass, GB, flaggedLoud, GB, calm]))).replayed,
    );
    expect(lines.filter((line) => line !== "").map((line) => line.replaceAll(/ +/g, " ").trim()))
      .toMatchInlineSnapshot(`
        [
          "pass.csv (1,024 bytes)",
          "occupancy portal's no. intervals km/h peak z at alarms looks like",
          "───────── ──────────── ───────── ──── ────── ─── ──────────────────────────────────── ────────────",
          "0 594 6 – 0.0 sum – –",
          "1 594 15 – 40.0 sum gamma Undetermined",
          "2 – 1 – – – gamma (portal), [background-resumed] Undetermined",
          "number",
          "──────────── ────── ───────────────────────────────────────────────",
          "occupancies 4 2 not closed by the portal",
          "intervals 23 10 before the first decision of their occupancy",
          "gamma alarms 2 1 raised by the portal's flag alone",
          "flagged 1 intervals with the portal's own gamma flag",
          "agree 0 flagged, and our rule holds",
          "false 10 not flagged, but our rule holds",
          "missed 1 flagged, but our rule does not hold",
          "peak z 40.0 sum, in occupancy 1",
          "Faults: panel-stuck",
        ]
      `);
  });

  it("numbers the occupancies as the lines of intervals do", async () => {
    const { replayed } = await replay(wire(alarmedPass), 12);
    const text = reportLines(replayed).join("\n");
    expect(text).toMatch(/^ +12 +594/m);
    expect(text).toContain("in occupancy 12");
  });

  it("of a file that says nothing is short and says so in figures", async () => {
    const lines = reportLines((await replay("")).replayed);
    expect(lines.join("\n")).toMatch(/occupancies +0/);
    expect(lines.join("\n")).not.toContain("bad line");
  });

  it("does not list more occupancies than anybody reads, nor keep them", async () => {
    const { replayed } = await replay(
      wire(Array.from({ length: maxRowsShown + 20 }, () => quietPass).flat()),
      0,
      10_000,
    );
    expect(replayed.rows.length).toBeLessThanOrEqual(maxRowsShown);
    expect(reportLines(replayed)[2]).toBe(
      `${maxRowsShown + 20} occupancies are too many to list; --events FILE has them all.`,
    );
  });

  it("names what was bad", async () => {
    const text = reportLines((await replay(wire(["rubbish", "ZZ,1", calm]))).replayed).join("\n");
    expect(text).toContain("1 bad line kept in quarantine:");
    expect(text).toContain("1 not-a-record: does not begin with a record tag");
    expect(text).toContain("Tags the driver does not know: ZZ");
    expect(text).toContain("Faults: no-background");
  });
});
