import { readFile } from "node:fs/promises";
import { InfluxDB } from "@influxdata/influxdb-client";
import { LanewatchError } from "../domain/errors.ts";
import type { Clock, TimeSeries } from "../ports.ts";
import { readingOf } from "../series/resolution.ts";
import { acknowledged, nothingAcknowledged, settled } from "../sink/settled-positions.ts";
import type { SinkSettings } from "../sink/sink-settings.ts";
import { fluxDialect } from "./flux-dialect.ts";
import type { SeriesDialect } from "./influx-dialect.ts";
import { linesOf, positionLines } from "./influx-lines.ts";
import { askOf } from "./influx-request.ts";
import { LinesRefusedError, openLineWriter } from "./influx-write.ts";
import { influx1Dialect } from "./influx1-dialect.ts";
import { plainReason } from "./plain-reason.ts";
import { victoriaDialect } from "./victoria-dialect.ts";

export interface OpenInfluxOptions {
  readonly settings: SinkSettings;
  readonly clock: Clock;
  /** Lines that the database will never take: they are left out, and counted. */
  readonly onRefused: (refused: LinesRefusedError) => void;
}

/** The database decides how long it keeps what; a resolution is chosen as if it kept everything. */
const keptForEver = { fullInHours: Infinity, secondsInHours: Infinity, minutesInDays: Infinity };

const tokenOf = async ({ token, tokenFile }: SinkSettings): Promise<string | undefined> => {
  if (tokenFile === undefined) return token;
  try {
    return (await readFile(tokenFile, "utf8")).trim();
  } catch (cause) {
    const message = `The token file ${tokenFile} cannot be read: ${plainReason(cause)}.`;
    throw new LanewatchError("file-unreadable", message, cause);
  }
};

const dialectOf = (settings: SinkSettings, token: string | undefined, clock: Clock): SeriesDialect => {
  const ask = askOf(settings, token);
  switch (settings.kind) {
    case "influxdb1":
      return influx1Dialect(settings.database, ask);
    case "victoria-metrics":
      return victoriaDialect(ask, () => clock.wall());
    case "influxdb2": {
      const { url, timeoutInMs: timeout } = settings;
      return fluxDialect(new InfluxDB({ url, timeout, ...(token === undefined ? {} : { token }) }), settings);
    }
  }
};

/**
 * Series in InfluxDB 2, InfluxDB 1 or VictoriaMetrics. Positions are points of the database itself, written together with
 * later points, and only when they have settled (`SinkSettings.settleInMs`); so the same sink goes on wherever it runs, and a
 * database that is restored from a copy is filled up from where the copy was made.
 * @throws LanewatchError `file-unreadable` the token.
 */
export const openInfluxSeries = async (options: OpenInfluxOptions): Promise<TimeSeries> => {
  const { settings, clock, onRefused } = options;
  const token = await tokenOf(settings);
  const writer = openLineWriter(settings, token);
  const dialect = dialectOf(settings, token, clock);
  let settling = nothingAcknowledged;

  return {
    positions: async () => {
      const positions = await dialect.positions();
      settling = { ...nothingAcknowledged, newest: positions };
      return positions;
    },
    write: async (points, positions) => {
      const [rest, safe] = settled(settling, { atMs: clock.monotonic(), settleInMs: settings.settleInMs });
      const lines = points.flatMap(linesOf);
      if (safe !== null) lines.push(...positionLines(safe, clock.wall()));
      try {
        await writer.write(lines);
      } catch (cause) {
        if (!(cause instanceof LinesRefusedError)) throw cause;
        onRefused(cause);
      }
      settling = acknowledged(rest, positions, clock.monotonic());
    },
    query: (query) => dialect.query(query, readingOf(query, { retention: keptForEver, now: clock.wall() })),
    close: () => Promise.resolve(),
  };
};
