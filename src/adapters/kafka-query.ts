import { LanewatchError } from "../domain/errors.ts";
import { type WallMs, wallMs } from "../domain/units.ts";
import type { Clock, LogRecord } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";
import { meaningOf, noError, offsetOutOfRange } from "./kafka-error-codes.ts";
import { decodeFrom, type FetchedPartition, fetchFrom, offsetAt, type OffsetMark } from "./kafka-fetch.ts";
import { type KafkaLink, LinkLost } from "./kafka-link.ts";
import type { LinkSlot } from "./kafka-link-slot.ts";
import { BatchUnreadable, type StoredRecord } from "./kafka-record-batch.ts";

export interface QueryOptions {
  readonly slot: LinkSlot;
  readonly clock: Clock;
  /** A query that is not answered within it fails. */
  readonly timeoutInMs: number;
  readonly topicName: (topic: Topic) => string;
}

export interface Stream {
  readonly topic: Topic;
  readonly partition: number;
}

/** All reject with LanewatchError `log-failed`. */
export interface KafkaQueries {
  read(
    stream: Stream,
    from: { readonly offset: number; readonly limit: number },
  ): Promise<readonly LogRecord[]>;
  end(stream: Stream): Promise<number>;
  latest(stream: Stream, since?: WallMs): Promise<readonly LogRecord[]>;
  /** With superseded records. */
  kept(stream: Stream, since?: WallMs): Promise<readonly LogRecord[]>;
}

/** Bytes of one answer as stored; `read` gives no more than one answer's records. */
const answerBytes = 2 * 1_048_576;

/** A broker's refusal to answer. */
class Refused extends Error {
  override readonly name = "Refused";
  readonly code: number;

  constructor(code: number) {
    super(meaningOf(code).text);
    this.code = code;
  }
}

/** The record as the port has it; deleted keys have no place there. */
export const logRecord = (stream: Stream, stored: StoredRecord): LogRecord | null =>
  stored.value === null
    ? null
    : {
        topic: stream.topic,
        partition: stream.partition,
        key: stored.key,
        value: stored.value,
        offset: stored.offset,
        appendedAt: wallMs(stored.appendedAt),
      };

const failed = (cause: Error): LanewatchError =>
  new LanewatchError("log-failed", `Kafka could not be read: ${cause.message}.`, cause);

const checked = (code: number): void => {
  if (code !== noError) throw new Refused(code);
};

interface Page {
  readonly records: readonly StoredRecord[];
  /** Where to go on; null at the end of the partition. */
  readonly nextOffset: number | null;
}

/** Queries over one link, shared by all callers. */
export const kafkaQueries = (options: QueryOptions): KafkaQueries => {
  const { slot, clock, timeoutInMs, topicName } = options;
  const never = new AbortController().signal;

  /** Repeats what fails for a while, and what must know who leads now. */
  const persistently = async <T>(call: (link: KafkaLink) => Promise<T>): Promise<T> => {
    const deadlineInMs = clock.monotonic() + timeoutInMs;
    for (;;) {
      try {
        const link = await slot.link();
        const result = await call(link);
        slot.works();
        return result;
      } catch (cause) {
        const isLate = clock.monotonic() >= deadlineInMs;
        if (cause instanceof LinkLost && !isLate && !cause.isFinal) await slot.lost(cause, never);
        else if (cause instanceof Refused && !isLate && meaningOf(cause.code).consequence !== "refused")
          await refreshed();
        else if (cause instanceof LinkLost || cause instanceof Refused || cause instanceof BatchUnreadable)
          throw failed(cause);
        else throw cause;
      }
    }
  };
  const refreshed = async (): Promise<void> => {
    await clock.sleep(100, never);
    try {
      await (await slot.link()).refresh();
    } catch (cause) {
      // The next attempt meets it again, and counts it.
      if (!(cause instanceof LinkLost)) throw cause;
    }
  };

  const nodeOf = (link: KafkaLink, { topic, partition }: Stream): number => {
    const node = link.leaderOf(topicName(topic), partition);
    if (node === undefined) throw new Refused(5);
    return node;
  };
  const boundary = async (link: KafkaLink, stream: Stream, mark: OffsetMark): Promise<number> => {
    const at = { topic: topicName(stream.topic), partition: stream.partition, node: nodeOf(link, stream) };
    const { errorCode, offset } = await offsetAt(link, at, mark);
    checked(errorCode);
    return offset;
  };
  const fetched = async (link: KafkaLink, stream: Stream, offset: number): Promise<FetchedPartition> => {
    const [answer] = await fetchFrom(link, nodeOf(link, stream), {
      topic: topicName(stream.topic),
      partitions: [{ partition: stream.partition, offset }],
      waitInMs: 0,
      bytes: answerBytes,
    });
    if (answer === undefined) throw new Refused(-1);
    return answer;
  };
  /** What is stored from `offset` on, from the oldest kept where that is later. */
  const page = async (link: KafkaLink, stream: Stream, offset: number): Promise<Page> => {
    const answer = await fetched(link, stream, offset);
    if (answer.errorCode === offsetOutOfRange) {
      const earliest = await boundary(link, stream, "earliest");
      return offset < earliest ? page(link, stream, earliest) : { records: [], nextOffset: null };
    }
    checked(answer.errorCode);
    return decodeFrom(answer, offset);
  };

  /** Takes each record from `since` to the end, in offset order. */
  const scan = async (
    link: KafkaLink,
    { stream, since }: { readonly stream: Stream; readonly since: WallMs | undefined },
    take: (key: string, record: LogRecord | null) => void,
  ): Promise<void> => {
    const end = await boundary(link, stream, "latest");
    const first = since === undefined ? 0 : await boundary(link, stream, { since });
    // A broker that knows of nothing so late says -1.
    for (let at: number | null = first < 0 ? null : first; at !== null && at < end;) {
      const { records, nextOffset }: Page = await page(link, stream, at);
      for (const stored of records) take(stored.key, logRecord(stream, stored));
      at = nextOffset;
    }
  };

  return {
    read: (stream, { offset, limit }) =>
      persistently(async (link) => {
        for (let at = offset; ;) {
          const { records, nextOffset } = await page(link, stream, at);
          const found = records
            .map((record) => logRecord(stream, record))
            .filter((record) => record !== null);
          if (found.length > 0 || nextOffset === null) return found.slice(0, limit);
          at = nextOffset;
        }
      }),
    end: (stream) => persistently((link) => boundary(link, stream, "latest")),
    latest: (stream, since) =>
      persistently(async (link) => {
        const last = new Map<string, LogRecord>();
        await scan(link, { stream, since }, (key, record) => {
          // Deleted first, so that the map is in the order of the last offsets.
          last.delete(key);
          if (record !== null) last.set(key, record);
        });
        return [...last.values()];
      }),
    kept: (stream, since) =>
      persistently(async (link) => {
        const all: LogRecord[] = [];
        await scan(link, { stream, since }, (_, record) => {
          if (record !== null) all.push(record);
        });
        return all;
      }),
  };
};
