import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { LanewatchError } from "../domain/errors.ts";
import {
  memoryBytesOf,
  normalPassphrase,
  ordinaryCost,
  type PassphraseHash,
  passphraseHashText,
  type ScryptCost,
} from "../identity/passphrase-hash.ts";
import type { SessionSecrets } from "../identity/sessions.ts";

const keyBytes = 32;
const saltBytes = 16;

const derive = (passphrase: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { n, r, p } = cost;
    // OpenSSL counts a little more than the table itself.
    const limits = { N: n, r, p, maxmem: memoryBytesOf(cost) + 1024 * 1024 + 256 * r * p };
    scrypt(passphrase, salt, keyBytes, limits, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });

/** The text of a user's `passphrase` in the configuration, with a salt of its own. */
export const hashPassphrase = async (
  passphrase: string,
  cost: ScryptCost = ordinaryCost,
): Promise<string> => {
  const salt = randomBytes(saltBytes);
  const key = await derive(normalPassphrase(passphrase), salt, cost);
  const { n, r, p } = cost;
  return passphraseHashText({ n, r, p, salt: salt.toString("base64url"), key: key.toString("base64url") });
};

/** Two at a time, so that checking takes 64 MiB and leaves processors to the rest. 64 wait; one more is turned away. */
const checkedAtOnceMax = 2;
const waitingMax = 64;

/**
 * Checks passphrases, compared in constant time, a bounded number at once.
 * @throws LanewatchError `too-busy` where too many wait already.
 */
export const openPassphraseCheck = (): ((passphrase: string, hash: PassphraseHash) => Promise<boolean>) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (passphrase, hash) => {
    if (waiting.length >= waitingMax)
      throw new LanewatchError("too-busy", "Too many people are signing in at once; try again in a moment.");
    if (running >= checkedAtOnceMax) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      const key = await derive(passphrase, Buffer.from(hash.salt, "base64url"), hash);
      const expected = Buffer.from(hash.key, "base64url");
      return key.length === expected.length && timingSafeEqual(key, expected);
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
};

export const sessionSecrets: SessionSecrets = {
  draw: () => randomBytes(32).toString("base64url"),
  digest: (secret) => createHash("sha256").update(secret).digest("base64url"),
};
