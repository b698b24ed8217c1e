import type Database from "libsql";
import { laneId, type LaneId } from "../domain/ids.ts";
import type { SeriesAnswer, SeriesPoint, SeriesQuery, StoredSeries } from "../domain/series.ts";
import type { SeriesPositions } from "../ports.ts";
import { answerOf, answerOfPoints, emptyStretches } from "../series/answer.ts";
import { type Reading, readingOf, type SeriesRetention, retentionInMs, steps } from "../series/resolution.ts";
import { addEncoded } from "../series/tally.ts";
import { type Topic, topicNames } from "../wire/topics.ts";
import { openBuckets } from "./series-buckets.ts";
import { openSeriesFile, seriesFailure } from "./series-file.ts";
import { closeLogFile } from "./sqlite-file.ts";

export interface SeriesStoreOptions {
  readonly path: string;
  readonly retention: SeriesRetention;
}

/** Series in one file, each call at once; `now` is the wall clock in milliseconds, by which what is old is removed. */
export interface SeriesStore {
  readonly positions: () => SeriesPositions;
  readonly write: (points: readonly SeriesPoint[], positions: SeriesPositions, now: number) => void;
  readonly query: (query: SeriesQuery, now: number) => SeriesAnswer;
  /** When each lane was last measured, in milliseconds. */
  readonly heard: () => ReadonlyMap<LaneId, number>;
  readonly close: () => void;
}

const isTopic = (name: unknown): name is Topic => topicNames.some((topic) => topic === name);
const numbersOf = (row: unknown): readonly unknown[] => (Array.isArray(row) ? row : []);

/** Single points are 32-bit floats; a part that says nothing is NaN. */
const encodeValues = (values: SeriesPoint["values"]): Uint8Array => {
  const floats = Float32Array.from(values, (value) => value ?? NaN);
  return new Uint8Array(floats.buffer);
};
const decodeValues = (bytes: Uint8Array): readonly (number | null)[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 4 }, (_, index) => {
    const value = view.getFloat32(index * 4, true);
    return Number.isNaN(value) ? null : value;
  });
};

const resolutions = ["full", ...steps.map(({ name }) => name)] as const;

/** Series looked through for old rows at each write: all of 1 400 lanes' in 20 min at four writes a second. */
const prunedAWrite = 4;

/**
 * @throws LanewatchError `series-failed`, also of every call.
 */
export const openSeriesStore = ({ path, retention }: SeriesStoreOptions): SeriesStore => {
  const database = openSeriesFile(path);
  let now = 0;
  const buckets = openBuckets(database, { retention, now: () => now });
  const ids = seriesIds(database);
  const insert = database.prepare(`insert or ignore into "full" values (?, ?, ?)`);
  const note = database.prepare("insert or replace into positions values (?, ?, ?)");
  const prune = openPruning(database, retention);

  const writePoints = (points: readonly SeriesPoint[]): void => {
    for (const { laneId: lane, what, atUs, values } of points) {
      const series = ids.ofOrNew(lane, what);
      // A point that is written again is the one that is there.
      if (insert.run(series, atUs, encodeValues(values)).changes === 0) continue;
      buckets.add({ series, atMs: Math.floor(atUs / 1_000), values });
    }
  };
  const write: SeriesStore["write"] = (points, positions, at) => {
    now = at;
    database.exec("begin");
    try {
      writePoints(points);
      buckets.flush();
      for (const [topic, offsets] of positions)
        for (const [partition, offset] of offsets) note.run(topic, partition, offset);
      prune(now);
      database.exec("commit");
    } catch (cause) {
      if (database.inTransaction) database.exec("rollback");
      buckets.forget();
      ids.forget();
      throw cause;
    }
  };

  const read = seriesReads(database);
  const guarded =
    <Values extends readonly unknown[], T>(call: (...values: Values) => T) =>
    (...values: Values): T => {
      try {
        return call(...values);
      } catch (cause) {
        throw seriesFailure(path, cause);
      }
    };
  return {
    positions: guarded(() => {
      const found = new Map<Topic, Map<number, number>>();
      for (const row of database.prepare("select topic, partition, next_offset from positions").raw().all()) {
        const [topic, partition, offset] = numbersOf(row);
        if (!isTopic(topic) || typeof partition !== "number" || typeof offset !== "number") continue;
        const known = found.get(topic) ?? new Map<number, number>();
        found.set(topic, known.set(partition, offset));
      }
      return found;
    }),
    write: guarded(write),
    query: guarded((query, at) => {
      const reading = readingOf(query, { retention, now: at });
      return read.answer(query, reading, ids.of(query.laneId, query.what));
    }),
    heard: guarded(read.heard),
    close: guarded(() => closeLogFile({ path, database })),
  };
};

