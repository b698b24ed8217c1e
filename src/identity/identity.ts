import type { Officer } from "../domain/officers.ts";
import type { WallMs } from "../domain/units.ts";

/** Somebody is signed in at one browser. */
export interface Session {
  /** Digest of the secret that the browser holds: names the session, and does not open it. */
  readonly id: string;
  readonly officer: Officer;
}

export interface SignInAttempt {
  readonly name: string;
  readonly passphrase: string;
  /** Where the request comes from, an IP address. */
  readonly address: string;
}

export type SignInOutcome =
  /** `secret` goes to the browser and is kept nowhere else. */
  | { readonly kind: "signed-in"; readonly secret: string; readonly session: Session }
  /** The name is unknown or the passphrase wrong: which of the two, nobody is told. */
  | { readonly kind: "refused" }
  | { readonly kind: "too-many-attempts"; readonly retryInMs: number };

/**
 * Who is there. The one seam between the console and how people are known: named local users today
 * (`local-identity.ts`).
 */
export interface Identity {
  /** @throws LanewatchError `too-busy` so many passphrases are being checked that this one was not. */
  readonly signIn: (attempt: SignInAttempt) => Promise<SignInOutcome>;
  /** The session a browser's secret opens, which counts as a sign of life; undefined where there is none (any more). */
  readonly sessionOf: (secret: string | undefined) => Session | undefined;
  /** When the session ends where nothing is done meanwhile. */
  readonly expiresAt: (session: Session) => WallMs;
  /** Resolves when the sign-out would outlive a crash. */
  readonly signOut: (secret: string | undefined) => Promise<void>;
  /** `act` is called once when the session ends, at once where it has; the answer takes the wish back. */
  readonly whenEnded: (session: Session, act: () => void) => () => void;
  /** Keeps what a restart needs, and stops. */
  readonly close: () => Promise<void>;
}
