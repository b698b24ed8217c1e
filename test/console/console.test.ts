import { noSkew } from "../../src/core/clock-skew.ts";
import { afterEach, describe, expect, it } from "vitest";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import type { RunningConsole } from "../../src/console/console.ts";
import type { PastCase } from "../../src/domain/adjudication.ts";
import { claimLeaseInMs, laneFlushInMs, pulseInMs, runConsole } from "../../src/console/console.ts";
import { staleAfterInMs } from "../../src/console/lane-data.ts";
import { backlogRecords } from "../../src/console/past.ts";
import type { FrameFoldState } from "../../src/core/frame-fold.ts";
import { unknownLane } from "../../src/core/lane-state.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import { type AlarmId, commandId } from "../../src/domain/ids.ts";
import { monotonicMs } from "../../src/domain/units.ts";
import type { EventLog, NewRecord } from "../../src/ports.ts";
import { casesReadBackInMs, type RecordProblem } from "../../src/records.ts";
import { checkpointCodec, commandCheckpointCodec, commandCheckpointKey } from "../../src/wire/checkpoint.ts";
import type { ServerMessage } from "../../src/wire/console.ts";
import { eventRecordCodec } from "../../src/wire/event.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import {
  aCase,
  anAlarm,
  at,
  caseInput,
  eventInput,
  firstBoot,
  north,
  occupancyOf,
  south,
} from "../core/board-history.ts";
import type { ToldInput } from "../core/board-history.ts";
import { kazlauskas, petrova } from "../commands.ts";
import type { ManualClock } from "../manual-clock.ts";
import { manualClock } from "../manual-clock.ts";
import { fakeSocket } from "./fake-socket.ts";
import type { FakeSocket } from "./fake-socket.ts";
import { recordOf, runSmallCore } from "./small-core.ts";

const partitionCount = 4;
const { alarmId } = anAlarm();

interface Place {
  readonly log: EventLog;
  readonly clock: ManualClock;
  readonly problems: RecordProblem[];
  readonly tell: (...inputs: readonly ToldInput[]) => Promise<void>;
  readonly start: () => Promise<RunningConsole>;
  readonly look: (officers: RunningConsole) => { socket: FakeSocket; see: () => readonly ServerMessage[] };
  readonly stop: AbortController;
}

const places: Place[] = [];
afterEach(async () => {
  for (const { stop, log } of places.splice(0)) {
    stop.abort();
    await log.close();
  }
});

const startOver = ({
  log,
  clock,
  problems,
  stop,
}: Pick<Place, "log" | "clock" | "problems" | "stop">): Promise<RunningConsole> => {
  const lanes = [
    { laneId: north, name: "Lane north" },
    { laneId: south, name: "Lane south" },
  ];
  const settings = { site: { name: "Site", timeZone: "UTC" }, lanes };
  const onProblem = (problem: RecordProblem): void => void problems.push(problem);
  return runConsole({ log, clock, settings, stream: "run", onProblem }, stop.signal);
};

const openPlace = (): Place => {
  const clock = manualClock();
  const log = openMemoryLog({ partitionCount, clock });
  const problems: RecordProblem[] = [];
  const stop = new AbortController();
  const place: Place = {
    log,
    clock,
    problems,
    stop,
    tell: async (...inputs) => {
      await log.append(inputs.map((input) => recordOf(input, partitionCount)));
      await clock.settle();
    },
    start: () => startOver(place),
    look: (officers) => {
      const socket = fakeSocket();
      officers.join(socket).session.receive(JSON.stringify({ kind: "hello", resume: null }));
      return { socket, see: () => socket.take() };
    },
  };
  places.push(place);
  return place;
};

const background = (place: number): ToldInput =>
  eventInput(
    { kind: "background-measured", at: at(place), particle: "gamma", cps: [place, 0, 0, 0], level: "normal" },
    place,
  );

