import type { AlarmCase } from "../domain/adjudication.ts";
import type { Frame } from "../domain/frames.ts";
import type { LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import type { Clock, EventLog, LogRecord, NewRecord } from "../ports.ts";
import { readRecord, type RecordProblem } from "../records.ts";
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

export interface PartitionOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly lanes: readonly JudgedLane[];
  readonly onProblem: (problem: RecordProblem) => void;
  /**
   * Whether another core may judge the same partition for a while: one that has lost its share and does not know yet, or
   * a twin that runs on purpose. What it says of an alarm's case is then read back.
   */
  readonly isShared: boolean;
}

/** A partition as the core knows it, read from the log when it was given to it. */
interface Part extends PartitionOptions {
  readonly partition: number;
  readonly workers: ReadonlyMap<LaneId, LaneWorker>;
  readonly cases: CaseBook;
  /** Offset of the last command decided, or -1. */
  readonly commandOffset: number;
  /** Where the alarms topic ended when the cases were read. */
  readonly casesEnd: number;
  readonly frames: FrameProgress;
  /** Where in the log this core's last word on each case stands; what stands before it is superseded. */
  readonly saidAt: Map<string, number>;
}

/** 10 000 cases that changed last. Of an older one a superseded word may be said once more, which changes nothing. */
const maxSaidAt = 10_000;

/** How far the frames have been judged, for commands that ask about an alarm nobody knows yet. */
interface FrameProgress {
  judgedTo: number;
  wake: () => void;
}

/**
 * One partition: frames → events, commands → decisions, each in the log's order. Everything one batch says, checkpoints
 * included, goes to the log in one append, and the next batch is read when that is durable. Runs until the signal aborts.
 * @throws LanewatchError `log-failed` when the log does not take what was decided: the state is then ahead of the log,
 * so the run ends and starts again from its checkpoints.
 */
export const runPartition = async (
  partition: number,
  options: PartitionOptions,
  signal: AbortSignal,
): Promise<void> => {
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const part = await restore(partition, options);
  const loops = [followFrames(part, both), followCommands(part, both)];
  if (options.isShared) loops.push(followCases(part, both));
  const ending = loops.map((loop) => loop.finally(() => ended.abort()));
  await Promise.allSettled(ending);
  await Promise.all(ending);
};

const restore = async (partition: number, options: PartitionOptions): Promise<Part> => {
  const { log, lanes, onProblem } = options;
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
  const casesEnd = await log.end("lanewatch.alarms.v1", partition);
  for (const record of await log.latest("lanewatch.alarms.v1", partition)) {
    const known = readRecord(record, alarmCaseCodec.decode, onProblem);
    if (known !== undefined) cases.push(known);
  }
  const workers = lanes
    .filter(({ laneId }) => partitionOf(laneId, log.partitionCount) === partition)
    .map((lane) => [lane.laneId, laneWorker(lane, checkpoints.get(lane.laneId))] as const);
  const held = { workers: new Map(workers), cases: openCaseBook(cases), commandOffset, casesEnd };
  const frames = { judgedTo: framePosition(held.workers) - 1, wake: () => undefined };
  return { ...options, ...held, partition, frames, saidAt: new Map() };
};

const append = async ({ log, isShared, saidAt }: Part, records: readonly NewRecord[]): Promise<void> => {
  if (records.length === 0) return;
  const offsets = await log.append(records);
  if (!isShared) return;
  for (const [at, { topic, key }] of records.entries()) {
    if (topic !== "lanewatch.alarms.v1") continue;
    saidAt.delete(key);
    saidAt.set(key, offsets[at] ?? 0);
    const [oldest] = saidAt.keys();
    if (saidAt.size > maxSaidAt && oldest !== undefined) saidAt.delete(oldest);
  }
};

/** The partition is read from the frame after the least that any of its lanes has folded. */
const framePosition = (workers: ReadonlyMap<LaneId, LaneWorker>): number => {
  const offsets = Array.from(workers.values(), (worker) => worker.frameOffset());
  return offsets.length === 0 ? 0 : Math.min(...offsets) + 1;
};

const followFrames = async (part: Part, signal: AbortSignal): Promise<void> => {
  const { log, partition, workers, frames } = part;
  const from = new Map([[partition, framePosition(workers)]]);
  const strangers = new Set<string>();
  for await (const batch of log.follow("lanewatch.frames.v1", from, signal)) {
    const records = foldFrames(part, batch, strangers);
    await append(part, records);
    frames.judgedTo = batch.at(-1)?.offset ?? frames.judgedTo;
    frames.wake();
  }
};

