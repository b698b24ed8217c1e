import type { LogRecord, Positions } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";
import type { LogStore, Stream } from "./log-store.ts";

/** A batch ends with its 512th record or with the one that reaches 1 MiB. A follower holds one batch at most. */
const batchLimit = 512;
const batchBytes = 1_048_576;

/**
 * `inbox` holds freshly committed records that continue `next` without a gap. A follower that is `behind` gets none:
 * it reads from the store, once it has taken its inbox, until it has everything that is committed.
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

/** The partitions with committed records that were not handed over, beginning with the one whose turn it is. */
const partitionsBehind = (store: LogStore, follower: Follower): readonly Stream[] =>
  Array.from({ length: store.partitionCount }, (_, at) => ({
    topic: follower.topic,
    partition: (follower.turn + at) % store.partitionCount,
  })).filter((stream) => (follower.next[stream.partition] ?? 0) < store.end(stream));

const readStore = async (store: LogStore, follower: Follower): Promise<readonly LogRecord[]> => {
  const batch: LogRecord[] = [];
  let bytes = 0;
  for (const stream of partitionsBehind(store, follower)) {
    const { partition } = stream;
    follower.turn = (partition + 1) % store.partitionCount;
    const offset = follower.next[partition] ?? 0;
    const end = store.end(stream);
    const room = { offset, limit: batchLimit - batch.length, bytes: batchBytes - bytes };
    const records = await store.read(stream, room);
    // What is not there any more will not come.
    if (records.length === 0) follower.next[partition] = end;
    for (const record of records) {
      batch.push(record);
      bytes += record.value.byteLength;
    }
    if (follower.ended || isFull(batch.length, bytes)) break;
  }
  return batch;
};

/** The next batch, empty when the follower has seen everything that is committed. */
const take = async (store: LogStore, follower: Follower): Promise<readonly LogRecord[]> => {
  let batch = takeInbox(follower);
  advance(follower, batch);
  while (batch.length === 0 && follower.behind && !follower.ended) {
    batch = await readStore(store, follower);
    advance(follower, batch);
    // Who is not behind is told of what is committed from now on: nothing comes between this look and that.
    follower.behind = partitionsBehind(store, follower).length > 0;
  }
  return batch;
};

/** Something came while the last batch was looked for. */
const hasNews = ({ inbox, behind }: Follower): boolean => inbox.length > 0 || behind;

const hasEnded = ({ ended }: Follower): boolean => ended;

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
  const followers = new Map<Topic, Set<Follower>>();
  const everyone = (): readonly Follower[] => [...followers.values()].flatMap((each) => [...each]);
  let ended = false;

  const end = (follower: Follower): void => {
    followers.get(follower.topic)?.delete(follower);
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
    followers.set(topic, (followers.get(topic) ?? new Set()).add(follower));
    const onAbort = (): void => end(follower);
    signal.addEventListener("abort", onAbort);
    try {
      for (;;) {
        const batch = await take(store, follower);
        if (hasEnded(follower)) return;
        if (batch.length > 0) yield batch;
        else if (!hasNews(follower)) await new Promise<void>((resolve) => (follower.wake = resolve));
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      end(follower);
    }
  }

  return {
    follow,
    publish: (records) => {
      for (const record of records) {
        for (const follower of followers.get(record.topic) ?? []) offer(follower, record);
      }
      for (const follower of everyone()) if (hasNews(follower)) follower.wake();
    },
    end: () => {
      ended = true;
      for (const follower of everyone()) end(follower);
    },
  };
};