/** The core's words on the north lane, which stands open at the frame before `nextSequence`. */
const tamperedUntil = (nextSequence: number): readonly NewRecord[] => {
  const lane = unknownLane();
  lane.background = { ...lane.background, gammaCps: [1, 2, 3, 4] };
  lane.health.link = "up";
  lane.health.standing.push("tamper");
  const wall = at(nextSequence);
  const laneMs = nextSequence * 1000;
  const state: FrameFoldState = {
    stream: { bootId: firstBoot, nextSequence, nextByteOffset: 90, wall, monotonic: monotonicMs(laneMs) },
    laneMs,
    pastBoots: [],
    recordedClock: { wall, laneMs, midnight: 0 },
    codec: { byteOffset: 0, carry: "", skippedBytes: 0 },
    lane,
    holes: [],
    waiting: [],
    letGo: [],
    recovered: [],
    skew: noSkew(),
  };
  const partition = partitionOf(north, partitionCount);
  const value = checkpointCodec.encode({ laneId: north, frameOffset: nextSequence - 1, state });
  const commands = {
    key: commandCheckpointKey(partition),
    value: commandCheckpointCodec.encode({ commandOffset: 1 }),
  };
  return [
    { topic: "lanewatch.lane-state.v1", partition, key: north, value },
    { topic: "lanewatch.lane-state.v1", partition, ...commands },
  ];
};

