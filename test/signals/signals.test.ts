import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { jsonMqtt } from "../../drivers/json-mqtt/driver.ts";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import type { AlarmId, LaneId } from "../../src/domain/ids.ts";
import { bootId, laneId } from "../../src/domain/ids.ts";
import { monotonicMs, wallMs } from "../../src/domain/units.ts";
import type { EventLog } from "../../src/ports.ts";
import { signalSettingsSchema } from "../../src/signals/signal-settings.ts";
import { runSignals, type SignalOptions } from "../../src/signals/signals.ts";
import { allPartitions, runCore } from "../../src/stream/core.ts";
import { alarmCaseCodec } from "../../src/wire/alarm.ts";
import { commandCodec } from "../../src/wire/command.ts";
import { encodeFrame } from "../../src/wire/frame.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import { claim, dispose, officer } from "../commands.ts";
import { manualClock } from "../manual-clock.ts";
import { waitUntil } from "../services/waiting.ts";
import { readSignal, recordedOutlet, type RecordedOutlet, type ToldSignal } from "./recorded-outlet.ts";

const lanes = [laneId("north"), laneId("south")] as const;
const [north, south] = lanes;
const settings = signalSettingsSchema.parse({ url: "mqtt://nowhere", site: "crossing" });
const topicOfLane = (lane: LaneId): string => `lanewatch/crossing/${lane}/state`;
const vacant = { kind: "gamma-background", cps: [400, 400, 400, 400] };
const quiet = { kind: "gamma-interval", counts: [80, 80, 80, 80] };
const loud = { kind: "gamma-interval", counts: [900, 900, 900, 900] };
const closed = { kind: "occupancy-closed", occupancyNumber: 1, neutronBackgroundCps: 2 };

/** Frames as an edge writes them, one document each, 200 ms apart. */
const captured = (log: EventLog, lane: LaneId): ((documents: readonly unknown[]) => Promise<void>) => {
  let [sequence, byteOffset] = [0, 0];
  return async (documents) => {
    for (const document of documents) {
      const bytes = Uint8Array.from(Buffer.from(`${JSON.stringify(document)}\n`));
      const frame = {
        laneId: lane,
        bootId: bootId("00000001"),
        sequence,
        byteOffset,
        wall: wallMs(systemClock.wall()),
        monotonic: monotonicMs(sequence * 200),
        body: { kind: "bytes", bytes },
      } as const;
      const partition = partitionOf(lane, log.partitionCount);
      await log.append([{ topic: "lanewatch.frames.v1", partition, key: lane, value: encodeFrame(frame) }]);
      sequence += 1;
      byteOffset += bytes.length;
    }
  };
};