interface SeriesIds {
  readonly of: (laneId: LaneId, what: StoredSeries) => number | null;
  readonly ofOrNew: (laneId: LaneId, what: StoredSeries) => number;
  readonly forget: () => void;
}

/** 10 000 lanes × 13 series × 60 B ≈ 8 MB. */
const seriesIds = (database: Database.Database): SeriesIds => {
  const known = new Map<string, number>();
  const select = database.prepare("select id from series where lane = ? and what = ?").raw();
  const insert = database.prepare("insert into series (lane, what) values (?, ?)");
  const find = (lane: LaneId, what: StoredSeries): number | null => {
    const key = `${what} ${lane}`;
    const held = known.get(key);
    if (held !== undefined) return held;
    const [id] = numbersOf(select.get(lane, what));
    if (typeof id !== "number") return null;
    known.set(key, id);
    return id;
  };
  return {
    of: find,
    ofOrNew: (lane, what) => {
      const held = find(lane, what);
      if (held !== null) return held;
      insert.run(lane, what);
      return find(lane, what) ?? 0;
    },
    forget: () => known.clear(),
  };
};

/** Goes round all series and resolutions, a few at each write, so that no write waits for all. */
const openPruning = (database: Database.Database, retention: SeriesRetention): ((now: number) => void) => {
  const removals = resolutions.map((resolution) => ({
    keptInMs: retentionInMs(resolution, retention),
    ticksAMs: resolution === "full" ? 1_000 : 1,
    remove: database.prepare(`delete from "${resolution}" where series = ? and at < ?`),
  }));
  const next = database.prepare("select id from series where id > ? order by id limit ?").raw();
  let last = 0;
  return (now) => {
    const found = next.all(last, prunedAWrite).map((row) => Number(numbersOf(row)[0]));
    for (const series of found)
      for (const { keptInMs, ticksAMs, remove } of removals)
        remove.run(series, Math.floor((now - keptInMs) * ticksAMs));
    last = found.length < prunedAWrite ? 0 : (found.at(-1) ?? 0);
  };
};

interface SeriesReads {
  readonly answer: (query: SeriesQuery, reading: Reading, series: number | null) => SeriesAnswer;
  readonly heard: SeriesStore["heard"];
}

const measuredSeries: readonly StoredSeries[] = ["gamma-background", "gamma-counts", "neutron"];

const seriesReads = (database: Database.Database): SeriesReads => {
  const reads = new Map(
    resolutions.map((resolution) => [
      resolution,
      database
        .prepare(`select at, value from "${resolution}" where series = ? and at >= ? and at < ? order by at`)
        .raw(),
    ]),
  );
  const newest = database.prepare(`select max(at) from "minute" where series = ?`).raw();
  const newestFull = database.prepare(`select max(at) from "full" where series = ?`).raw();
  const rows = (
    { from, to }: SeriesQuery,
    { resolution, stepInMs }: Reading,
    series: number | null,
  ): readonly (readonly [number, Uint8Array])[] => {
    if (series === null) return [];
    const scale = resolution === "full" ? 1_000 : 1;
    const first = stepInMs === 0 ? from : Math.floor(from / stepInMs) * stepInMs;
    const found = reads.get(resolution)?.all(series, Math.ceil(first * scale), Math.ceil(to * scale)) ?? [];
    return found.flatMap((row) => {
      const [at, value] = numbersOf(row);
      return typeof at === "number" && value instanceof Uint8Array ? [[at / scale, value] as const] : [];
    });
  };
  return {
    answer: (query, reading, series) => {
      const found = rows(query, reading, series);
      if (reading.stepInMs === 0)
        return answerOfPoints(
          query,
          found.map(([atMs, value]) => ({ atMs, values: decodeValues(value) })),
        );
      const stretches = emptyStretches(query, reading.stepInMs);
      for (const [atMs, value] of found) {
        const tally = stretches.tallyAt(atMs);
        if (tally !== undefined) addEncoded(tally, value);
      }
      return answerOf(query, stretches);
    },
    heard: () => {
      const heard = new Map<LaneId, number>();
      for (const row of database.prepare("select id, lane, what from series").raw().all()) {
        const [series, lane, what] = numbersOf(row);
        if (typeof lane !== "string" || !measuredSeries.some((measured) => measured === what)) continue;
        const [fullUs] = numbersOf(newestFull.get(series));
        const [minute] = numbersOf(newest.get(series));
        const at =
          typeof fullUs === "number" ? fullUs / 1_000 : typeof minute === "number" ? minute : -Infinity;
        heard.set(laneId(lane), Math.max(heard.get(laneId(lane)) ?? -Infinity, at));
      }
      return heard;
    },
  };
};
