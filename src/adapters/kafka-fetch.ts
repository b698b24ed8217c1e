import type { WallMs } from "../domain/units.ts";
import { type DecodedBatches, decodeBatches } from "./kafka-record-batch.ts";
import type { KafkaLink } from "./kafka-link.ts";
import { earliestMark, kafkaRequests, latestMark } from "./kafka-requests.ts";

/** What one partition gave: its error code, or whole batches, none at the end of the partition. */
export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly bytes: Buffer;
}

export interface FetchFrom {
  /** As in Kafka. */
  readonly topic: string;
  /** In the order in which the broker fills its answer. */
  readonly partitions: readonly { readonly partition: number; readonly offset: number }[];
  /** How long the broker waits for something to come. */
  readonly waitInMs: number;
  /** Bytes of an answer; a first batch that is larger comes whole all the same. */
  readonly bytes: number;
}

const readInt32 = (cursor: Cursor): number => {
  const value = cursor.raw.readInt32BE(cursor.at);
  cursor.at += 4;
  return value;
};
const readInt16 = (cursor: Cursor): number => {
  const value = cursor.raw.readInt16BE(cursor.at);
  cursor.at += 2;
  return value;
};

interface Cursor {
  readonly raw: Buffer;
  at: number;
}

interface FetchAnswer {
  /** kafkajs keeps to it. */
  readonly clientSideThrottleTime: number;
  readonly partitions: readonly FetchedPartition[];
}

/** High watermark, last stable offset and start of the log: 64 bits each. */
const watermarkBytes = 24;
const abortedTransactionBytes = 16;

const readPartition = (cursor: Cursor): FetchedPartition => {
  const partition = readInt32(cursor);
  const errorCode = readInt16(cursor);
  cursor.at += watermarkBytes;
  const abortedCount = readInt32(cursor);
  cursor.at += Math.max(abortedCount, 0) * abortedTransactionBytes;
  // The read replica the broker would prefer; leaders are asked alone.
  cursor.at += 4;
  const length = Math.max(readInt32(cursor), 0);
  const bytes = cursor.raw.subarray(cursor.at, cursor.at + length);
  cursor.at += length;
  return { partition, errorCode, bytes };
};

/** Fetch answer, version 11, of one topic. */
const decodeFetch = (raw: Buffer): FetchAnswer => {
  const cursor: Cursor = { raw, at: 0 };
  const clientSideThrottleTime = readInt32(cursor);
  const errorCode = readInt16(cursor);
  // The session, which is not used.
  cursor.at += 4;
  const partitions: FetchedPartition[] = [];
  for (let topicsLeft = readInt32(cursor); topicsLeft > 0; topicsLeft -= 1) {
    const nameBytes = readInt16(cursor);
    cursor.at += nameBytes;
    for (let left = readInt32(cursor); left > 0; left -= 1) partitions.push(readPartition(cursor));
  }
  if (errorCode !== 0) throw new Error(`the broker refused to be read from, with its error ${errorCode}`);
  return { clientSideThrottleTime, partitions };
};

const request = ({ topic, partitions, waitInMs, bytes }: FetchFrom) =>
  kafkaRequests.fetch({
    maxWaitTime: waitInMs,
    minBytes: 1,
    maxBytes: bytes,
    isolationLevel: 0,
    topics: [
      {
        topic,
        partitions: partitions.map(({ partition, offset }) => ({
          partition,
          fetchOffset: String(offset),
          maxBytes: bytes,
        })),
      },
    ],
  });

/** One fetch from one broker. @throws LinkLost */
export const fetchFrom = async (
  link: KafkaLink,
  node: number,
  from: FetchFrom,
): Promise<readonly FetchedPartition[]> => {
  const answer = await link.send<FetchAnswer>(node, {
    ...request(from),
    response: {
      decode: (raw) => Promise.resolve().then(() => decodeFetch(raw)),
      parse: (decoded) => Promise.resolve(decoded),
    },
  });
  return answer.partitions;
};

/** The records from `offset` on: a batch may begin before it. @throws BatchUnreadable */
export const decodeFrom = async (fetched: FetchedPartition, offset: number): Promise<DecodedBatches> => {
  const { records, nextOffset } = await decodeBatches(fetched.bytes);
  const begun = records.findIndex((record) => record.offset >= offset);
  return { records: begun === -1 ? [] : records.slice(begun), nextOffset };
};

/** The first offset kept, the one the next record will have, or the first of a record stored then or later. */
export type OffsetMark = "earliest" | "latest" | { readonly since: WallMs };

const timestampOf = (mark: OffsetMark): string => {
  if (mark === "earliest") return earliestMark;
  return mark === "latest" ? latestMark : String(Math.max(0, Math.floor(mark.since)));
};

/** The offset, -1 where there is none so late; or the broker's error code. @throws LinkLost */
export const offsetAt = async (
  link: KafkaLink,
  at: { readonly topic: string; readonly partition: number; readonly node: number },
  mark: OffsetMark,
): Promise<{ readonly errorCode: number; readonly offset: number }> => {
  const timestamp = timestampOf(mark);
  const { topic, partition, node } = at;
  const answer = await link.send(
    node,
    kafkaRequests.listOffsets({
      isolationLevel: 0,
      topics: [{ topic, partitions: [{ partition, timestamp }] }],
    }),
  );
  const found = answer.responses[0]?.partitions[0];
  return { errorCode: found?.errorCode ?? -1, offset: Number(found?.offset ?? -1) };
};
