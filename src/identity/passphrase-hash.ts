/** What scrypt costs (RFC 7914): memory 128·N·r bytes, time proportional to N·r·p. */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** `scrypt:N:r:p:SALT:KEY`, salt and key in base64url: all that is needed to check a passphrase, and not to find it. */
export interface PassphraseHash extends ScryptCost {
  readonly salt: string;
  readonly key: string;
}

/** 32 MiB and a quarter of a second: one of the costs that the OWASP Password Storage Cheat Sheet asks for at the least. */
export const ordinaryCost: ScryptCost = { n: 32_768, r: 8, p: 3 };

/** 256 MiB: what checking one passphrase may take of memory. */
const memoryBytesMax = 256 * 1024 * 1024;

export const memoryBytesOf = ({ n, r }: ScryptCost): number => 128 * n * r;

/** N: a power of two from 1024 to 2^20; r to 32, p to 16; salt of 16 to 64 bytes, key of 32. */
const pattern = /^scrypt:(?<n>\d{4,7}):(?<r>\d{1,2}):(?<p>\d{1,2}):(?<salt>[\w-]{22,86}):(?<key>[\w-]{43})$/;

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value));

/** The hash, or undefined where the text is none or would cost more than is bearable. */
export const parsePassphraseHash = (text: string): PassphraseHash | undefined => {
  const groups = pattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { n: nText, r: rText, p: pText, salt = "", key = "" } = groups;
  const cost = { n: Number(nText), r: Number(rText), p: Number(pText) };
  const { n, r, p } = cost;
  const isWithin = isPowerOfTwo(n) && n >= 1024 && n <= 2 ** 20 && r >= 1 && r <= 32 && p >= 1 && p <= 16;
  return isWithin && memoryBytesOf(cost) <= memoryBytesMax ? { ...cost, salt, key } : undefined;
};

export const passphraseHashText = ({ n, r, p, salt, key }: PassphraseHash): string =>
  `scrypt:${n}:${r}:${p}:${salt}:${key}`;

/**
 * What an unknown name's passphrase is compared with, at the same cost, so that an unknown name takes as long as a
 * wrong passphrase. Nothing hashes to it.
 */
export const decoyOf = ({ n, r, p }: ScryptCost): PassphraseHash => ({
  ...{ n, r, p },
  salt: "A".repeat(22),
  key: "A".repeat(43),
});

/** Entered on one keyboard and checked on another: the same text whatever the two make of accents (NIST SP 800-63B). */
export const normalPassphrase = (passphrase: string): string => passphrase.normalize("NFKC");
