import type { z } from "zod";
import type { Decision } from "../domain/adjudication.ts";
import { refusals } from "../domain/adjudication.ts";
import type { ErrorCode } from "../domain/errors.ts";
import { errorCodes, LanewatchError } from "../domain/errors.ts";
import { problemsOf } from "../problems.ts";
import type { ErrorBody } from "../wire/console.ts";

/** What goes back over HTTP when something is wrong: a code, one sentence, and no more of the cause than that. */
export interface ErrorReply {
  readonly status: number;
  readonly body: ErrorBody;
}

export const errorReply = (code: ErrorCode, message: string): ErrorReply => ({
  status: errorCodes[code].status,
  body: { error: { code, message } },
});

export const refusalReply = (decision: Extract<Decision, { outcome: "refused" }>): ErrorReply => {
  const { status, body } = errorReply("command-refused", refusals[decision.refusal]);
  const { refusal, version, holder, missing } = decision;
  const why = {
    ...(holder === undefined ? {} : { holder }),
    ...(missing === undefined ? {} : { missing: [...missing] }),
  };
  return { status, body: { error: { ...body.error, refusal, version, ...why } } };
};

/** At most 50 problems; who sends more has enough to read. */
const problemsMax = 50;

/** All problems at once, each with its path. */
export const problemsReply = (subject: string, error: z.ZodError): ErrorReply => {
  const all = problemsOf(error);
  const problems = all.slice(0, problemsMax).map(({ path, message }) => ({ path, message }));
  const count = all.length === 1 ? "1 problem" : `${all.length} problems`;
  const { status, body } = errorReply("bad-request", `${subject} has ${count}.`);
  return { status, body: { error: { ...body.error, problems } } };
};

/** The reply to anything thrown, and whether it was foreseen. What was not is for the log, never for the browser. */
export const replyToThrown = (thrown: unknown): ErrorReply & { readonly foreseen: boolean } => {
  if (thrown instanceof LanewatchError) {
    return { ...errorReply(thrown.code, thrown.message), foreseen: thrown.code !== "internal" };
  }
  const status = statusOf(thrown);
  if (status === 413)
    return { ...errorReply("too-large", "The request is larger than 64 kB."), foreseen: true };
  // A file that must not be served (403) is as good as none.
  if (status === 403 || status === 404)
    return { ...errorReply("not-found", "There is nothing here."), foreseen: true };
  if (status === 415) return { ...errorReply("bad-request", "The body must be JSON."), foreseen: true };
  if (status >= 400 && status < 500) {
    return { ...errorReply("bad-request", "The request could not be read."), foreseen: true };
  }
  return { ...errorReply("internal", "The console made a mistake; its log says which."), foreseen: false };
};

/** HTTP frameworks put the status they mean on what they throw. */
const statusOf = (thrown: unknown): number =>
  typeof thrown === "object" &&
  thrown !== null &&
  "statusCode" in thrown &&
  typeof thrown.statusCode === "number"
    ? thrown.statusCode
    : 500;
