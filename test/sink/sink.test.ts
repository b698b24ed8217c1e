import { afterEach, describe, expect, it } from "vitest";
import { openInfluxSeries } from "../../src/adapters/influx-series.ts";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { type LaneId, laneId } from "../../src/domain/ids.ts";
import type { EventLog, TimeSeries } from "../../src/ports.ts";
import { followIntoSeries, type SeriesProgress } from "../../src/series/follow-into-series.ts";
import { keepWriting } from "../../src/sink/keep-writing.ts";
import { sinkSettingsSchema } from "../../src/sink/sink-settings.ts";
import { startDedupedVictoria } from "../adapters/series-databases.ts";
import { eventRecord, interval, logRecord } from "../series/event-records.ts";
import { isAbsent } from "../services/presence.ts";
import { startInflux, type TimeSeriesDatabase } from "../services/time-series.ts";
import { waitUntil } from "../services/waiting.ts";

interface Stage {
  readonly database: TimeSeriesDatabase;
  readonly settings: unknown;
  readonly flush: () => Promise<void>;
}

const lanes = Array.from({ length: 20 }, (_, index) => laneId(`lane-${index}`));
const startMs = Math.floor((Date.now() - 1_800_000) / 3_600_000) * 3_600_000;

/** Appends `count` intervals of every lane, 200 ms apart; the n-th counts n, so that a missing one shows in the sum. */
const appendIntervals = async (log: EventLog, from: number, count: number): Promise<void> => {
  for (let index = from; index < from + count; index += 1)
    await log.append(
      lanes.map((lane) =>
        logRecord(
          eventRecord(interval(startMs + index * 200, [index, 1, 2, 3], lane), { lane, sequence: index }),
        ),
      ),
    );
};

interface Sink {
  readonly progress: () => SeriesProgress | undefined;
  readonly states: readonly string[];
  readonly stop: () => Promise<void>;
}

const startSink = async (log: EventLog, stage: Stage): Promise<Sink> => {
  const settings = sinkSettingsSchema.parse(stage.settings);
  const series: TimeSeries = await openInfluxSeries({
    settings,
    clock: systemClock,
    onRefused: (refused) => {
      throw refused;
    },
  });
  const stop = new AbortController();
  let progress: SeriesProgress | undefined;
  const states: string[] = [];
  const ended = keepWriting(
    {
      clock: systemClock,
      chance: () => 0.5,
      onState: ({ kind }) => states.push(kind),
      write: (signal) =>
        followIntoSeries(
          {
            ...{ log, clock: systemClock, series, withinMs: 20 },
            onProblem: ({ message }) => expect.fail(message),
            onExpired: () => expect.fail("records expired"),
            onProgress: (now) => (progress = now),
          },
          signal,
        ),
    },
    stop.signal,
  );
  return {
    progress: () => progress,
    states,
    stop: async () => {
      stop.abort();
      await ended;
      await series.close();
    },
  };
};

/** Count and sum of the first panel of each lane, as the database has them. */
const stored = async (stage: Stage, lane: LaneId): Promise<readonly [count: number, sum: number]> => {
  const series = await openInfluxSeries({
    settings: sinkSettingsSchema.parse(stage.settings),
    clock: systemClock,
    onRefused: () => undefined,
  });
  const { parts } = await series.query({
    ...{ laneId: lane, what: "gamma-counts", from: startMs, to: startMs + 7_200_000, points: 2 },
  });
  const count = parts[0]?.count ?? [];
  const mean = parts[0]?.mean ?? [];
  return [
    count.reduce((total, each) => total + each, 0),
    count.reduce((total, each, index) => total + each * (mean[index] ?? 0), 0),
  ];
};

const everyLaneHas = async (stage: Stage, intervals: number): Promise<boolean> => {
  await stage.flush();
  for (const lane of lanes) {
    const [count, sum] = await stored(stage, lane);
    if (count !== intervals || Math.round(sum) !== (intervals * (intervals - 1)) / 2) return false;
  }
  return true;
};

const sinkTests = (open: () => Promise<Stage>): void => {
  const running: { stop(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const each of running.splice(0).reverse()) await each.stop();
  }, 30_000);

  it("writes on where it was while the database is killed and away, nothing missing and nothing twice", async () => {
    const stage = await open();
    running.push(stage.database);
    const log = openMemoryLog({ clock: systemClock, partitionCount: 4 });
    const sink = await startSink(log, stage);
    running.push(sink);
    await appendIntervals(log, 0, 100);
    await waitUntil(
      "the first are written",
      () => Promise.resolve((sink.progress()?.records ?? 0) > 0),
      10_000,
    );
    // Under load: killed between two appends, away for hundreds of them.
    await appendIntervals(log, 100, 100);
    await stage.database.kill();
    await appendIntervals(log, 200, 300);
    await waitUntil("it is told of", () => Promise.resolve(sink.states.includes("failing")), 10_000);
    await stage.database.start();
    await appendIntervals(log, 500, 100);
    await waitUntil("all of it is there", () => everyLaneHas(stage, 600), 30_000);
    expect(sink.states[0]).toBe("failing");
  }, 90_000);

  it("goes on after its own end without leaving anything out or writing anything twice", async () => {
    const stage = await open();
    running.push(stage.database);
    const log = openMemoryLog({ clock: systemClock, partitionCount: 4 });
    const first = await startSink(log, stage);
    await appendIntervals(log, 0, 150);
    await waitUntil("some is written", () => Promise.resolve((first.progress()?.records ?? 0) > 0), 10_000);
    await first.stop();
    await appendIntervals(log, 150, 50);
    const second = await startSink(log, stage);
    running.push(second);
    await appendIntervals(log, 200, 50);
    await waitUntil("all of it is there", () => everyLaneHas(stage, 250), 30_000);
  }, 90_000);
};

describe.skipIf(isAbsent("victoria-metrics"))("the sink into VictoriaMetrics", () => {
  sinkTests(async () => {
    const database = await startDedupedVictoria();
    const { url } = database;
    return {
      database,
      settings: { kind: "victoria-metrics", url, settleInMs: 8_000 },
      flush: async () => {
        await fetch(`${url}/internal/force_flush`, { signal: AbortSignal.timeout(5_000) });
      },
    };
  });
});

describe.skipIf(isAbsent("influxdb"))("the sink into InfluxDB 1", () => {
  sinkTests(async () => {
    const database = await startInflux();
    const { url } = database;
    const q = new URLSearchParams({ q: "CREATE DATABASE lanewatch" });
    await fetch(`${url}/query?${q.toString()}`, { method: "POST", signal: AbortSignal.timeout(5_000) });
    return {
      database,
      settings: { kind: "influxdb1", url, database: "lanewatch", settleInMs: 500 },
      flush: () => Promise.resolve(),
    };
  });
});
