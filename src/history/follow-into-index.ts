import { LanewatchError } from "../domain/errors.ts";
import type { Clock, EventLog, LogRecord } from "../ports.ts";
import { partitionsOf, type RecordProblem } from "../records.ts";
import type { HistoryProgress } from "../wire/history.ts";
import type { IndexPosition } from "./history-index.ts";
import type { IndexThread } from "./index-thread.ts";

const topic = "lanewatch.alarms.v1";

/** Records handed over at a time, some 10 kB each: a search waits for no more than these. */
const recordsAtATime = 64;
const pruneEveryMs = 3_600_000;
const prunePauseInMs = 50;

export const noProgress: HistoryProgress = { complete: false, share: 0, alarms: 0 };

export interface FollowOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly index: IndexThread;
  readonly retentionInMs: number;
  readonly onProgress: (progress: HistoryProgress) => void;
  readonly onProblem: (problem: { readonly level: "warn"; readonly message: string }) => void;
}

/**
 * Reads cases into the index, from where it was left, until the signal aborts or the log closes.
 * @throws LanewatchError as the log and the index; `history-damaged` also for an index of another log.
 */
export const followIntoIndex = async (options: FollowOptions, signal: AbortSignal): Promise<void> => {
  const { index, log } = options;
  const stop = AbortSignal.any([signal, index.failed]);
  const stored = await index.positions();
  const ends = new Map<number, number>();
  for (const partition of partitionsOf(log)) ends.set(partition, await log.end(topic, partition));
  await requireSameLog(log, stored, ends);
  const reach = progressTo(ends, stored);
  let alarms = await index.count();
  options.onProgress({ ...reach.now(), alarms });
  const from = new Map(
    partitionsOf(log).map((partition) => [
      partition,
      stored.find((position) => position.partition === partition)?.nextOffset ?? 0,
    ]),
  );
  const pruning = pruneRegularly(options, { stop, recount: async () => (alarms = await index.count()) });
  // A failure to remove old alarms is one of the index, and is met there.
  pruning.catch(() => undefined);
  for await (const batch of log.follow(topic, from, stop)) {
    for (let at = 0; at < batch.length; at += recordsAtATime) {
      const records = batch.slice(at, at + recordsAtATime);
      const { problems, added } = await index.take({ records, keptSince: keptSince(options) });
      for (const problem of problems) options.onProblem({ level: "warn", message: sentenceOf(problem) });
      reach.take(records);
      alarms += added;
      options.onProgress({ ...reach.now(), alarms });
    }
  }
  if (index.failed.aborted && !signal.aborted) throw index.failed.reason;
  await pruning;
};

const keptSince = ({ clock, retentionInMs }: FollowOptions): number => clock.wall() - retentionInMs;

const sentenceOf = ({ partition, offset, message }: RecordProblem): string =>
  `The alarm history leaves out record ${offset} of ${topic}, partition ${partition}. ${message}`;

/** An index that has read further than the log goes, or another record where the log has one, is of another log. */
const requireSameLog = async (
  log: EventLog,
  stored: readonly IndexPosition[],
  ends: ReadonlyMap<number, number>,
): Promise<void> => {
  for (const { partition, nextOffset, key } of stored) {
    const end = ends.get(partition) ?? -1;
    const [last] =
      nextOffset > end ? [] : await log.read(topic, partition, { offset: nextOffset - 1, limit: 1 });
    const isOther = nextOffset > end || (last?.offset === nextOffset - 1 && last.key !== key);
    if (isOther) throw new LanewatchError("history-damaged", "The alarm history is of another log.");
  }
};

interface Reach {
  readonly take: (records: readonly LogRecord[]) => void;
  readonly now: () => Pick<HistoryProgress, "complete" | "share">;
}

/** Complete once everything is read that the log had at the start. */
const progressTo = (ends: ReadonlyMap<number, number>, stored: readonly IndexPosition[]): Reach => {
  const reached = new Map(stored.map(({ partition, nextOffset }) => [partition, nextOffset]));
  const total = [...ends.values()].reduce((sum, end) => sum + end, 0);
  let isComplete = false;
  return {
    take: (records) => {
      for (const { partition, offset } of records) reached.set(partition, offset + 1);
    },
    now: () => {
      if (isComplete) return { complete: true, share: 1 };
      let read = 0;
      for (const [partition, end] of ends) read += Math.min(end, reached.get(partition) ?? 0);
      isComplete = read >= total;
      return { complete: isComplete, share: total === 0 ? 1 : read / total };
    },
  };
};

const pruneRegularly = async (
  options: FollowOptions,
  { stop, recount }: { readonly stop: AbortSignal; readonly recount: () => Promise<unknown> },
): Promise<void> => {
  const { index, clock } = options;
  while (!stop.aborted) {
    const removed = await index.prune(keptSince(options));
    if (removed > 0) await recount();
    await clock.sleep(removed > 0 ? prunePauseInMs : pruneEveryMs, stop);
  }
};
