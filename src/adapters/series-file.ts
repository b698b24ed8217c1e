import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { LanewatchError } from "../domain/errors.ts";
import { storedSeries } from "../domain/series.ts";
import { steps } from "../series/resolution.ts";
import { codeOf } from "./sqlite-errors.ts";
import { numberFrom } from "./sqlite-file.ts";

/** "LANS" (https://www.sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x4c414e53;
/** Changes with the tables, and with the parts of a series. */
const format = 1;

/** Keys in the order of time within a series, without a second index: a chart reads one stretch of one tree. */
const tables = [
  "create table series (id integer primary key, lane text not null, what text not null, unique (lane, what)) strict;",
  "create table positions (topic text not null, partition integer not null, next_offset integer not null,",
  "  primary key (topic, partition)) strict, without rowid;",
  "create table parts (what text primary key, parts text not null) strict;",
  ...["full", ...steps.map(({ name }) => name)].map(
    (name) =>
      `create table "${name}" (series integer not null, at integer not null, value blob not null, primary key (series, at)) strict, without rowid;`,
  ),
].join("\n");

export const seriesFailure = (path: string, cause: unknown): LanewatchError => {
  if (cause instanceof LanewatchError) return cause;
  const code = codeOf(cause);
  const why = code.startsWith("SQLITE_FULL")
    ? "has no room: the disk is full"
    : code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")
      ? "is in use by another lanewatch"
      : code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")
        ? "is damaged; it can be deleted, and is made again from what the log still has"
        : "cannot be used";
  return new LanewatchError("series-failed", `The time series ${path} ${why}.`, cause);
};

/** What the parts of each series are is written down, so that a later lanewatch does not take one for another. */
const writtenParts = (database: Database.Database): string =>
  database
    .prepare("select what, parts from parts")
    .raw()
    .all()
    .map((row) => (Array.isArray(row) ? row.join(":") : ""))
    .sort()
    .join("\n");

const ourParts = (): string =>
  Object.entries(storedSeries)
    .map(([what, { parts }]) => `${what}:${parts.join(",")}`)
    .sort()
    .join("\n");

const fill = (database: Database.Database): void => {
  database.exec(
    `begin exclusive; pragma application_id = ${applicationId}; pragma user_version = ${format}; ${tables}`,
  );
  const insert = database.prepare("insert into parts values (?, ?)");
  for (const [what, { parts }] of Object.entries(storedSeries)) insert.run(what, parts.join(","));
  database.exec("commit");
};

/**
 * The file, made where it is missing. Commits are not synced one by one: after a power cut the last ones are missing
 * together with their positions, and are written again.
 * @throws LanewatchError `series-failed`.
 */
export const openSeriesFile = (path: string): Database.Database => {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const database = new Database(path);
    database.exec("pragma locking_mode = exclusive");
    const isEmpty = numberFrom(database, "select count(*) from sqlite_master") === 0;
    if (!isEmpty && numberFrom(database, "pragma application_id") !== applicationId)
      throw new LanewatchError("series-failed", `The file ${path} is not a time series of lanewatch.`);
    database.exec(
      "pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -65536; pragma journal_size_limit = 67108864",
    );
    if (isEmpty) fill(database);
    const isOurs =
      numberFrom(database, "pragma user_version") === format && writtenParts(database) === ourParts();
    if (!isOurs)
      throw new LanewatchError(
        "series-failed",
        `The time series ${path} is of another version of lanewatch; it can be deleted, and is made again from what the log still has.`,
      );
    return database;
  } catch (cause) {
    throw seriesFailure(path, cause);
  }
};
