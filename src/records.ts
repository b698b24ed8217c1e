import { LanewatchError } from "./domain/errors.ts";
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
