import type { Codec } from "../../src/domain/codec.ts";
import type { Message, UndecodableReason } from "../../src/domain/messages.ts";
import { type DecodedLine, latin1, lineCodec, type LineDecoder } from "../line-codec.ts";
import {
  countAt,
  type Fields,
  maxFields,
  numberAt,
  printableAt,
  rateAt,
  splitFields,
  textAt,
} from "./fields.ts";
import { recordedTimeAt, type RecordedTimeField } from "./recorded-time.ts";
import {
  type KnownRecord,
  knownRecordAt,
  opaqueTags,
  type RecordForm,
  type RecordValues,
} from "./records.ts";
import type { RapiscanLineSettings } from "./settings.ts";

/** The longest record seen with a recorded time has 84 bytes. Longer lines are undecodable. CR included. */
export const maxLineBytes = 256;

export const rapiscanLineCodec = (settings: RapiscanLineSettings): Codec =>
  lineCodec({ maxLineBytes, decodeLine: lineDecoder(settings) });

const lineDecoder =
  (settings: RapiscanLineSettings): LineDecoder =>
  (bytes, start, end) => {
    const quick = fourCountsMessage(bytes, start, end, settings);
    if (quick !== undefined) return quick;
    const fields = splitFields(bytes, start, end);
    if (fields.count > maxFields) return "wrong-field-count";
    const time = takeRecordedTime(bytes, fields);
    const record = knownRecordAt(bytes, start, fields.ends[0] ?? start);
    const message =
      record === undefined ? opaque(bytes, fields) : knownMessage(bytes, fields, { record, settings });
    if (typeof message === "string") return message;
    if (time !== undefined)
      return { message, recordedAt: time.recordedAt, whole: time.whole ? "line" : "message" };
    return { message, whole: record?.fixedWidth === true ? "line" : "nothing" };
  };

const comma = 0x2c;

/** Four times a comma and six digits. */
const fourCountsBytes = 28;

/**
 * Nine of ten lines are a tag and four counts, with or without a recorded time: those are read where their fields must
 * stand, without looking for commas. Undefined for all others, which are read field by field, and so is what is wrong
 * with a line.
 */
const fourCountsMessage = (
  bytes: Uint8Array,
  start: number,
  end: number,
  settings: RapiscanLineSettings,
): DecodedLine | undefined => {
  const tagEnd = bytes[start + 2] === comma ? start + 2 : start + 3;
  const countsEnd = tagEnd + fourCountsBytes;
  if (countsEnd > end) return undefined;
  const record = knownRecordAt(bytes, start, tagEnd);
  if (record?.isFourCounts !== true || !readFourCounts(bytes, tagEnd)) return undefined;
  const isTimed = countsEnd < end;
  const time = isTimed && bytes[countsEnd] === comma ? recordedTimeAt(bytes, countsEnd + 1, end) : undefined;
  if (isTimed && time === undefined) return undefined;
  const message = record.message(values, settings);
  if (message === undefined) return undefined;
  if (time === undefined) return { message, whole: "line" };
  return { message, recordedAt: time.recordedAt, whole: time.whole ? "line" : "message" };
};

/** Reads four counts, each behind a comma, into the scratch values; false where they are not of that form. */
const readFourCounts = (bytes: Uint8Array, start: number): boolean => {
  for (let index = 0, at = start; index < 4; index += 1) {
    if (bytes[at] !== comma) return false;
    const count = countAt(bytes, at + 1, at + 7);
    if (Number.isNaN(count)) return false;
    numbers[index] = count;
    at += 7;
  }
  return true;
};

/** Reads a recorded time from the last field, if it is one, and takes that field off. */
const takeRecordedTime = (bytes: Uint8Array, fields: Fields): RecordedTimeField | undefined => {
  const last = fields.count - 1;
  if (last < 1) return undefined;
  const time = recordedTimeAt(bytes, fields.starts[last] ?? 0, fields.ends[last] ?? 0);
  if (time !== undefined) fields.count = last;
  return time;
};

const knownMessage = (
  bytes: Uint8Array,
  fields: Fields,
  known: { readonly record: KnownRecord; readonly settings: RapiscanLineSettings },
): Message | UndecodableReason => {
  const { record, settings } = known;
  const most = record.fields.length + 1;
  if (fields.count > most || fields.count < most - (record.optionalFields ?? 0)) return "wrong-field-count";
  return readFields(bytes, fields, record) ? (record.message(values, settings) ?? "bad-field") : "bad-field";
};

/** Scratch values of the one line being read; see `splitFields`. */
const numbers = new Float64Array(maxFields);
const texts: string[] = new Array<string>(maxFields).fill("");
const values: RecordValues = {
  number: (index) => numbers[index] ?? Number.NaN,
  text: (index) => texts[index] ?? "",
};

/** Reads the fields after the tag into the scratch values; false where one is not of its form. */
const readFields = (bytes: Uint8Array, fields: Fields, form: RecordForm): boolean => {
  for (let index = 0; index < form.fields.length; index += 1) {
    const given = index + 1 < fields.count;
    const start = fields.starts[index + 1] ?? 0;
    const end = fields.ends[index + 1] ?? 0;
    switch (form.fields[index]) {
      case "count":
        numbers[index] = given ? countAt(bytes, start, end) : 0;
        if (Number.isNaN(numbers[index])) return false;
        break;
      case "number":
        numbers[index] = given ? numberAt(bytes, start, end) : 0;
        if (Number.isNaN(numbers[index])) return false;
        break;
      case "rate":
        numbers[index] = given ? rateAt(bytes, start, end) : 0;
        if (Number.isNaN(numbers[index])) return false;
        break;
      case "text": {
        const text = given ? textAt(bytes, start, end) : "";
        if (text === undefined) return false;
        texts[index] = text;
        break;
      }
      case undefined:
        return false;
    }
  }
  return true;
};

const tagForm = /^[A-Z][A-Z0-9]{1,3}$/;

/** A record whose meaning nobody here knows. Its fields are kept as they are, whatever their number and length. */
const opaque = (bytes: Uint8Array, fields: Fields): Message | UndecodableReason => {
  const tag = latin1(bytes, fields.starts[0] ?? 0, fields.ends[0] ?? 0);
  if (!tagForm.test(tag) || fields.count < 2) return "not-a-record";
  const kept: string[] = [];
  for (let index = 1; index < fields.count; index += 1) {
    const text = printableAt(bytes, fields.starts[index] ?? 0, fields.ends[index] ?? 0);
    if (text === undefined) return "bad-field";
    kept.push(text);
  }
  return { kind: "opaque", tag, fields: kept, known: opaqueTags.has(tag) };
};
