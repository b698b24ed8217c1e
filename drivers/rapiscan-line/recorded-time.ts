import type { RecordedTime } from "../../src/domain/messages.ts";
import { wallMs } from "../../src/domain/units.ts";

/**
 * The arrival time that recorders append as a last field, in its two forms:
 * `HH-MM-SS.mmm` and `YYYY-MM-DD HH:MM:SS.mmm ±HH[MM]`.
 */
const minute = 60_000;

/** The time in bytes [start, end), or undefined where they are no recorded time. */
export const recordedTimeAt = (bytes: Uint8Array, start: number, end: number): RecordedTime | undefined => {
  const length = end - start;
  if (length === 12) {
    const msSinceMidnight = timeOfDay(bytes, start, hyphen);
    return msSinceMidnight === undefined ? undefined : { kind: "time-of-day", msSinceMidnight };
  }
  if (length !== 27 && length !== 29) return undefined;
  const date = dateAt(bytes, start);
  const time = bytes[start + 10] === space ? timeOfDay(bytes, start + 11, colon) : undefined;
  const zone = bytes[start + 23] === space ? zoneOffsetInMs(bytes, start + 24, end) : undefined;
  if (date === undefined || time === undefined || zone === undefined) return undefined;
  return { kind: "instant", at: wallMs(date + time - zone) };
};

const hyphen = 0x2d;
const plus = 0x2b;
const colon = 0x3a;
const dot = 0x2e;
const space = 0x20;

/** `count` decimal digits from `start`, or -1. */
const digits = (bytes: Uint8Array, start: number, count: number): number => {
  let value = 0;
  for (let at = start; at < start + count; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
};

const timeOfDay = (bytes: Uint8Array, start: number, separator: number): number | undefined => {
  if (bytes[start + 2] !== separator || bytes[start + 5] !== separator || bytes[start + 8] !== dot) return undefined;
  const hours = digits(bytes, start, 2);
  const minutes = digits(bytes, start + 3, 2);
  const seconds = digits(bytes, start + 6, 2);
  const ms = digits(bytes, start + 9, 3);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60 || ms < 0) return undefined;
  return hours * 60 * minute + minutes * minute + seconds * 1000 + ms;
};

const dateAt = (bytes: Uint8Array, start: number): number | undefined => {
  if (bytes[start + 4] !== hyphen || bytes[start + 7] !== hyphen) return undefined;
  const year = digits(bytes, start, 4);
  const month = digits(bytes, start + 5, 2);
  const day = digits(bytes, start + 8, 2);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return Date.UTC(year, month - 1, day);
};

const zoneOffsetInMs = (bytes: Uint8Array, start: number, end: number): number | undefined => {
  const sign = bytes[start] === hyphen ? -1 : bytes[start] === plus ? 1 : 0;
  const hours = digits(bytes, start + 1, 2);
  const minutes = end - start === 5 ? digits(bytes, start + 3, 2) : 0;
  if (sign === 0 || hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return undefined;
  return sign * (hours * 60 + minutes) * minute;
};
