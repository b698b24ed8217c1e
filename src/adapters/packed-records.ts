import { wallMs } from "../domain/units.ts";
import type { LogRecord, NewRecord } from "../ports.ts";
import { topicNames } from "../wire/topics.ts";
import type { Stream } from "./log-store.ts";

/** Records on their way between threads: a handful of arrays, since thousands of small ones take as long to clone as to store. */
export interface PackedRecords {
  /** Which stream each record is of: the number of its topic times the partition count, and the partition. */
  readonly streams: Uint16Array;
  readonly keys: readonly string[];
  /** Where each value ends in `values`. */
  readonly valueEnds: Uint32Array;
  readonly values: Uint8Array<ArrayBuffer>;
}

export interface PackedLogRecords extends PackedRecords {
  readonly offsets: Float64Array;
  readonly appendedAt: Float64Array;
}

const topicNumbers = new Map(topicNames.map((topic, at) => [topic, at]));

export const streamNumber = ({ topic, partition }: Stream, partitionCount: number): number =>
  (topicNumbers.get(topic) ?? 0) * partitionCount + partition;

const streamOf = (number: number, partitionCount: number): Stream => {
  const topic = topicNames[Math.floor(number / partitionCount)];
  if (topic === undefined) throw new RangeError(`no stream ${number}`);
  return { topic, partition: number % partitionCount };
};

/** `values` is new and nobody else's, so that it may be transferred. */
export const packRecords = (records: readonly NewRecord[], partitionCount: number): PackedRecords => {
  const streams = new Uint16Array(records.length);
  const valueEnds = new Uint32Array(records.length);
  let end = 0;
  for (const [at, record] of records.entries()) {
    streams[at] = streamNumber(record, partitionCount);
    end += record.value.byteLength;
    valueEnds[at] = end;
  }
  const values = new Uint8Array(end);
  for (const [at, { value }] of records.entries()) values.set(value, (valueEnds[at] ?? 0) - value.byteLength);
  return { streams, keys: records.map(({ key }) => key), valueEnds, values };
};

/** The values are views of `values`. */
export const unpackRecords = (
  { streams, keys, valueEnds, values }: PackedRecords,
  partitionCount: number,
): readonly NewRecord[] =>
  keys.map((key, at) => ({
    ...streamOf(streams[at] ?? 0, partitionCount),
    key,
    value: values.subarray(valueEnds[at - 1] ?? 0, valueEnds[at]),
  }));

export const packLogRecords = (records: readonly LogRecord[], partitionCount: number): PackedLogRecords => ({
  ...packRecords(records, partitionCount),
  offsets: Float64Array.from(records, ({ offset }) => offset),
  appendedAt: Float64Array.from(records, ({ appendedAt }) => appendedAt),
});

export const unpackLogRecords = (packed: PackedLogRecords, partitionCount: number): readonly LogRecord[] =>
  unpackRecords(packed, partitionCount).map((record, at) => ({
    ...record,
    offset: packed.offsets[at] ?? 0,
    appendedAt: wallMs(packed.appendedAt[at] ?? 0),
  }));
