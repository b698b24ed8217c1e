import type { AlarmCase, Refusal } from "../../domain/adjudication.ts";
import { refusals } from "../../domain/adjudication.ts";
import type { ErrorCode } from "../../domain/errors.ts";
import { errorCodes } from "../../domain/errors.ts";
import type { AlarmId } from "../../domain/ids.ts";
import { alarmCaseSchema, decisionSchema } from "../../wire/alarm.ts";
import { errorBodySchema } from "../../wire/console.ts";
import type { CommandRequest } from "../../wire/console.ts";

/** What became of a command that was sent. */
export type CommandResult =
  | { readonly kind: "accepted"; readonly version: number }
  /** `null`: refused for a reason this page does not know. */
  | { readonly kind: "refused"; readonly refusal: Refusal | null }
  /** Nobody knows whether it was carried out: sending the same command again is safe. */
  | { readonly kind: "unanswered" }
  | { readonly kind: "failed"; readonly code: ErrorCode | null; readonly problems: readonly string[] };

/** Where one alarm's latest command stands. The request is kept so that a repeat carries the same id. */
export interface CommandProgress {
  readonly request: CommandRequest;
  readonly result: CommandResult | null;
}

export interface CommandSender {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  readonly sleep: (delayInMs: number) => Promise<void>;
}

/** Waits before the second, third and fourth attempt; then the officer is asked. */
export const retryDelaysInMs: readonly number[] = [500, 1000, 2000];
const attemptInMsMax = 8000;

const isRefusal = (text: string | undefined): text is Refusal =>
  text !== undefined && Object.hasOwn(refusals, text);
const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCodes, text);

const alarmPath = (alarmId: AlarmId): string => `/api/alarms/${encodeURIComponent(alarmId)}`;

const bodyOf = async (response: Response): Promise<unknown> => {
  try {
    return await response.json();
  } catch {
    // Cut short or not JSON at all (a proxy's page): no answer either way, and the callers treat it so.
    return undefined;
  }
};

const resultOf = async (response: Response): Promise<CommandResult> => {
  const body = await bodyOf(response);
  if (response.ok) {
    const decision = decisionSchema.safeParse(body);
    if (!decision.success) return { kind: "unanswered" };
    return decision.data.outcome === "accepted"
      ? { kind: "accepted", version: decision.data.version }
      : { kind: "refused", refusal: decision.data.refusal };
  }
  const parsed = errorBodySchema.safeParse(body);
  if (!parsed.success) {
    return response.status >= 500 ? { kind: "unanswered" } : { kind: "failed", code: null, problems: [] };
  }
  const { code, refusal, problems } = parsed.data.error;
  if (code === "command-refused") return { kind: "refused", refusal: isRefusal(refusal) ? refusal : null };
  if (response.status >= 500) return { kind: "unanswered" };
  return {
    kind: "failed",
    code: isErrorCode(code) ? code : null,
    problems: (problems ?? []).map((problem) => `${problem.path}: ${problem.message}`),
  };
};

const attempt = async (
  path: string,
  request: CommandRequest,
  sender: CommandSender,
): Promise<CommandResult> => {
  try {
    const response = await sender.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(attemptInMsMax),
    });
    return await resultOf(response);
  } catch {
    // fetch rejects for the network alone; whether the command arrived is not known.
    return { kind: "unanswered" };
  }
};

/** Sends a command; repeats it unchanged, with its id, where no answer came. Never rejects. */
export const sendCommand = async (
  alarmId: AlarmId,
  request: CommandRequest,
  sender: CommandSender,
): Promise<CommandResult> => {
  const path = `${alarmPath(alarmId)}/commands`;
  let result = await attempt(path, request, sender);
  for (const delayInMs of retryDelaysInMs) {
    if (result.kind !== "unanswered") return result;
    await sender.sleep(delayInMs);
    result = await attempt(path, request, sender);
  }
  return result;
};

/** The alarm as the server has it now; null where it cannot be had. Never rejects. */
export const fetchCase = async (
  alarmId: AlarmId,
  { fetch }: Pick<CommandSender, "fetch">,
): Promise<AlarmCase | null> => {
  try {
    const response = await fetch(alarmPath(alarmId), { signal: AbortSignal.timeout(attemptInMsMax) });
    const parsed = alarmCaseSchema.safeParse(await bodyOf(response));
    return parsed.success ? parsed.data : null;
  } catch {
    // The pushed messages bring the alarm sooner or later; the page says meanwhile that the connection is lost.
    return null;
  }
};
