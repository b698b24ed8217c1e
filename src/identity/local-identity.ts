import type { Clock } from "../ports.ts";
import { openAttemptLimit } from "./attempt-limit.ts";
import type { Identity } from "./identity.ts";
import {
  decoyOf,
  normalPassphrase,
  ordinaryCost,
  parsePassphraseHash,
  type PassphraseHash,
} from "./passphrase-hash.ts";
import {
  type Account,
  openSessions,
  type SessionLimits,
  type SessionSecrets,
  type SessionStore,
} from "./sessions.ts";
import { nameKeyOf, type User } from "./user-settings.ts";

export interface LocalIdentityOptions {
  readonly users: readonly User[];
  readonly limits: SessionLimits;
  readonly clock: Clock;
  readonly secrets: SessionSecrets;
  readonly store: SessionStore;
  /** In constant time. @throws LanewatchError `too-busy`. */
  readonly isRight: (passphrase: string, hash: PassphraseHash) => Promise<boolean>;
  /** For the program's log: who signed in and out, and who was refused. Never what an unknown person typed. */
  readonly onNote: (note: IdentityNote) => void;
}

export interface IdentityNote {
  readonly level: "info" | "warn";
  readonly sentence: string;
}

interface KnownUser extends Account {
  readonly hash: PassphraseHash;
}

/** Named local users with a passphrase each. Unknown names take the same way as known ones, against a decoy. */
export const openLocalIdentity = async (options: LocalIdentityOptions): Promise<Identity> => {
  const { clock, isRight, onNote, secrets } = options;
  const known = new Map(options.users.flatMap((user) => knownUsers(user, secrets)));
  const decoy = decoyOf([...known.values()][0]?.hash ?? ordinaryCost);
  const attempts = openAttemptLimit();
  const credentials = new Set(Array.from(known.values(), ({ credential }) => credential));
  const sessions = await openSessions({ ...options, isCurrent: (credential) => credentials.has(credential) });

  const warn = (sentence: string): void => onNote({ level: "warn", sentence });

  const signIn: Identity["signIn"] = async ({ name, passphrase, address }) => {
    const nameKey = nameKeyOf(name);
    const user = known.get(nameKey);
    const who = user === undefined ? "Somebody of an unknown name" : user.officer.name;
    const admission = attempts.begin(clock.monotonic(), { nameKey, address });
    if (admission.kind === "turned-away") {
      if (admission.isFirst) warn(`${who} is turned away at ${address}: too many attempts to sign in.`);
      return { kind: "too-many-attempts", retryInMs: admission.retryInMs };
    }
    const isSame = await isRight(normalPassphrase(passphrase), user?.hash ?? decoy);
    if (user === undefined || !isSame) {
      warn(`${who} was refused at ${address}${user === undefined ? "" : ": wrong passphrase"}.`);
      return { kind: "refused" };
    }
    attempts.succeeded({ nameKey, address });
    const opened = await sessions.open(user);
    onNote({
      level: "info",
      sentence: `${user.officer.name} signed in at ${address} (${user.officer.role}).`,
    });
    return { kind: "signed-in", ...opened };
  };

  return {
    signIn,
    sessionOf: sessions.of,
    expiresAt: sessions.expiresAt,
    signOut: async (secret) => {
      const session = sessions.of(secret);
      await sessions.end(secret);
      if (session !== undefined) onNote({ level: "info", sentence: `${session.officer.name} signed out.` });
    },
    whenEnded: sessions.whenEnded,
    close: sessions.close,
  };
};

const knownUsers = (
  { name, role, passphrase }: User,
  { digest }: SessionSecrets,
): readonly (readonly [string, KnownUser])[] => {
  const hash = parsePassphraseHash(passphrase);
  const credential = digest(JSON.stringify([name, role, passphrase]));
  return hash === undefined ? [] : [[nameKeyOf(name), { officer: { name, role }, credential, hash }]];
};
