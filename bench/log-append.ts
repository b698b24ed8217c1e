/**
 * What a log does on this machine: `npx tsx bench/log-append.ts [--engine embedded|kafka|both] [--runs N] [--json]`.
 * Values have 300 bytes, as a frame of one portal line with its stamps.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openKafkaLog } from "../src/adapters/kafka-log.ts";
import { openSqliteLog } from "../src/adapters/sqlite-log.ts";
import { systemClock } from "../src/adapters/system-clock.ts";
import { kafkaSettingsSchema } from "../src/kafka-settings.ts";
import type { EventLog, NewRecord } from "../src/ports.ts";
import { startKafka } from "../test/services/kafka.ts";
import { presenceOf } from "../test/services/presence.ts";
import { countOf, type Figure, latencyFigures, mediansOf, say } from "./figures.ts";

const topic = "lanewatch.frames.v1";
const partitionCount = 16;
const value = new Uint8Array(300).fill(0x55);

const recordNumber = (at: number): NewRecord => ({
  topic,
  partition: at % partitionCount,
  key: `lane-${at % 100}`,
  value,
});

/** Appends of one record each, `width` of them under way at any time. */
const appendRate = async (log: EventLog, count: number, width: number): Promise<number> => {
  let next = 0;
  const start = performance.now();
  const lane = async (): Promise<void> => {
    while (next < count) await log.append([recordNumber((next += 1))]);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return count / ((performance.now() - start) / 1_000);
};

/** From the call of `append` to the record at a follower that waits for it; sorted, in milliseconds. */
const followLatencies = async (log: EventLog, count: number): Promise<readonly number[]> => {
  const ends = await Promise.all(
    Array.from({ length: partitionCount }, (_, partition) => log.end(topic, partition)),
  );
  const abort = new AbortController();
  const follower = log.follow(topic, new Map(ends.entries()), abort.signal)[Symbol.asyncIterator]();
  const latencies: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const next = follower.next();
    await new Promise(setImmediate);
    const start = performance.now();
    const appended = log.append([recordNumber(at)]);
    await next;
    latencies.push(performance.now() - start);
    await appended;
  }
  abort.abort();
  return latencies.sort((a, b) => a - b);
};

/** Records a second that a follower reads from the beginning of the log. */
const catchUpRate = async (log: EventLog): Promise<number> => {
  const ends = await Promise.all(
    Array.from({ length: partitionCount }, (_, partition) => log.end(topic, partition)),
  );
  const total = ends.reduce((sum, end) => sum + end, 0);
  const start = performance.now();
  let seen = 0;
  for await (const batch of log.follow(
    topic,
    new Map(ends.map((_, partition) => [partition, 0])),
    new AbortController().signal,
  )) {
    seen += batch.length;
    if (seen >= total) break;
  }
  return total / ((performance.now() - start) / 1_000);
};

interface Sizes {
  readonly single: number;
  readonly hundred: number;
  readonly followed: number;
}

const measure = async (log: EventLog, name: string, sizes: Sizes): Promise<readonly Figure[]> => {
  await appendRate(log, 1_000, 10);
  const appended = (width: number, value: number): Figure => ({
    measurement: `${name}: durable appends, ${width} at a time`,
    unit: "1/s",
    value,
  });
  return [
    appended(1, await appendRate(log, sizes.single, 1)),
    appended(100, await appendRate(log, sizes.hundred, 100)),
    appended(1_000, await appendRate(log, sizes.hundred, 1_000)),
    ...latencyFigures(`${name}: append to follower`, await followLatencies(log, sizes.followed)),
    {
      measurement: `${name}: records to a follower that catches up`,
      unit: "1/s",
      value: await catchUpRate(log),
    },
  ];
};

const embedded = async (): Promise<readonly Figure[]> => {
  const directory = mkdtempSync(join(tmpdir(), "lanewatch-bench-"));
  const log = await openSqliteLog({ directory, partitionCount, clock: systemClock });
  try {
    return await measure(log, "embedded", { single: 5_000, hundred: 50_000, followed: 3_000 });
  } finally {
    await log.close();
    rmSync(directory, { recursive: true });
  }
};

/** One broker of one copy, as tests start it: what it acknowledges is in the system's memory, not on the disk. */
const kafka = async (): Promise<readonly Figure[]> => {
  const broker = await startKafka();
  const settings = kafkaSettingsSchema.parse({ brokers: broker.brokers, partitionCount });
  try {
    const log = await openKafkaLog(settings, { clock: systemClock, onProblem: () => undefined });
    try {
      return await measure(log, "Kafka", { single: 500, hundred: 20_000, followed: 300 });
    } finally {
      await log.close();
    }
  } finally {
    await broker.stop();
  }
};

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    engine: { type: "string", default: "embedded" },
    runs: { type: "string", default: "3" },
  },
});
const isAsked = (engine: string): boolean => options.engine === engine || options.engine === "both";
const figures: Figure[] = [];
const skipped: string[] = [];
if (isAsked("embedded")) {
  const runs: (readonly Figure[])[] = [];
  for (let run = 0; run < countOf("runs", options.runs); run += 1) runs.push(await embedded());
  figures.push(...mediansOf(runs));
}
if (isAsked("kafka")) {
  const presence = presenceOf("kafka");
  if (presence.kind === "present") figures.push(...(await kafka()));
  else skipped.push(`Kafka is left out: ${presence.reason}.`);
}
say({ figures, skipped }, options.json);
