import type Database from "libsql";
import { type SeriesRetention, retentionInMs, steps } from "../series/resolution.ts";
import { addValues, decodeTally, emptyTally, encodeTally, type Tally } from "../series/tally.ts";

interface Bucket {
  readonly step: number;
  readonly series: number;
  readonly at: number;
  readonly tally: Tally;
}

/** Adds points to the seconds, minutes and hours they are in. */
export interface Buckets {
  readonly add: (point: {
    readonly series: number;
    readonly atMs: number;
    readonly values: readonly (number | null)[];
  }) => void;
  /** Before the commit. */
  readonly flush: () => void;
  /** After a rollback: what is remembered is not what is stored. */
  readonly forget: () => void;
}

/** One open bucket a series and step: 1 400 lanes × 13 series × 4 steps × 0.3 kB ≈ 22 MB. Beyond, all are read again. */
const rememberedMax = 200_000;

const blobOf = (row: unknown): Uint8Array | null => {
  const value: unknown = Array.isArray(row) ? row[0] : null;
  return value instanceof Uint8Array ? value : null;
};

export const openBuckets = (
  database: Database.Database,
  options: { readonly retention: SeriesRetention; readonly now: () => number },
): Buckets => {
  const tables = steps.map(({ name, stepInMs }) => ({
    stepInMs,
    keptInMs: retentionInMs(name, options.retention),
    select: database.prepare(`select value from "${name}" where series = ? and at = ?`).raw(),
    replace: database.prepare(`insert or replace into "${name}" values (?, ?, ?)`),
    /** The bucket that a series' last point was in. */
    remembered: new Map<number, Bucket>(),
  }));
  let remembered = 0;
  const dirty = new Set<Bucket>();

  const bucketOf = (
    step: number,
    series: number,
    place: { readonly at: number; readonly parts: number },
  ): Bucket => {
    const table = tables[step];
    const known = table?.remembered.get(series);
    if (known !== undefined && known.at === place.at) return known;
    // An earlier bucket may be changed and not written yet: then it must be read as it will be.
    if (known !== undefined && dirty.has(known)) write(known);
    const stored = blobOf(table?.select.get(series, place.at));
    const tally = stored === null ? emptyTally(place.parts) : decodeTally(stored, place.parts);
    const bucket: Bucket = { step, series, at: place.at, tally };
    if (known === undefined) remembered += 1;
    table?.remembered.set(series, bucket);
    return bucket;
  };
  const write = (bucket: Bucket): void => {
    tables[bucket.step]?.replace.run(bucket.series, bucket.at, encodeTally(bucket.tally));
    dirty.delete(bucket);
  };
  const forget = (): void => {
    for (const table of tables) table.remembered.clear();
    dirty.clear();
    remembered = 0;
  };

  return {
    add: ({ series, atMs, values }) => {
      for (const [step, { stepInMs, keptInMs }] of tables.entries()) {
        if (atMs < options.now() - keptInMs) continue;
        const bucket = bucketOf(step, series, {
          at: Math.floor(atMs / stepInMs) * stepInMs,
          parts: values.length,
        });
        addValues(bucket.tally, values);
        dirty.add(bucket);
      }
    },
    flush: () => {
      for (const bucket of [...dirty]) write(bucket);
      if (remembered > rememberedMax) forget();
    },
    forget,
  };
};
