import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/**
 * Record batches as Kafka stores them (format 2, Kafka 0.11 and newer; protocol guide, "Record Batch"). Decoded here
 * and not by kafkajs, because a reader must get past a batch whose records compaction has all removed: only the
 * batch's header tells where it ends.
 */
export interface StoredRecord {
  readonly offset: number;
  readonly appendedAt: number;
  readonly key: string;
  /** Null: the key is deleted. */
  readonly value: Uint8Array | null;
}

export interface DecodedBatches {
  readonly records: readonly StoredRecord[];
  /** The offset after the last whole batch; null where there was none. */
  readonly nextOffset: number | null;
}

/** What is in a partition cannot be read. */
export class BatchUnreadable extends Error {
  override readonly name = "BatchUnreadable";
}

const unzip = promisify(gunzip);

/** Offset and length stand before a batch; `length` counts what comes after them. */
const prefixBytes = 12;
const headerBytes = 61;
const formatAt = 16;
const attributesAt = 21;
const lastOffsetDeltaAt = 23;
const firstTimestampAt = 27;
const maxTimestampAt = 35;
const recordCountAt = 57;

const codecMask = 0x07;
const logAppendTimeFlag = 0x08;
const controlFlag = 0x20;
const codecNames = ["none", "gzip", "snappy", "lz4", "zstd"];

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/** Zigzag, base 128, least significant group first; up to 64 bits, of which a double keeps 53. */
const readVarint = (cursor: Cursor): number => {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) throw new BatchUnreadable("a record ends before it should");
    cursor.at += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    scale *= 128;
  }
};

/** A copy, so that a record kept does not keep the whole answer. */
const readBytes = (cursor: Cursor): Uint8Array | null => {
  const length = readVarint(cursor);
  if (length < 0) return null;
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new BatchUnreadable("a record ends before it should");
  const bytes = new Uint8Array(cursor.bytes.subarray(cursor.at, end));
  cursor.at = end;
  return bytes;
};

const readText = (cursor: Cursor): string => {
  const length = readVarint(cursor);
  if (length <= 0) return "";
  cursor.at += length;
  return cursor.bytes.toString("utf8", cursor.at - length, cursor.at);
};

interface Batch {
  readonly baseOffset: number;
  readonly nextOffset: number;
  readonly attributes: number;
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  readonly recordCount: number;
  readonly body: Buffer;
}

/** The batch at `at`, or null where what is left is not a whole one: brokers cut answers off anywhere. */
const batchAt = (bytes: Buffer, at: number): { readonly batch: Batch; readonly end: number } | null => {
  if (bytes.length - at < headerBytes) return null;
  const end = at + prefixBytes + bytes.readInt32BE(at + 8);
  if (end > bytes.length) return null;
  const format = bytes.readInt8(at + formatAt);
  if (format !== 2) throw new BatchUnreadable(`the record format ${format} is older than Kafka 0.11`);
  const baseOffset = Number(bytes.readBigInt64BE(at));
  return {
    end,
    batch: {
      baseOffset,
      nextOffset: baseOffset + bytes.readInt32BE(at + lastOffsetDeltaAt) + 1,
      attributes: bytes.readInt16BE(at + attributesAt),
      firstTimestamp: Number(bytes.readBigInt64BE(at + firstTimestampAt)),
      maxTimestamp: Number(bytes.readBigInt64BE(at + maxTimestampAt)),
      recordCount: bytes.readInt32BE(at + recordCountAt),
      body: bytes.subarray(at + headerBytes, end),
    },
  };
};

const bodyOf = async ({ attributes, body }: Batch): Promise<Buffer> => {
  const codec = attributes & codecMask;
  if (codec === 0) return body;
  if (codec === 1) return unzip(body);
  throw new BatchUnreadable(
    `records are compressed with ${codecNames[codec] ?? "an unknown codec"}, and lanewatch reads gzip alone`,
  );
};

const recordsOf = async (batch: Batch): Promise<readonly StoredRecord[]> => {
  if ((batch.attributes & controlFlag) !== 0 || batch.recordCount === 0) return [];
  const cursor: Cursor = { bytes: await bodyOf(batch), at: 0 };
  const byBroker = (batch.attributes & logAppendTimeFlag) !== 0;
  const records: StoredRecord[] = [];
  for (let left = batch.recordCount; left > 0; left -= 1) {
    const length = readVarint(cursor);
    const end = cursor.at + length;
    cursor.at += 1;
    const timestampDelta = readVarint(cursor);
    const offset = batch.baseOffset + readVarint(cursor);
    const key = readText(cursor);
    const value = readBytes(cursor);
    const appendedAt = byBroker ? batch.maxTimestamp : batch.firstTimestamp + timestampDelta;
    records.push({ offset, appendedAt, key, value });
    // Headers, which lanewatch does not use.
    cursor.at = end;
  }
  return records;
};

/**
 * The whole batches in a partition's part of an answer.
 * @throws BatchUnreadable for a compression other than gzip, and for damage.
 */
export const decodeBatches = async (bytes: Buffer): Promise<DecodedBatches> => {
  const all: StoredRecord[] = [];
  let nextOffset: number | null = null;
  for (let found = batchAt(bytes, 0); found !== null; found = batchAt(bytes, found.end)) {
    for (const record of await recordsOf(found.batch)) all.push(record);
    nextOffset = found.batch.nextOffset;
  }
  return { records: all, nextOffset };
};
