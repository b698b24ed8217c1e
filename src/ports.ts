import type { SeriesAnswer, SeriesPoint, SeriesQuery } from "./domain/series.ts";
import type { MonotonicMs, WallMs } from "./domain/units.ts";
import type { Topic } from "./wire/topics.ts";

/** Time, as seen by the roles. Domain, core and drivers never see a clock: time reaches them in their inputs. */
export interface Clock {
  wall(): WallMs;
  monotonic(): MonotonicMs;
  /** Resolves after `delayInMs`, or at once when the signal aborts; never rejects. */
  sleep(delayInMs: number, signal: AbortSignal): Promise<void>;
}

/** Uniform on [0, 1). */
export type Chance = () => number;

/** What one connection attempt to a portal tells, in order. The iteration ends when the connection is gone. */
export type SourceEvent =
  | { readonly kind: "opened"; readonly endpoint: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "closed"; readonly reason: string };

/**
 * A way to a portal's bytes. `connect` makes one attempt and ends with exactly one `closed` event, whatever happened;
 * it does not throw for anything the outside can do. Whoever calls decides about trying again.
 */
export interface ByteSource {
  /** For people: `tcp 10.1.2.3:1600`. */
  readonly endpoint: string;
  connect(signal: AbortSignal): AsyncIterable<SourceEvent>;
}

export interface NewRecord {
  readonly topic: Topic;
  readonly partition: number;
  readonly key: string;
  readonly value: Uint8Array;
}

export interface LogRecord extends NewRecord {
  /** Grows within a partition of a topic, not necessarily by one. */
  readonly offset: number;
  readonly appendedAt: WallMs;
}

/** The partitions that a reader of a topic reads, and where it goes on in each. */
export type Positions = ReadonlyMap<number, number>;

/**
 * A durable, ordered, partitioned log. Implementations: SQLite (embedded), memory (tests), Kafka (distributed); one
 * contract suite runs over all. Delivery is at least once: readers are idempotent on the ids in the values.
 */
export interface EventLog {
  readonly partitionCount: number;
  /**
   * Durable when it resolves; offsets in the order of `records`. Records of one call are stored in order, and all or
   * none of them by engines that can (SQLite, memory).
   * @throws LanewatchError `log-failed` nothing is known to be stored; `log-closed`.
   */
  append(records: readonly NewRecord[]): Promise<readonly number[]>;
  /** At most `limit` records from `offset` on (from the oldest kept, where that is later). Empty at the end. */
  read(
    topic: Topic,
    partition: number,
    from: { readonly offset: number; readonly limit: number },
  ): Promise<readonly LogRecord[]>;
  /** The offset the next record of the partition will have at the least. */
  end(topic: Topic, partition: number): Promise<number>;
  /**
   * The last record of each key of a compacted topic, in offset order. With `since`, only what was appended then or later, by
   * the log's clock; where that clock has stepped back, some records more or less around that time.
   */
  latest(topic: Topic, partition: number, from?: { readonly since: WallMs }): Promise<readonly LogRecord[]>;
  /**
   * As `latest`, with the superseded records that are still there. A log that several processes write keeps each for a
   * day at least: what one of them had given up may be stored behind what another said since. An embedded log has none,
   * and needs none: one process writes it, and what that gave up is not stored later.
   */
  kept(topic: Topic, partition: number, from?: { readonly since: WallMs }): Promise<readonly LogRecord[]>;
  /**
   * Batches of records of one topic, in offset order within a partition, for ever; ends when the signal aborts or the
   * log closes. The next batch is read when the consumer asks for it, so a slow reader costs no memory.
   */
  follow(topic: Topic, from: Positions, signal: AbortSignal): AsyncIterable<readonly LogRecord[]>;
  close(): Promise<void>;
}

/**
 * Which partitions of the log this process is to judge. Embedded: all of them, once. Kafka: as the group of cores
 * divides them among its members.
 */
export interface PartitionShare {
  /** The share each time it changes, the first when it is known; ends when the signal aborts. */
  follow(signal: AbortSignal): AsyncIterable<ReadonlySet<number>>;
}

/** Where a reader of the log's topics goes on. */
export type SeriesPositions = ReadonlyMap<Topic, Positions>;

/**
 * Points of lanes over time. Implementations: a file of this machine, InfluxDB 2, VictoriaMetrics, InfluxDB 1; one contract
 * suite runs over all. How far the log has been read is kept where the points are, and behind them: whoever starts again
 * writes some points again, which changes nothing, and leaves none out. All reject with LanewatchError `series-failed`
 * while the store cannot be reached.
 */
export interface TimeSeries {
  /** Nothing where nothing was ever written. */
  positions(): Promise<SeriesPositions>;
  /** The store has the points when it resolves, and notes the positions when they are safe to go on from. */
  write(points: readonly SeriesPoint[], positions: SeriesPositions): Promise<void>;
  query(query: SeriesQuery): Promise<SeriesAnswer>;
  close(): Promise<void>;
}