describe("the signals role, after the real core", () => {
  let stop = new AbortController();
  const running: Promise<unknown>[] = [];
  const report = {
    onProblem: () => undefined,
    onOutletProblem: () => undefined,
    onConnected: () => undefined,
  };

  const start = (log: EventLog, outlet: RecordedOutlet, vary: Partial<SignalOptions> = {}): Promise<void> => {
    const ended = runSignals(
      { log, clock: systemClock, settings, lanes, outlet, ...report, ...vary },
      stop.signal,
    );
    running.push(ended.catch(() => undefined));
    return ended;
  };
  const startCore = (log: EventLog): void => {
    const judged = lanes.map((lane) => ({
      laneId: lane,
      codec: jsonMqtt.codec({}),
      settings: laneSettingsOf(laneOptions.parse({})),
    }));
    running.push(
      runCore(
        {
          log,
          clock: systemClock,
          lanes: judged,
          share: allPartitions(log.partitionCount),
          isShared: false,
          onProblem: () => undefined,
        },
        stop.signal,
      ).catch(() => undefined),
    );
  };
  const command = async (log: EventLog, kind: "claim" | "dispose", alarmId: AlarmId): Promise<void> => {
    const asked = { by: officer("Ada"), at: systemClock.wall() };
    const about = { laneId: north, alarmId };
    const given = kind === "claim" ? claim(about, asked) : dispose(about, asked);
    const partition = partitionOf(north, log.partitionCount);
    await log.append([
      { topic: "lanewatch.commands.v1", partition, key: north, value: commandCodec.encode(given) },
    ]);
  };
  const firstAlarm = async (log: EventLog): Promise<AlarmId> => {
    const [record] = await log.latest("lanewatch.alarms.v1", partitionOf(north, log.partitionCount));
    if (record === undefined) throw new Error("no alarm");
    return alarmCaseCodec.decode(record.value).alarm.alarmId;
  };
  const told = (outlet: RecordedOutlet, lane: LaneId = north): ToldSignal =>
    readSignal(outlet.last(topicOfLane(lane)));

  afterEach(async () => {
    stop.abort();
    await Promise.all(running.splice(0));
    stop = new AbortController();
  });

  it("follows a lane from unknown over clear and alarm back to clear, and stops as offline", async () => {
    const log = openMemoryLog({ clock: systemClock, partitionCount: 4 });
    const outlet = recordedOutlet();
    const ended = start(log, outlet);
    await waitUntil("both lanes are told of", () => outlet.messages.length >= 3, 2_000);
    expect(lanes.map((lane) => told(outlet, lane).state)).toEqual(["unknown", "unknown"]);
    expect(outlet.last("lanewatch/crossing/heartbeat")).toMatch(/^\{"v":1,"at":\d+,"everyInMs":5000\}$/);
    startCore(log);
    const say = captured(log, north);
    // The core says something of a lane at each event and at least every 5 s of its time.
    await say([{ kind: "tamper", open: true }, ...Array.from({ length: 30 }, () => vacant)]);
    await waitUntil("the cabinet is open", () => told(outlet).state === "fault", 3_000);
    expect(told(outlet).faults).toEqual(["tamper"]);
    await say([{ kind: "tamper", open: false }]);
    await waitUntil("the lane is clear", () => told(outlet).state === "clear", 3_000);
    await say([quiet, quiet, quiet, quiet, quiet]);
    await waitUntil("a vehicle is there", () => told(outlet).occupied === true, 3_000);
    expect(told(outlet).state).toBe("clear");
    await say([loud, loud]);
    await waitUntil("there is an alarm", () => told(outlet).state === "alarm", 3_000);
    expect(told(outlet)).toMatchObject({ alarmKinds: ["gamma"], acknowledged: false, occupied: true });
    await say([closed, vacant]);
    await waitUntil("the vehicle is gone", () => told(outlet).occupied === false, 3_000);
    expect(told(outlet).state).toBe("alarm");
    const alarmId = await firstAlarm(log);
    await command(log, "claim", alarmId);
    await waitUntil("it is acknowledged", () => told(outlet).acknowledged, 3_000);
    expect(told(outlet).state).toBe("alarm");
    await command(log, "dispose", alarmId);
    await waitUntil("it is done", () => told(outlet).state === "clear", 3_000);
    expect(told(outlet, south).state).toBe("unknown");

    const again = recordedOutlet();
    const second = start(log, again);
    await waitUntil("another program has read the log", () => again.isRunning(), 3_000);
    expect(told(again).state).toBe("clear");
    expect(again.greetings()).toMatchObject({
      will: { topic: "lanewatch/crossing/status", payload: "offline" },
      online: { topic: "lanewatch/crossing/status", payload: "online" },
      offline: { topic: "lanewatch/crossing/status", payload: "offline" },
    });
    const sequences = outlet.messages
      .filter(({ topic }) => topic === topicOfLane(north))
      .map(({ payload }) => readSignal(payload)["sequence"]);
    expect(sequences).toEqual(sequences.map((_, at) => at + 1));
    stop.abort();
    await Promise.all([ended, second]);
    expect([outlet.isRunning(), again.isRunning()]).toEqual([false, false]);
  });

  it("says unknown of what was clear when nobody judges any more, and beats on", async () => {
    const clock = manualClock();
    const log = openMemoryLog({ clock, partitionCount: 1 });
    const core = new AbortController();
    const judged = [
      { laneId: north, codec: jsonMqtt.codec({}), settings: laneSettingsOf(laneOptions.parse({})) },
    ];
    const judging = runCore(
      { log, clock, lanes: judged, share: allPartitions(1), isShared: false, onProblem: () => undefined },
      core.signal,
    );
    const ended = new AbortController();
    const outlet = recordedOutlet();
    const role = runSignals({ log, clock, settings, lanes: [north], outlet, ...report }, ended.signal);
    await captured(log, north)(Array.from({ length: 40 }, () => vacant));
    for (let turns = 0; turns < 200 && outlet.last(topicOfLane(north)) === undefined; turns += 1)
      await sleep(5);
    for (let turns = 0; turns < 200 && told(outlet).state !== "clear"; turns += 1) {
      await clock.settle();
      await sleep(5);
    }
    expect(told(outlet).state).toBe("clear");
    core.abort();
    await judging;
    await clock.advance(19_000);
    expect(told(outlet).state).toBe("clear");
    await clock.advance(3_000);
    expect(told(outlet).state).toBe("unknown");
    const beats = outlet.messages.filter(({ topic }) => topic.endsWith("heartbeat"));
    expect(beats.length).toBe(5);
    ended.abort();
    await role;
  });

  it("fails, and says offline, when the log fails", async () => {
    const log = openMemoryLog({ clock: systemClock, partitionCount: 1 });
    const outlet = recordedOutlet();
    const broken: EventLog = {
      ...log,
      follow: async function* () {
        await sleep(50);
        yield [];
        throw new Error("the disk is gone");
      },
    };
    const problem = start(broken, outlet).then(
      () => "ended",
      (cause: unknown) => cause,
    );
    await waitUntil("it runs", () => outlet.isRunning(), 2_000);
    expect(await problem).toMatchObject({ code: "internal" });
    expect(outlet.isRunning()).toBe(false);
  });
});
