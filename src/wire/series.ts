import { z } from "zod";
import { type StoredSeries, storedSeries } from "../domain/series.ts";
import { keyOf, laneIdSchema } from "./scalars.ts";

/**
 * What a chart can ask for: what is stored, and `drift`, which is made of the gamma background when it is asked for: by how
 * many per cent each panel's background differs from its own median over the span.
 */
export const chartSeries = {
  ...storedSeries,
  drift: {
    label: "Drift of the gamma background",
    unit: "%",
    parts: storedSeries["gamma-background"].parts,
    tag: "panel",
    sums: false,
  },
} as const;
export type ChartSeries = keyof typeof chartSeries;

/** 366 days. */
const longestSpanInMs = 366 * 86_400_000;
const moment = z.coerce.number().min(0).max(8.64e15);

/** `GET /api/series?lane=&what=&from=&to=&points=`; times in milliseconds since 1970, `to` not included. */
export const seriesQuerySchema = z
  .strictObject({
    lane: laneIdSchema,
    what: keyOf(chartSeries),
    from: moment,
    to: moment,
    /** Of the answer, at the most: as many as the chart has pixels. */
    points: z.coerce.number().int().min(2).max(4000).default(1000),
  })
  .refine(({ from, to }) => from < to, { message: "must be later than from", path: ["to"] })
  .refine(({ from, to }) => to - from <= longestSpanInMs, {
    message: "must be at most 366 days after from",
    path: ["to"],
  });
export type SeriesRequest = z.infer<typeof seriesQuerySchema>;

const column = z.array(z.number().nullable()).readonly();

/**
 * The answer, in columns for uPlot: `at` is its x (milliseconds: give uPlot `ms: 1`), each part's `min`, `mean` and `max`
 * its ys. `stepInMs` 0: every single point, each at its own time. Otherwise `at` has every stretch from `from` to `to`, with
 * `null` where nothing was measured, so that gaps are seen. Where the series' `sums` is true, a stretch's value is
 * count × mean.
 */
export const seriesViewSchema = z
  .strictObject({
    laneId: laneIdSchema,
    what: keyOf(chartSeries),
    from: z.number(),
    to: z.number(),
    stepInMs: z.number(),
    at: z.array(z.number()).readonly(),
    parts: z
      .array(
        z
          .strictObject({
            part: z.string(),
            count: z.array(z.number()).readonly(),
            min: column,
            mean: column,
            max: column,
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type SeriesView = z.infer<typeof seriesViewSchema>;

export const isStoredSeries = (what: ChartSeries): what is StoredSeries => what !== "drift";
