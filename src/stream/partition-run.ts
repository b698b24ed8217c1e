import { LanewatchError } from "../domain/errors.ts";
import type { AlarmCase } from "../domain/adjudication.ts";
import type { Alarm } from "../domain/alarms.ts";
import type { LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import type { Clock, LogRecord, NewRecord } from "../ports.ts";
import { readRecord } from "../records.ts";
import { decodeFrame } from "../wire/frame.ts";
import type { CaseBook } from "./case-book.ts";
import { followCases, keepSaying, sayAgain, takeNewsToOver } from "./case-words.ts";
import { followCommands } from "./command-loop.ts";
import { checkpointRecord, eventRecord } from "./core-records.ts";
import type { LaneWorker } from "./lane-worker.ts";
import { framePosition, type Part, type PartitionOptions, restorePart, type Said, say } from "./part.ts";

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
  const part = await restorePart(partition, options);
  // Before anything else is written: what is written tells the next start how far to read back.
  await sayAgain(part, both);
  const loops = [followFrames(part, both), followCommands(part, both), keepSaying(part, both)];
  if (options.isShared) loops.push(followCases(part, both));
  const ending = loops.map((loop) => loop.finally(() => ended.abort()));
  await Promise.allSettled(ending);
  await Promise.all(ending);
  if (!signal.aborted) throw new LanewatchError("log-failed", "The log has stopped telling of new records.");
};

const followFrames = async (part: Part, signal: AbortSignal): Promise<void> => {
  const { log, partition, workers, frames } = part;
  const from = new Map([[partition, framePosition(workers)]]);
  const strangers = new Set<string>();
  for await (const batch of log.follow("lanewatch.frames.v1", from, signal)) {
    const { records, cases, newsToOver } = foldFrames(part, batch, strangers);
    for (const alarm of newsToOver) await takeNewsToOver(part, alarm);
    if (signal.aborted) return;
    // As they are now: officers may have gone on meanwhile.
    const ids = new Set(
      [...cases, ...newsToOver.map((alarm) => ({ alarm }))].map(({ alarm }) => alarm.alarmId),
    );
    const now =
      newsToOver.length === 0 ? cases : [...ids].map(part.cases.whole).filter((each) => each !== undefined);
    await say(part, { records, cases: now });
    frames.judgedTo = batch.at(-1)?.offset ?? frames.judgedTo;
    frames.wake();
  }
};

/** Lanes nobody configured are told of once each; 1 000 of them, and no more after that. */
const maxStrangers = 1000;

interface Judged extends Said {
  /** Alarms of which late frames say more, and whose case is over. */
  readonly newsToOver: readonly Alarm[];
}

const foldFrames = (part: Part, batch: readonly LogRecord[], strangers: Set<string>): Judged => {
  const { workers, cases, clock, onProblem, partition } = part;
  const records: NewRecord[] = [];
  const changed: AlarmCase[] = [];
  const newsToOver: Alarm[] = [];
  for (const record of batch) {
    const frame = readRecord(record, decodeFrame, onProblem);
    if (frame === undefined) continue;
    const worker = workers.get(frame.laneId);
    if (worker !== undefined) {
      const said = foldFrame({ worker, cases, clock }, record, frame);
      for (const each of said.records) records.push(each);
      for (const each of said.cases) changed.push(each);
      for (const each of said.newsToOver) newsToOver.push(each);
      continue;
    }
    if (strangers.has(frame.laneId) || strangers.size >= maxStrangers) continue;
    strangers.add(frame.laneId);
    const message = `There is no lane ${frame.laneId} in the configuration; its frames are passed over.`;
    onProblem({ topic: record.topic, partition, offset: record.offset, message });
  }
  const offset = batch.at(-1)?.offset;
  if (offset === undefined) return { records, cases: changed, newsToOver };
  for (const worker of workers.values()) {
    worker.readTo(offset);
    const checkpoint = worker.dueCheckpoint();
    if (checkpoint !== undefined) records.push(checkpointRecord(checkpoint, partition));
  }
  return { records, cases: changed, newsToOver };
};

const foldFrame = (
  by: { readonly worker: LaneWorker; readonly cases: CaseBook; readonly clock: Clock },
  { partition, offset, appendedAt: loggedAt }: LogRecord,
  frame: Frame,
): Judged => {
  const { worker, cases, clock } = by;
  const { events, isLate } = worker.take(frame, offset, loggedAt);
  if (events.length === 0) return { records: [], cases: [], newsToOver: [] };
  const records: NewRecord[] = [];
  const news: AlarmCase[] = [];
  const newsToOver: Alarm[] = [];
  // The fold knows no clock: this is when it has decided.
  const decidedAt = clock.wall();
  for (const [ordinal, event] of events.entries()) {
    const alarm = alarmOf(event);
    if (alarm === null) {
      records.push(eventRecord(event, { frame, isLate, ordinal, partition, decidedAt }));
      continue;
    }
    records.push(eventRecord(event, { frame, isLate, ordinal, partition, decidedAt, loggedAt }));
    const isRaised = event.kind === "alarm-raised";
    const changed = cases.takeAlarm(
      alarm,
      isRaised ? { capturedAt: frame.wall, loggedAt, decidedAt } : undefined,
    );
    if (changed !== undefined) news.push(changed);
    else if (cases.isNewsToOver(alarm)) newsToOver.push(alarm);
  }
  return { records, cases: news, newsToOver };
};

const alarmOf = (event: LaneEvent): Alarm | null =>
  event.kind === "alarm-raised" || event.kind === "alarm-updated" || event.kind === "alarm-ended"
    ? event.alarm
    : null;
