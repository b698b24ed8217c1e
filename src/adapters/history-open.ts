import {
  historyRetentionInMs,
  runAlarmHistory,
  type RunHistoryOptions,
  type RunningHistory,
} from "../history/run-history.ts";
import { moveHistoryAside } from "./history-file.ts";
import { startHistoryThread } from "./history-thread.ts";

export interface OpenHistoryOptions extends Pick<
  RunHistoryOptions,
  "log" | "clock" | "timeZone" | "onProblem"
> {
  /** The file of the index; made where it is missing, with its directory. It can be deleted at any time it is not open. */
  readonly path: string;
  /** Default: 400 days. */
  readonly retentionInMs?: number;
}

/**
 * The alarm history over a file of its own, in a thread of its own. Returns at once: a first start on an existing log
 * reads it in the background, and `progress` says how far it is.
 */
export const openAlarmHistory = (
  { path, retentionInMs = historyRetentionInMs, ...options }: OpenHistoryOptions,
  signal: AbortSignal,
): RunningHistory =>
  runAlarmHistory(
    {
      ...options,
      retentionInMs,
      openThread: () => startHistoryThread(path),
      moveAside: () => moveHistoryAside(path),
    },
    signal,
  );
