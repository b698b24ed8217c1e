import type { FastifyInstance, FastifyReply } from "fastify";
import type { RunningConsole } from "../console/console.ts";
import { errorReply, problemsReply, refusalReply } from "../console/error-body.ts";
import type { Decision } from "../domain/adjudication.ts";
import { commandRequestSchema, laneCommandRequestSchema } from "../wire/console.ts";
import { alarmIdSchema, laneIdSchema } from "../wire/scalars.ts";
import { officerOf } from "./console-officer.ts";
import { answerError, answerFresh } from "./console-reply.ts";

const unknownAlarm = errorReply("not-found", "There is no such alarm.");

export interface AlarmRoutes {
  readonly console: RunningConsole;
}

/** An alarm whole, and what officers do about alarms and lanes. Behind `requireSession`. */
export const addAlarmRoutes = (app: FastifyInstance, routes: AlarmRoutes): void => {
  const { console: officers } = routes;

  app.get<{ Params: { alarmId: string } }>("/api/alarms/:alarmId", async (request, reply) => {
    const id = alarmIdSchema.safeParse(request.params.alarmId);
    const alarmCase = id.success ? await officers.anyCase(id.data) : undefined;
    return alarmCase === undefined ? answerError(reply, unknownAlarm) : answerFresh(reply, alarmCase);
  });

  app.post<{ Params: { alarmId: string } }>("/api/alarms/:alarmId/commands", async (request, reply) => {
    const id = alarmIdSchema.safeParse(request.params.alarmId);
    const command = commandRequestSchema.safeParse(request.body);
    if (!id.success) return answerError(reply, unknownAlarm);
    if (!command.success) return answerError(reply, problemsReply("The command", command.error));
    return answerDecision(reply, await officers.submitCommand(id.data, command.data, officerOf(request)));
  });

  app.post<{ Params: { laneId: string } }>("/api/lanes/:laneId/commands", async (request, reply) => {
    const id = laneIdSchema.safeParse(request.params.laneId);
    const command = laneCommandRequestSchema.safeParse(request.body);
    if (!id.success) return answerError(reply, errorReply("not-found", "There is no such lane."));
    if (!command.success) return answerError(reply, problemsReply("The command", command.error));
    return answerDecision(reply, await officers.submitLaneCommand(id.data, command.data, officerOf(request)));
  });
};

/** What the core decided: accepted, or refused with its reason. */
export const answerDecision = (reply: FastifyReply, decision: Decision): FastifyReply =>
  decision.outcome === "refused" ? answerError(reply, refusalReply(decision)) : answerFresh(reply, decision);
