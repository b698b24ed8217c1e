import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { LanewatchError } from "../domain/errors.ts";
import { topicNames, topics } from "../wire/topics.ts";
import type { Stream } from "./log-store.ts";
import { codeOf, sqliteFailure } from "./sqlite-errors.ts";

const fileName = "lanewatch.db";
/** "LANW", by which a file is known as ours (https://www.sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x4c414e57;
/** Changes with the tables below. */
const format = 1;

export interface LogFile {
  readonly path: string;
  readonly database: Database.Database;
}

/** The table of a stream, quoted for SQL: `"lanewatch.frames.v1/3"`. */
export const tableOf = ({ topic, partition }: Stream): string => `"${topic}/${partition}"`;

export const streamsOf = (partitionCount: number): readonly Stream[] =>
  topicNames.flatMap((topic) =>
    Array.from({ length: partitionCount }, (_, partition) => ({ topic, partition })),
  );

/** The one number a query gives. */
export const numberFrom = (database: Database.Database, sql: string): number | null => {
  const [row] = database.prepare(sql).raw().all();
  const value: unknown = Array.isArray(row) ? row[0] : null;
  return typeof value === "number" ? value : null;
};

/**
 * One table a stream: each is written at its end only, so its pages are full and writing is twice as fast as in one
 * table. In a compacted stream `insert or replace` on the unique key removes the key's earlier record.
 */
const createTable = (stream: Stream): string => {
  const key = topics[stream.topic].policy === "compact" ? "key text not null unique" : "key text not null";
  const columns = `offset integer primary key, ${key}, appended_at integer not null, value blob not null`;
  return `create table if not exists ${tableOf(stream)} (${columns}) strict`;
};

const refuse = (path: string, what: string): LanewatchError =>
  new LanewatchError("log-failed", `The log ${path} ${what}.`);

const checkOwnership = ({ path, database }: LogFile): void => {
  const owner = numberFrom(database, "pragma application_id");
  const isEmpty = numberFrom(database, "select count(*) from sqlite_master") === 0;
  if (owner !== applicationId && !isEmpty) throw refuse(path, "is not a lanewatch log");
  const version = numberFrom(database, "pragma user_version");
  if (version !== format && !isEmpty) {
    throw refuse(path, `has format ${version ?? "unknown"}, and this lanewatch reads format ${format}`);
  }
};

const createTables = ({ path, database }: LogFile, partitionCount: number): void => {
  database.exec(`pragma application_id = ${applicationId}; pragma user_version = ${format}`);
  database.exec("create table if not exists partitions (count integer not null) strict");
  const stored = numberFrom(database, "select count from partitions");
  if (stored !== null && stored !== partitionCount) {
    throw refuse(path, `has ${stored} partitions and cannot be opened with ${partitionCount}`);
  }
  if (stored === null) database.exec(`insert into partitions values (${partitionCount})`);
  for (const stream of streamsOf(partitionCount)) database.exec(createTable(stream));
};

/** Looks without opening: closing any descriptor of the file would drop SQLite's locks of the whole process. */
const checkPath = (directory: string, path: string): void => {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
    if (!statSync(path).isFile()) throw refuse(path, "is not a file");
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (cause) {
    if (cause instanceof LanewatchError) throw cause;
    const code = codeOf(cause);
    if (code === "ENOENT" && statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
    if (code === "EEXIST" || code === "ENOTDIR") {
      throw new LanewatchError(
        "log-failed",
        `The log cannot be kept in ${directory}: that is not a directory.`,
        cause,
      );
    }
    if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
      throw new LanewatchError("log-failed", `The log ${path} cannot be written by this user.`, cause);
    }
    throw new LanewatchError("log-failed", `The log ${path} cannot be opened (${code}).`, cause);
  }
};

/**
 * The file of a log, created where it is missing, locked against every other process, with a table a stream.
 * @throws LanewatchError `log-locked`; `log-failed` where it cannot be opened, is no log or has another partition count.
 */
export const openLogFile = (directory: string, partitionCount: number): LogFile => {
  const path = join(directory, fileName);
  checkPath(directory, path);
  let file: LogFile;
  try {
    file = { path, database: new Database(path) };
  } catch (cause) {
    throw new LanewatchError("log-failed", `The log ${path} cannot be opened.`, cause);
  }
  try {
    const { database } = file;
    // Exclusive before the first access: then the lock is the process's, and WAL needs no shared memory.
    database.exec("pragma locking_mode = exclusive; pragma synchronous = full");
    checkOwnership(file);
    database.exec(
      "pragma journal_mode = wal; pragma journal_size_limit = 67108864; pragma cache_size = -16384",
    );
    database.exec("begin exclusive");
    createTables(file, partitionCount);
    database.exec("commit");
  } catch (cause) {
    closeLogFile(file);
    throw sqliteFailure(path, cause);
  }
  return file;
};

/**
 * Leaves one file behind, unlocked. libsql's `close` waits for the garbage collector to take all statements, and the
 * lock with them; leaving WAL mode releases it at once. Where that fails (no room to tidy up), nothing is lost: the
 * next opening goes on from the WAL, and the lock ends with the process at the latest.
 */
export const closeLogFile = ({ database }: LogFile): void => {
  try {
    if (database.inTransaction) database.exec("rollback");
    database.exec(
      "pragma journal_mode = delete; pragma locking_mode = normal; select count(*) from sqlite_master",
    );
  } catch (cause) {
    if (codeOf(cause) === "") throw cause;
  } finally {
    database.close();
  }
};
