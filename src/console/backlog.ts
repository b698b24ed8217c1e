import type { EventLog, LogRecord } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";

export const partitionsOf = (log: EventLog): readonly number[] => [...Array(log.partitionCount).keys()];

/** Where each partition of the topic ends now. */
export const endsOf = async (log: EventLog, topic: Topic): Promise<ReadonlyMap<number, number>> => {
  const ends = new Map<number, number>();
  for (const partition of partitionsOf(log)) ends.set(partition, await log.end(topic, partition));
  return ends;
};

/** One read. 500 records of at most some 100 kB. */
const pageRecords = 500;

export interface Backlog {
  readonly topic: Topic;
  readonly partition: number;
  readonly end: number;
  readonly records: number;
}

/**
 * Hands over at least the last `records` records before `end`, a page at a time, and returns the offset to go on from.
 * Offsets may have gaps, so the start is looked for by doubling the distance from the end: at most 40 reads.
 */
export const readBacklog = async (
  log: EventLog,
  { topic, partition, end, records }: Backlog,
  take: (page: readonly LogRecord[]) => void,
): Promise<number> => {
  let distance = records;
  while (distance < end) {
    const probe = await log.read(topic, partition, { offset: end - distance, limit: records });
    if (probe.length >= records) break;
    distance *= 2;
  }
  let offset = Math.max(0, end - distance);
  while (offset < end) {
    const page = await log.read(topic, partition, { offset, limit: pageRecords });
    const last = page.at(-1);
    if (last === undefined) break;
    take(page);
    offset = last.offset + 1;
  }
  return Math.max(offset, end);
};
