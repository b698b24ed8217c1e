import { setImmediate as turn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { LanewatchError } from "../domain/errors.ts";
import { figuresIn, handoverIn, relatedIn, searchIndex } from "../history/answers.ts";
import { entryOf } from "../history/history-entry.ts";
import type { HistoryIndex, IndexPosition, PlacedEntry } from "../history/history-index.ts";
import type { RecordsToTake, TakenReport } from "../history/index-thread.ts";
import { readRecord, type RecordProblem } from "../records.ts";
import { alarmCaseCodec } from "../wire/alarm.ts";
import type { CallFailure, CallKind, CallMessage, HistoryCalls, ReplyMessage } from "./history-calls.ts";
import { openHistoryStore } from "./history-store.ts";

/** The thread that has the index. Commits take a while, so records share one: this many, or what comes in a moment. */
const commitRecords = 1000;
const commitWithinMs = 250;

const say = (message: ReplyMessage): void => parentPort?.postMessage(message);

const failureOf = (cause: unknown): CallFailure =>
  cause instanceof LanewatchError
    ? { code: cause.code, message: cause.message }
    : { code: "history-failed", message: `The alarm history met a mistake of its own: ${String(cause)}.` };

const pause = async (): Promise<void> => {
  await turn();
};

const openCommits = (index: HistoryIndex): { taken: (records: number) => void; commit: () => void } => {
  let records = 0;
  let timer: NodeJS.Timeout | undefined;
  const commit = (): void => {
    clearTimeout(timer);
    timer = undefined;
    records = 0;
    index.commit();
  };
  const commitLate = (): void => {
    try {
      commit();
    } catch (cause) {
      say({ call: null, failure: failureOf(cause) });
    }
  };
  return {
    commit,
    taken: (more) => {
      records += more;
      if (records >= commitRecords) commit();
      else timer ??= setTimeout(commitLate, commitWithinMs);
    },
  };
};

const takeInto = (index: HistoryIndex, { records, keptSince }: RecordsToTake): TakenReport => {
  const entries: PlacedEntry[] = [];
  const positions = new Map<number, IndexPosition>();
  const problems: RecordProblem[] = [];
  for (const record of records) {
    const { partition, offset, key } = record;
    const alarmCase = readRecord(
      record,
      (value) => alarmCaseCodec.decode(value),
      (problem) => problems.push(problem),
    );
    if (alarmCase !== undefined) entries.push({ partition, offset, entry: entryOf(alarmCase) });
    positions.set(partition, { partition, nextOffset: offset + 1, key });
  }
  const added = index.take({ entries, positions: [...positions.values()], keptSince });
  return { problems, added };
};

type Answers = {
  readonly [Kind in CallKind]: (
    ask: HistoryCalls[Kind]["ask"],
  ) => HistoryCalls[Kind]["answer"] | Promise<HistoryCalls[Kind]["answer"]>;
};

const answersOf = (index: HistoryIndex): Answers => {
  const commits = openCommits(index);
  return {
    positions: () => index.positions(),
    take: (order) => {
      const report = takeInto(index, order);
      commits.taken(order.records.length);
      return report;
    },
    prune: (keptSince) => {
      const removed = index.prune(keptSince);
      commits.taken(removed);
      return removed;
    },
    count: () => index.count(),
    place: (alarmId) => index.placeOf(alarmId),
    search: (query) => searchIndex(index, query),
    related: (ask) => relatedIn(index, ask),
    figures: (span) => figuresIn(index, span, pause),
    handover: (span) => handoverIn(index, span, pause),
    close: () => {
      commits.commit();
      index.close();
      return null;
    },
  };
};

const reply = async (answers: Answers, { call, kind, ask }: CallMessage): Promise<void> => {
  try {
    // The kind of a message says what its ask is; the table's type cannot follow that through a union.
    const answer = answers[kind] as (
      asked: CallMessage["ask"],
    ) => HistoryCalls[CallKind]["answer"] | Promise<HistoryCalls[CallKind]["answer"]>;
    say({ call, answer: await answer(ask) });
  } catch (cause) {
    say({ call, failure: failureOf(cause) });
  }
};

const serve = (path: string): void => {
  let answers: Answers;
  try {
    answers = answersOf(openHistoryStore(path));
  } catch (cause) {
    say({ call: null, failure: failureOf(cause) });
    return;
  }
  parentPort?.on("message", (message: CallMessage) => void reply(answers, message));
};

// Our own main thread says which file it is.
serve(workerData as string);
