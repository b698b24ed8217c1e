import type { AlarmCase } from "../../src/domain/adjudication.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { EventLog, LogRecord } from "../../src/ports.ts";
import { alarmCaseCodec } from "../../src/wire/alarm.ts";
import { type EventRecord, eventRecordCodec } from "../../src/wire/event.ts";
import { decodeFrame } from "../../src/wire/frame.ts";
import type { Topic } from "../../src/wire/topics.ts";

export interface Logged<T> {
  readonly record: LogRecord;
  readonly value: T;
}

/** Every record of a topic, partition by partition, in order; what cannot be read is left out. */
export const readTopic = async <T>(
  log: EventLog,
  topic: Topic,
  decode: (value: Uint8Array) => T,
): Promise<readonly Logged<T>[]> => {
  const read: Logged<T>[] = [];
  for (let partition = 0; partition < log.partitionCount; partition += 1) {
    const end = await log.end(topic, partition);
    for (let offset = 0; offset < end;) {
      const records = await log.read(topic, partition, { offset, limit: 2_000 });
      if (records.length === 0) break;
      for (const record of records) {
        offset = record.offset + 1;
        const value = decodedOf(record, decode);
        if (value !== undefined) read.push({ record, value });
      }
    }
  }
  return read;
};

const decodedOf = <T>(record: LogRecord, decode: (value: Uint8Array) => T): T | undefined => {
  try {
    return decode(record.value);
  } catch (error) {
    if (error instanceof LanewatchError) return undefined;
    throw error;
  }
};

export const readFrames = (log: EventLog): Promise<readonly Logged<Frame>[]> =>
  readTopic(log, "lanewatch.frames.v1", decodeFrame);

export const readEvents = (
  log: EventLog,
  topic:
    "lanewatch.events.v1" | "lanewatch.measurements.v1" | "lanewatch.quarantine.v1" = "lanewatch.events.v1",
): Promise<readonly Logged<EventRecord>[]> => readTopic(log, topic, eventRecordCodec.decode);

/** The latest word on each alarm. */
export const readCases = async (log: EventLog): Promise<ReadonlyMap<string, AlarmCase>> => {
  const cases = await readTopic(log, "lanewatch.alarms.v1", alarmCaseCodec.decode);
  return new Map(cases.map(({ value }) => [value.alarm.alarmId, value]));
};

/** A stretch of sequence numbers of one lane and boot, both ends included. */
export interface Range {
  readonly laneId: string;
  readonly bootId: string;
  readonly first: number;
  readonly last: number;
}

/** Frames by lane and boot, in order of their sequence, each number once. */
export const framesByBoot = (frames: readonly Logged<Frame>[]): ReadonlyMap<string, readonly Frame[]> => {
  const boots = new Map<string, Map<number, Frame>>();
  for (const { value } of frames) {
    const key = `${value.laneId} ${value.bootId}`;
    const boot = boots.get(key) ?? new Map<number, Frame>();
    boots.set(key, boot.set(value.sequence, value));
  }
  return new Map(
    Array.from(boots, ([key, boot]) => [key, [...boot.values()].toSorted((a, b) => a.sequence - b.sequence)]),
  );
};

/** The sequence numbers below the highest of each boot that the log does not have. */
export const missingRanges = (frames: readonly Logged<Frame>[]): readonly Range[] =>
  [...framesByBoot(frames).values()].flatMap((boot) => {
    let next = 0;
    return boot.flatMap(({ laneId, bootId, sequence }) => {
      const missing = sequence > next ? [{ laneId, bootId, first: next, last: sequence - 1 }] : [];
      next = sequence + 1;
      return missing;
    });
  });

const byPlace = (a: Range, b: Range): number =>
  a.laneId.localeCompare(b.laneId) || a.bootId.localeCompare(b.bootId) || a.first - b.first;

/** The same numbers, in order and with neighbours joined. */
export const joinedRanges = (ranges: readonly Range[]): readonly Range[] => {
  const joined: Range[] = [];
  for (const range of ranges.toSorted(byPlace)) {
    const last = joined.at(-1);
    const follows =
      last?.laneId === range.laneId && last.bootId === range.bootId && range.first <= last.last + 1;
    if (last !== undefined && follows)
      joined.splice(-1, 1, { ...last, last: Math.max(last.last, range.last) });
    else joined.push(range);
  }
  return joined;
};

/** Frames that the log has after later ones of their lane and boot, though they are neither late nor told again. */
export const outOfOrder = (frames: readonly Logged<Frame>[]): readonly string[] => {
  const highest = new Map<string, number>();
  const seen = new Set<string>();
  return frames.flatMap(({ value: { laneId, bootId, sequence, historical } }) => {
    const boot = `${laneId} ${bootId}`;
    const frame = `${boot} ${sequence}`;
    const isRepeat = seen.has(frame);
    seen.add(frame);
    if (isRepeat || historical === true) return [];
    const isLate = sequence < (highest.get(boot) ?? -1);
    highest.set(boot, Math.max(sequence, highest.get(boot) ?? -1));
    return isLate ? [frame] : [];
  });
};
