import { LanewatchError } from "../domain/errors.ts";

/** The code of a system or SQLite error: `EACCES`, `SQLITE_FULL`; empty where it has none. */
export const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";

/** First words of the extended result codes (https://www.sqlite.org/rescode.html), and what they mean for the log. */
const meanings: readonly (readonly [prefix: string, meaning: string])[] = [
  ["SQLITE_FULL", "has no room: the disk is full"],
  ["SQLITE_NOTADB", "is not a lanewatch log"],
  ["SQLITE_CORRUPT", "is damaged"],
  ["SQLITE_READONLY", "cannot be written"],
  ["SQLITE_PERM", "may not be used by this user"],
  ["SQLITE_CANTOPEN", "cannot be opened"],
  ["SQLITE_IOERR", "could not be read or written: the disk failed or is full"],
  ["SQLITE_TOOBIG", "cannot hold a record of that size"],
];

/** `log-locked` where another process has the file, else `log-failed`. */
export const sqliteFailure = (path: string, cause: unknown): LanewatchError => {
  if (cause instanceof LanewatchError) return cause;
  const code = codeOf(cause);
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new LanewatchError("log-locked", `The log ${path} is in use by another lanewatch.`, cause);
  }
  const meaning = meanings.find(([prefix]) => code.startsWith(prefix))?.[1] ?? "failed";
  return new LanewatchError("log-failed", `The log ${path} ${meaning}.`, cause);
};
