import type { AlarmCase } from "../domain/adjudication.ts";
import type { Frame } from "../domain/frames.ts";
import type { LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import type { Clock, EventLog, LogRecord, NewRecord } from "../ports.ts";
import { partitionsOf, readRecord, type RecordProblem } from "../records.ts";
import { alarmCaseCodec, commandCodec } from "../wire/alarm.ts";
import {
  type Checkpoint,
  checkpointCodec,
  commandCheckpointCodec,
  commandCheckpointKey,
} from "../wire/checkpoint.ts";
import { decodeFrame } from "../wire/frame.ts";
import { partitionOf } from "../wire/partition.ts";
import { type CaseBook, openCaseBook } from "./case-book.ts";
import {
  caseRecord,
  checkpointRecord,
  commandCheckpointRecord,
  decisionRecord,
  eventRecord,
} from "./core-records.ts";
import { type JudgedLane, type LaneWorker, laneWorker } from "./lane-worker.ts";

export interface CoreOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly lanes: readonly JudgedLane[];
  readonly onProblem: (problem: RecordProblem) => void;
}

/** A partition as the core knows it when it starts, read from the log. */
interface Part {
  readonly workers: ReadonlyMap<LaneId, LaneWorker>;
  readonly cases: CaseBook;
  /** Offset of the last command decided, or -1. */
  readonly commandOffset: number;
}

/** By partition, every one of the log. */
type Parts = ReadonlyMap<number, Part>;

/**
 * The core role: frames → events, commands → decisions, one writer a partition. Everything one batch says, checkpoints
 * included, goes to the log in one append, and the next batch is read when that is durable. Runs until the signal
 * aborts. Nothing of it goes on once it has ended.
 * @throws LanewatchError `log-failed` when the log does not take what was decided: the state is then ahead of the log,
 * so the role ends and starts again from its checkpoints.
 */
export const runCore = async (options: CoreOptions, signal: AbortSignal): Promise<void> => {
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const parts = await restore(options);
  const loops = [followFrames(options, parts, both), followCommands(options, parts, both)].map((loop) =>
    loop.finally(() => ended.abort()),
  );
  await Promise.allSettled(loops);
  await Promise.all(loops);
};

const restore = async (options: CoreOptions): Promise<Parts> => {
  const parts = new Map<number, Part>();
  for (const partition of partitionsOf(options.log))
    parts.set(partition, await restorePart(options, partition));
  return parts;
};

const restorePart = async ({ log, lanes, onProblem }: CoreOptions, partition: number): Promise<Part> => {
  const checkpoints = new Map<string, Checkpoint>();
  const cases: AlarmCase[] = [];
  let commandOffset = -1;
  for (const record of await log.latest("lanewatch.lane-state.v1", partition)) {
    if (record.key === commandCheckpointKey(partition)) {
      commandOffset = readRecord(record, commandCheckpointCodec.decode, onProblem)?.commandOffset ?? -1;
      continue;
    }
    const checkpoint = readRecord(record, checkpointCodec.decode, onProblem);
    if (checkpoint !== undefined) checkpoints.set(checkpoint.laneId, checkpoint);
  }
  for (const record of await log.latest("lanewatch.alarms.v1", partition)) {
    const known = readRecord(record, alarmCaseCodec.decode, onProblem);
    if (known !== undefined) cases.push(known);
  }
  const workers = lanes
    .filter(({ laneId }) => partitionOf(laneId, log.partitionCount) === partition)
    .map((lane) => [lane.laneId, laneWorker(lane, checkpoints.get(lane.laneId))] as const);
  return { workers: new Map(workers), cases: openCaseBook(cases), commandOffset };
};

/** A partition is read from the frame after the least that any of its lanes has folded. */
const framePosition = ({ workers }: Part): number => {
  const offsets = Array.from(workers.values(), (worker) => worker.frameOffset());
  return offsets.length === 0 ? 0 : Math.min(...offsets) + 1;
};

