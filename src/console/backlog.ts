import type { EventLog, LogRecord } from "../ports.ts";
import { partitionsOf } from "../records.ts";
import type { Topic } from "../wire/topics.ts";

/** Where each partition of the topic ends now. */
export const endsOf = async (log: EventLog, topic: Topic): Promise<ReadonlyMap<number, number>> => {
  const ends = new Map<number, number>();
  for (const partition of partitionsOf(log)) ends.set(partition, await log.end(topic, partition));
  return ends;
};

/** One read. */
const pageRecords = 500;

export interface Backlog {
  readonly topic: Topic;
  readonly partition: number;
  readonly end: number;
  readonly records: number;
}

/**
 * Hands over the records of the last `records` offsets before `end` (fewer records where offsets have gaps), a page at
 * a time, and returns the offset to go on from.
 */
export const readBacklog = async (
  log: EventLog,
  { topic, partition, end, records }: Backlog,
  take: (page: readonly LogRecord[]) => void,
): Promise<number> => {
  let offset = Math.max(0, end - records);
  while (offset < end) {
    const page = await log.read(topic, partition, { offset, limit: pageRecords });
    const last = page.at(-1);
    if (last === undefined) return end;
    take(page);
    offset = last.offset + 1;
  }
  return offset;
};
