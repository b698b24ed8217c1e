import type { StoredLog, StoredLogOptions } from "./log-over-store.ts";
import { logOverStore } from "./log-over-store.ts";
import { openSqliteThread } from "./sqlite-thread.ts";

export interface SqliteLogOptions extends StoredLogOptions {
  /** Created where it is missing; the log is the one file `lanewatch.db` in it, with a WAL beside it while open. */
  readonly directory: string;
  /** A log keeps the count it was created with. */
  readonly partitionCount: number;
}

/**
 * The log of one process, over SQLite: WAL, `synchronous=FULL`, locked against every other process while it is open.
 * Commits and reads run in a thread of its own, a group of at most 1 024 records or 4 MiB at a time.
 * @throws LanewatchError `log-locked` another process has it; `log-failed` it cannot be opened, is damaged, is no log,
 * or was created with another partition count.
 */
export const openSqliteLog = async (options: SqliteLogOptions): Promise<StoredLog> => {
  const { directory, partitionCount } = options;
  return logOverStore(await openSqliteThread({ directory, partitionCount }), options);
};
