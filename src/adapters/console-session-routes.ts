import { isIP } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errorReply, problemsReply } from "../console/error-body.ts";
import type { Identity, Session } from "../identity/identity.ts";
import type { DoorView, SessionView } from "../wire/console.ts";
import { signInSchema } from "../wire/console.ts";
import { secretIn, sessionCookie } from "./console-cookie.ts";
import { notSignedIn } from "./console-officer.ts";
import { answerError, answerFresh } from "./console-reply.ts";

export interface SessionRoutesOptions {
  readonly identity: Identity;
  readonly door: DoorView;
  /** Browsers come over TLS. */
  readonly isSecure: boolean;
}

/** What somebody who is not signed in may ask, and how they sign in and out. */
export const addSessionRoutes = (app: FastifyInstance, options: SessionRoutesOptions): void => {
  const { identity, door, isSecure } = options;
  const viewOf = (session: Session): SessionView => ({
    officer: session.officer,
    expiresAt: identity.expiresAt(session),
  });

  app.get("/api/door", (_request, reply) => answerFresh(reply, door));

  app.get("/api/session", (request, reply) => {
    const session = identity.sessionOf(secretIn(request.headers));
    return session === undefined ? answerError(reply, notSignedIn) : answerFresh(reply, viewOf(session));
  });

  app.post("/api/session", async (request, reply) => {
    const entered = signInSchema.safeParse(request.body);
    if (!entered.success) return answerError(reply, problemsReply("The sign-in", entered.error));
    const outcome = await identity.signIn({ ...entered.data, address: addressOf(request) });
    switch (outcome.kind) {
      case "signed-in":
        await identity.signOut(secretIn(request.headers));
        reply.header("set-cookie", sessionCookie(outcome.secret, isSecure));
        return answerFresh(reply, viewOf(outcome.session));
      case "refused":
        return answerError(
          reply,
          errorReply("sign-in-refused", "The name is unknown, or the passphrase is wrong."),
        );
      case "too-many-attempts":
        return turnAway(reply, outcome.retryInMs);
    }
  });

  app.delete("/api/session", async (request, reply) => {
    await identity.signOut(secretIn(request.headers));
    return reply.header("set-cookie", sessionCookie(null, isSecure)).code(204).send();
  });
};

const turnAway = (reply: FastifyReply, retryInMs: number): FastifyReply => {
  const seconds = Math.ceil(retryInMs / 1000);
  reply.header("retry-after", seconds);
  return answerError(
    reply,
    errorReply("too-many-attempts", `Too many attempts to sign in; try again in ${seconds} s.`),
  );
};

/** A proxy's header may say anything; what is no address is nobody's. */
const addressOf = ({ ip }: FastifyRequest): string => (isIP(ip) === 0 ? "an unknown address" : ip);
