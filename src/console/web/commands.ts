import type { AlarmCase, Decision, Refusal } from "../../domain/adjudication.ts";
import { refusals } from "../../domain/adjudication.ts";
import { type DispositionField, dispositionFields } from "../../domain/dispositions.ts";
import type { AlarmId, LaneId } from "../../domain/ids.ts";
import { alarmCaseSchema } from "../../wire/alarm.ts";
import { decisionSchema } from "../../wire/command.ts";
import { errorBodySchema } from "../../wire/console.ts";
import type { CommandRequest, ErrorBody, LaneCommandRequest } from "../../wire/console.ts";

/** What became of a command that was sent. */
export type CommandResult =
  | { readonly kind: "accepted"; readonly version: number }
  /** `refusal` null: for a reason this page does not know. `holder`: who holds the alarm, where that is why. */
  | {
      readonly kind: "refused";
      readonly refusal: Refusal | null;
      readonly holder: string | null;
      readonly missing: readonly DispositionField[];
    }
  /** Nobody knows whether it was carried out: sending the same command again is safe. */
  | { readonly kind: "unanswered" }
  /** It was not carried out, for nobody is signed in. */
  | { readonly kind: "signed-out" }
  | { readonly kind: "failed"; readonly code: string; readonly problems: readonly string[] };

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
const isField = (text: string): text is DispositionField => Object.hasOwn(dispositionFields, text);

export const alarmPath = (alarmId: AlarmId): string => `/api/alarms/${encodeURIComponent(alarmId)}`;
export const lanePath = (laneId: LaneId): string => `/api/lanes/${encodeURIComponent(laneId)}`;

const bodyOf = async (response: Response): Promise<unknown> => {
  try {
    return await response.json();
  } catch {
    // Cut short or not JSON at all (a proxy's page): no answer either way, and the callers treat it so.
    return undefined;
  }
};

const decided = (decision: Decision): CommandResult =>
  decision.outcome === "accepted"
    ? { kind: "accepted", version: decision.version }
    : {
        kind: "refused",
        refusal: decision.refusal,
        holder: decision.holder ?? null,
        missing: decision.missing ?? [],
      };

const failed = ({ error }: ErrorBody, status: number): CommandResult => {
  const { code, refusal, problems, holder, missing } = error;
  if (code === "command-refused") {
    return {
      kind: "refused",
      refusal: isRefusal(refusal) ? refusal : null,
      holder: holder ?? null,
      missing: (missing ?? []).filter(isField),
    };
  }
  if (status === 401) return { kind: "signed-out" };
  if (status >= 500) return { kind: "unanswered" };
  return {
    kind: "failed",
    code,
    problems: (problems ?? []).map((problem) => `${problem.path}: ${problem.message}`),
  };
};

/** What the answer to a command says. */
export const resultOf = async (response: Response): Promise<CommandResult> => {
  const body = await bodyOf(response);
  if (response.ok) {
    const decision = decisionSchema.safeParse(body);
    return decision.success ? decided(decision.data) : { kind: "unanswered" };
  }
  const parsed = errorBodySchema.safeParse(body);
  if (parsed.success) return failed(parsed.data, response.status);
  if (response.status === 401) return { kind: "signed-out" };
  return response.status >= 500 ? { kind: "unanswered" } : { kind: "failed", code: "", problems: [] };
};

const attempt = async (
  path: string,
  request: CommandRequest | LaneCommandRequest,
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

/**
 * Sends a command to `path`, `/api/alarms/…/commands` or `/api/lanes/…/commands`; repeats it unchanged, with its id, where
 * no answer came. Never rejects.
 */
export const sendCommand = async (
  path: string,
  request: CommandRequest | LaneCommandRequest,
  sender: CommandSender,
): Promise<CommandResult> => {
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
