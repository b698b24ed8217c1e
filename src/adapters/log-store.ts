import { LanewatchError } from "../domain/errors.ts";
import type { WallMs } from "../domain/units.ts";
import type { LogRecord, NewRecord } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";

export type Awaitable<T> = T | Promise<T>;

/** One partition of one topic. */
export interface Stream {
  readonly topic: Topic;
  readonly partition: number;
}

export interface ReadRange {
  /** First offset wanted; the oldest kept, where that is later. */
  readonly offset: number;
  /** Records at most. */
  readonly limit: number;
  /** Bytes of values at most, but for the last record, which may pass it: so there is progress whatever the sizes. */
  readonly bytes: number;
}

/**
 * What an embedded engine keeps. `logOverStore` makes an `EventLog` of it. A store in this thread answers at once, one in
 * a thread of its own later; calls are carried out in their order. All calls throw or reject with LanewatchError
 * `log-failed` where the medium fails.
 */
export interface LogStore {
  readonly partitionCount: number;
  /** Keeps all records or none, and gives them back with their offsets, which grow by one in each stream. */
  commit(records: readonly NewRecord[], appendedAt: WallMs): Awaitable<readonly LogRecord[]>;
  read(stream: Stream, range: ReadRange): Awaitable<readonly LogRecord[]>;
  /** The offset of the stream's next record; what is being committed may count already, what is committed does. */
  end(stream: Stream): number;
  /** All records of a stream in which each key has one; offset order. With `since`, those appended then or later. */
  latest(stream: Stream, since?: WallMs): Awaitable<readonly LogRecord[]>;
  /**
   * Removes records older than their topic's retention, `pruneLimit` at most and of one stream, and tells how many;
   * none when there is nothing to remove. A stream's newest record stays for ever, so that offsets are never reused.
   * Removal stops at the first record that is young enough: a wall clock that stepped never costs a young record.
   */
  prune(now: WallMs): Awaitable<number>;
  close(): Awaitable<void>;
}

/** A store that has done what it was asked when the call returns. */
export interface PromptStore extends LogStore {
  commit(records: readonly NewRecord[], appendedAt: WallMs): readonly LogRecord[];
  read(stream: Stream, range: ReadRange): readonly LogRecord[];
  latest(stream: Stream, since?: WallMs): readonly LogRecord[];
  prune(now: WallMs): number;
  close(): void;
}

/** 512 records ≈ 3 ms of SQLite. The rest waits for the next step. */
export const pruneLimit = 512;

export const valueBytesOf = (records: readonly NewRecord[]): number =>
  records.reduce((sum, record) => sum + record.value.byteLength, 0);

/**
 * How many of a stream's oldest records may go: those before the first that is young enough, never the newest.
 * `appendedAt`: times of its oldest `pruneLimit + 1` records, or of all where it has fewer.
 */
export const expiredCount = (appendedAt: readonly number[], keptSince: number): number => {
  const removable = appendedAt.slice(0, -1);
  const firstKept = removable.findIndex((at) => at >= keptSince);
  return firstKept === -1 ? removable.length : firstKept;
};

export const asLogError = (cause: unknown): LanewatchError =>
  cause instanceof LanewatchError ? cause : new LanewatchError("log-failed", "The log failed.", cause);
