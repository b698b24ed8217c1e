import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import { grossCountAlone } from "./gross-count-alone.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { DetectorGroup } from "../../src/domain/panels.ts";
import { foldRecording } from "../../src/replay/recording.ts";
import { emptyTally, type Tally, tallyEvent } from "../../src/replay/tally.ts";

/** Recordings of a real portal with its own flags, kept beside the repository and never copied into it. */
const folder = join(import.meta.dirname, "..", "..", "..", "shared", "data", "rapiscan");
const norm = "S2-C3-NORM2-part1.csv";
const empty = "S2-C0-NONE-part1.csv";
const isThere = existsSync(folder);

interface Replayed {
  readonly events: readonly LaneEvent[];
  readonly tally: Tally;
}

const replayed = (
  text: string,
  groups: readonly DetectorGroup[] = ["sum", "vertical"],
  pieceBytes = 65_536,
): Replayed => {
  const bytes = Buffer.from(text, "latin1");
  const fold = foldRecording({
    codec: rapiscanLine.codec({}),
    settings: laneSettingsOf(laneOptions.parse({ grossCount: { nSigma: 4, groups }, ...grossCountAlone })),
  });
  const events: LaneEvent[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    events.push(...fold.take(bytes.subarray(at, at + pieceBytes)));
  events.push(...fold.end());
  return { events, tally: events.reduce(tallyEvent, emptyTally) };
};
const read = (name: string): string => readFileSync(join(folder, name), "latin1");
const gammaAlarmsOf = (events: readonly LaneEvent[]): readonly string[] =>
  events.flatMap((event) =>
    event.kind === "alarm-raised" && event.alarm.kind === "gamma" ? [event.alarm.occupancyId] : [],
  );
const verdictsOf = (events: readonly LaneEvent[]): readonly unknown[] =>
  events.flatMap((event) => (event.kind === "interval-measured" ? [event.verdict] : []));

if (!isThere) it.skip(`the recordings are not at ${folder}: their tests are skipped`, () => undefined);

describe.runIf(isThere)("the recording of twelve passes with NORM", () => {
  let text = "";
  let whole: Replayed = { events: [], tally: emptyTally };
  beforeAll(() => {
    text = read(norm);
    whole = replayed(text);
  });

  it("has 12 occupancies, each with exactly one gamma alarm", () => {
    expect(whole.tally).toMatchObject({ occupancies: 12, closedOccupancies: 12, intervals: 719 });
    const alarmed = gammaAlarmsOf(whole.events);
    expect(alarmed).toHaveLength(12);
    expect(new Set(alarmed).size).toBe(12);
  });

  it("agrees with the portal on every interval", () => {
    expect(whole.tally).toMatchObject({ flagged: 327, agree: 327, false: 0, missed: 0 });
  });

  it("has no bad line, no unknown tag and no fault", () => {
    expect(whole.tally).toMatchObject({ undecodable: {}, unknownTags: [], faults: [] });
  });

  it("raises each alarm during its occupancy, at the portal's own first interval", () => {
    for (const event of whole.events) {
      if (event.kind !== "alarm-ended" || event.alarm.kind !== "gamma") continue;
      const [core, portal] = event.alarm.decisions;
      expect([core?.origin, portal?.origin]).toEqual(["core", "portal"]);
      expect(core?.firstInterval).toBe(portal?.firstInterval);
      expect(core?.flaggedIntervals).toBe(portal?.flaggedIntervals);
      expect(event.alarm.raisedAt).toBeLessThan(event.at);
    }
  });

  it("gives the same verdicts with the portal's flags taken away", () => {
    const unflagged = replayed(text.replaceAll("\nGA,", "\nGS,"));
    expect(unflagged.tally).toMatchObject({
      flagged: 0,
      coreAlarms: 327,
      false: 327,
      alarms: { gamma: { raised: 12, byCore: 12 } },
    });
    expect(verdictsOf(unflagged.events)).toEqual(verdictsOf(whole.events));
  });

  it("gives the same events in pieces of any size", () => {
    expect(replayed(text, undefined, 1013).events).toEqual(whole.events);
    expect(replayed(text, undefined, 29).events).toEqual(whole.events);
  });

  it("is missed in part by the sum alone", () => {
    const { tally } = replayed(text, ["sum"]);
    expect(tally).toMatchObject({ flagged: 327, agree: 325, false: 0, missed: 2 });
  });

  it("has the times the recorder wrote", () => {
    const times = whole.events.flatMap((event) => (event.kind === "interval-measured" ? [event.at] : []));
    expect(times[0]).toBeGreaterThan(Date.UTC(2016, 5, 1, 22, 3));
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
  });

  it("loses only the damaged lines where it is damaged", () => {
    const at = Math.floor(text.length / 3);
    const { tally } = replayed(`${text.slice(0, at)}\u0000\u00ff\r\r\n%%%${text.slice(at + 40)}`);
    expect(tally.occupancies).toBe(12);
    expect(tally.intervals).toBeGreaterThanOrEqual(719 - 3);
    expect(Object.values(tally.undecodable).reduce((sum, count) => sum + count, 0)).toBeLessThan(5);
    expect(tally).toMatchObject({ false: 0, alarms: { gamma: { raised: 12 } } });
  });
});

describe.runIf(isThere)("the recording of twelve passes with nothing", () => {
  it("has 12 occupancies, 730 intervals and no alarm of any kind", () => {
    const { tally, events } = replayed(read(empty));
    expect(tally).toMatchObject({
      occupancies: 12,
      closedOccupancies: 12,
      intervals: 730,
      flagged: 0,
      coreAlarms: 0,
    });
    expect(events.filter(({ kind }) => kind === "alarm-raised")).toEqual([]);
  });
});
