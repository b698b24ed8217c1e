import { LanewatchError } from "../domain/errors.ts";
import type { LogRecord, NewRecord } from "../ports.ts";
import { asLogError, valueBytesOf } from "./log-store.ts";

/** One transaction takes 1 024 records or 4 MiB ≈ 10 ms; a larger append goes alone; the rest makes the next one. */
const groupLimit = 1_024;
const groupBytes = 4 * 1_048_576;
/** Values waiting for their transaction: 64 MiB. An append beyond it is refused with `log-failed`, and nothing of it is kept. */
const waitingBytesMax = 64 * 1_048_576;

interface WaitingAppend {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  readonly resolve: (offsets: readonly number[]) => void;
  readonly reject: (error: LanewatchError) => void;
}

export interface GroupCommit {
  append(records: readonly NewRecord[]): Promise<readonly number[]>;
  /** Commits everything that waits. */
  flush(): void;
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

/** The values become the log's own, so that callers may use their buffers again at once. */
const copied = (records: readonly NewRecord[]): readonly NewRecord[] =>
  records.map(({ topic, partition, key, value }) => ({
    topic,
    partition,
    key,
    value: new Uint8Array(value),
  }));

/**
 * Appends that are called within one turn of the event loop, or `lingerInMs` where that is above 0, are committed
 * together, in the order of the calls; when that fails, each of them rejects. `onCommitted` hears of records before
 * the appends resolve.
 */
export const groupCommit = (
  commit: (records: readonly NewRecord[]) => readonly LogRecord[],
  options: { readonly lingerInMs: number; readonly onCommitted: (records: readonly LogRecord[]) => void },
): GroupCommit => {
  let waiting: readonly WaitingAppend[] = [];
  let joining: WaitingAppend[] = [];
  let waitingBytes = 0;
  let isScheduled = false;

  const settle = (group: readonly WaitingAppend[]): void => {
    let committed: readonly LogRecord[];
    try {
      committed = commit(group.flatMap((append) => append.records));
    } catch (cause) {
      const error = asLogError(cause);
      for (const append of group) append.reject(error);
      return;
    }
    options.onCommitted(committed);
    let start = 0;
    for (const append of group) {
      const own = committed.slice(start, start + append.records.length);
      append.resolve(own.map((record) => record.offset));
      start += append.records.length;
    }
  };

  const commitGroup = (): void => {
    if (waiting.length === 0) {
      waiting = joining;
      joining = [];
    }
    const group = groupOf(waiting);
    waiting = waiting.slice(group.length);
    for (const append of group) waitingBytes -= append.bytes;
    if (group.length > 0) settle(group);
  };

  const isEmpty = (): boolean => waiting.length === 0 && joining.length === 0;

  const turn = (): void => {
    isScheduled = false;
    commitGroup();
    if (!isEmpty()) schedule(0);
  };

  const schedule = (delayInMs: number): void => {
    if (isScheduled) return;
    isScheduled = true;
    if (delayInMs > 0) setTimeout(turn, delayInMs);
    else setImmediate(turn);
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
        schedule(options.lingerInMs);
      }),
    flush: () => {
      while (!isEmpty()) commitGroup();
    },
  };
};
