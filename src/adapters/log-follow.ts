import type { LogRecord, Positions } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";
import type { LogStore } from "./log-store.ts";

/** A batch ends with its 512th record or with the one that reaches 1 MiB. A follower holds one batch at most. */
const batchLimit = 512;
const batchBytes = 1_048_576;

/**
 * `inbox` holds freshly committed records that continue `next` without a gap. A follower that is `behind` gets none:
 * it reads from the store, once it has taken its inbox, until nothing is left there.
 */
interface Follower {
  readonly topic: Topic;
  /** Per partition, the first offset that was not handed over. */
  readonly next: number[];
  inbox: LogRecord[];
  inboxBytes: number;
  behind: boolean;
  /** The partition to read first, so that a long one does not keep the others waiting. */
  turn: number;
  ended: boolean;
  wake: () => void;
}

export interface Followers {
  follow(topic: Topic, from: Positions, signal: AbortSignal): AsyncIterable<readonly LogRecord[]>;
  /** Tells of committed records, in the order of their commits. */
  publish(records: readonly LogRecord[]): void;
  /** Ends every follower, now and later ones. */
  end(): void;
}

const isFull = (recordCount: number, bytes: number): boolean =>
  recordCount >= batchLimit || bytes >= batchBytes;

const advance = (follower: Follower, records: readonly LogRecord[]): void => {
  for (const record of records) follower.next[record.partition] = record.offset + 1;
};

const offer = (follower: Follower, record: LogRecord): void => {
  if (follower.behind || record.offset < (follower.next[record.partition] ?? 0)) return;
  if (isFull(follower.inbox.length, follower.inboxBytes)) {
    follower.behind = true;
    return;
  }
  follower.inbox.push(record);
  follower.inboxBytes += record.value.byteLength;
};

const takeInbox = (follower: Follower): readonly LogRecord[] => {
  const batch = follower.inbox;
  follower.inbox = [];
  follower.inboxBytes = 0;
  return batch;
};

const readStore = (store: LogStore, follower: Follower): readonly LogRecord[] => {
  const batch: LogRecord[] = [];
  let bytes = 0;
  const first = follower.turn;
  for (let at = 0; at < store.partitionCount && !isFull(batch.length, bytes); at += 1) {
    const stream = { topic: follower.topic, partition: (first + at) % store.partitionCount };
    follower.turn = (stream.partition + 1) % store.partitionCount;
    const offset = follower.next[stream.partition] ?? 0;
    if (offset >= store.end(stream)) continue;
    const room = { offset, limit: batchLimit - batch.length, bytes: batchBytes - bytes };
    for (const record of store.read(stream, room)) {
      batch.push(record);
      bytes += record.value.byteLength;
    }
  }
  return batch;
};

/** The next batch, empty when the follower has seen everything that is committed. */
const take = (store: LogStore, follower: Follower): readonly LogRecord[] => {
  let batch = takeInbox(follower);
  if (batch.length === 0 && follower.behind) {
    batch = readStore(store, follower);
    follower.behind = batch.length > 0;
  }
  advance(follower, batch);
  return batch;
};

const newFollower = (topic: Topic, from: Positions, partitionCount: number): Follower => ({
  topic,
  // A partition that is not read has no next record.
  next: Array.from(
    { length: partitionCount },
    (_, partition) => from.get(partition) ?? Number.POSITIVE_INFINITY,
  ),
  inbox: [],
  inboxBytes: 0,
  behind: true,
  turn: 0,
  ended: false,
  wake: () => undefined,
});

/** The followers of an embedded log: they are told of commits within the process, so that nothing polls. */
export const followersOf = (store: LogStore): Followers => {
  const followers = new Set<Follower>();
  let ended = false;

  const end = (follower: Follower): void => {
    followers.delete(follower);
    follower.ended = true;
    takeInbox(follower);
    follower.wake();
  };

  async function* follow(
    topic: Topic,
    from: Positions,
    signal: AbortSignal,
  ): AsyncGenerator<readonly LogRecord[]> {
    if (ended || signal.aborted) return;
    const follower = newFollower(topic, from, store.partitionCount);
    followers.add(follower);
    const onAbort = (): void => end(follower);
    signal.addEventListener("abort", onAbort);
    try {
      while (!follower.ended) {
        const batch = take(store, follower);
        if (batch.length > 0) yield batch;
        else await new Promise<void>((resolve) => (follower.wake = resolve));
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      end(follower);
    }
  }

  return {
    follow,
    publish: (records) => {
      for (const follower of followers) {
        const own = records.filter((record) => record.topic === follower.topic);
        for (const record of own) offer(follower, record);
        if (own.length > 0) follower.wake();
      }
    },
    end: () => {
      ended = true;
      for (const follower of followers) end(follower);
    },
  };
};
