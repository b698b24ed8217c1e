import { type InfluxDB, toFluxValue } from "@influxdata/influxdb-client";
import { z } from "zod";
import type { SeriesQuery } from "../domain/series.ts";
import { databaseFailure } from "./influx-write.ts";
import { answerFromPoints, answerFromStretches, type SeriesDialect } from "./influx-dialect.ts";
import {
  field,
  measurementOf,
  positionField,
  positionMeasurement,
  positionsOf,
  tagOf,
} from "./influx-lines.ts";

const figures = ["count", "min", "mean", "max"] as const;

const rowSchema = z.looseObject({
  result: z.string().optional(),
  _time: z.string().optional(),
  _value: z.number(),
  panel: z.string().optional(),
  kind: z.string().optional(),
});
type Row = z.infer<typeof rowSchema>;

const instant = (atMs: number): string => new Date(atMs).toISOString();

/** The points of a series: `from |> range |> filter`. `to` is not included, as Flux's `stop` is not. */
export const fluxSource = (bucket: string, query: SeriesQuery, from: number): string =>
  [
    `from(bucket: ${toFluxValue(bucket)})`,
    `|> range(start: ${instant(from)}, stop: ${instant(query.to)})`,
    `|> filter(fn: (r) => r._measurement == ${toFluxValue(measurementOf(query.what))}`,
    `  and r._field == ${toFluxValue(field)} and r.lane == ${toFluxValue(query.laneId)})`,
  ].join("\n  ");

/** Each figure as a result of its own name; windows are those that begin at multiples of the step. */
export const fluxOfStretches = (bucket: string, query: SeriesQuery, stepInMs: number): string => {
  const first = Math.floor(query.from / stepInMs) * stepInMs;
  const windows = figures.map(
    (figure) =>
      `points |> aggregateWindow(every: ${stepInMs}ms, fn: ${figure}, createEmpty: false, timeSrc: "_start") |> yield(name: "${figure}")`,
  );
  return [`points = ${fluxSource(bucket, query, first)}`, ...windows].join("\n");
};

export const fluxOfPositions = (bucket: string): string =>
  [
    `from(bucket: ${toFluxValue(bucket)})`,
    `|> range(start: -400d, stop: 1m)`,
    `|> filter(fn: (r) => r._measurement == "${positionMeasurement}" and r._field == "${positionField}")`,
    `|> last()`,
  ].join("\n  ");

/** InfluxDB 2, in Flux, through its client. */
export const fluxDialect = (
  client: InfluxDB,
  { url, org, bucket }: { readonly url: string; readonly org: string; readonly bucket: string },
): SeriesDialect => {
  const api = client.getQueryApi(org);
  const rows = async (flux: string): Promise<readonly Row[]> => {
    try {
      const found: unknown[] = await api.collectRows(flux);
      return found.map((row) => rowSchema.parse(row));
    } catch (cause) {
      throw databaseFailure(url, cause);
    }
  };
  const partOf = (query: SeriesQuery, row: Row): string => {
    const tag = tagOf(query.what);
    return tag === null ? "all" : (row[tag] ?? "");
  };
  const timeOf = ({ _time }: Row): number => Date.parse(_time ?? "");
  return {
    positions: async () =>
      positionsOf((await rows(fluxOfPositions(bucket))).map(({ kind, _value }) => [kind ?? "", _value])),
    query: async (query, { stepInMs }) => {
      if (stepInMs === 0) {
        const found = await rows(fluxSource(bucket, query, query.from));
        return answerFromPoints(
          query,
          found.map((row) => ({ part: partOf(query, row), atMs: timeOf(row), value: row._value })),
        );
      }
      const found = await rows(fluxOfStretches(bucket, query, stepInMs));
      return answerFromStretches(
        query,
        stepInMs,
        found.flatMap((row) => {
          const figure = figures.find((known) => known === row.result);
          if (figure === undefined) return [];
          return [{ part: partOf(query, row), atMs: timeOf(row), figure, value: row._value }];
        }),
      );
    },
  };
};
