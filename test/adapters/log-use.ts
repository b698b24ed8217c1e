import { expect } from "vitest";
import type { EventLog, LogRecord, NewRecord, Positions } from "../../src/ports.ts";
import type { Topic } from "../../src/wire/topics.ts";

export const frames = "lanewatch.frames.v1";
export const events = "lanewatch.events.v1";
export const laneState = "lanewatch.lane-state.v1";

/** Of the two partitions that every log in the tests has at least. */
export const fromBeginning: Positions = new Map([
  [0, 0],
  [1, 0],
]);
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (record: LogRecord): string => new TextDecoder().decode(record.value);
export const numbers = (count: number, first = 0): readonly number[] =>
  Array.from({ length: count }, (_, at) => first + at);

export const newRecord = (text: string, over: Partial<NewRecord> = {}): NewRecord => ({
  topic: frames,
  partition: 0,
  key: "lane-1",
  value: bytesOf(text),
  ...over,
});

/** Everything from `offset` on, in as many reads as it takes. */
export const readOn = async (
  log: EventLog,
  topic: Topic,
  partition: number,
  offset = 0,
): Promise<readonly LogRecord[]> => {
  const found: LogRecord[] = [];
  for (let from = offset; ;) {
    const records = await log.read(topic, partition, { offset: from, limit: 1_000 });
    const last = records.at(-1);
    if (last === undefined) return found;
    found.push(...records);
    from = last.offset + 1;
  }
};

/** What a follower of `topic` is given, until `count` records have come or the log closes. */
export const followFor = async (
  log: EventLog,
  count: number,
  { topic = frames, from = fromBeginning }: { readonly topic?: Topic; readonly from?: Positions } = {},
): Promise<readonly LogRecord[]> => {
  const found: LogRecord[] = [];
  if (count === 0) return found;
  for await (const batch of log.follow(topic, from, new AbortController().signal)) {
    found.push(...batch);
    if (found.length >= count) break;
  }
  return found;
};

export const ofPartition = (records: readonly LogRecord[], partition: number): readonly LogRecord[] =>
  records.filter((record) => record.partition === partition);

export const expectGrowing = (offsets: readonly number[]): void => {
  for (const [at, offset] of offsets.entries()) expect(offset).toBeGreaterThan(offsets[at - 1] ?? -1);
};
