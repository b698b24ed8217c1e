import type { RecordedTime } from "../../src/domain/messages.ts";
import { wallMs } from "../../src/domain/units.ts";

/**
 * The arrival time that recorders append as a last field, in its two forms: `HH-MM-SS.mmm` and
 * `YYYY-MM-DD HH:MM:SS.mmm ±HH[MM]`.
 */
export interface RecordedTimeField {
  readonly recordedAt: RecordedTime;
  /** False where the minutes of the zone could have been cut off unseen. */
  readonly whole: boolean;
}

/** The time in bytes [start, end), or undefined where they are no recorded time. */
export const recordedTimeAt = (
  bytes: Uint8Array,
  start: number,
  end: number,
): RecordedTimeField | undefined => {
  const length = end - start;
  if (length === 12) {
    const msSinceMidnight = timeOfDay(bytes, start, hyphen);
    if (msSinceMidnight === undefined) return undefined;
    return { recordedAt: { kind: "time-of-day", msSinceMidnight }, whole: true };
  }
  if (length !== 27 && length !== 29) return undefined;
  const date = dateAt(bytes, start);
  const time = bytes[start + 10] === blank ? timeOfDay(bytes, start + 11, colon) : undefined;
  const zone = bytes[start + 23] === blank ? zoneOffsetInMs(bytes, start + 24, end) : undefined;
  if (date === undefined || time === undefined || zone === undefined) return undefined;
  return { recordedAt: { kind: "instant", at: wallMs(date + time - zone) }, whole: length === 29 };
};

const blank = 0x20;
const plus = 0x2b;
const hyphen = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const colon = 0x3a;

const minuteInMs = 60_000;
const hourInMs = 60 * minuteInMs;
const dayInMs = 24 * hourInMs;

/** `count` decimal digits from `start`, or -1. */
const digits = (bytes: Uint8Array, start: number, count: number): number => {
  let value = 0;
  for (let at = start; at < start + count; at += 1) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
};

const timeOfDay = (bytes: Uint8Array, start: number, separator: number): number | undefined => {
  if (bytes[start + 2] !== separator || bytes[start + 5] !== separator || bytes[start + 8] !== dot)
    return undefined;
  const hours = digits(bytes, start, 2);
  const minutes = digits(bytes, start + 3, 2);
  const seconds = digits(bytes, start + 6, 2);
  const ms = digits(bytes, start + 9, 3);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60 || ms < 0)
    return undefined;
  return hours * hourInMs + minutes * minuteInMs + seconds * 1000 + ms;
};

const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** Midnight UTC of `YYYY-MM-DD`, from 1970 on; undefined for a day that the calendar does not have. */
const dateAt = (bytes: Uint8Array, start: number): number | undefined => {
  if (bytes[start + 4] !== hyphen || bytes[start + 7] !== hyphen) return undefined;
  const year = digits(bytes, start, 4);
  const month = digits(bytes, start + 5, 2);
  const day = digits(bytes, start + 8, 2);
  if (year < 1970 || month < 1 || month > 12 || day < 1) return undefined;
  const leapDay = isLeap(year) ? 1 : 0;
  const before = daysBeforeMonth[month - 1] ?? 0;
  const after = daysBeforeMonth[month] ?? 0;
  if (day > after - before + (month === 2 ? leapDay : 0)) return undefined;
  return (daysBeforeYear(year) + before + (month > 2 ? leapDay : 0) + day - 1) * dayInMs;
};

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days from 1970-01-01 to January 1st of the year. */
const daysBeforeYear = (year: number): number =>
  leapDaysBefore(year) - leapDaysBefore(1970) + (year - 1970) * 365;

const leapDaysBefore = (year: number): number =>
  Math.floor((year - 1) / 4) - Math.floor((year - 1) / 100) + Math.floor((year - 1) / 400);

/** `±HH` or `±HHMM`. */
const zoneOffsetInMs = (bytes: Uint8Array, start: number, end: number): number | undefined => {
  const sign = bytes[start] === hyphen ? -1 : bytes[start] === plus ? 1 : 0;
  const hours = digits(bytes, start + 1, 2);
  const minutes = end - start === 5 ? digits(bytes, start + 3, 2) : 0;
  if (sign === 0 || hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return undefined;
  return sign * (hours * hourInMs + minutes * minuteInMs);
};
