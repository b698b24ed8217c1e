import { z } from "zod";
import type { Officer } from "../domain/officers.ts";
import { type WallMs, wallMs } from "../domain/units.ts";
import type { Clock } from "../ports.ts";
import { officerSchema } from "../wire/command.ts";
import { wallMsSchema } from "../wire/scalars.ts";
import type { Session } from "./identity.ts";

export interface SessionLimits {
  /** From the sign-in on, whatever is done. */
  readonly limitInMs: number;
  /** From the last request on. */
  readonly idleLimitInMs: number;
}

/** Somebody who may have sessions. `credential` changes with name, role and passphrase, and ends sessions of before. */
export interface Account {
  readonly officer: Officer;
  readonly credential: string;
}

const keptSessionSchema = z
  .strictObject({
    id: z.string().regex(/^[\w-]{43}$/),
    officer: officerSchema,
    credential: z.string(),
    since: wallMsSchema,
    seenAt: wallMsSchema,
  })
  .readonly();
export type KeptSession = z.infer<typeof keptSessionSchema>;

/** What a session store holds: no secrets, only their digests. */
export const keptSessionsSchema = z
  .strictObject({ version: z.literal(1), sessions: z.array(keptSessionSchema).readonly() })
  .readonly();

/** Keeps sessions over a restart. */
export interface SessionStore {
  /** None where there are none, or they cannot be read, which the store tells of itself. */
  readonly load: () => Promise<readonly KeptSession[]>;
  /** Replaces what was kept; a failure is told of by the store itself. */
  readonly save: (sessions: readonly KeptSession[]) => Promise<void>;
}

export interface SessionSecrets {
  /** 256 random bits, base64url. */
  readonly draw: () => string;
  /** SHA-256, base64url. */
  readonly digest: (secret: string) => string;
}

/** Sessions of any way to sign in. */
export interface Sessions {
  readonly open: (account: Account) => Promise<{ readonly secret: string; readonly session: Session }>;
  readonly of: (secret: string | undefined) => Session | undefined;
  readonly expiresAt: (session: Session) => WallMs;
  readonly end: (secret: string | undefined) => Promise<void>;
  readonly whenEnded: (session: Session, act: () => void) => () => void;
  readonly close: () => Promise<void>;
}

/** 16 browsers of one officer. At one more the session unused for longest ends. Times 500 users: 8 000 sessions. */
export const sessionsAnOfficerMax = 16;

/** How often ended sessions are looked for; sockets close so much later at the most. */
export const sweepInMs = 1_000;
/** Signs of life are kept so often; a crash forgets those since. */
export const keepInMs = 30_000;

const endOf = ({ since, seenAt }: KeptSession, { limitInMs, idleLimitInMs }: SessionLimits): WallMs =>
  wallMs(Math.min(since + limitInMs, seenAt + idleLimitInMs));

/**
 * Opens the sessions that were kept, but for those of accounts that are no more what they were.
 * @param options.isCurrent whether an account of that credential may have sessions.
 */
export const openSessions = async (options: {
  readonly limits: SessionLimits;
  readonly isCurrent: (credential: string) => boolean;
  readonly clock: Clock;
  readonly secrets: SessionSecrets;
  readonly store: SessionStore;
}): Promise<Sessions> => {
  const { limits, clock, secrets, store } = options;
  const isOver = (session: KeptSession): boolean => clock.wall() >= endOf(session, limits);
  const kept = (await store.load()).filter((each) => options.isCurrent(each.credential) && !isOver(each));
  /** The one unused for longest first. */
  const book = new Map(kept.toSorted((a, b) => a.seenAt - b.seenAt).map((each) => [each.id, each]));
  const wishes = new Map<string, Set<() => void>>();
  const keep = keeperOf(store, () => [...book.values()]);
  const stop = new AbortController();
  let isTouched = false;

  const finish = (id: string): void => {
    book.delete(id);
    const acts = wishes.get(id) ?? [];
    wishes.delete(id);
    for (const act of acts) act();
  };

  const sweep = async (): Promise<void> => {
    for (let keptAt = clock.monotonic(); ;) {
      await clock.sleep(sweepInMs, stop.signal);
      if (stop.signal.aborted) return;
      const over = [...book.values()].filter(isOver);
      for (const { id } of over) finish(id);
      const isDue = isTouched && clock.monotonic() - keptAt >= keepInMs;
      if (over.length === 0 && !isDue) continue;
      keptAt = clock.monotonic();
      isTouched = false;
      await keep();
    }
  };
  const sweeping = sweep();

  const live = (id: string): KeptSession | undefined => {
    const session = book.get(id);
    if (session === undefined || !isOver(session)) return session;
    finish(id);
    return undefined;
  };

  return {
    open: async ({ officer, credential }) => {
      const secret = secrets.draw();
      const id = secrets.digest(secret);
      const now = clock.wall();
      const own = [...book.values()].filter((each) => each.officer.name === officer.name);
      for (const { id: old } of own.slice(0, Math.max(0, own.length + 1 - sessionsAnOfficerMax))) finish(old);
      book.set(id, { id, officer, credential, since: now, seenAt: now });
      await keep();
      return { secret, session: { id, officer } };
    },
    of: (secret) => {
      const session = secret === undefined ? undefined : live(secrets.digest(secret));
      if (session === undefined) return undefined;
      book.delete(session.id);
      book.set(session.id, { ...session, seenAt: clock.wall() });
      isTouched = true;
      return { id: session.id, officer: session.officer };
    },
    expiresAt: ({ id }) => {
      const session = book.get(id);
      return session === undefined ? clock.wall() : endOf(session, limits);
    },
    end: async (secret) => {
      const id = secret === undefined ? undefined : secrets.digest(secret);
      if (id === undefined || !book.has(id)) return;
      finish(id);
      await keep();
    },
    whenEnded: ({ id }, act) => {
      if (live(id) === undefined) {
        act();
        return () => undefined;
      }
      const acts = wishes.get(id) ?? new Set();
      wishes.set(id, acts.add(act));
      return () => void acts.delete(act);
    },
    close: async () => {
      stop.abort();
      await sweeping;
      await keep();
    },
  };
};

/** Saves one at a time, and once for all who ask before it begins; resolves when what stood at the call is saved. */
const keeperOf = (store: SessionStore, all: () => readonly KeptSession[]): (() => Promise<void>) => {
  let last = Promise.resolve();
  let next: Promise<void> | null = null;
  return () => {
    next ??= last.then(() => {
      next = null;
      return store.save(all());
    });
    last = next;
    return next;
  };
};
