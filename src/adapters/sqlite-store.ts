import type Database from "libsql";
import type { WallMs } from "../domain/units.ts";
import { wallMs } from "../domain/units.ts";
import type { LogRecord, NewRecord } from "../ports.ts";
import { topics } from "../wire/topics.ts";
import type { PromptStore, Stream } from "./log-store.ts";
import { expiredCount, pruneLimit } from "./log-store.ts";
import { sqliteFailure } from "./sqlite-errors.ts";
import type { LogFile } from "./sqlite-file.ts";
import { closeLogFile, numberFrom, openLogFile, streamsOf, tableOf } from "./sqlite-file.ts";

/** libsql cuts text at U+0000 when it gives it back; as bytes a key comes whole. */
const columns = "offset, cast(key as blob), appended_at, value";

/** Prepared when it is first used: there are hundreds, and a start should not wait for them. */
type Prepared = () => Database.Statement;

/** Statements are run with `all` or `run` only, which leave none open: an open one would keep the WAL growing. */
interface Table {
  readonly stream: Stream;
  readonly insert: Prepared;
  /** The last offset from an offset on within a number of records and bytes. */
  readonly reach: Prepared;
  readonly between: Prepared;
  /** The latest time at which any of the first records at or after an offset was appended. */
  readonly appendedFrom: Prepared;
  readonly oldest: Prepared;
  readonly removeBefore: Prepared;
  end: number;
}

const once = (prepare: Prepared): Prepared => {
  let statement: Database.Statement | undefined;
  return () => (statement ??= prepare());
};

const openTable = (database: Database.Database, stream: Stream): Table => {
  const table = tableOf(stream);
  const insert = topics[stream.topic].policy === "compact" ? "insert or replace" : "insert";
  const change = (sql: string): Prepared => once(() => database.prepare(sql));
  const rows = (sql: string): Prepared => once(() => database.prepare(sql).raw());
  return {
    stream,
    insert: change(`${insert} into ${table} values (?, ?, ?, ?)`),
    reach: rows(
      `select max(offset) from (
         select offset, sum(length(value)) over (order by offset) - length(value) as bytes_before
         from (select offset, value from ${table} where offset >= ? order by offset limit ?)
       ) where bytes_before < ?`,
    ),
    between: rows(`select ${columns} from ${table} where offset between ? and ? order by offset`),
    appendedFrom: rows(
      `select max(appended_at) from (select appended_at from ${table} where offset >= ? order by offset limit ?)`,
    ),
    oldest: rows(`select offset, appended_at from ${table} order by offset limit ?`),
    removeBefore: change(`delete from ${table} where offset < ?`),
    end: (numberFrom(database, `select max(offset) from ${table}`) ?? -1) + 1,
  };
};

const recordOf = (stream: Stream, row: unknown): LogRecord => {
  const fields: readonly unknown[] = Array.isArray(row) ? row : [];
  const [offset, key, appendedAt, value] = fields;
  if (
    typeof offset !== "number" ||
    typeof appendedAt !== "number" ||
    !(key instanceof Uint8Array) ||
    !(value instanceof Uint8Array)
  ) {
    throw new TypeError("a row that is no record");
  }
  return {
    ...stream,
    key: Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString(),
    value: new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
    offset,
    appendedAt: wallMs(appendedAt),
  };
};

const firstNumberOf = (row: unknown): number | undefined => {
  const first: unknown = Array.isArray(row) ? row[0] : undefined;
  return typeof first === "number" ? first : undefined;
};

const recordsBetween = (table: Table, first: number, last: number): readonly LogRecord[] =>
  table
    .between()
    .all(first, last)
    .map((row) => recordOf(table.stream, row));

/** A machine without a clock of its own writes some records in 1970, until it is told the time: fewer than that in a row. */
const mistimedMax = 64;

/** The offset of the first record appended at `since` or later, by halving: 20 looks among a million. */
const offsetSince = (table: Table, since: WallMs): number => {
  let low = 0;
  let high = table.end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const appendedAt = firstNumberOf(table.appendedFrom().all(middle, mistimedMax)[0]);
    if (appendedAt !== undefined && appendedAt < since) low = middle + 1;
    else high = middle;
  }
  return low;
};

