import { LanewatchError } from "../domain/errors.ts";
import type { NewRecord } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";

/** An append on its way. Its records may go in several requests; it resolves with the last of them. */
export interface WaitingAppend {
  readonly offsets: number[];
  /** Monotonic. */
  readonly deadlineInMs: number;
  left: number;
  /** Records that do not cover others. */
  plainLeft: number;
  isSettled: boolean;
  readonly resolve: (offsets: readonly number[]) => void;
  readonly reject: (error: LanewatchError) => void;
}

export interface QueuedRecord {
  readonly topic: Topic;
  readonly partition: number;
  readonly key: Buffer;
  readonly value: Buffer;
  readonly bytes: number;
  readonly append: WaitingAppend;
  /** Place in its append. */
  readonly at: number;
}

/** The next record batch of one partition. */
export interface Batch {
  readonly topic: Topic;
  readonly partition: number;
  readonly records: readonly QueuedRecord[];
}

/** Values and keys that wait: 64 MiB. An append beyond it is refused with `log-failed`, and nothing of it is kept. */
const waitingBytesMax = 64 * 1_048_576;
/** One round of requests, at most one batch a partition: 4 MiB or 8 192 records, looked for among the first 16 384. */
const roundBytes = 4 * 1_048_576;
const roundRecords = 8_192;
const scannedMax = 16_384;
/** What a record takes in a batch besides key and value, at most. */
const overheadBytes = 40;

/**
 * Checkpoints say what was said before them in the same append. Kafka stores an append partition by partition, so a
 * broker's death could keep a checkpoint and lose what it covers; therefore a checkpoint is sent when everything else
 * of its append is acknowledged.
 */
const isCovering = (topic: Topic): boolean => topic === "lanewatch.lane-state.v1";

const streamOf = ({ topic, partition }: { readonly topic: Topic; readonly partition: number }): string =>
  `${topic}/${partition}`;

export interface AppendQueue {
  /** @throws LanewatchError `log-failed` when too much waits. */
  add(records: readonly NewRecord[], deadlineInMs: number): Promise<readonly number[]>;
  /** The next round, in order within each partition; empty when nothing waits. */
  take(): readonly Batch[];
  acknowledge(batch: Batch, baseOffset: number): void;
  /** Rejects every append that has a record in the batch, and takes what else waits of them out. */
  fail(batch: Batch, error: LanewatchError): void;
  /** Rejects the appends whose deadline has passed and of which nothing is on its way. */
  expire(nowInMs: number, error: () => LanewatchError): void;
  isEmpty(): boolean;
}

/** What goes into a round; what does not, waits on. */
const round = (
  scanned: readonly QueuedRecord[],
  { batchBytes, isOrderly }: { readonly batchBytes: number; readonly isOrderly: boolean },
): { readonly batches: readonly Batch[]; readonly kept: readonly QueuedRecord[] } => {
  const open = new Map<string, { records: QueuedRecord[]; bytes: number }>();
  const full = new Set<string>();
  const kept: QueuedRecord[] = [];
  let recordCount = 0;
  let bytes = 0;
  for (const record of scanned) {
    const stream = streamOf(record);
    const batch = open.get(stream) ?? { records: [], bytes: 0 };
    const waits = isOrderly && isCovering(record.topic) && record.append.plainLeft > 0;
    const isOver =
      (batch.records.length > 0 && batch.bytes + record.bytes > batchBytes) ||
      (recordCount > 0 && (bytes + record.bytes > roundBytes || recordCount >= roundRecords));
    if (full.has(stream) || waits || isOver) {
      // Whatever comes later in this partition must not overtake.
      full.add(stream);
      kept.push(record);
      continue;
    }
    open.set(stream, batch);
    batch.records.push(record);
    batch.bytes += record.bytes;
    bytes += record.bytes;
    recordCount += 1;
  }
  const batches = Array.from(open.values(), ({ records }) => records).flatMap((records) => {
    const [first] = records;
    return first === undefined ? [] : [{ topic: first.topic, partition: first.partition, records }];
  });
  return { batches, kept };
};

/** Copies of the values, so that callers may use their buffers again at once. */
const queued = (records: readonly NewRecord[], append: WaitingAppend): readonly QueuedRecord[] =>
  records.map(({ topic, partition, key, value }, at) => {
    const keyBytes = Buffer.from(key, "utf8");
    const bytes = keyBytes.byteLength + value.byteLength + overheadBytes;
    return { topic, partition, key: keyBytes, value: Buffer.from(value), bytes, append, at };
  });

const newAppend = (
  records: readonly NewRecord[],
  over: Pick<WaitingAppend, "deadlineInMs" | "resolve" | "reject">,
): WaitingAppend => ({
  offsets: new Array<number>(records.length).fill(-1),
  left: records.length,
  plainLeft: records.filter(({ topic }) => !isCovering(topic)).length,
  isSettled: false,
  ...over,
});

const bytesOf = (records: readonly NewRecord[]): number =>
  records.reduce((sum, { key, value }) => sum + key.length + value.byteLength + overheadBytes, 0);

export const appendQueue = (batchBytes: number): AppendQueue => {
  let waiting: QueuedRecord[] = [];
  let waitingBytes = 0;

  const settle = (append: WaitingAppend, how: () => void): void => {
    if (append.isSettled) return;
    append.isSettled = true;
    how();
  };
  const removeSettled = (): void => {
    waiting = waiting.filter(({ append, bytes }) => {
      if (append.isSettled) waitingBytes -= bytes;
      return !append.isSettled;
    });
  };

  return {
    add: (records, deadlineInMs) =>
      new Promise((resolve, reject) => {
        if (waitingBytes + bytesOf(records) > waitingBytesMax) {
          const message = "More than 64 MiB wait to be stored in the log; nothing was added.";
          reject(new LanewatchError("log-failed", message));
          return;
        }
        const append = newAppend(records, { deadlineInMs, resolve, reject });
        for (const record of queued(records, append)) {
          waitingBytes += record.bytes;
          waiting.push(record);
        }
      }),
    take: () => {
      const scanned = waiting.slice(0, scannedMax);
      const orderly = round(scanned, { batchBytes, isOrderly: true });
      // Only an append that begins with thousands of checkpoints, and covers nothing with them, comes to this.
      const isStuck = orderly.batches.length === 0 && scanned.length > 0;
      const { batches, kept } = isStuck ? round(scanned, { batchBytes, isOrderly: false }) : orderly;
      waiting = [...kept, ...waiting.slice(scannedMax)];
      for (const { records } of batches) for (const { bytes } of records) waitingBytes -= bytes;
      return batches;
    },
    acknowledge: ({ records }, baseOffset) => {
      for (const [place, { append, at, topic }] of records.entries()) {
        append.offsets[at] = baseOffset + place;
        append.left -= 1;
        if (!isCovering(topic)) append.plainLeft -= 1;
        if (append.left === 0) settle(append, () => append.resolve(append.offsets));
      }
    },
    fail: ({ records }, error) => {
      for (const { append } of records) settle(append, () => append.reject(error));
      removeSettled();
    },
    expire: (nowInMs, error) => {
      const late = waiting.filter(({ append }) => append.deadlineInMs <= nowInMs);
      if (late.length === 0) return;
      const given = error();
      for (const { append } of late) settle(append, () => append.reject(given));
      removeSettled();
    },
    isEmpty: () => waiting.length === 0,
  };
};
