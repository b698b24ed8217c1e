import type { PastCase } from "../domain/adjudication.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { AlarmId } from "../domain/ids.ts";
import type { Clock, EventLog } from "../ports.ts";
import { alarmCaseCodec } from "../wire/alarm.ts";
import type { HistoryProgress } from "../wire/history.ts";
import type { AlarmHistory } from "./alarm-history.ts";
import { followIntoIndex, noProgress } from "./follow-into-index.ts";
import type { IndexThread } from "./index-thread.ts";

/** Something that the program's log has to say. Nothing of an alarm is ever lost by it: the log has them all. */
export interface HistoryProblem {
  readonly level: "warn" | "error";
  readonly message: string;
}

export interface RunHistoryOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  /** Of the site, for the hours of the day in figures: `Europe/Vienna`. */
  readonly timeZone: string;
  /** Closed alarms are kept so long after they were raised; open ones for ever. */
  readonly retentionInMs: number;
  /** Opens the index; what cannot be opened fails by the thread's `failed`. */
  readonly openThread: () => IndexThread;
  /** Takes a damaged index out of the way; where it is now. */
  readonly moveAside: () => string;
  readonly onProblem: (problem: HistoryProblem) => void;
}

/** 400 days. */
export const historyRetentionInMs = 400 * 86_400_000;

/** An index that failed is opened again after so long. */
const reopenAfterMs = 5_000;
/** A case whose record has just been superseded: the index knows the next one in a moment. */
const readAttempts = 20;
const readAgainAfterMs = 50;

export interface RunningHistory extends AlarmHistory {
  /** Resolves when the signal has aborted, or the log closed, and the index is put away. Never rejects. */
  readonly ended: Promise<void>;
}

const notAtHand = new LanewatchError("history-failed", "The alarm history is not at hand: try again.");

/**
 * Keeps an index of all alarms up with the log, and answers from it. Everything is done beside the event loop; a failed
 * or damaged index is said, and opened again or built anew by itself.
 */
export const runAlarmHistory = (options: RunHistoryOptions, signal: AbortSignal): RunningHistory => {
  const { clock, log } = options;
  let thread: IndexThread | null = null;
  let progress: HistoryProgress = noProgress;
  const atHand = (): IndexThread => {
    if (thread === null) throw notAtHand;
    return thread;
  };
  const withProgress = async <T extends object>(
    answer: (index: IndexThread) => Promise<T>,
  ): Promise<T & { readonly progress: HistoryProgress }> => {
    // As it was before the question: what was not read then may be missing in the answer.
    const before = progress;
    return { ...(await answer(atHand())), progress: before };
  };

  const runOnce = async (): Promise<"over" | "again"> => {
    const index = options.openThread();
    thread = index;
    try {
      await followIntoIndex({ ...options, index, onProgress: (next) => (progress = next) }, signal);
      return "over";
    } catch (cause) {
      const { code, message } = asFailure(cause);
      if (code === "log-closed" || signal.aborted) return "over";
      thread = null;
      await index.close();
      if (code === "history-damaged") {
        const aside = options.moveAside();
        options.onProblem({
          level: "warn",
          message: `${message} It is built anew; what was there is in ${aside}.`,
        });
      } else {
        options.onProblem({ level: "error", message: `${message} It is opened again in 5 s.` });
        await clock.sleep(reopenAfterMs, signal);
      }
      return "again";
    } finally {
      thread = null;
      progress = noProgress;
      await index.close();
    }
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) if ((await runOnce()) === "over") return;
  };

  const alarmCase = async (alarmId: AlarmId): Promise<PastCase | undefined> => {
    for (let attempt = 0; attempt < readAttempts && !signal.aborted; attempt += 1) {
      const place = await atHand().place(alarmId);
      if (place === undefined) return undefined;
      const { partition, offset } = place;
      const [record] = await log.read("lanewatch.alarms.v1", partition, { offset, limit: 1 });
      if (record?.key === alarmId) return { alarmCase: alarmCaseCodec.decode(record.value), offset };
      await clock.sleep(readAgainAfterMs, signal);
    }
    return undefined;
  };

  return {
    progress: () => progress,
    search: (query) => withProgress((index) => index.search(query)),
    related: (alarmId, ids) => withProgress((index) => index.related(alarmId, ids)),
    figures: (span) =>
      withProgress((index) => index.figures({ ...span, now: clock.wall(), timeZone: options.timeZone })),
    handover: (span) => withProgress((index) => index.handover({ ...span, now: clock.wall() })),
    alarmCase,
    ended: run(),
  };
};

const asFailure = (cause: unknown): LanewatchError =>
  cause instanceof LanewatchError
    ? cause
    : new LanewatchError("history-failed", "The alarm history met a mistake of its own.", cause);
