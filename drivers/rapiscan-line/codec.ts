import type { Codec } from "../../src/domain/codec.ts";
import type { Message, RecordedTime, UndecodableReason } from "../../src/domain/messages.ts";
import { type DecodedLine, latin1, lineCodec, undecodable } from "../line-codec.ts";
import { countAt, type Fields, maxFields, numberAt, splitFields, textAt } from "./fields.ts";
import { recordedTimeAt } from "./recorded-time.ts";
import {
  type KnownRecord,
  knownRecords,
  maxTagBytes,
  opaqueTags,
  packTag,
  type RecordForm,
  type RecordValues,
} from "./records.ts";
import type { RapiscanLineSettings } from "./settings.ts";

/** The longest record seen with a recorded time has 84 bytes. Longer lines are undecodable. CR included. */
export const maxLineBytes = 256;

const tagForm = /^[A-Z][A-Z0-9]{1,3}$/;

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

const opaque = (bytes: Uint8Array, fields: Fields): Message | UndecodableReason => {
  const tag = latin1(bytes, fields.starts[0] ?? 0, fields.ends[0] ?? 0);
  if (!tagForm.test(tag) || fields.count < 2) return "not-a-record";
  const kept: string[] = [];
  for (let index = 1; index < fields.count; index += 1) {
    const text = textAt(bytes, fields.starts[index] ?? 0, fields.ends[index] ?? 0);
    if (text === undefined) return "bad-field";
    kept.push(text);
  }
  return { kind: "opaque", tag, fields: kept, known: opaqueTags.has(tag) };
};

const messageOf = (
  bytes: Uint8Array,
  fields: Fields,
  known: { readonly record: KnownRecord | undefined; readonly settings: RapiscanLineSettings },
): Message | UndecodableReason => {
  const { record, settings } = known;
  if (fields.count > maxFields) return "wrong-field-count";
  if (record === undefined) return opaque(bytes, fields);
  const most = record.fields.length + 1;
  if (fields.count > most || fields.count < most - (record.optionalFields ?? 0)) return "wrong-field-count";
  return readFields(bytes, fields, record) ? (record.message(values, settings) ?? "bad-field") : "bad-field";
};

export const rapiscanLineCodec = (settings: RapiscanLineSettings): Codec =>
  lineCodec({
    maxLineBytes,
    decodeLine: (bytes, start, end): DecodedLine => {
      const fields = splitFields(bytes, start, end);
      const tagEnd = fields.ends[0] ?? start;
      const record = tagEnd - start > maxTagBytes ? undefined : knownRecords.get(packTag(bytes, start, tagEnd));
      const recordedAt = takeRecordedTime(bytes, fields);
      const message = messageOf(bytes, fields, { record, settings });
      if (typeof message === "string") {
        return { message: undecodable(latin1(bytes, start, end), end - start, message), complete: false };
      }
      if (recordedAt !== undefined) return { message, recordedAt, complete: true };
      return { message, complete: record?.fixedWidth === true };
    },
  });

/** Reads a recorded time from the last field, if it is one, and takes that field off. */
const takeRecordedTime = (bytes: Uint8Array, fields: Fields): RecordedTime | undefined => {
  const last = fields.count - 1;
  if (last < 1 || last >= maxFields) return undefined;
  const recordedAt = recordedTimeAt(bytes, fields.starts[last] ?? 0, fields.ends[last] ?? 0);
  if (recordedAt !== undefined) fields.count = last;
  return recordedAt;
};
