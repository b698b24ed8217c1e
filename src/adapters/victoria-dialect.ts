import { z } from "zod";
import type { SeriesQuery } from "../domain/series.ts";
import {
  answerFromPoints,
  answerFromStretches,
  type FoundPoint,
  type SeriesDialect,
} from "./influx-dialect.ts";
import {
  field,
  measurementOf,
  positionField,
  positionMeasurement,
  positionsOf,
  tagOf,
} from "./influx-lines.ts";
import { type Ask, parsedAnswer } from "./influx-request.ts";

const labels = z.record(z.string(), z.string());
const sample = z.tuple([z.number(), z.string()]);
const vectorSchema = z.looseObject({
  data: z.looseObject({ result: z.array(z.looseObject({ metric: labels, value: sample })) }),
});
const matrixSchema = z.looseObject({
  data: z.looseObject({ result: z.array(z.looseObject({ metric: labels, values: z.array(sample) })) }),
});
const exportedSchema = z.looseObject({
  metric: labels,
  values: z.array(z.number()),
  timestamps: z.array(z.number()),
});

const rollups = {
  count: "count_over_time",
  min: "min_over_time",
  mean: "avg_over_time",
  max: "max_over_time",
} as const;
const figures = ["count", "min", "mean", "max"] as const;

/** How far back a position may be: a sink that was away for longer writes everything again that the log has. */
const positionWindow = "400d";

/** VictoriaMetrics: lines as InfluxDB 2 takes them, questions in MetricsQL. It keeps milliseconds. */
export const victoriaDialect = (ask: Ask, now: () => number): SeriesDialect => {
  const selector = (query: SeriesQuery): string =>
    `${measurementOf(query.what)}_${field}{lane="${query.laneId}"}`;
  const partOf = (query: SeriesQuery, metric: Readonly<Record<string, string>>): string => {
    const tag = tagOf(query.what);
    return tag === null ? "all" : (metric[tag] ?? "");
  };

  const points = async (query: SeriesQuery): Promise<readonly FoundPoint[]> => {
    const text = await ask("/api/v1/export", {
      "match[]": selector(query),
      start: seconds(query.from),
      end: seconds(query.to - 1),
    });
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.flatMap((line) => {
      const { metric, values, timestamps } = parsedAnswer(line, (value) => exportedSchema.parse(value));
      const part = partOf(query, metric);
      return values.map((value, index) => ({ part, atMs: timestamps[index] ?? 0, value }));
    });
  };

  return {
    positions: async () => {
      const query = `last_over_time(${positionMeasurement}_${positionField}[${positionWindow}])`;
      // A moment of the future finds also what a clock a little ahead has written.
      const text = await ask("/api/v1/query", { query, time: seconds(now() + 60_000), nocache: "1" });
      const { result } = parsedAnswer(text, (value) => vectorSchema.parse(value)).data;
      return positionsOf(result.map(({ metric, value }) => [metric["kind"] ?? "", Number(value[1])]));
    },
    query: async (query, { stepInMs }) => {
      if (stepInMs === 0) return answerFromPoints(query, await points(query));
      // A window is open at its beginning and closed at its end, so each ends a millisecond before the next stretch.
      const first = Math.floor(query.from / stepInMs) * stepInMs;
      const span = {
        start: seconds(first + stepInMs - 1),
        end: seconds(Math.ceil((query.to - first) / stepInMs) * stepInMs + first - 1),
      };
      const found = await Promise.all(
        figures.map(async (figure) => {
          const asked = `${rollups[figure]}(${selector(query)}[${stepInMs}ms])`;
          const text = await ask("/api/v1/query_range", {
            query: asked,
            ...span,
            step: `${stepInMs}ms`,
            nocache: "1",
          });
          const { result } = parsedAnswer(text, (value) => matrixSchema.parse(value)).data;
          return result.flatMap(({ metric, values }) =>
            values.map(([at, value]) => ({
              part: partOf(query, metric),
              atMs: Math.round(at * 1_000) + 1 - stepInMs,
              figure,
              value: Number(value),
            })),
          );
        }),
      );
      return answerFromStretches(query, stepInMs, found.flat());
    },
  };
};

const seconds = (atMs: number): string => (Math.round(atMs) / 1_000).toFixed(3);
