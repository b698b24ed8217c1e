import type { Officer } from "../../domain/officers.ts";
import { doorViewSchema, errorBodySchema, sessionViewSchema } from "../../wire/console.ts";
import type { DoorView, SessionView, SignIn } from "../../wire/console.ts";

/** Who is signed in, as far as the page knows. */
export type SessionState =
  /** The server has not said yet. */
  | { readonly kind: "unknown" }
  | { readonly kind: "signed-in"; readonly officer: Officer }
  /** `was`: whose session is over while the page is open; null where nobody was signed in on it. */
  | { readonly kind: "signed-out"; readonly was: Officer | null };

export const officerOf = (session: SessionState): Officer | null => {
  switch (session.kind) {
    case "unknown":
    case "signed-out":
      return null;
    case "signed-in":
      return session.officer;
  }
};

/** The session is over, by the server's word; who it was is kept, so that the same officer goes on where they were. */
export const sessionOver = (session: SessionState): SessionState => {
  switch (session.kind) {
    case "unknown":
      return { kind: "signed-out", was: null };
    case "signed-in":
      return { kind: "signed-out", was: session.officer };
    case "signed-out":
      return session;
  }
};

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

export type SessionAnswer =
  | { readonly kind: "signed-in"; readonly session: SessionView }
  | { readonly kind: "signed-out" }
  | { readonly kind: "unanswered" };

export type SignInAnswer =
  | { readonly kind: "signed-in"; readonly session: SessionView }
  | { readonly kind: "wrong" | "too-many" | "unanswered" | "failed" };

const answerInMsMax = 8000;
const bounded = (): Pick<RequestInit, "signal"> => ({ signal: AbortSignal.timeout(answerInMsMax) });

const jsonOf = async (response: Response): Promise<unknown> => {
  try {
    return await response.json();
  } catch {
    // Cut short or a proxy's page: as good as no answer, and the callers treat it so.
    return undefined;
  }
};

const answered = async (fetch: Fetch, path: string, init: RequestInit): Promise<Response | null> => {
  try {
    return await fetch(path, { ...init, ...bounded() });
  } catch {
    // fetch rejects for the network alone; the callers say that nobody answered.
    return null;
  }
};

/** What the server says to somebody who is not signed in; null where it does not answer. Never rejects. */
export const fetchDoor = async (fetch: Fetch): Promise<DoorView | null> => {
  const response = await answered(fetch, "/api/door", {});
  if (response?.ok !== true) return null;
  const door = doorViewSchema.safeParse(await jsonOf(response));
  return door.success ? door.data : null;
};

/** Never rejects. */
export const fetchSession = async (fetch: Fetch): Promise<SessionAnswer> => {
  const response = await answered(fetch, "/api/session", {});
  if (response === null) return { kind: "unanswered" };
  if (response.status === 401) return { kind: "signed-out" };
  const session = sessionViewSchema.safeParse(await jsonOf(response));
  return session.success ? { kind: "signed-in", session: session.data } : { kind: "unanswered" };
};

/** Never rejects. */
export const signIn = async (fetch: Fetch, { name, passphrase }: SignIn): Promise<SignInAnswer> => {
  const response = await answered(fetch, "/api/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, passphrase }),
  });
  if (response === null) return { kind: "unanswered" };
  const body = await jsonOf(response);
  const session = sessionViewSchema.safeParse(body);
  if (response.ok && session.success) return { kind: "signed-in", session: session.data };
  const code = errorBodySchema.safeParse(body).data?.error.code;
  if (response.status === 429 || code === "too-busy") return { kind: "too-many" };
  if (response.status === 401) return { kind: "wrong" };
  return { kind: response.status >= 500 ? "unanswered" : "failed" };
};

/** True where the server has ended the session. Never rejects. */
export const signOut = async (fetch: Fetch): Promise<boolean> => {
  const response = await answered(fetch, "/api/session", { method: "DELETE" });
  return response !== null && (response.ok || response.status === 401);
};
