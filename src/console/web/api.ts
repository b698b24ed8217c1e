import type { z } from "zod";
import { errorBodySchema } from "../../wire/console.ts";
import type { CommandSender } from "./commands.ts";
import { sessionOver } from "./session.ts";
import type { Store } from "./store.ts";

/** How the page asks the server. Whatever answers 401 brings the sign-in over the page. */

const answerInMsMax = 15_000;

/** `fetch`, which notes in the store when the session is over. Rejects as `fetch` does: for the network alone. */
export const apiFetch =
  (store: Store) =>
  async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(path, init);
    if (response.status === 401) store.session.value = sessionOver(store.session.value);
    return response;
  };

export const senderFor = (store: Store): CommandSender => ({
  fetch: apiFetch(store),
  sleep: (delayInMs) => new Promise((resolve) => setTimeout(resolve, delayInMs)),
});

export type Answer<T> =
  | { readonly kind: "got"; readonly value: T }
  /** By the server's word; `code` of src/domain/errors.ts, empty where it is not known. See `troubleText`. */
  | { readonly kind: "failed"; readonly code: string }
  | { readonly kind: "unanswered" };

export interface GetOptions<T> {
  readonly schema: z.ZodType<T>;
  /** An earlier question that is not of interest any more is aborted, and answers `unanswered`. */
  readonly signal?: AbortSignal;
}

/** Asks for JSON of a form. Never rejects. */
export const getJson = async <T>(store: Store, path: string, options: GetOptions<T>): Promise<Answer<T>> => {
  const timeout = AbortSignal.timeout(answerInMsMax);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  try {
    const response = await apiFetch(store)(path, { signal });
    const body: unknown = await response.json();
    if (!response.ok) return { kind: "failed", code: errorBodySchema.safeParse(body).data?.error.code ?? "" };
    const parsed = options.schema.safeParse(body);
    return parsed.success ? { kind: "got", value: parsed.data } : { kind: "failed", code: "" };
  } catch {
    // The network, the deadline, the caller's abort, or an answer that is no JSON: there is no answer.
    return { kind: "unanswered" };
  }
};
