import type { FastifyReply } from "fastify";
import type { ErrorReply } from "../console/error-body.ts";

/** The coded answer to what went wrong. */
export const answerError = (reply: FastifyReply, { status, body }: ErrorReply): FastifyReply =>
  reply.code(status).header("cache-control", "no-store").type("application/json; charset=utf-8").send(body);

/** What is of now, and in no cache afterwards. */
export const answerFresh = (reply: FastifyReply, value: unknown): FastifyReply =>
  reply.header("cache-control", "no-store").send(value);
