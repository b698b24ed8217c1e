/** The console under test, in a process of its own: a log in memory, a real server, and what a core would say. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenConsole } from "../src/adapters/console-server.ts";
import { openMemoryLog } from "../src/adapters/memory-log.ts";
import { systemClock } from "../src/adapters/system-clock.ts";
import { runConsole } from "../src/console/console.ts";
import { untouched } from "../src/core/adjudication.ts";
import { alarmId, bootId, laneId, type LaneId, occupancyIdAt } from "../src/domain/ids.ts";
import { wallMs } from "../src/domain/units.ts";
import type { EventLog, NewRecord } from "../src/ports.ts";
import { caseRecord } from "../src/stream/core-records.ts";
import { eventRecordCodec } from "../src/wire/event.ts";
import { partitionOf } from "../src/wire/partition.ts";
import { testDoor, testIdentity, testSiteView } from "../test/officers.ts";
import { laneIdOf } from "./latency-traffic.ts";
import { syntheticCase } from "./synthetic-cases.ts";

export interface ConsoleTraffic {
  readonly lanes: number;
  /** Intervals that lanes say, of all lanes together. */
  readonly updatesPerS: number;
  readonly alarmsPerS: number;
}

export type ServerCommand =
  | { readonly kind: "open"; readonly traffic: ConsoleTraffic }
  | { readonly kind: "begin" }
  | { readonly kind: "stop" };

export type ServerAnswer =
  | { readonly kind: "opened"; readonly url: string; readonly webDirectory: string }
  | { readonly kind: "begun" }
  /** Alarms said since it began, and how many updates. */
  | { readonly kind: "stopped"; readonly alarms: number; readonly updates: number };

const partitionCount = 4;
const boot = bootId("00000001");
/** What a core says comes in batches. */
const batchInMs = 10;

interface Talk {
  readonly begin: () => void;
  readonly stop: () => { readonly alarms: number; readonly updates: number };
}

const intervalRecord = (lane: LaneId, sequence: number): NewRecord => {
  const at = wallMs(Date.now());
  const value = eventRecordCodec.encode({
    ...{ eventId: `${lane}~${boot}~${sequence}~0`, laneId: lane, capturedAt: at, decidedAt: at },
    event: {
      kind: "interval-measured",
      at,
      occupancyId: occupancyIdAt(lane, { bootId: boot, byteOffset: 0 }),
      interval: sequence,
      counts: [70 + (sequence % 9), 75, 82, 78],
      portalFlag: false,
      verdict: { kind: "undecided", reason: "window-not-full" },
      rules: [],
    },
  });
  return {
    topic: "lanewatch.measurements.v1",
    partition: partitionOf(lane, partitionCount),
    key: lane,
    value,
  };
};

/** A new alarm, raised at this moment: its row tells everybody when it was said. */
const alarmRecord = (lane: LaneId, number: number): NewRecord => {
  const { alarm } = syntheticCase(1, number, 1_000_000);
  const raisedAt = wallMs(Date.now());
  const own = { alarmId: alarmId(`${lane}~${boot}~${number}~gamma`), laneId: lane, raisedAt, endedAt: null };
  const said = { ...alarm, ...own, kind: "gamma" as const, state: "active" as const };
  return caseRecord({ alarm: said, adjudication: untouched }, partitionOf(lane, partitionCount));
};

const talkInto = (log: EventLog, { lanes, updatesPerS, alarmsPerS }: ConsoleTraffic): Talk => {
  const ids = Array.from({ length: lanes }, (_, at) => laneId(laneIdOf(at)));
  const idAt = (at: number): LaneId => ids[at % lanes] ?? laneId("lane");
  let [startedAt, updates, alarms] = [0, 0, 0];
  let timer: NodeJS.Timeout | undefined;
  const batch = (): void => {
    const passedS = (performance.now() - startedAt) / 1_000;
    const records: NewRecord[] = [];
    for (; updates < passedS * updatesPerS; updates += 1)
      records.push(intervalRecord(idAt(updates), Math.floor(updates / lanes)));
    for (; alarms < passedS * alarmsPerS; alarms += 1) records.push(alarmRecord(idAt(alarms), alarms));
    if (records.length > 0) void log.append(records);
  };
  return {
    begin: () => {
      startedAt = performance.now();
      timer = setInterval(batch, batchInMs);
    },
    stop: () => {
      clearInterval(timer);
      return { alarms, updates };
    },
  };
};

const open = async (
  traffic: ConsoleTraffic,
): Promise<{ readonly talk: Talk; readonly answer: ServerAnswer }> => {
  const webDirectory = await mkdtemp(join(tmpdir(), "lanewatch-bench-"));
  await writeFile(join(webDirectory, "index.html"), "<!doctype html><title>lanewatch</title>");
  const log = openMemoryLog({ partitionCount, clock: systemClock });
  const lanes = Array.from({ length: traffic.lanes }, (_, at) => {
    const id = laneId(laneIdOf(at));
    return { laneId: id, name: `Lane ${at + 1}` };
  });
  const onProblem = (problem: unknown): void => void process.stderr.write(`${JSON.stringify(problem)}\n`);
  const officers = await runConsole(
    {
      ...{ log, clock: systemClock, stream: "bench", onProblem },
      settings: { site: { name: "Bench", timeZone: "UTC" }, lanes },
    },
    new AbortController().signal,
  );
  const server = await listenConsole({
    ...{ host: "127.0.0.1", port: 0, webDirectory, console: officers, door: testDoor, site: testSiteView },
    identity: await testIdentity(),
    onFailure: onProblem,
  });
  return { talk: talkInto(log, traffic), answer: { kind: "opened", url: server.url, webDirectory } };
};

let talk: Talk | null = null;
const answer = (told: ServerAnswer): void => void process.send?.(told);

const obey = async (command: ServerCommand): Promise<void> => {
  switch (command.kind) {
    case "open": {
      const opened = await open(command.traffic);
      talk = opened.talk;
      answer(opened.answer);
      return;
    }
    case "begin":
      talk?.begin();
      answer({ kind: "begun" });
      return;
    case "stop":
      answer({ kind: "stopped", ...(talk?.stop() ?? { alarms: 0, updates: 0 }) });
  }
};

process.on("message", (command: ServerCommand) => void obey(command));
process.on("disconnect", () => process.exit(0));