const followFrames = async (options: CoreOptions, parts: Parts, signal: AbortSignal): Promise<void> => {
  const { log } = options;
  const from = new Map(Array.from(parts, ([partition, part]) => [partition, framePosition(part)]));
  const strangers = new Set<string>();
  for await (const batch of log.follow("lanewatch.frames.v1", from, signal)) {
    const records = foldFrames(options, parts, { batch, strangers });
    if (records.length > 0) await log.append(records);
  }
};

/** Lanes nobody configured are told of once each; 1 000 of them, and no more after that. */
const maxStrangers = 1000;

interface FrameBatch {
  readonly batch: readonly LogRecord[];
  readonly strangers: Set<string>;
}

const foldFrames = (
  options: CoreOptions,
  parts: Parts,
  { batch, strangers }: FrameBatch,
): readonly NewRecord[] => {
  const records: NewRecord[] = [];
  const readTo = new Map<number, number>();
  for (const record of batch) {
    const { partition, offset } = record;
    readTo.set(partition, offset);
    const part = parts.get(partition);
    const frame = readRecord(record, decodeFrame, options.onProblem);
    if (part === undefined || frame === undefined) continue;
    const worker = part.workers.get(frame.laneId);
    if (worker !== undefined) {
      const by = { worker, cases: part.cases, decidedAt: options.clock.wall() };
      for (const said of foldFrame(by, record, frame)) records.push(said);
      continue;
    }
    if (strangers.has(frame.laneId) || strangers.size >= maxStrangers) continue;
    strangers.add(frame.laneId);
    const message = `There is no lane ${frame.laneId} in the configuration; its frames are passed over.`;
    options.onProblem({ topic: record.topic, partition, offset, message });
  }
  for (const [partition, offset] of readTo) {
    for (const worker of parts.get(partition)?.workers.values() ?? []) {
      worker.readTo(offset);
      const checkpoint = worker.dueCheckpoint();
      if (checkpoint !== undefined) records.push(checkpointRecord(checkpoint, partition));
    }
  }
  return records;
};

const foldFrame = (
  by: { readonly worker: LaneWorker; readonly cases: CaseBook; readonly decidedAt: WallMs },
  { partition, offset, appendedAt }: LogRecord,
  frame: Frame,
): readonly NewRecord[] => {
  const { worker, cases, decidedAt } = by;
  const records: NewRecord[] = [];
  for (const [ordinal, event] of worker.take(frame, offset, appendedAt).entries()) {
    records.push(eventRecord(event, { frame, ordinal, partition, decidedAt }));
    if (event.kind !== "alarm-raised" && event.kind !== "alarm-updated" && event.kind !== "alarm-ended")
      continue;
    const changed = cases.takeAlarm(event.alarm);
    if (changed !== undefined) records.push(caseRecord(changed, partition));
  }
  return records;
};

const followCommands = async (options: CoreOptions, parts: Parts, signal: AbortSignal): Promise<void> => {
  const { log, onProblem } = options;
  const from = new Map(Array.from(parts, ([partition, { commandOffset }]) => [partition, commandOffset + 1]));
  for await (const batch of log.follow("lanewatch.commands.v1", from, signal)) {
    const records: NewRecord[] = [];
    const decided = new Map<number, number>();
    for (const record of batch) {
      const { partition } = record;
      decided.set(partition, record.offset);
      const command = readRecord(record, commandCodec.decode, onProblem);
      const answer = command === undefined ? undefined : parts.get(partition)?.cases.takeCommand(command);
      if (answer === undefined) continue;
      records.push(decisionRecord(answer.decision, partition));
      if (answer.changed !== undefined) records.push(caseRecord(answer.changed, partition));
    }
    for (const [partition, offset] of decided) records.push(commandCheckpointRecord(offset, partition));
    await log.append(records);
  }
};
