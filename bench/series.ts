import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openLocalSeries } from "../src/adapters/series-thread.ts";
import { systemClock } from "../src/adapters/system-clock.ts";
import { laneId } from "../src/domain/ids.ts";
import type { SeriesPoint } from "../src/domain/series.ts";
import { defaultRetention } from "../src/series/resolution.ts";
import { pointMaker } from "../src/series/points-of-records.ts";
import { eventRecordCodec } from "../src/wire/event.ts";
import { eventRecord, interval, background } from "../test/series/event-records.ts";

/**
 * `npx tsx bench/series.ts`: the file of time series. How many points it takes a second from 1 400 lanes, how long the event
 * loop of the process that writes stands still, what decoding costs, and how long charts of a year to a second take.
 */
const lanes = 1_400;
const folder = mkdtempSync(join(tmpdir(), "lanewatch-series-bench-"));
const path = join(folder, "series.db");
const series = openLocalSeries({ path, retention: defaultRetention, clock: systemClock });
const now = Date.now();
const none = new Map();
const print = (what: string, value: string): void =>
  void process.stdout.write(`${what.padEnd(58)} ${value}\n`);

const writeLanes = async (): Promise<void> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const rounds = 40;
  let points = 0;
  let records = 0;
  let decodeMs = 0;
  const maker = pointMaker();
  const values = Array.from({ length: lanes }, (_, lane) => laneId(`lane-${lane}`));
  const rows = Array.from({ length: rounds }, (_, round) =>
    values.map((lane, index) => {
      const at = now - 3_600_000 + round * 1_000;
      const event =
        index % 3 === 0 ? background(at, [250, 251, 252, 253]) : interval(at, [50, 51, 52, 53], lane);
      return eventRecordCodec.encode(eventRecord(event, { lane, sequence: round }));
    }),
  );
  delay.enable();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  for (const encoded of rows) {
    const batch: SeriesPoint[] = [];
    const decoding = performance.now();
    for (const [index, bytes] of encoded.entries()) {
      if (index % 48 === 47) await new Promise((resolve) => setImmediate(resolve));
      batch.push(...maker.pointsOf(eventRecordCodec.decode(bytes)));
    }
    decodeMs += performance.now() - decoding;
    points += batch.length;
    records += encoded.length;
    await series.write(batch, none);
  }
  const seconds = (performance.now() - begun) / 1_000;
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  print("CPU of both threads, µs a record", ((user + system) / records).toFixed(1));
  print("records a second, decoded and written", `${Math.round(records / seconds)}`);
  print("points a second", `${Math.round(points / seconds)}`);
  print("of a second of 1 400 lanes at one record each", `${((seconds / rounds) * 100).toFixed(1)} %`);
  print("decoding, µs a record", ((decodeMs * 1_000) / records).toFixed(1));
  print(
    "event loop stands still, p99 and longest, ms",
    `${(delay.percentile(99) / 1e6).toFixed(1)} ${(delay.max / 1e6).toFixed(1)}`,
  );
};

const fillYear = async (): Promise<void> => {
  const lane = laneId("year");
  const minutes = 365 * 24 * 60;
  let batch: SeriesPoint[] = [];
  for (let minute = minutes - 2; minute > 0; minute -= 1) {
    const atUs = (now - minute * 60_000) * 1_000;
    batch.push({
      laneId: lane,
      what: "gamma-background",
      atUs,
      values: [250, 251, 252, 240 + (minute % 20)],
    });
    if (batch.length < 5_000) continue;
    await series.write(batch, none);
    batch = [];
  }
  // The last day at five a second.
  for (let tick = 0; tick < 86_400 * 5; tick += 1) {
    const atUs = (now - 86_400_000 + 1_000 + tick * 200) * 1_000;
    batch.push({ laneId: lane, what: "gamma-background", atUs, values: [250, 251, 252, 253] });
    if (batch.length < 5_000) continue;
    await series.write(batch, none);
    batch = [];
  }
  await series.write(batch, none);
  print("file of one series for a year and a day at full rate, MB", (statSync(path).size / 1e6).toFixed(0));
};

const chart = async (what: string, spanMs: number): Promise<void> => {
  const query = {
    laneId: laneId("year"),
    what: "gamma-background",
    to: now,
    from: now - spanMs,
    points: 1_000,
  } as const;
  const times: number[] = [];
  let shown = 0;
  for (let turn = 0; turn < 9; turn += 1) {
    const begun = performance.now();
    const answer = await series.query(query);
    times.push(performance.now() - begun);
    shown = answer.at.length;
  }
  times.sort((a, b) => a - b);
  print(
    `chart of ${what}, ${shown} stretches: median and longest, ms`,
    `${times[4]?.toFixed(1)} ${times[8]?.toFixed(1)}`,
  );
};

await writeLanes();
await fillYear();
const hour = 3_600_000;
await chart("a year", 365 * 24 * hour - 120_000);
await chart("a month", 30 * 24 * hour);
await chart("three days", 72 * hour - 60_000);
await chart("a day", 24 * hour - 60_000);
await chart("an hour", hour);
await chart("three minutes", 180_000);
await chart("a second", 1_000);
await series.close();
rmSync(folder, { recursive: true, force: true });
