import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openInfluxSeries } from "../../src/adapters/influx-series.ts";
import { openLocalSeries } from "../../src/adapters/series-thread.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import type { TimeSeries } from "../../src/ports.ts";
import { defaultRetention } from "../../src/series/resolution.ts";
import { type SinkSettings, sinkSettingsSchema } from "../../src/sink/sink-settings.ts";
import { isAbsent } from "../services/presence.ts";
import { startInflux, type TimeSeriesDatabase } from "../services/time-series.ts";
import { describe } from "vitest";
import { startDedupedVictoria } from "./series-databases.ts";
import { type SeriesPlace, timeSeriesContract } from "./time-series.contract.ts";

timeSeriesContract("A file of this machine", () => {
  const folder = mkdtempSync(join(tmpdir(), "lanewatch-series-"));
  const open = (): TimeSeries =>
    openLocalSeries({ path: join(folder, "series.db"), retention: defaultRetention, clock: systemClock });
  const series = open();
  const all = [series];
  return Promise.resolve({
    series,
    visible: () => Promise.resolve(),
    again: () => {
      const next = open();
      all.push(next);
      return Promise.resolve(next);
    },
    close: async () => {
      for (const each of all) await each.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
});

const placeOf = async (
  database: TimeSeriesDatabase,
  settings: unknown,
  visible: () => Promise<void>,
): Promise<SeriesPlace> => {
  const parsed: SinkSettings = sinkSettingsSchema.parse(settings);
  const open = (): Promise<TimeSeries> =>
    openInfluxSeries({
      settings: parsed,
      clock: systemClock,
      onRefused: (refused) => {
        throw refused;
      },
    });
  return {
    series: await open(),
    visible,
    again: open,
    cut: () => database.kill(),
    close: () => database.stop(),
  };
};

describe.skipIf(isAbsent("victoria-metrics"))("with VictoriaMetrics", () => {
  timeSeriesContract("VictoriaMetrics", async () => {
    const database = await startDedupedVictoria();
    const { url } = database;
    return placeOf(database, { kind: "victoria-metrics", url, settleInMs: 0 }, async () => {
      await fetch(`${url}/internal/force_flush`, { signal: AbortSignal.timeout(5_000) });
    });
  });
});

describe.skipIf(isAbsent("influxdb"))("with InfluxDB 1", () => {
  timeSeriesContract("InfluxDB 1", async () => {
    const database = await startInflux();
    const { url } = database;
    const q = new URLSearchParams({ q: "CREATE DATABASE lanewatch" });
    await fetch(`${url}/query?${q.toString()}`, { method: "POST", signal: AbortSignal.timeout(5_000) });
    return placeOf(database, { kind: "influxdb1", url, database: "lanewatch", settleInMs: 0 }, () =>
      Promise.resolve(),
    );
  });
});
