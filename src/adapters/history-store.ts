import type { HistoryIndex } from "../history/history-index.ts";
import { closeHistoryFile, historyFailure, openHistoryFile } from "./history-file.ts";
import { historyReads } from "./history-reads.ts";
import { historyWrites } from "./history-writes.ts";

/**
 * The index over SQLite with FTS5, in one file.
 * @throws LanewatchError `history-damaged` and `history-failed`, also of every call.
 */
export const openHistoryStore = (path: string): HistoryIndex => {
  const file = openHistoryFile(path);
  const reads = historyReads(file.database);
  const writes = historyWrites(file.database);
  const guarded =
    <Values extends readonly unknown[], T>(call: (...values: Values) => T) =>
    (...values: Values): T => {
      try {
        return call(...values);
      } catch (cause) {
        throw historyFailure(path, cause);
      }
    };
  return {
    positions: guarded(reads.positions),
    count: guarded(reads.count),
    take: guarded(writes.take),
    commit: guarded(writes.commit),
    prune: guarded(writes.prune),
    rows: guarded(reads.rows),
    matches: guarded(reads.matches),
    rowsAt: guarded(reads.rowsAt),
    placeOf: guarded(reads.placeOf),
    facts: guarded(reads.facts),
    factAt: guarded(reads.factAt),
    acts: guarded(reads.acts),
    /** What is not committed is lost. */
    close: guarded(() => closeHistoryFile(file)),
  };
};
