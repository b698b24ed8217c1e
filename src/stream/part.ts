import type { AlarmCase, LaneShelf } from "../domain/adjudication.ts";
import type { LaneId } from "../domain/ids.ts";
import type { Clock, EventLog, NewRecord } from "../ports.ts";
import { readRecord, recentCases, type RecordProblem } from "../records.ts";
import { alarmCaseCodec } from "../wire/alarm.ts";
import {
  type Checkpoint,
  checkpointCodec,
  commandCheckpointCodec,
  laneStateContent,
} from "../wire/checkpoint.ts";
import { laneShelfCodec } from "../wire/command.ts";
import { partitionOf } from "../wire/partition.ts";
import { type CaseBook, openCaseBook, type SaidCase } from "./case-book.ts";
import { caseRecord } from "./core-records.ts";
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
export interface Part extends PartitionOptions {
  readonly partition: number;
  readonly workers: ReadonlyMap<LaneId, LaneWorker>;
  readonly cases: CaseBook;
  readonly shelves: Map<LaneId, LaneShelf>;
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
export interface FrameProgress {
  judgedTo: number;
  wake: () => void;
}

/** Of the cases, what is open and what changed within the last days: see `recentCases`. */
export const restorePart = async (partition: number, options: PartitionOptions): Promise<Part> => {
  const { log, lanes, onProblem, clock } = options;
  const checkpoints = new Map<string, Checkpoint>();
  const shelves = new Map<LaneId, LaneShelf>();
  let commandOffset = -1;
  const laneState = await log.latest("lanewatch.lane-state.v1", partition);
  for (const record of laneState) {
    switch (laneStateContent(record.key)) {
      case "commands":
        commandOffset = readRecord(record, commandCheckpointCodec.decode, onProblem)?.commandOffset ?? -1;
        break;
      case "shelf": {
        const shelf = readRecord(record, laneShelfCodec.decode, onProblem);
        if (shelf !== undefined) shelves.set(shelf.laneId, shelf);
        break;
      }
      case "checkpoint": {
        const checkpoint = readRecord(record, checkpointCodec.decode, onProblem);
        if (checkpoint !== undefined) checkpoints.set(checkpoint.laneId, checkpoint);
      }
    }
  }
  const casesEnd = await log.end("lanewatch.alarms.v1", partition);
  const since = recentCases(laneState, clock.wall());
  const words: SaidCase[] = [];
  for (const record of await log.kept("lanewatch.alarms.v1", partition, since)) {
    const told = readRecord(record, alarmCaseCodec.decode, onProblem);
    if (told !== undefined) words.push({ told, word: { offset: record.offset, at: record.appendedAt } });
  }
  const workers = lanes
    .filter(({ laneId }) => partitionOf(laneId, log.partitionCount) === partition)
    .map((lane) => [lane.laneId, laneWorker(lane, checkpoints.get(lane.laneId))] as const);
  const held = { workers: new Map(workers), cases: openCaseBook(words), shelves, commandOffset, casesEnd };
  const frames = { judgedTo: framePosition(held.workers) - 1, wake: () => undefined };
  return { ...options, ...held, partition, frames, saidAt: new Map() };
};

/** The partition is read from the frame after the least that any of its lanes has folded. */
export const framePosition = (workers: ReadonlyMap<LaneId, LaneWorker>): number => {
  const offsets = Array.from(workers.values(), (worker) => worker.frameOffset());
  return offsets.length === 0 ? 0 : Math.min(...offsets) + 1;
};

/** What one step of the core says. */
export interface Said {
  readonly records: readonly NewRecord[];
  /** As the book holds them at this moment: what is said later must not be older. */
  readonly cases: readonly AlarmCase[];
}

/** One append, durable when it resolves. @throws LanewatchError `log-failed`, `log-closed`. */
export const say = async (part: Part, { records, cases }: Said): Promise<void> => {
  const { log, clock, partition, isShared, saidAt } = part;
  if (records.length + cases.length === 0) return;
  const words = cases.map((each) => caseRecord(each, partition));
  const offsets = await log.append([...records, ...words]);
  const at = clock.wall();
  for (const [index, each] of cases.entries()) {
    const offset = offsets[records.length + index] ?? 0;
    part.cases.said(each, { offset, at });
    if (!isShared) continue;
    const { alarmId } = each.alarm;
    saidAt.delete(alarmId);
    saidAt.set(alarmId, offset);
    const [oldest] = saidAt.keys();
    if (saidAt.size > maxSaidAt && oldest !== undefined) saidAt.delete(oldest);
  }
};
