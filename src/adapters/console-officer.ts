import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errorReply } from "../console/error-body.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { Officer, Role } from "../domain/officers.ts";
import { roles } from "../domain/officers.ts";
import type { Identity, Session } from "../identity/identity.ts";
import { secretIn } from "./console-cookie.ts";
import { answerError } from "./console-reply.ts";

const sessions = new WeakMap<FastifyRequest, Session>();

/** Everything that is added to this instance is for people who are signed in: others get 401 `not-signed-in`. */
export const requireSession = (app: FastifyInstance, identity: Identity): void => {
  app.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    const session = identity.sessionOf(secretIn(request.headers));
    if (session === undefined) return answerError(reply, notSignedIn);
    sessions.set(request, session);
    return undefined;
  });
};

export const notSignedIn = errorReply(
  "not-signed-in",
  "Nobody is signed in at this browser, or not any more.",
);

/** Who asks, in a route behind `requireSession`. */
export const officerOf = (request: FastifyRequest): Officer => {
  const session = sessions.get(request);
  if (session === undefined) throw new LanewatchError("internal", "This route asks for no session.");
  return session.officer;
};

/**
 * Who asks, where the role may.
 * @throws LanewatchError `not-permitted`.
 */
export const officerInRole = (request: FastifyRequest, permitted: readonly Role[]): Officer => {
  const officer = officerOf(request);
  if (permitted.includes(officer.role)) return officer;
  const labels = permitted.map((role) => roles[role].label.toLowerCase()).join(" or ");
  throw new LanewatchError("not-permitted", `This takes the role of ${labels}.`);
};
