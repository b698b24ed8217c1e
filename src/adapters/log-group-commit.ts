import { LanewatchError } from "../domain/errors.ts";
import type { LogRecord, NewRecord } from "../ports.ts";
import { byteSlab } from "../wire/byte-slab.ts";
import { asLogError, type Awaitable, valueBytesOf } from "./log-store.ts";

/** One transaction takes 1 024 records or 4 MiB ≈ 10 ms; a larger append goes alone; the rest makes the next one. */
const groupLimit = 1_024;
const groupBytes = 4 * 1_048_576;
/** Values waiting for their transaction or in it: 64 MiB. An append beyond it is refused with `log-failed`, and nothing of it is kept. */
const waitingBytesMax = 64 * 1_048_576;

interface WaitingAppend {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  readonly resolve: (offsets: readonly number[]) => void;
  readonly reject: (error: LanewatchError) => void;
}

export interface GroupCommit {
  append(records: readonly NewRecord[]): Promise<readonly number[]>;
  /** Commits everything that waits; resolves when that is done. */
  flush(): Promise<void>;
}

/** The first appends that fit one transaction, whole; one at least. */
const groupOf = (waiting: readonly WaitingAppend[]): readonly WaitingAppend[] => {
  let recordCount = 0;
  let bytes = 0;
  const end = waiting.findIndex((append) => {
    recordCount += append.records.length;
    bytes += append.bytes;
    return recordCount > groupLimit || bytes > groupBytes;
  });
  return end === -1 ? waiting : waiting.slice(0, Math.max(end, 1));
};

const take = byteSlab();

/** The values become the log's own, so that callers may use their buffers again at once. */
const copied = (records: readonly NewRecord[]): readonly NewRecord[] =>
  records.map(({ topic, partition, key, value }) => {
    const own = take(value.byteLength);
    own.set(value);
    return { topic, partition, key, value: own };
  });

export interface GroupCommitOptions {
  readonly lingerInMs: number;
  readonly onCommitted: (records: readonly LogRecord[]) => void;
}

/**
 * Appends that are called within one turn of the event loop, or `lingerInMs` where that is above 0, are committed
 * together, in the order of the calls; when that fails, each of them rejects. One commit is on its way at a time, and what
 * is called meanwhile makes the next one. `onCommitted` hears of records before the appends resolve.
 */
export const groupCommit = (
  commit: (records: readonly NewRecord[]) => Awaitable<readonly LogRecord[]>,
  { lingerInMs, onCommitted }: GroupCommitOptions,
): GroupCommit => {
  let waiting: readonly WaitingAppend[] = [];
  let joining: WaitingAppend[] = [];
  let waitingBytes = 0;
  let cancelSchedule: (() => void) | null = null;
  let committing: Promise<void> | null = null;

  const settle = async (group: readonly WaitingAppend[]): Promise<void> => {
    let committed: readonly LogRecord[];
    try {
      committed = await commit(group.flatMap((append) => append.records));
    } catch (cause) {
      const error = asLogError(cause);
      for (const append of group) append.reject(error);
      return;
    }
    onCommitted(committed);
    let start = 0;
    for (const append of group) {
      const own = committed.slice(start, start + append.records.length);
      append.resolve(own.map((record) => record.offset));
      start += append.records.length;
    }
  };

  const commitGroup = async (): Promise<void> => {
    if (waiting.length === 0) {
      waiting = joining;
      joining = [];
    }
    const group = groupOf(waiting);
    waiting = waiting.slice(group.length);
    await settle(group);
    for (const append of group) waitingBytes -= append.bytes;
  };

  const isEmpty = (): boolean => waiting.length === 0 && joining.length === 0;

  const commitAll = async (): Promise<void> => {
    while (!isEmpty()) await commitGroup();
    committing = null;
  };
  const begin = (): void => {
    cancelSchedule?.();
    cancelSchedule = null;
    if (committing === null && !isEmpty()) committing = commitAll();
  };

  const schedule = (): void => {
    if (cancelSchedule !== null || committing !== null) return;
    if (lingerInMs > 0) {
      const timer = setTimeout(begin, lingerInMs);
      cancelSchedule = () => clearTimeout(timer);
    } else {
      const turn = setImmediate(begin);
      cancelSchedule = () => clearImmediate(turn);
    }
  };

  return {
    append: (records) =>
      new Promise((resolve, reject) => {
        const bytes = valueBytesOf(records);
        if (waitingBytes + bytes > waitingBytesMax) {
          reject(
            new LanewatchError(
              "log-failed",
              "More than 64 MiB wait to be stored in the log; nothing was added.",
            ),
          );
          return;
        }
        waitingBytes += bytes;
        joining.push({ records: copied(records), bytes, resolve, reject });
        schedule();
      }),
    flush: async () => {
      begin();
      await committing;
    },
  };
};
