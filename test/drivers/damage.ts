import type { Chance } from "../../simulators/chance.ts";

/** Bytes [start, end) of a capture exchanged for others. */
export interface Damage {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly put: Uint8Array;
}

export const damaged = (bytes: Uint8Array, { start, end, put }: Damage): Uint8Array => {
  const result = new Uint8Array(bytes.length - (end - start) + put.length);
  result.set(bytes.subarray(0, start), 0);
  result.set(put, start);
  result.set(bytes.subarray(end), start + put.length);
  return result;
};

const chanceByte = (chance: Chance): number => Math.floor(chance.between(0, 256));

export const chanceBytes = (chance: Chance, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => chanceByte(chance));

/** Random bytes put in, bytes changed, bytes taken out; in most cases a few of them, in some a few hundred. */
export const chanceDamage = (chance: Chance, bytes: Uint8Array): Damage => {
  const start = Math.floor(chance.between(0, bytes.length));
  const length = 1 + Math.floor(chance.exponential(chance.happens(0.8) ? 3 : 200));
  const end = Math.min(bytes.length, start + length);
  if (chance.happens(1 / 3)) return { kind: "put in", start, end: start, put: chanceBytes(chance, length) };
  if (chance.happens(1 / 2)) return { kind: "taken out", start, end, put: new Uint8Array(0) };
  const put = bytes.slice(start, end).map((byte) => byte ^ (1 << Math.floor(chance.between(0, 8))));
  return { kind: "flipped", start, end, put };
};

const repeated = (text: string, times: number): Uint8Array =>
  Uint8Array.from(Buffer.from(text.repeat(times), "latin1"));

/** Bytes that no portal sends, by name. */
export const garbage = (chance: Chance): readonly (readonly [name: string, bytes: Uint8Array])[] => [
  ["random bytes", chanceBytes(chance, 100_000)],
  ["random bytes without LF", chanceBytes(chance, 20_000).map((byte) => (byte === 0x0a ? 0 : byte))],
  ["random printable characters", chanceBytes(chance, 20_000).map((byte) => 0x20 + (byte % 0x5f))],
  [
    "random digits and commas",
    chanceBytes(chance, 20_000).map((byte) => (byte < 60 ? 0x2c : 0x30 + (byte % 10))),
  ],
  ["a megabyte without LF", repeated("G", 1_000_000)],
  ["a megabyte line", repeated("G", 1_000_000 - 1).map((byte, at) => (at === 999_998 ? 0x0a : byte))],
  ["NULs", repeated("\0", 50_000)],
  ["LFs", repeated("\n", 50_000)],
  ["CRs", repeated("\r", 50_000)],
  ["CR LFs", repeated("\r\n", 50_000)],
  ["commas", repeated(",", 50_000)],
  ["bytes 255", repeated("\xff", 50_000)],
];
