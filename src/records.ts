import { LanewatchError } from "./domain/errors.ts";
import { type WallMs, wallMs } from "./domain/units.ts";
import type { EventLog, LogRecord } from "./ports.ts";
import type { Topic } from "./wire/topics.ts";

/** A record that is not what its topic promises: passed over, counted, reported. */
export interface RecordProblem {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly message: string;
}

/** The value, or undefined after `onProblem` for a record that cannot be read. */
export const readRecord = <T>(
  record: LogRecord,
  decode: (value: Uint8Array) => T,
  onProblem: (problem: RecordProblem) => void,
): T | undefined => {
  try {
    return decode(record.value);
  } catch (cause) {
    if (!(cause instanceof LanewatchError)) throw cause;
    const { topic, partition, offset } = record;
    onProblem({ topic, partition, offset, message: cause.message });
    return undefined;
  }
};

export const partitionsOf = (log: Pick<EventLog, "partitionCount">): readonly number[] => [
  ...Array(log.partitionCount).keys(),
];

/** The core says an open case again when nothing was said of it for a day. */
export const saidAgainAfterMs = 24 * 3_600_000;

/**
 * How far back `lanewatch.alarms.v1` is read at a start, counted from when a core last wrote its state: four days. An open case
 * was said within the last of them, and whatever the frames that are kept (72 h) could raise again within the first three.
 * At a million alarms in 400 days that is 10 000 of them, some 100 MB in all partitions, and not 10 GB; older ones are read
 * one by one when somebody asks.
 */
export const casesReadBackInMs = 4 * 24 * 3_600_000;

/**
 * What to ask of the partition's cases. `laneState`: its last words in `lanewatch.lane-state.v1`, which show until when a core
 * ran; where none did, all there is. A clock that was ahead for a while hides nothing: `now` counts then.
 */
export const recentCases = (
  laneState: readonly LogRecord[],
  now: WallMs,
): { readonly since: WallMs } | undefined => {
  if (laneState.length === 0) return undefined;
  const lastAt = laneState.reduce((last, { appendedAt }) => Math.max(last, appendedAt), -Infinity);
  return { since: wallMs(Math.min(lastAt, now) - casesReadBackInMs) };
};
