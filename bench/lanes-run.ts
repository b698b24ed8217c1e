import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driverOf } from "../drivers/registry.ts";
import { openSqliteLog } from "../src/adapters/sqlite-log.ts";
import { laneOptions, laneSettingsOf } from "../src/core/lane-settings.ts";
import { bootId, laneId } from "../src/domain/ids.ts";
import { runEdge } from "../src/edge/edge.ts";
import { sourceSettingsSchema } from "../src/edge/source-settings.ts";
import type { ByteSource, EventLog } from "../src/ports.ts";
import { allPartitions, runCore } from "../src/stream/core.ts";
import { tickClock } from "./lanes-clock.ts";
import { coursesOf } from "./lanes-traffic.ts";
import { laneIdOf } from "./latency-traffic.ts";

/** An interval of an occupied lane. */
export const tickInMs = 200;
const partitionCount = 4;
/** The first vehicle of a site comes after 12 s; by then every lane has said its backgrounds. */
const warmUpTicks = 60;
/** One tick of ten thousand lanes takes a second or two. */
const tickWithinMs = 120_000;

export interface LanesRun {
  readonly lanes: number;
  readonly lines: number;
  readonly frames: number;
  readonly laneTimeS: number;
  readonly cpuS: number;
  readonly wallS: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
}

interface FedSource extends ByteSource {
  readonly say: (bytes: Uint8Array) => void;
}

/** `onTaken` is told each time the lane has taken over what was said. */
const fedSource = (name: string, onTaken: () => void): FedSource => {
  const waiting: Uint8Array[] = [];
  let wake = (): void => undefined;
  return {
    endpoint: name,
    say: (bytes) => {
      waiting.push(bytes);
      wake();
    },
    connect: async function* (signal) {
      signal.addEventListener("abort", () => wake());
      yield { kind: "opened", endpoint: name };
      while (!signal.aborted) {
        const bytes = waiting.shift();
        if (bytes === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        yield { kind: "bytes", bytes };
        onTaken();
      }
      yield { kind: "closed", reason: "over" };
    },
  };
};

/** What is on its way, so that one knows when all of it is judged. */
interface Progress {
  said: number;
  taken: number;
  appending: number;
  appended: number;
  judged: number;
}

const watchedLog = (
  log: EventLog,
  progress: Progress,
): { readonly edge: EventLog; readonly core: EventLog } => ({
  edge: {
    ...log,
    append: async (records) => {
      progress.appending += 1;
      const offsets = await log.append(records);
      progress.appending -= 1;
      progress.appended += records.length;
      return offsets;
    },
  },
  core: {
    ...log,
    follow: async function* (topic, from, signal) {
      for await (const batch of log.follow(topic, from, signal)) {
        yield batch;
        // Asked for the next one: this one is judged, and what it said is durable.
        if (topic === "lanewatch.frames.v1") progress.judged += batch.length;
      }
    },
  },
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const settle = async (progress: Progress): Promise<void> => {
  const deadline = performance.now() + tickWithinMs;
  for (let quiet = 0; quiet < 2;) {
    await turn();
    const { said, taken, appending, appended, judged } = progress;
    quiet = taken === said && appending === 0 && judged === appended ? quiet + 1 : 0;
    if (performance.now() > deadline)
      throw new Error(`A tick was not judged in ${tickWithinMs} ms: ${JSON.stringify(progress)}.`);
  }
};

const heapBytes = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/**
 * So many lanes through framing, embedded log and core, in one thread. Time is simulated: a tick is 200 ms of every
 * lane, and the next comes when all of one is judged and durable. So commits are as large as they are at real rates.
 */
export const runLanes = async (laneCount: number, measuredTicks: number): Promise<LanesRun> => {
  const tickCount = warmUpTicks + measuredTicks;
  const courses = coursesOf(laneCount, { tickCount, tickInMs });
  const directory = mkdtempSync(join(tmpdir(), "lanewatch-bench-"));
  const heapBefore = heapBytes();
  const clock = tickClock(tickInMs);
  const log = await openSqliteLog({ directory, partitionCount, clock });
  const progress: Progress = { said: 0, taken: 0, appending: 0, appended: 0, judged: 0 };
  const { edge, core } = watchedLog(log, progress);
  const codec = driverOf("rapiscan-line")?.codec({});
  if (codec === undefined) throw new Error("There is no driver rapiscan-line.");
  const settings = laneSettingsOf(laneOptions.parse({}));
  const sources = Array.from({ length: laneCount }, (_, at) =>
    fedSource(`lane ${at}`, () => (progress.taken += 1)),
  );
  const lanes = sources.map((_, at) => ({
    laneId: laneId(laneIdOf(at)),
    source: sourceSettingsSchema.parse({ kind: "tcp", host: "127.0.0.1", port: at + 1 }),
  }));
  const problems: unknown[] = [];
  const onProblem = (problem: unknown): void => void problems.push(problem);
  const stop = new AbortController();
  const judging = runCore(
    {
      ...{ log: core, clock, isShared: false, onProblem, share: allPartitions(partitionCount) },
      lanes: lanes.map((lane) => ({ laneId: lane.laneId, codec, settings })),
    },
    stop.signal,
  );
  const capture = new AbortController();
  const capturing = runEdge(
    {
      ...{ lanes, log: edge, bootId: bootId("00000001"), clock, chance: () => 0.5, onProblem },
      openSource: (asked) => {
        const source = asked.kind === "tcp" ? sources[asked.port - 1] : undefined;
        if (source === undefined) throw new Error("There is no such lane.");
        return source;
      },
    },
    capture.signal,
  );
  const tick = async (at: number): Promise<void> => {
    clock.tick();
    for (let lane = 0; lane < laneCount; lane += 1) {
      const bytes = courses[lane % courses.length]?.ticks[at];
      if (bytes === null || bytes === undefined) continue;
      progress.said += 1;
      sources[lane]?.say(bytes);
    }
    await settle(progress);
  };

  await settle(progress);
  for (let at = 0; at < warmUpTicks; at += 1) await tick(at);
  const [cpu, wall, framesBefore] = [process.cpuUsage(), performance.now(), progress.judged];
  for (let at = warmUpTicks; at < tickCount; at += 1) await tick(at);
  const used = process.cpuUsage(cpu);
  const wallS = (performance.now() - wall) / 1_000;
  const frames = progress.judged - framesBefore;
  const heap = heapBytes() - heapBefore;
  const residentBytes = process.memoryUsage().rss;

  capture.abort();
  await capturing;
  stop.abort();
  await judging;
  await log.close();
  rmSync(directory, { recursive: true });
  if (problems.length > 0) throw new Error(`Something went wrong: ${JSON.stringify(problems[0])}.`);
  const linesOf = (lane: number): number => {
    const before = courses[lane % courses.length]?.linesBefore ?? [];
    return (before[tickCount] ?? 0) - (before[warmUpTicks] ?? 0);
  };
  return {
    ...{ lanes: laneCount, frames, wallS, heapBytes: heap, residentBytes },
    lines: sources.reduce((sum, _, lane) => sum + linesOf(lane), 0),
    laneTimeS: (measuredTicks * tickInMs) / 1_000,
    cpuS: (used.user + used.system) / 1_000_000,
  };
};
