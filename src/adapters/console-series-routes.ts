import type { FastifyInstance } from "fastify";
import { problemsReply } from "../console/error-body.ts";
import type { SeriesQuery } from "../domain/series.ts";
import type { TimeSeries } from "../ports.ts";
import { driftOf } from "../series/drift.ts";
import { isStoredSeries, seriesQuerySchema, type SeriesRequest, type SeriesView } from "../wire/series.ts";
import { answerError, answerFresh } from "./console-reply.ts";

const viewOf = async (series: Pick<TimeSeries, "query">, asked: SeriesRequest): Promise<SeriesView> => {
  const { lane: laneId, what, from, to, points } = asked;
  const query = (stored: SeriesQuery["what"]): Promise<SeriesView> =>
    series.query({ laneId, what: stored, from, to, points });
  if (isStoredSeries(what)) return query(what);
  const drift = driftOf({ ...(await series.query({ laneId, what: "gamma-background", from, to, points })) });
  return { ...drift, what };
};

/**
 * What charts ask for; shapes in `wire/series.ts`. Behind `requireSession`. Errors: 400 `bad-request` with all problems of
 * the query, 503 `series-failed` and `too-busy`. A lane that was never heard of has empty columns.
 */
export const addSeriesRoutes = (
  app: FastifyInstance,
  { series }: { readonly series: Pick<TimeSeries, "query"> },
): void => {
  app.get("/api/series", async ({ query }, reply) => {
    const asked = seriesQuerySchema.safeParse(query);
    if (!asked.success) return answerError(reply, problemsReply("The query", asked.error));
    return answerFresh(reply, await viewOf(series, asked.data));
  });
};
