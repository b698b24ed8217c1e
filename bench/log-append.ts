/**
 * What the embedded log does on this machine's disk: `npx tsx bench/log-append.ts [--json]`. Values have 300 bytes, as
 * a frame of one portal line with its stamps.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openSqliteLog } from "../src/adapters/sqlite-log.ts";
import { systemClock } from "../src/adapters/system-clock.ts";
import type { EventLog, NewRecord } from "../src/ports.ts";

const topic = "lanewatch.frames.v1";
const partitionCount = 16;
const value = new Uint8Array(300).fill(0x55);

interface Row {
  readonly measurement: string;
  readonly unit: "1/s" | "ms";
  readonly value: number;
}

const recordNumber = (at: number): NewRecord => ({
  topic,
  partition: at % partitionCount,
  key: `lane-${at % 100}`,
  value,
});

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

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
  for await (const batch of log.follow(topic, new Map(), new AbortController().signal)) {
    seen += batch.length;
    if (seen >= total) break;
  }
  return total / ((performance.now() - start) / 1_000);
};

const measure = async (log: EventLog): Promise<readonly Row[]> => {
  await appendRate(log, 1_000, 10);
  const single = await appendRate(log, 5_000, 1);
  const hundred = await appendRate(log, 50_000, 100);
  const latencies = await followLatencies(log, 3_000);
  return [
    { measurement: "durable appends, one at a time", unit: "1/s", value: single },
    { measurement: "durable appends, 100 at a time", unit: "1/s", value: hundred },
    { measurement: "append to follower, p50", unit: "ms", value: quantile(latencies, 0.5) },
    { measurement: "append to follower, p99", unit: "ms", value: quantile(latencies, 0.99) },
    { measurement: "append to follower, max", unit: "ms", value: quantile(latencies, 1) },
    { measurement: "records to a follower that catches up", unit: "1/s", value: await catchUpRate(log) },
  ];
};

const format = ({ measurement, unit, value }: Row): string =>
  `${measurement.padEnd(40)}${value.toLocaleString("en", { maximumFractionDigits: unit === "ms" ? 3 : 0 }).padStart(10)} ${unit}\n`;

const { values: options } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const directory = mkdtempSync(join(tmpdir(), "lanewatch-bench-"));
const log = await openSqliteLog({ directory, partitionCount, clock: systemClock });
try {
  const rows = await measure(log);
  process.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : rows.map(format).join(""));
} finally {
  await log.close();
  rmSync(directory, { recursive: true });
}
