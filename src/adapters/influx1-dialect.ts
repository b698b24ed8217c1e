import { z } from "zod";
import { LanewatchError } from "../domain/errors.ts";
import {
  field,
  measurementOf,
  positionField,
  positionMeasurement,
  positionsOf,
  tagOf,
} from "./influx-lines.ts";
import { type Ask, parsedAnswer } from "./influx-request.ts";
import {
  answerFromPoints,
  answerFromStretches,
  type FoundStretch,
  type SeriesDialect,
} from "./influx-dialect.ts";

const answerSchema = z.looseObject({
  results: z.array(
    z.looseObject({
      error: z.string().optional(),
      series: z
        .array(
          z.looseObject({
            tags: z.record(z.string(), z.string()).optional(),
            columns: z.array(z.string()),
            values: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
          }),
        )
        .optional(),
    }),
  ),
});
type Series = NonNullable<z.infer<typeof answerSchema>["results"][number]["series"]>[number];

const figures = ["count", "min", "mean", "max"] as const;

/** InfluxDB 1.x, in InfluxQL. */
export const influx1Dialect = (database: string, ask: Ask): SeriesDialect => {
  const select = async (epoch: "ms" | "u", q: string): Promise<readonly Series[]> => {
    const { results } = parsedAnswer(await ask("/query", { db: database, epoch, q }), (value) =>
      answerSchema.parse(value),
    );
    const [result] = results;
    if (result?.error !== undefined)
      throw new LanewatchError("series-failed", `The time series database says: ${result.error}.`);
    return result?.series ?? [];
  };
  return {
    positions: async () => {
      const q = `SELECT last("${positionField}") AS "offset" FROM "${positionMeasurement}" GROUP BY "kind"`;
      const found = await select("ms", q);
      return positionsOf(found.map(({ tags, values }) => [tags?.["kind"] ?? "", Number(values[0]?.[1])]));
    },
    query: async (query, { stepInMs }) => {
      const tag = tagOf(query.what);
      const of = `FROM "${measurementOf(query.what)}" WHERE "lane" = '${query.laneId}'`;
      const partOf = ({ tags }: Series): string => (tag === null ? "all" : (tags?.[tag] ?? ""));
      if (stepInMs === 0) {
        const span = `time >= ${Math.round(query.from)}ms AND time < ${Math.round(query.to)}ms`;
        const found = await select(
          "u",
          `SELECT "${field}" ${of} AND ${span}${tag === null ? "" : ` GROUP BY "${tag}"`}`,
        );
        return answerFromPoints(
          query,
          found.flatMap((series) =>
            series.values.map(([atUs, value]) => ({
              part: partOf(series),
              atMs: Number(atUs) / 1_000,
              value: Number(value),
            })),
          ),
        );
      }
      const first = Math.floor(query.from / stepInMs) * stepInMs;
      const what = figures.map((figure) => `${figure}("${field}") AS "${figure}"`).join(", ");
      const by = `GROUP BY time(${stepInMs}ms)${tag === null ? "" : `, "${tag}"`} fill(none)`;
      const span = `time >= ${first}ms AND time < ${Math.round(query.to)}ms`;
      const found = await select("ms", `SELECT ${what} ${of} AND ${span} ${by}`);
      return answerFromStretches(
        query,
        stepInMs,
        found.flatMap((series) => stretchesIn(series, partOf(series))),
      );
    },
  };
};

const stretchesIn = ({ columns, values }: Series, part: string): readonly FoundStretch[] =>
  values.flatMap((row) =>
    figures.flatMap((figure) => {
      const value = row[columns.indexOf(figure)];
      return typeof value === "number" ? [{ part, atMs: Number(row[0]), figure, value }] : [];
    }),
  );
