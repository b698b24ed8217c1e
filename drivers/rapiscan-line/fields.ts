import { latin1 } from "../line-codec.ts";

/**
 * The forms a field can have. `count`: exactly six digits, as the base records write them; the width is the only
 * integrity check the wire has. `number`: a decimal number, blanks before it allowed; `rate`: the same, not below zero.
 * `text`: up to 32 printable characters.
 */
export type FieldForm = "count" | "number" | "rate" | "text";

/** At most this many comma-separated fields on a line, tag and recorded time included: 5 times what any record has. */
export const maxFields = 64;
const maxTextBytes = 32;

/** Where the fields of a line begin and end. */
export interface Fields {
  /** Fields on the line; `maxFields + 1` stands for "too many". */
  count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const blank = 0x20;
const comma = 0x2c;
const hyphen = 0x2d;
const dot = 0x2e;
const zero = 0x30;

/** Scratch of the one line being read: a measured hot loop (millions of lines a second), so it is not allocated anew. */
const scratch: Fields = { count: 0, starts: new Int32Array(maxFields), ends: new Int32Array(maxFields) };

/** Splits bytes [start, end) at commas. The result is valid until the next call. */
export const splitFields = (bytes: Uint8Array, start: number, end: number): Fields => {
  const { starts, ends } = scratch;
  let count = 0;
  let from = start;
  for (let at = start; at < end; at += 1) {
    if (bytes[at] !== comma) continue;
    if (count === maxFields) break;
    starts[count] = from;
    ends[count] = at;
    count += 1;
    from = at + 1;
  }
  if (count < maxFields) {
    starts[count] = from;
    ends[count] = end;
  }
  scratch.count = count + 1;
  return scratch;
};

/** Exactly six digits, or NaN. */
export const countAt = (bytes: Uint8Array, start: number, end: number): number => {
  if (end - start !== 6) return Number.NaN;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

/** Digits before, and digits after the point of a number. */
const maxDigits = 12;
/** Up to here an integer and a power of ten are exact doubles, and their quotient is the double nearest the decimal. */
const maxExactDigits = 15;
const powersOfTen = Array.from({ length: maxDigits + 1 }, (_, exponent) => 10 ** exponent);

/** A decimal number `-12.345`, blanks before it allowed and no exponent, or NaN. Minus zero is zero. */
export const numberAt = (bytes: Uint8Array, start: number, end: number): number => {
  if (end - start > maxTextBytes) return Number.NaN;
  let at = start;
  while (at < end && bytes[at] === blank) at += 1;
  const negative = at < end && bytes[at] === hyphen;
  const digitsStart = negative ? at + 1 : at;
  let point = -1;
  let value = 0;
  for (at = digitsStart; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === dot - zero && point === -1) point = at;
    else return Number.NaN;
  }
  const wholeDigits = (point === -1 ? end : point) - digitsStart;
  const decimals = point === -1 ? 0 : end - point - 1;
  if (wholeDigits < 1 || wholeDigits > maxDigits || decimals > maxDigits) return Number.NaN;
  if (point !== -1 && decimals === 0) return Number.NaN;
  const size =
    wholeDigits + decimals > maxExactDigits
      ? Number(latin1(bytes, digitsStart, end))
      : value / (powersOfTen[decimals] ?? Number.NaN);
  return negative ? 0 - size : size;
};

/** A decimal number not below zero, or NaN. */
export const rateAt = (bytes: Uint8Array, start: number, end: number): number => {
  const value = numberAt(bytes, start, end);
  return value < 0 ? Number.NaN : value;
};

/** Printable ASCII, or undefined. */
export const printableAt = (bytes: Uint8Array, start: number, end: number): string | undefined => {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e) return undefined;
  }
  return latin1(bytes, start, end);
};

/** Printable ASCII of at most 32 characters, or undefined. */
export const textAt = (bytes: Uint8Array, start: number, end: number): string | undefined =>
  end - start > maxTextBytes ? undefined : printableAt(bytes, start, end);
