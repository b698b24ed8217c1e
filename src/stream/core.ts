import type { AlarmCase } from "../domain/adjudication.ts";
import type { LaneId } from "../domain/ids.ts";
import type { Clock, EventLog, LogRecord, NewRecord, Positions } from "../ports.ts";
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

/** What a core knows when it starts, read from the log. */
interface Restored {
  readonly workers: ReadonlyMap<LaneId, LaneWorker>;
  readonly cases: CaseBook;
  /** Offset of the last command decided, per partition. */
  readonly commandOffsets: ReadonlyMap<number, number>;
}

/**
 * The core role: frames → events, commands → decisions, one writer a partition. Everything one batch says, checkpoints
 * included, goes to the log in one append, and the next batch is read when that is durable. Runs until the signal
 * aborts.
 * @throws LanewatchError `log-failed` when the log does not take what was decided: the state is then ahead of the log,
 * so the role ends and starts again from its checkpoints.
 */
export const runCore = async (options: CoreOptions, signal: AbortSignal): Promise<void> => {
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const restored = await restore(options);
  try {
    await Promise.all([followFrames(options, restored, both), followCommands(options, restored, both)]);
  } finally {
    ended.abort();
  }
};

const restore = async ({ log, lanes, onProblem }: CoreOptions): Promise<Restored> => {
  const checkpoints = new Map<string, Checkpoint>();
  const commandOffsets = new Map<number, number>();
  const cases: AlarmCase[] = [];
  for (const partition of partitionsOf(log)) {
    for (const record of await log.latest("lanewatch.lane-state.v1", partition)) {
      if (record.key === commandCheckpointKey(partition)) {
        const covered = readRecord(record, commandCheckpointCodec.decode, onProblem);
        if (covered !== undefined) commandOffsets.set(partition, covered.commandOffset);
        continue;
      }
      const checkpoint = readRecord(record, checkpointCodec.decode, onProblem);
      if (checkpoint !== undefined) checkpoints.set(checkpoint.laneId, checkpoint);
    }
    for (const record of await log.latest("lanewatch.alarms.v1", partition)) {
      const known = readRecord(record, alarmCaseCodec.decode, onProblem);
      if (known !== undefined) cases.push(known);
    }
  }
  const workers = new Map(lanes.map((lane) => [lane.laneId, laneWorker(lane, checkpoints.get(lane.laneId))]));
  return { workers, cases: openCaseBook(cases), commandOffsets };
};

/** Each partition is read from the frame after the least that any of its lanes has folded. */
const framePositions = (log: EventLog, workers: ReadonlyMap<LaneId, LaneWorker>): Positions => {
  const positions = new Map<number, number>();
  for (const worker of workers.values()) {
    const partition = partitionOf(worker.laneId, log.partitionCount);
    const next = worker.frameOffset() + 1;
    positions.set(partition, Math.min(positions.get(partition) ?? next, next));
  }
  return positions;
};

const followFrames = async (options: CoreOptions, restored: Restored, signal: AbortSignal): Promise<void> => {
  const { log } = options;
  const strangers = new Set<string>();
  for await (const batch of log.follow(
    "lanewatch.frames.v1",
    framePositions(log, restored.workers),
    signal,
  )) {
    const records = foldFrames(options, restored, { batch, strangers });
    if (records.length > 0) await log.append(records);
  }
};

const foldFrames = (
  { clock, onProblem }: CoreOptions,
  { workers, cases }: Restored,
  { batch, strangers }: { readonly batch: readonly LogRecord[]; readonly strangers: Set<string> },
): readonly NewRecord[] => {
  const records: NewRecord[] = [];
  const touched = new Map<LaneWorker, number>();
  for (const record of batch) {
    const { partition, offset } = record;
    const frame = readRecord(record, decodeFrame, onProblem);
    if (frame === undefined) continue;
    const worker = workers.get(frame.laneId);
    if (worker === undefined) {
      if (!strangers.has(frame.laneId)) {
        strangers.add(frame.laneId);
        onProblem({
          topic: record.topic,
          partition,
          offset,
          message: `There is no lane ${frame.laneId} in the configuration; its frames are passed over.`,
        });
      }
      continue;
    }
    const decidedAt = clock.wall();
    for (const [ordinal, event] of worker.take(frame, offset).entries()) {
      records.push(eventRecord(event, { frame, ordinal, partition, decidedAt }));
      if (event.kind !== "alarm-raised" && event.kind !== "alarm-updated" && event.kind !== "alarm-ended")
        continue;
      const changed = cases.takeAlarm(event.alarm);
      if (changed !== undefined) records.push(caseRecord(changed, partition));
    }
    touched.set(worker, partition);
  }
  for (const [worker, partition] of touched) {
    const checkpoint = worker.dueCheckpoint();
    if (checkpoint !== undefined) records.push(checkpointRecord(checkpoint, partition));
  }
  return records;
};

const followCommands = async (
  options: CoreOptions,
  restored: Restored,
  signal: AbortSignal,
): Promise<void> => {
  const { log, onProblem } = options;
  const from = new Map([...restored.commandOffsets].map(([partition, offset]) => [partition, offset + 1]));
  for await (const batch of log.follow("lanewatch.commands.v1", from, signal)) {
    const records: NewRecord[] = [];
    const decided = new Map<number, number>();
    for (const record of batch) {
      decided.set(record.partition, record.offset);
      const command = readRecord(record, commandCodec.decode, onProblem);
      if (command === undefined) continue;
      const { decision, changed } = restored.cases.takeCommand(command);
      records.push(decisionRecord(decision, record.partition));
      if (changed !== undefined) records.push(caseRecord(changed, record.partition));
    }
    for (const [partition, offset] of decided) records.push(commandCheckpointRecord(offset, partition));
    await log.append(records);
  }
};
