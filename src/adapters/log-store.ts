import { LanewatchError } from "../domain/errors.ts";
import type { WallMs } from "../domain/units.ts";
import type { LogRecord, NewRecord } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";

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
 * What an embedded engine keeps; every call is done when it returns. `logOverStore` makes an `EventLog` of it. All
 * calls throw LanewatchError `log-failed` where the medium fails.
 */
export interface LogStore {
  readonly partitionCount: number;
  /** Keeps all records or none, and gives them back with their offsets, which grow by one in each stream. */
  commit(records: readonly NewRecord[], appendedAt: WallMs): readonly LogRecord[];
  read(stream: Stream, range: ReadRange): readonly LogRecord[];
  /** The offset of the stream's next record. */
  end(stream: Stream): number;
  /** All records of a stream in which each key has one; offset order. With `since`, those appended then or later. */
  latest(stream: Stream, since?: WallMs): readonly LogRecord[];
  /**
   * Removes records older than their topic's retention, `pruneLimit` at most and of one stream, and tells how many;
   * none when there is nothing to remove. A stream's newest record stays for ever, so that offsets are never reused.
   * Removal stops at the first record that is young enough: a wall clock that stepped never costs a young record.
   */
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