const inTransaction = (database: Database.Database, write: () => void): void => {
  try {
    database.exec("begin immediate");
    write();
    database.exec("commit");
  } catch (cause) {
    // After a full disk SQLite has rolled back by itself.
    if (database.inTransaction) database.exec("rollback");
    throw cause;
  }
};

/** Offsets become the tables' only when all is stored: after a failure they are given out again. */
const commitTo = (
  database: Database.Database,
  tableFor: (stream: Stream) => Table,
  records: readonly NewRecord[],
  appendedAt: WallMs,
): readonly LogRecord[] => {
  const ends = new Map<Table, number>();
  const stored: LogRecord[] = [];
  inTransaction(database, () => {
    for (const record of records) {
      const table = tableFor(record);
      const offset = ends.get(table) ?? table.end;
      table.insert().run(offset, record.key, appendedAt, record.value);
      ends.set(table, offset + 1);
      stored.push({ ...record, offset, appendedAt });
    }
  });
  for (const [table, end] of ends) table.end = end;
  return stored;
};

const pruneTable = (table: Table, now: WallMs): number => {
  const { retentionInMs } = topics[table.stream.topic];
  if (retentionInMs === null) return 0;
  const keptSince = now - retentionInMs;
  const timesOf = (limit: number): readonly (readonly unknown[])[] =>
    table
      .oldest()
      .all(limit)
      .filter((row) => Array.isArray(row));
  const isExpired = ([, appendedAt]: readonly unknown[]): boolean => Number(appendedAt) < keptSince;
  if (!timesOf(1).some(isExpired)) return 0;
  const rows = timesOf(pruneLimit + 1);
  const expired = expiredCount(
    rows.map(([, appendedAt]) => Number(appendedAt)),
    keptSince,
  );
  const firstKept = firstNumberOf(rows[expired]);
  if (expired > 0 && firstKept !== undefined) table.removeBefore().run(firstKept);
  return expired;
};

const storeOver = (file: LogFile, partitionCount: number): PromptStore => {
  const { database, path } = file;
  const guarded = <T>(call: () => T): T => {
    try {
      return call();
    } catch (cause) {
      throw sqliteFailure(path, cause);
    }
  };
  const tables = new Map(
    streamsOf(partitionCount).map((stream) => [tableOf(stream), openTable(database, stream)] as const),
  );
  const tableFor = (stream: Stream): Table => {
    const table = tables.get(tableOf(stream));
    if (table === undefined) throw new RangeError(`no table ${tableOf(stream)}`);
    return table;
  };
  return {
    partitionCount,
    commit: (records, appendedAt) => guarded(() => commitTo(database, tableFor, records, appendedAt)),
    read: (stream, { offset, limit, bytes }) =>
      guarded(() => {
        const table = tableFor(stream);
        const last = firstNumberOf(table.reach().all(offset, limit, bytes)[0]);
        return last === undefined ? [] : recordsBetween(table, offset, last);
      }),
    end: (stream) => tableFor(stream).end,
    latest: (stream, since) =>
      guarded(() => {
        const table = tableFor(stream);
        const first = since === undefined ? 0 : offsetSince(table, since);
        const records = recordsBetween(table, first, Number.MAX_SAFE_INTEGER);
        return since === undefined ? records : records.filter(({ appendedAt }) => appendedAt >= since);
      }),
    prune: (now) =>
      guarded(() => {
        for (const table of tables.values()) {
          const removed = pruneTable(table, now);
          if (removed > 0) return removed;
        }
        return 0;
      }),
    close: () => guarded(() => closeLogFile(file)),
  };
};

/** @throws LanewatchError as `openLogFile`. */
export const openSqliteStore = (directory: string, partitionCount: number): PromptStore => {
  const file = openLogFile(directory, partitionCount);
  try {
    return storeOver(file, partitionCount);
  } catch (cause) {
    closeLogFile(file);
    throw sqliteFailure(file.path, cause);
  }
};
