import type Database from "libsql";
import type { CommandKind } from "../domain/adjudication.ts";
import type { AlarmKind } from "../domain/alarms.ts";
import type { DispositionId } from "../domain/dispositions.ts";
import type { AlarmId, LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import {
  type AlarmFact,
  everWhen,
  type HistoryIndex,
  placesOf,
  type RaisedSpan,
} from "../history/history-index.ts";
import { type AlarmRow, alarmRowSchema } from "../wire/console.ts";
import { rowKeys } from "./history-file.ts";

/** Fields that are never null: null in their place stands for a field that the row does not have. */
const neverNull: ReadonlySet<string> = new Set(
  Object.entries(alarmRowSchema.unwrap().shape).flatMap(([key, field]) =>
    field.safeParse(null).success ? [] : [key],
  ),
);

/** Without names, which would be half of the file. */
export const packedRow = (row: AlarmRow): string => {
  const fields: Readonly<Record<string, unknown>> = row;
  return JSON.stringify(rowKeys.map((key) => fields[key]));
};

/** @throws SyntaxError */
const unpackedRow = (text: string): AlarmRow => {
  const values: unknown = JSON.parse(text);
  if (!Array.isArray(values) || values.length !== rowKeys.length) throw new SyntaxError("This is no row.");
  const fields: readonly unknown[] = values;
  // As `packedRow` made it of a row: a schema would take most of a search's time.
  const held = rowKeys.map((key, at) => [key, fields[at]] as const);
  return Object.fromEntries(held.filter(([key, value]) => value !== null || !neverNull.has(key))) as AlarmRow;
};

/** Rows of our own strict tables have the types of their columns. */
type PlacedRow = readonly [place: number, row: string];
type FactRow = readonly [
  place: number,
  alarmId: AlarmId,
  raisedAt: WallMs,
  laneId: LaneId,
  kind: AlarmKind,
  disposition: DispositionId | null,
  acknowledgedAt: WallMs | null,
  disposedAt: WallMs | null,
];
type ActRow = readonly [at: WallMs, place: number, number: number, officer: string, kind: CommandKind];
type PlaceRow = readonly [place: number, partition: number, offset: number];
type PositionRow = readonly [partition: number, nextOffset: number, key: string];

const factColumns =
  "place, alarm_id, raised_at, lane, kind, disposition, acknowledged_at, disposed_at from alarms";

/** The one number of a query; 0 where it gives none. */
export const numberOf = (rows: readonly unknown[]): number => {
  const [row] = rows as readonly (readonly [number])[];
  return row?.[0] ?? 0;
};

const factOf = (row: FactRow): AlarmFact => {
  const [place, alarmId, raisedAt, laneId, kind, disposition, acknowledgedAt, disposedAt] = row;
  return { place, alarmId, raisedAt, laneId, kind, disposition, acknowledgedAt, disposedAt };
};

/** Alarms that crowd at one instant stand at later places than their time. */
const raisedInSpan = (place: string): string =>
  `exists (select 1 from alarms where alarms.place = ${place} and raised_at >= ? and raised_at < ?)`;

type Reads = Omit<HistoryIndex, "take" | "commit" | "prune" | "close">;
type RowsRequest = Parameters<Reads["rows"]>[0];

const isEver = ({ from, to }: RaisedSpan): boolean => from <= everWhen.from && to >= everWhen.to;

/** Statements are run with `all`, which leaves none open: an open one would keep the WAL growing. */
export const historyReads = (database: Database.Database): Reads => {
  const statements = new Map<string, Database.Statement>();
  const all = (sql: string, ...values: readonly (number | string)[]): readonly unknown[] => {
    const statement = statements.get(sql) ?? database.prepare(sql).raw();
    statements.set(sql, statement);
    return statement.all(...values);
  };

  const found = ({ match, raised, before, newestFirst, limit }: RowsRequest): readonly PlacedRow[] => {
    const order = newestFirst ? "desc" : "asc";
    const { first, last } = placesOf(raised);
    const until = Math.min(last, before - 1);
    const span = isEver(raised) ? [] : [raised.from, raised.to];
    const within = (place: string): string => (isEver(raised) ? "" : `and ${raisedInSpan(place)}`);
    const rows =
      match === null
        ? all(
            `select place, row from rows where place between ? and ? ${within("rows.place")}
             order by place ${order} limit ?`,
            ...[first, until, ...span, limit],
          )
        : all(
            `select words.rowid, (select row from rows where place = words.rowid) from words
             where words match ? and rowid between ? and ? ${within("words.rowid")}
             order by rowid ${order} limit ?`,
            ...[match, first, until, ...span, limit],
          );
    return rows as readonly PlacedRow[];
  };

  return {
    positions: () =>
      (all("select partition, next_offset, key from positions") as readonly PositionRow[]).map(
        ([partition, nextOffset, key]) => ({ partition, nextOffset, key }),
      ),
    count: () => numberOf(all("select count(*) from alarms")),
    rows: (request) => found(request).map(([place, row]) => ({ place, row: unpackedRow(row) })),
    matches: (match, raised, limit) => {
      const { first, last } = placesOf(raised);
      const sql = `select count(*) from (select 1 from words where words match ? and rowid between ? and ?
         and ${raisedInSpan("words.rowid")} limit ?)`;
      const values = [match, first, last, raised.from, raised.to, limit];
      return numberOf(all(sql, ...values));
    },
    rowsAt: (places) =>
      places.flatMap((place) =>
        (all("select place, row from rows where place = ?", place) as readonly PlacedRow[]).map(([, row]) =>
          unpackedRow(row),
        ),
      ),
    placeOf: (alarmId) => {
      const sql = "select place, partition, record_offset from alarms where alarm_id = ?";
      const [row] = all(sql, alarmId) as readonly PlaceRow[];
      return row === undefined ? undefined : { place: row[0], partition: row[1], offset: row[2] };
    },
    facts: (raised, first, limit) => {
      const places = placesOf(raised);
      const sql = `select ${factColumns} where place between ? and ? and raised_at >= ? and raised_at < ?
         order by place limit ?`;
      const from = Math.max(first, places.first);
      const rows = all(sql, from, places.last, raised.from, raised.to, limit) as readonly FactRow[];
      return rows.map(factOf);
    },
    factAt: (place) => {
      const [row] = all(`select ${factColumns} where place = ?`, place) as readonly FactRow[];
      return row === undefined ? undefined : factOf(row);
    },
    acts: (after, to, limit) => {
      const rows = all(
        `select at, place, number, (select name from officers where id = officer), kind from acts
           where (at, place, number) > (?, ?, ?) and at < ? order by at, place, number limit ?`,
        ...[after.at, after.place, after.number, to, limit],
      ) as readonly ActRow[];
      return rows.map(([at, place, number, officer, kind]) => ({ at, place, number, officer, kind }));
    },
  };
};
