import { createHash } from "node:crypto";
import type Database from "libsql";
import type { HistoryIndex, IndexBatch, Place, PlacedEntry } from "../history/history-index.ts";
import { placeAt } from "../history/history-index.ts";
import { numberOf, packedRow } from "./history-reads.ts";

/** Alarms removed at a time: some 10 ms. The rest waits for the next step. */
const pruneLimit = 200;
const pruneActsLimit = 2000;

type HeldRow = readonly [number, number, number, number, string, number];

interface Held {
  readonly place: Place;
  readonly alarmVersion: number;
  readonly adjudicationVersion: number;
  readonly acts: number;
  readonly tokens: string;
  readonly raisedAt: number;
}

const digestOf = (text: string): string => createHash("sha1").update(text).digest("base64url").slice(0, 16);

/**
 * A case is the newer one by its officers' work, then by its alarm. Of two cases that are each newer in one of them the
 * core says a third that is newest in both.
 */
const isOlder = (held: Held, { entry: { row } }: PlacedEntry): boolean =>
  row.adjudicationVersion < held.adjudicationVersion ||
  (row.adjudicationVersion === held.adjudicationVersion && row.alarmVersion < held.alarmVersion);

type Writes = Pick<HistoryIndex, "take" | "commit" | "prune">;

export const historyWrites = (database: Database.Database): Writes => {
  const statements = new Map<string, Database.Statement>();
  const prepared = (sql: string): Database.Statement => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const run = (sql: string, ...values: readonly (number | string | null)[]): void =>
    void prepared(sql).run(...values);
  /** Rows of our own strict tables have the types of their columns. */
  const all = (sql: string, ...values: readonly (number | string)[]): readonly unknown[] =>
    prepared(sql)
      .raw()
      .all(...values);
  /** As many as a site has had officers. */
  const officerNumbers = new Map<string, number>();
  const begin = (): void => {
    if (!database.inTransaction) database.exec("begin immediate");
  };
  /** What came before in the transaction is lost as well: whoever writes starts again from the stored positions. */
  const orRollBack = <T>(write: () => T): T => {
    try {
      return write();
    } catch (cause) {
      officerNumbers.clear();
      if (database.inTransaction) database.exec("rollback");
      throw cause;
    }
  };

  const heldOf = (alarmId: string): Held | undefined => {
    const sql =
      "select place, alarm_version, adjudication_version, acts, tokens, raised_at from alarms where alarm_id = ?";
    const [row] = all(sql, alarmId) as readonly HeldRow[];
    if (row === undefined) return undefined;
    const [place, alarmVersion, adjudicationVersion, acts, tokens, raisedAt] = row;
    return { place, alarmVersion, adjudicationVersion, acts, tokens, raisedAt };
  };
  const freePlace = (wanted: Place): Place => {
    let place = wanted;
    while (all("select 1 from alarms where place = ?", place).length > 0) place += 1;
    return place;
  };
  const remove = (place: Place): void => {
    run("delete from words where rowid = ?", place);
    run("delete from rows where place = ?", place);
    run("delete from alarms where place = ?", place);
  };
  const officerNumber = (name: string): number => {
    const known = officerNumbers.get(name);
    if (known !== undefined) return known;
    run("insert or ignore into officers (name) values (?)", name);
    const number = numberOf(all("select id from officers where name = ?", name));
    officerNumbers.set(name, number);
    return number;
  };

  const put = (placed: PlacedEntry, held: Held | undefined): void => {
    const { entry, partition, offset } = placed;
    const { row, isOpen, acknowledgedAt, disposedAt, acts } = entry;
    const place = held?.place ?? freePlace(placeAt(row.raisedAt) + (row.kind === "energy" ? 1 : 0));
    const tokens = entry.tokens.join(" ");
    const digest = digestOf(tokens);
    if (held?.tokens !== digest) {
      if (held !== undefined) run("delete from words where rowid = ?", place);
      run("insert into words (rowid, tokens) values (?, ?)", place, tokens);
    }
    run(
      "insert or replace into alarms values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[place, row.alarmId, row.alarmVersion, row.adjudicationVersion, partition, offset],
      ...[isOpen ? 1 : 0, row.raisedAt, row.laneId, row.kind, row.disposition],
      ...[acknowledgedAt, disposedAt, acts.length, digest],
    );
    run("insert or replace into rows values (?, ?)", place, packedRow(row));
    for (const [number, act] of acts.entries()) {
      if (number < (held?.acts ?? 0)) continue;
      const officer = officerNumber(act.officer);
      run("insert or replace into acts values (?, ?, ?, ?, ?)", act.at, place, number, officer, act.kind);
    }
  };

  /** Whether the alarm is new. */
  const takeOne = (placed: PlacedEntry, keptSince: number): boolean => {
    const { row, isOpen } = placed.entry;
    const held = heldOf(row.alarmId);
    if (held !== undefined && isOlder(held, placed)) return false;
    if (held === undefined && !isOpen && row.raisedAt < keptSince) return false;
    if (held === undefined || held.raisedAt === row.raisedAt) {
      put(placed, held);
      return held === undefined;
    }
    run("delete from acts where place = ?", held.place);
    remove(held.place);
    put(placed, undefined);
    return false;
  };

  const take = ({ entries, positions, keptSince }: IndexBatch): number => {
    begin();
    let added = 0;
    for (const placed of entries) if (takeOne(placed, keptSince)) added += 1;
    for (const { partition, nextOffset, key } of positions)
      run("insert or replace into positions values (?, ?, ?)", partition, nextOffset, key);
    return added;
  };
  const prune = (keptSince: number): number => {
    const sql =
      "select place from alarms where is_open = 0 and place < ? and raised_at < ? order by place limit ?";
    const places = all(sql, placeAt(keptSince), keptSince, pruneLimit) as readonly (readonly [number])[];
    const acts = all(
      "select at, place, number from acts where at < ? limit ?",
      ...[keptSince, pruneActsLimit],
    ) as readonly (readonly [number, number, number])[];
    if (places.length + acts.length === 0) return 0;
    begin();
    for (const [place] of places) remove(place);
    for (const act of acts) run("delete from acts where at = ? and place = ? and number = ?", ...act);
    return places.length + acts.length;
  };

  return {
    take: (batch) => orRollBack(() => take(batch)),
    prune: (keptSince) => orRollBack(() => prune(keptSince)),
    commit: () =>
      orRollBack(() => {
        if (database.inTransaction) database.exec("commit");
      }),
  };
};
