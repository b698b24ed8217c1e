import type { FastifyInstance, FastifyReply } from "fastify";
import type { z } from "zod";
import { errorReply, problemsReply } from "../console/error-body.ts";
import type { AlarmHistory, HistoryQuery } from "../history/alarm-history.ts";
import type { HistoryRequest } from "../wire/history.ts";
import {
  figuresQuerySchema,
  handoverQuerySchema,
  historyQuerySchema,
  relatedQuerySchema,
} from "../wire/history.ts";
import { alarmIdSchema } from "../wire/scalars.ts";
import { answerError, answerFresh } from "./console-reply.ts";

const queryOf = (asked: HistoryRequest): HistoryQuery => ({
  cursor: asked.cursor ?? null,
  limit: asked.limit,
  filters: {
    text: asked.text,
    lanes: asked.lane,
    kinds: asked.kind,
    states: asked.state,
    dispositions: asked.disposition,
    loadClasses: asked.loadClass,
    officers: asked.officer,
    isOpen: asked.open === "true",
    from: asked.from,
    to: asked.to,
  },
});

/**
 * The whole history, its figures and the shift handover; shapes in `wire/history.ts`. Behind `requireSession`. Errors:
 * 400 `bad-request` with all problems of the query, 503 `history-failed` and `too-busy`.
 */
export const addHistoryRoutes = (
  app: FastifyInstance,
  { history }: { readonly history: AlarmHistory },
): void => {
  const answerTo = async <T>(
    reply: FastifyReply,
    { success, data, error }: z.ZodSafeParseResult<T>,
    answer: (asked: T) => Promise<unknown>,
  ): Promise<FastifyReply> =>
    success ? answerFresh(reply, await answer(data)) : answerError(reply, problemsReply("The query", error));

  app.get("/api/history", ({ query }, reply) =>
    answerTo(reply, historyQuerySchema.safeParse(query), (asked) => history.search(queryOf(asked))),
  );
  app.get("/api/figures", ({ query }, reply) =>
    answerTo(reply, figuresQuerySchema.safeParse(query), history.figures),
  );
  app.get("/api/handover", ({ query }, reply) =>
    answerTo(reply, handoverQuerySchema.safeParse(query), history.handover),
  );
  app.get<{ Params: { alarmId: string } }>("/api/alarms/:alarmId/related", async (request, reply) => {
    const id = alarmIdSchema.safeParse(request.params.alarmId);
    if (!id.success) return answerError(reply, errorReply("not-found", "There is no such alarm."));
    return answerTo(reply, relatedQuerySchema.safeParse(request.query), ({ vehicleId, containerId }) =>
      history.related(id.data, [vehicleId ?? "", containerId ?? ""]),
    );
  });
};
