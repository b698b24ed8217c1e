import fastify from "fastify";
import { describe, expect, it } from "vitest";
import { addSeriesRoutes } from "../../src/adapters/console-series-routes.ts";
import { replyToThrown } from "../../src/console/error-body.ts";
import { answerError } from "../../src/adapters/console-reply.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { SeriesQuery } from "../../src/domain/series.ts";
import { answerOfPoints } from "../../src/series/answer.ts";
import { seriesViewSchema } from "../../src/wire/series.ts";

/** Three moments of a background that rises in one panel. */
const asked = async (
  url: string,
  fails = false,
): Promise<{ readonly status: number; readonly body: unknown; readonly queries: readonly SeriesQuery[] }> => {
  const queries: SeriesQuery[] = [];
  const app = fastify();
  app.setErrorHandler((error, _request, reply) => answerError(reply, replyToThrown(error)));
  addSeriesRoutes(app, {
    series: {
      query: (query) => {
        queries.push(query);
        if (fails)
          return Promise.reject(new LanewatchError("series-failed", "The time series cannot be reached."));
        const answer = answerOfPoints(query, [
          { atMs: 1_000, values: [200, 100, 0, null] },
          { atMs: 2_000, values: [200, 100, 0, null] },
          { atMs: 3_000, values: [200, 150, 0, null] },
        ]);
        return Promise.resolve(answer);
      },
    },
  });
  const response = await app.inject({ method: "GET", url });
  await app.close();
  return { status: response.statusCode, body: response.json(), queries };
};

describe("GET /api/series", () => {
  it("answers in columns, and says what was asked of the store", async () => {
    const { status, body, queries } = await asked(
      "/api/series?lane=truck-1&what=gamma-background&from=0&to=5000",
    );
    expect(status).toBe(200);
    const view = seriesViewSchema.parse(body);
    expect(view.at).toEqual([1_000, 2_000, 3_000]);
    expect(view.parts[1]?.mean).toEqual([100, 100, 150]);
    expect(queries).toEqual([
      { laneId: "truck-1", what: "gamma-background", from: 0, to: 5_000, points: 1_000 },
    ]);
  });

  it("makes the drift of the background, in per cent of its median", async () => {
    const { body, queries } = await asked("/api/series?lane=truck-1&what=drift&from=0&to=5000&points=10");
    const view = seriesViewSchema.parse(body);
    expect(queries[0]?.what).toBe("gamma-background");
    expect(view.what).toBe("drift");
    expect(view.parts.map(({ mean }) => mean)).toEqual([
      [0, 0, 0],
      [0, 0, 50],
      [null, null, null],
      [null, null, null],
    ]);
  });

  it.each([
    ["no lane", "what=z&from=0&to=1"],
    ["an unknown series", "lane=truck-1&what=weather&from=0&to=1"],
    ["an end before its beginning", "lane=truck-1&what=z&from=2&to=1"],
    ["more than a year", `lane=truck-1&what=z&from=0&to=${367 * 86_400_000}`],
    ["more points than a screen has", "lane=truck-1&what=z&from=0&to=1&points=5000"],
    ["something else", "lane=truck-1&what=z&from=0&to=1&colour=red"],
  ])("refuses %s", async (_, query) => {
    const { status, queries } = await asked(`/api/series?${query}`);
    expect(status).toBe(400);
    expect(queries).toEqual([]);
  });

  it("says that the store is away", async () => {
    const { status, body } = await asked("/api/series?lane=truck-1&what=z&from=0&to=1", true);
    expect(status).toBe(503);
    expect(JSON.stringify(body)).toContain("series-failed");
  });
});
