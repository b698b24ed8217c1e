import { describe, expect, it } from "vitest";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import type { Alarm } from "../../src/domain/alarms.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { bootId, laneId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import { readRawFrames } from "../../src/evidence/raw-frames.ts";
import type { EventLog } from "../../src/ports.ts";
import { encodeFrame } from "../../src/wire/frame.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import {
  agentOf,
  alarmedPass,
  calm,
  foldOf,
  GB,
  GX,
  loud,
  noon,
  NS,
  times,
  wire,
} from "../core/frame-life.ts";
import { eventsOf } from "./cases.ts";

const boot = bootId("0badcafe");

interface Life {
  readonly log: EventLog;
  readonly alarms: readonly Alarm[];
}

/** Lines said at their times, in frames that are cut wherever they are; judged live and stored, with another lane beside. */
const lifeOf = async (
  passes: readonly (readonly string[])[],
  words: { readonly frameBytes?: number; readonly lost?: (frame: Frame) => boolean } = {},
): Promise<Life> => {
  const { frameBytes = 37, lost = () => false } = words;
  let now = noon;
  const log = openMemoryLog({ partitionCount: 1, clock: { wall: () => wallMs(now) } });
  const agent = agentOf(boot);
  const fold = foldOf();
  const state = fold.start();
  const alarms: Alarm[] = [];
  for (const line of passes.flat()) {
    const inMs = line.startsWith("G") && line !== GX ? (line === GB ? 5000 : 200) : 0;
    agent.wait(inMs);
    now += inMs;
    const text = wire([line]);
    for (let at = 0; at < text.length; at += frameBytes) {
      const frame = agent.bytes(text.slice(at, at + frameBytes));
      for (const event of fold.step(state, frame)) if (event.kind === "alarm-ended") alarms.push(event.alarm);
      if (!lost(frame)) await store(log, frame);
      await store(log, { ...frame, laneId: otherLane });
    }
    await store(log, agent.frame({ kind: "heartbeat" }));
  }
  return { log, alarms };
};
const otherLane = laneId("south");

const store = async (log: EventLog, frame: Frame): Promise<void> => {
  const partition = partitionOf(frame.laneId, log.partitionCount);
  await log.append([
    { topic: "lanewatch.frames.v1", partition, key: frame.laneId, value: encodeFrame(frame) },
  ]);
};

const quiet = [...times(20, GB)];
const other = [NS, ...times(5, calm), ...times(3, loud), ...times(9, calm), GX];

const replayed = (bytes: Uint8Array): readonly Alarm[] =>
  eventsOf("rapiscan-line", bytes, "vendor-compatible").flatMap((event) =>
    event.kind === "alarm-ended" ? [event.alarm] : [],
  );

/** All that a replay must say the same: not the names of lane and boot, nor times that the wire does not carry. */
const evidenceOf = ({
  kind,
  origin,
  raisedInterval,
  decisions,
  version,
  profile,
  advice,
}: Alarm): unknown => ({
  ...{ kind, origin, raisedInterval, decisions, version, advice },
  profile: { ...profile, startedAt: 0 },
});

describe("raw frames of an alarm", () => {
  it.each([1, 7, 37, 1000])("replayed give the same alarm, in frames of %i bytes", async (frameBytes) => {
    const { log, alarms } = await lifeOf([quiet, alarmedPass, quiet, other, quiet], { frameBytes });
    expect(alarms).toHaveLength(2);
    for (const alarm of alarms) {
      const raw = await readRawFrames(log, { alarm });
      expect(replayed(raw.bytes).map(evidenceOf)).toEqual([evidenceOf(alarm)]);
      expect(raw).toMatchObject({ bootId: boot, holes: 0, isCut: false });
      expect(raw.frames.reduce((total, { byteLength }) => total + byteLength, 0)).toBeLessThan(2000);
    }
  });

  it("say where in the boot's stream they begin, so that the alarm's id follows from the replay's", async () => {
    const { log, alarms } = await lifeOf([quiet, alarmedPass, quiet]);
    const [alarm] = alarms;
    if (alarm === undefined) throw new Error("Nothing alarmed.");
    const raw = await readRawFrames(log, { alarm });
    const [again] = replayed(raw.bytes);
    const offsetIn = (id: string | undefined): number => Number(id?.split("~")[2]);
    expect(offsetIn(again?.alarmId) + raw.byteOffset).toBe(offsetIn(alarm.alarmId));
  });

  it("are found of an alarm that goes on", async () => {
    const { log, alarms } = await lifeOf([quiet, alarmedPass, quiet]);
    const [alarm] = alarms;
    if (alarm === undefined) throw new Error("Nothing alarmed.");
    const raw = await readRawFrames(log, { alarm: { ...alarm, state: "active", endedAt: null } });
    expect(replayed(raw.bytes).map(evidenceOf)).toEqual([evidenceOf(alarm)]);
  });

  it("say at how many places the log lacks some", async () => {
    const lost = (frame: Frame): boolean => frame.wall > noon + 101_000 && frame.sequence % 11 === 0;
    const { log, alarms } = await lifeOf([quiet, alarmedPass, quiet], { lost });
    const [alarm] = alarms;
    if (alarm === undefined) throw new Error("Nothing alarmed.");
    expect((await readRawFrames(log, { alarm })).holes).toBeGreaterThan(0);
  });

  it("that the log has no more are an error with a code", async () => {
    const { alarms } = await lifeOf([quiet, alarmedPass, quiet]);
    const [alarm] = alarms;
    if (alarm === undefined) throw new Error("Nothing alarmed.");
    const empty = openMemoryLog({ partitionCount: 1, clock: { wall: () => wallMs(noon) } });
    await expect(readRawFrames(empty, { alarm })).rejects.toMatchObject({ code: "not-found" });
  });
});