describe("console", () => {
  it("starts with what the log holds: cases, lanes, and an adjudication that events do not know", async () => {
    const { tell, start, look } = openPlace();
    await tell(
      eventInput({ kind: "occupancy-started", at: at(0), occupancyId: occupancyOf(north, 0) }, 1),
      eventInput({ kind: "alarm-raised", at: at(1), alarm: anAlarm() }, 2),
      caseInput(aCase()),
      caseInput(aCase({ version: 2 }, 1)),
      background(3),
    );
    const [snapshot] = look(await start()).see();
    expect(snapshot).toMatchObject({
      kind: "snapshot",
      lanes: [
        { laneId: north, occupied: true, link: "up", heardAt: at(3), gammaCps: [3, 0, 0, 0] },
        { laneId: south, name: "Lane south", link: "unknown", heardAt: null },
      ],
      alarms: [{ alarmId, state: "acknowledged", alarmVersion: 2, adjudicationVersion: 1, officer: "Ada" }],
    });
  });

  it("passes an alarm on at once and lanes with the next beat", async () => {
    const { tell, start, look, clock } = openPlace();
    const { see } = look(await start());
    see();
    await tell(background(1));
    expect(see()).toEqual([]);
    await clock.advance(laneFlushInMs);
    expect(see()).toMatchObject([{ kind: "changes", sequence: 1, lanes: [{ laneId: north }], alarms: [] }]);
    await tell(eventInput({ kind: "alarm-raised", at: at(2), alarm: anAlarm() }, 2), caseInput(aCase()));
    expect(see()).toMatchObject([{ kind: "changes", sequence: 2, alarms: [{ alarmId, alarmVersion: 1 }] }]);
  });

  it("says every second where it stands", async () => {
    const { start, look, clock } = openPlace();
    const { see } = look(await start());
    see();
    await clock.advance(3 * pulseInMs);
    expect(see()).toMatchObject([1, 2, 3].map(() => ({ kind: "pulse", stream: "run", sequence: 0 })));
  });

  it("says of each lane whether its data are of now: cut off, not judged, and never", async () => {
    const { log, tell, start, look, clock } = openPlace();
    const partition = partitionOf(north, partitionCount);
    const value = new Uint8Array();
    const frame = () => log.append([{ topic: "lanewatch.frames.v1", partition, key: north, value }]);
    await frame();
    await tell(background(1));
    await clock.advance(3_600_000);
    const { see } = look(await start());
    const last = clock.wall() - 3_600_000;
    expect(see()).toMatchObject([
      { lanes: [{ data: { kind: "stale", since: last } }, { data: { kind: "never" } }] },
    ]);

    await frame();
    await clock.advance(laneFlushInMs);
    const current = { kind: "changes", lanes: [{ laneId: north, data: { kind: "current" } }] };
    expect(see()).toMatchObject([current]);
    const heardAt = clock.wall() - laneFlushInMs;
    await clock.advance(staleAfterInMs);
    expect(changesIn(see())).toMatchObject([
      { lanes: [{ laneId: north, data: { kind: "stale", since: heardAt } }] },
    ]);

    for (let beat = 0; beat < 5; beat += 1) {
      await frame();
      await clock.advance(2000);
    }
    expect(changesIn(see())).toMatchObject([
      current,
      { lanes: [{ data: { kind: "unjudged", since: last } }] },
    ]);
    await frame();
    await tell(background(2));
    await clock.advance(laneFlushInMs);
    expect(changesIn(see())).toMatchObject([current]);
  });

  it("says when a late alarm came, and that no vehicle is there for it", async () => {
    const { tell, start, look, log } = openPlace();
    const alarm = { ...anAlarm({ state: "ended", version: 2 }), historical: true } as const;
    const late = { event: { kind: "alarm-ended", at: at(4), alarm } as const, laneId: north };
    const value = eventRecordCodec.encode({
      ...late,
      eventId: `${north}~${firstBoot}~3~0`,
      capturedAt: at(4),
      decidedAt: at(540),
      historical: true,
    });
    const partition = partitionOf(north, partitionCount);
    await log.append([{ topic: "lanewatch.events.v1", partition, key: north, value }]);
    await tell(
      eventInput(
        { kind: "alarm-raised", at: at(9), alarm: { ...anAlarm({ occupancy: 9 }), vacant: true } },
        9,
      ),
      eventInput({ kind: "alarm-raised", at: at(10), alarm: anAlarm({ occupancy: 10 }) }, 10),
    );
    expect(look(await start()).see()).toMatchObject([
      {
        alarms: [
          { raisedAt: at(0), present: false, vacant: false, late: { cameAt: at(540) } },
          { raisedAt: at(9), active: true, present: false, vacant: true, late: null },
          { raisedAt: at(10), active: true, present: true, vacant: false, late: null },
        ],
      },
    ]);
  });

  it("reads back no more than its bound, and goes on from there without a gap", async () => {
    const { tell, start, look, clock } = openPlace();
    await tell(
      eventInput(
        { kind: "frames-lost", at: at(0), bootId: firstBoot, firstSequence: 0, lastSequence: 0, bytes: 1 },
        0,
      ),
    );
    const losses = Array.from({ length: backlogRecords }, (_, n) =>
      eventInput(
        { kind: "frames-lost", at: at(0), bootId: firstBoot, firstSequence: 0, lastSequence: 0, bytes: 1 },
        n + 1,
      ),
    );
    await tell(...losses);
    const { see } = look(await start());
    expect(see()).toMatchObject([{ lanes: [{ framesLost: backlogRecords }, { framesLost: 0 }] }]);
    await tell(
      eventInput(
        { kind: "frames-lost", at: at(0), bootId: firstBoot, firstSequence: 0, lastSequence: 9, bytes: 1 },
        9999,
      ),
    );
    await clock.advance(laneFlushInMs);
    expect(see()).toMatchObject([{ lanes: [{ framesLost: backlogRecords + 10 }] }]);
  });

  it("shows a fault that is older than every event that is left", async () => {
    const { log, tell, start, look } = openPlace();
    await log.append(tamperedUntil(9));
    const officers = await start();
    expect(look(officers).see()).toMatchObject([
      {
        lanes: [
          { link: "up", faults: [{ fault: "tamper", since: at(9) }], gammaCps: [1, 2, 3, 4] },
          { faults: [] },
        ],
      },
    ]);
    await tell(eventInput({ kind: "fault-cleared", at: at(9), fault: "tamper" }, 9));
    expect(look(officers).see()).toMatchObject([{ lanes: [{ faults: [] }, {}] }]);
    expect(officers.health().unreadableRecords).toBe(0);
  });

  const tamper = { fault: "tamper", detail: "" } as const;

  it("shows no fault that was cleared, where the core that is behind has spoken of its lane last", async () => {
    const { log, tell, start, look } = openPlace();
    await tell(
      eventInput({ kind: "fault-raised", at: at(8), ...tamper }, 8),
      eventInput({ kind: "fault-cleared", at: at(10), fault: "tamper" }, 10),
    );
    await log.append(tamperedUntil(9));
    const officers = await start();
    expect(look(officers).see()).toMatchObject([{ lanes: [{ faults: [], gammaCps: [1, 2, 3, 4] }, {}] }]);
    await tell(eventInput({ kind: "fault-raised", at: at(11), ...tamper }, 11));
    expect(look(officers).see()).toMatchObject([{ lanes: [{ faults: [{ since: at(11) }] }, {}] }]);
    expect(officers.health().unreadableRecords).toBe(0);
  });

  it("shows no fault that was cleared while it read the log", async () => {
    const place = openPlace();
    await place.log.append(tamperedUntil(9));
    const { log } = place;
    let reads = 0;
    const read: EventLog["latest"] = async (topic, partition, since) => {
      const records = await log.latest(topic, partition, since);
      if (topic === "lanewatch.lane-state.v1") {
        reads += 1;
        if (partition === partitionCount - 1)
          await place.tell(eventInput({ kind: "fault-cleared", at: at(10), fault: "tamper" }, 10));
      }
      return records;
    };
    const officers = await startOver({ ...place, log: { ...log, latest: read } });
    expect(reads).toBe(partitionCount);
    expect(place.look(officers).see()).toMatchObject([{ lanes: [{ faults: [], link: "up" }, {}] }]);
  });

  it("passes over what it cannot read, says so, and reads on", async () => {
    const { log, tell, start, look, problems, clock } = openPlace();
    const partition = partitionOf(north, partitionCount);
    const value = new TextEncoder().encode("junk");
    const junk = (["lanewatch.alarms.v1", "lanewatch.events.v1", "lanewatch.decisions.v1"] as const).map(
      (topic) => ({
        topic,
        partition,
        key: "k",
        value,
      }),
    );
    await log.append(junk);
    const officers = await start();
    const { see } = look(officers);
    see();
    await log.append(junk);
    await tell(eventInput({ kind: "alarm-raised", at: at(2), alarm: anAlarm() }, 2));
    expect(see()).toMatchObject([{ kind: "changes", alarms: [{ alarmId }] }]);
    expect(problems.map(({ topic }) => topic).sort()).toEqual(
      [...junk, ...junk.slice(0, 2)].map(({ topic }) => topic).sort(),
    );
    expect(problems[0]).toEqual({
      topic: "lanewatch.alarms.v1",
      partition,
      offset: 0,
      message: expect.stringContaining("is not JSON") as unknown,
    });
    expect(officers.health().unreadableRecords).toBe(5);
    await clock.settle();
  });

  it("takes a command to the core and brings its decision back", async () => {
    const { log, clock, tell, start, look, stop } = openPlace();
    await tell(caseInput(aCase()));
    const officers = await start();
    const { see } = look(officers);
    see();
    const core = runSmallCore(log, [aCase()], stop.signal);
    const request = {
      commandId: commandId("command-1"),
      expectedVersion: 0,
      act: { kind: "claim" },
    } as const;
    expect(await officers.submitCommand(alarmId, request, petrova)).toMatchObject({
      outcome: "accepted",
      version: 1,
      command: { by: petrova, at: clock.wall(), act: { kind: "claim", leaseInMs: claimLeaseInMs } },
    });
    const again = { ...request, commandId: commandId("command-2") };
    expect(await officers.submitCommand(alarmId, again, kazlauskas)).toMatchObject({
      outcome: "refused",
      refusal: "held-by-other",
      holder: "Petrova",
    });
    const unknown = anAlarm({ occupancy: 77 }).alarmId;
    await expect(officers.submitCommand(unknown, request, petrova)).rejects.toMatchObject({
      code: "not-found",
    });
    expect(see()).toMatchObject([
      {
        kind: "changes",
        alarms: [{ state: "acknowledged", officer: "Petrova", claim: { by: petrova } }],
      },
    ]);
    stop.abort();
    await core;
  });

  it("finds a case that its board no longer holds in the history, and tells the core where it stands", async () => {
    const { log, clock, stop } = openPlace();
    const old = aCase({ occupancy: 5, state: "ended" }, 2);
    const settings = {
      site: { name: "Site", timeZone: "UTC" },
      lanes: [{ laneId: north, name: "Lane north" }],
    };
    const pastCase = (id: AlarmId): Promise<PastCase | undefined> =>
      Promise.resolve(id === old.alarm.alarmId ? { alarmCase: old, offset: 7 } : undefined);
    const options = { log, clock, settings, stream: "run", onProblem: () => undefined, pastCase };
    const officers = await runConsole(options, stop.signal);
    const core = runSmallCore(log, [old], stop.signal);
    const act = { kind: "comment", text: "Seen again." } as const;
    const request = { commandId: commandId("command-1"), expectedVersion: 2, act };
    expect(await officers.submitCommand(old.alarm.alarmId, request, petrova)).toMatchObject({
      outcome: "accepted",
      version: 3,
      command: { laneId: north, caseOffset: 7 },
    });
    await expect(officers.submitCommand(alarmId, request, petrova)).rejects.toMatchObject({
      code: "not-found",
    });
    stop.abort();
    await core;
  });

  it("shows every open case and none that has long been over, however much the log holds", async () => {
    const { log, clock, tell, start, look } = openPlace();
    const checkpoint = (offset: number): Promise<unknown> =>
      log.append([
        {
          topic: "lanewatch.lane-state.v1",
          partition: partitionOf(north, partitionCount),
          key: commandCheckpointKey(partitionOf(north, partitionCount)),
          value: commandCheckpointCodec.encode({ commandOffset: offset }),
        },
      ]);
    await tell(...[1, 2, 3].map((occupancy) => caseInput(aCase({ occupancy, state: "ended" }, 2))));
    await checkpoint(1);
    await clock.advance(casesReadBackInMs);
    await tell(caseInput(aCase({ occupancy: 9 })), caseInput(aCase({ occupancy: 8, state: "ended" }, 2)));
    await clock.advance(1);
    await checkpoint(2);
    const { see } = look(await start());
    const [first] = see();
    const shown = first?.kind === "snapshot" ? first.alarms.map(({ raisedAt }) => raisedAt) : [];
    expect(shown).toEqual([at(9), at(8)]);
  });

  it("ends when told to, and says goodbye", async () => {
    const { start, look, stop } = openPlace();
    const officers = await start();
    const { socket } = look(officers);
    stop.abort();
    await officers.ended;
    expect(socket.closed()).toEqual({ code: 1001, reason: "the console is closing" });
    expect(officers.health().running).toBe(false);
  });

  it("ends when the log closes", async () => {
    const { log, start } = openPlace();
    const officers = await start();
    await log.close();
    await officers.ended;
  });

  it("shows nothing rather than half of the truth when one topic fails", async () => {
    const place = openPlace();
    const failed = new LanewatchError("log-failed", "The disk is gone.");
    const follow: EventLog["follow"] = (topic, from, signal) =>
      topic === "lanewatch.measurements.v1" ? failing(failed) : place.log.follow(topic, from, signal);
    const settings = { site: { name: "Site", timeZone: "UTC" }, lanes: [] };
    const log = { ...place.log, follow };
    const officers = await runConsole(
      { log, clock: place.clock, settings, stream: "run", onProblem: () => undefined },
      place.stop.signal,
    );
    const { socket } = place.look(officers);
    await expect(officers.ended).rejects.toBe(failed);
    expect(socket.closed()?.code).toBe(1011);
  });
});

const changesIn = (messages: readonly ServerMessage[]): readonly ServerMessage[] =>
  messages.filter(({ kind }) => kind === "changes");

async function* failing(error: Error): AsyncGenerator<never> {
  await Promise.resolve();
  throw error;
}
