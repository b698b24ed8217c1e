import { latin1 } from "../line-codec.ts";

/**
 * The forms a field can have. `count`: exactly six digits, as the base records write them; the width is the only
 * integrity check the wire has. `number`: a decimal number, blanks before it allowed. `text`: up to 32 printable
 * characters.
 */
export type FieldForm = "count" | "number" | "text";

/** At most this many comma-separated fields on a line, tag and recorded time included. */
export const maxFields = 12;
const maxTextBytes = 32;

/** Where the fields of a line begin and end. */
export interface Fields {
  /** Fields on the line; `maxFields + 1` stands for "too many". */
  count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const comma = 0x2c;

/** Scratch of the one line being read: a measured hot loop (a million lines a second), so it is not allocated anew. */
const scratch: Fields = { count: 0, starts: new Int32Array(maxFields), ends: new Int32Array(maxFields) };

/** Splits bytes [start, end) at commas. The result is valid until the next call. */
export const splitFields = (bytes: Uint8Array, start: number, end: number): Fields => {
  let count = 0;
  let from = start;
  for (let at = start; at <= end; at += 1) {
    if (at !== end && bytes[at] !== comma) continue;
    if (count === maxFields) {
      scratch.count = maxFields + 1;
      return scratch;
    }
    scratch.starts[count] = from;
    scratch.ends[count] = at;
    count += 1;
    from = at + 1;
  }
  scratch.count = count;
  return scratch;
};

/** Exactly six digits, or NaN. */
export const countAt = (bytes: Uint8Array, start: number, end: number): number => {
  if (end - start !== 6) return Number.NaN;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

const numberForm = /^ *-?\d{1,12}(?:\.\d{1,12})?$/;

/** A decimal number, or NaN. */
export const numberAt = (bytes: Uint8Array, start: number, end: number): number => {
  if (end - start > maxTextBytes) return Number.NaN;
  const text = latin1(bytes, start, end);
  return numberForm.test(text) ? Number(text) : Number.NaN;
};

/** Printable ASCII of at most 32 characters, or undefined. */
export const textAt = (bytes: Uint8Array, start: number, end: number): string | undefined => {
  if (end - start > maxTextBytes) return undefined;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e) return undefined;
  }
  return latin1(bytes, start, end);
};
