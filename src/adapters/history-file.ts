import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { z } from "zod";
import { LanewatchError } from "../domain/errors.ts";
import { alarmRowSchema } from "../wire/console.ts";
import { codeOf } from "./sqlite-errors.ts";
import { closeLogFile, numberFrom } from "./sqlite-file.ts";

/** "LANH", by which a file is known as ours. */
const applicationId = 0x4c414e48;

/** Changes with the tables below and with what is put into them (`history-entry.ts`, `history-words.ts`). */
const format = 2;

/** A row is stored as its values in the order of these names. */
export const rowKeys = Object.keys(alarmRowSchema.unwrap().shape).sort();

/** An index of another form is thrown away and built anew. */
const fingerprint = `${format} ${rowKeys.join(" ")}`;

/**
 * `words` finds alarms by token. Its row numbers are the alarms' places, so that what it finds comes in the order of
 * time and a page ends the search. It keeps no texts, and of a token only in which alarms it stands (`detail=none`).
 * `alarms` is narrow, for figures; `rows` is what pages show.
 */
const tables = `
  create table about (fingerprint text not null) strict;
  create table positions (partition integer primary key, next_offset integer not null, key text not null) strict;
  create table alarms (
    place integer primary key, alarm_id text not null unique, alarm_version integer not null,
    adjudication_version integer not null, partition integer not null, record_offset integer not null,
    is_open integer not null, raised_at real not null, lane text not null, kind text not null, disposition text,
    acknowledged_at real, disposed_at real, acts integer not null, tokens text not null
  ) strict;
  create table rows (place integer primary key, row text not null) strict;
  create table officers (id integer primary key, name text not null unique) strict;
  create table acts (
    at real not null, place integer not null, number integer not null, officer integer not null,
    kind text not null, primary key (at, place, number)
  ) strict, without rowid;
  create virtual table words using fts5(
    tokens, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '_-~^'"
  );
`;

export interface HistoryFile {
  readonly path: string;
  readonly database: Database.Database;
}

/** The index can be built again; the operating system or the disk cannot be argued with. */
const meanings: readonly (readonly [prefix: string, meaning: string])[] = [
  ["SQLITE_FULL", "has no room: the disk is full"],
  ["SQLITE_BUSY", "is in use by another lanewatch"],
  ["SQLITE_LOCKED", "is in use by another lanewatch"],
  ["SQLITE_READONLY", "cannot be written"],
  ["SQLITE_PERM", "may not be used by this user"],
  ["SQLITE_CANTOPEN", "cannot be opened"],
  ["SQLITE_IOERR", "could not be read or written: the disk failed or is full"],
];

/** @returns `history-damaged` where the file is to be built anew, else `history-failed`. */
export const historyFailure = (path: string, cause: unknown): LanewatchError => {
  if (cause instanceof LanewatchError) return cause;
  const code = codeOf(cause);
  // What is read back in another form than it was written in is damaged as well.
  const isNonsense = cause instanceof z.ZodError || cause instanceof SyntaxError;
  if (isNonsense || code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB"))
    return new LanewatchError("history-damaged", `The alarm history ${path} is damaged.`, cause);
  const meaning = meanings.find(([prefix]) => code.startsWith(prefix))?.[1] ?? "failed";
  return new LanewatchError("history-failed", `The alarm history ${path} ${meaning}.`, cause);
};

/** `history.db-damaged`: kept for whoever wants to know why, in place of an earlier one. */
export const moveHistoryAside = (path: string): string => {
  const aside = `${path}-damaged`;
  for (const suffix of ["-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
  if (existsSync(path)) renameSync(path, aside);
  return aside;
};

const isOurForm = (database: Database.Database): boolean => {
  if (numberFrom(database, "select count(*) from sqlite_master where name = 'about'") === 0) return false;
  const [row] = database.prepare("select fingerprint from about").raw().all();
  return Array.isArray(row) && row[0] === fingerprint;
};

/** WAL without a sync at each commit: after a power cut the last commits may be missing, with their positions. */
const pragmas = `pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -65536;
  pragma journal_size_limit = 67108864`;

const openDatabase = (path: string): HistoryFile => {
  const database = new Database(path);
  try {
    database.exec("pragma locking_mode = exclusive");
    const isEmpty = numberFrom(database, "select count(*) from sqlite_master") === 0;
    if (!isEmpty && numberFrom(database, "pragma application_id") !== applicationId)
      throw new LanewatchError("history-failed", `The file ${path} is not an alarm history.`);
    database.exec(pragmas);
    if (isEmpty) {
      database.exec(`begin exclusive; pragma application_id = ${applicationId}; ${tables}`);
      database.prepare("insert into about values (?)").run(fingerprint);
      database.exec("commit");
    }
    return { path, database };
  } catch (cause) {
    closeHistoryFile({ path, database });
    throw cause;
  }
};

/**
 * Creates what is missing; replaces a file of an earlier form.
 * @throws LanewatchError `history-damaged`, `history-failed`.
 */
export const openHistoryFile = (path: string): HistoryFile => {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openDatabase(path);
    if (isOurForm(file.database)) return file;
    closeHistoryFile(file);
    for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
    return openDatabase(path);
  } catch (cause) {
    throw historyFailure(path, cause);
  }
};

export const closeHistoryFile = (file: HistoryFile): void => {
  try {
    closeLogFile(file);
  } catch (cause) {
    // A damaged file cannot be tidied up; it is closed all the same.
    if (codeOf(cause) === "") throw cause;
  }
};