/** Lanes nobody configured are told of once each; 1 000 of them, and no more after that. */
const maxStrangers = 1000;

const foldFrames = (
  part: Part,
  batch: readonly LogRecord[],
  strangers: Set<string>,
): readonly NewRecord[] => {
  const { workers, cases, clock, onProblem, partition } = part;
  const records: NewRecord[] = [];
  const decidedAt = clock.wall();
  for (const record of batch) {
    const frame = readRecord(record, decodeFrame, onProblem);
    if (frame === undefined) continue;
    const worker = workers.get(frame.laneId);
    if (worker !== undefined) {
      for (const said of foldFrame({ worker, cases, decidedAt }, record, frame)) records.push(said);
      continue;
    }
    if (strangers.has(frame.laneId) || strangers.size >= maxStrangers) continue;
    strangers.add(frame.laneId);
    const message = `There is no lane ${frame.laneId} in the configuration; its frames are passed over.`;
    onProblem({ topic: record.topic, partition, offset: record.offset, message });
  }
  const offset = batch.at(-1)?.offset;
  if (offset === undefined) return records;
  for (const worker of workers.values()) {
    worker.readTo(offset);
    const checkpoint = worker.dueCheckpoint();
    if (checkpoint !== undefined) records.push(checkpointRecord(checkpoint, partition));
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

const followCommands = async (part: Part, signal: AbortSignal): Promise<void> => {
  const { log, onProblem, partition, cases } = part;
  const from = new Map([[partition, part.commandOffset + 1]]);
  for await (const batch of log.follow("lanewatch.commands.v1", from, signal)) {
    const records: NewRecord[] = [];
    let decided = -1;
    for (const record of batch) {
      decided = record.offset;
      const command = readRecord(record, commandCodec.decode, onProblem);
      if (command === undefined) continue;
      if (!cases.knows(command.alarmId)) await untilFramesAreJudged(part, signal);
      if (signal.aborted) return;
      const answer = cases.takeCommand(command);
      records.push(decisionRecord(answer.decision, partition));
      if (answer.changed !== undefined) records.push(caseRecord(answer.changed, partition));
    }
    if (decided >= 0) records.push(commandCheckpointRecord(decided, partition));
    await append(part, records);
  }
};

/** How long a command about an unknown alarm waits for the frames that may raise it. */
const commandWaitInMs = 5_000;

/**
 * An officer has seen the alarm, so that it was decided once: a core that has just been given the partition may only
 * not have read that far again.
 */
const untilFramesAreJudged = async (
  { log, clock, partition, frames }: Part,
  signal: AbortSignal,
): Promise<void> => {
  const last = (await log.end("lanewatch.frames.v1", partition)) - 1;
  const given = new AbortController();
  const timeout = clock.sleep(commandWaitInMs, AbortSignal.any([signal, given.signal]));
  let isOver = false;
  void timeout.then(() => {
    isOver = true;
    frames.wake();
  });
  const isJudged = (): boolean => frames.judgedTo >= last || isOver;
  while (!isJudged()) {
    await new Promise<void>((resolve) => {
      frames.wake = resolve;
    });
  }
  given.abort();
};

/** What another core says of a case: what it knows better is learnt, and what this core knows better is said again. */
const followCases = async (part: Part, signal: AbortSignal): Promise<void> => {
  const { log, partition, cases, onProblem, casesEnd, saidAt } = part;
  const from = new Map([[partition, casesEnd]]);
  for await (const batch of log.follow("lanewatch.alarms.v1", from, signal)) {
    const stale = new Map<string, AlarmCase>();
    for (const record of batch) {
      const told = readRecord(record, alarmCaseCodec.decode, onProblem);
      if (told === undefined || record.offset <= (saidAt.get(record.key) ?? -1)) continue;
      const better = cases.compare(told);
      if (better === undefined) stale.delete(told.alarm.alarmId);
      else stale.set(told.alarm.alarmId, better);
    }
    // Only what the topic holds last of an alarm stays in it.
    await append(
      part,
      [...stale.values()].map((each) => caseRecord(each, partition)),
    );
  }
};
