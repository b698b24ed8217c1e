import { join } from "node:path";
import { openInfluxSeries } from "../adapters/influx-series.ts";
import { type LocalSeries, openLocalSeries } from "../adapters/series-thread.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { TimeSeries } from "../ports.ts";
import { followIntoSeries } from "../series/follow-into-series.ts";
import { keepWriting } from "../sink/keep-writing.ts";
import type { SinkSettings } from "../sink/sink-settings.ts";
import type { RoleMetrics } from "./role-metrics.ts";
import { recordSaid } from "./site-log.ts";
import type { Site } from "./site-roles.ts";

type Store = "file" | "database";

/** Time series for charts. */
export interface OpenSeries {
  /** Null where charts are switched off. */
  readonly series: TimeSeries | null;
  /** Resolves when the signal has aborted and all is put away. Never rejects: no alarm waits for a chart. */
  readonly ended: Promise<void>;
}

/** What goes to the thread of the file is copied in one piece: 500 records are some 2 ms of the event loop. */
const recordsToFile = 500;

/** A sink further behind than this does not do its work. */
const lagMax = 60_000;

/** Series for the console's charts: the file of this machine is written here, the sink's database by the role sink. */
export const openSeries = async (
  site: Site,
  told: RoleMetrics | null,
  signal: AbortSignal,
): Promise<OpenSeries> => {
  const { series: settings, sink, log } = site.config;
  switch (settings.from) {
    case "none":
      return { series: null, ended: Promise.resolve() };
    case "sink": {
      if (sink === null)
        throw new LanewatchError(
          "bad-arguments",
          "Charts are to come from the sink, and there is no sink configured.",
        );
      return { series: await openDatabase(sink, site, told), ended: Promise.resolve() };
    }
    case "local": {
      const path = join(log.directory, "series.db");
      const series = openLocalSeries({ path, retention: settings, clock: systemClock });
      const ended = write({ site, series, store: "file", told }, signal)
        .catch((cause: unknown) => {
          const isForeseen = cause instanceof LanewatchError && cause.code !== "internal";
          const why = isForeseen ? cause.message : "There is a mistake in the program.";
          site.programLog.error(
            `Charts show nothing new until the next start: ${why}`,
            isForeseen ? undefined : cause,
          );
        })
        .finally(() => series.close());
      return { series, ended };
    }
  }
};

/** The role sink: the log into the database, for ever. @throws LanewatchError `log-failed`, `log-closed` */
export const runSink = async (site: Site, told: RoleMetrics | null, signal: AbortSignal): Promise<void> => {
  const { sink } = site.config;
  if (sink === null) throw new LanewatchError("bad-arguments", "The configuration has no sink.");
  const series = await openDatabase(sink, site, told);
  try {
    await write({ site, series, store: "database", told }, signal);
  } finally {
    await series.close();
  }
};

const openDatabase = (
  settings: SinkSettings,
  { programLog }: Site,
  told: RoleMetrics | null,
): Promise<TimeSeries> =>
  openInfluxSeries({
    settings,
    clock: systemClock,
    onRefused: ({ lines, message }) => {
      told?.metrics.count("lanewatch_series_refused_lines_total", { store: "database" }, lines);
      programLog.error(message);
    },
  });

interface Writing {
  readonly site: Site;
  readonly series: TimeSeries | LocalSeries;
  readonly store: Store;
  readonly told: RoleMetrics | null;
}

const subjects = { file: "The file of time series", database: "The time series database" } as const;

const write = async ({ site, series, store, told }: Writing, signal: AbortSignal): Promise<void> => {
  const { log, programLog } = site;
  let isUp = true;
  let lagInMs = 0;
  const seen = { points: 0, backfilled: 0, expired: 0 };
  const follow = (stop: AbortSignal): Promise<void> => {
    Object.assign(seen, { points: 0, backfilled: 0, expired: 0 });
    return followIntoSeries(
      {
        ...{ log, series, clock: systemClock, onProblem: recordSaid(programLog, told) },
        ...("heardBefore" in series ? { heardBefore: series.heardBefore, recordsMax: recordsToFile } : {}),
        onExpired: ({ topic, partition, records }) =>
          programLog.error(
            `${records} records of ${topic}, partition ${partition}, were gone before their time series were written.`,
          ),
        onProgress: (progress) => {
          ({ lagInMs } = progress);
          if (told === null) return;
          const { points, backfilled, expired } = progress;
          const { count, set } = told.metrics;
          count("lanewatch_series_points_total", { store }, points - seen.points);
          count("lanewatch_series_backfilled_points_total", { store }, backfilled - seen.backfilled);
          count("lanewatch_series_expired_records_total", { store }, expired - seen.expired);
          set("lanewatch_series_lag_seconds", { store }, lagInMs / 1_000);
          Object.assign(seen, { points, backfilled, expired });
        },
      },
      stop,
    );
  };
  told?.metrics.set("lanewatch_series_up", { store }, 1);
  told?.addCheck(`series-${store}`, () => ({
    ok: isUp && lagInMs <= lagMax,
    detail: isUp
      ? `Time series were written ${lagInMs} ms after their record.`
      : `${subjects[store]} takes nothing.`,
  }));
  await keepWriting(
    {
      ...{ clock: systemClock, chance: Math.random, write: follow },
      onState: (state) => {
        isUp = state.kind === "writing";
        told?.metrics.set("lanewatch_series_up", { store }, isUp ? 1 : 0);
        if (state.kind === "failing")
          programLog.warn(`${state.reason} It is tried again until it takes points.`);
        else programLog.info(`${subjects[store]} takes points again.`);
      },
    },
    signal,
  );
};
