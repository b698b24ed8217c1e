import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSeriesStore, type SeriesStore } from "../../src/adapters/series-store.ts";
import { numberFrom } from "../../src/adapters/sqlite-file.ts";
import type { SeriesPoint } from "../../src/domain/series.ts";
import { defaultRetention } from "../../src/series/resolution.ts";
import { truck } from "../series/event-records.ts";

const now = Date.UTC(2026, 4, 1);
const hour = 3_600_000;
const day = 24 * hour;

let folder: string;
let store: SeriesStore;
const path = (): string => join(folder, "series.db");
const open = (): SeriesStore => openSeriesStore({ path: path(), retention: defaultRetention });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lanewatch-series-store-"));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const point = (atMs: number, value: number): SeriesPoint => ({
  ...{ laneId: truck, what: "gamma-background", atUs: atMs * 1_000, values: [value, value, value, value] },
});
const none = new Map();

/** Rows of each table, in a file that nobody has open. */
const rowsOf = (): Readonly<Record<string, number | null>> => {
  store.close();
  const database = new Database(path());
  const count = (table: string): number | null => numberFrom(database, `select count(*) from "${table}"`);
  const rows = {
    full: count("full"),
    second: count("second"),
    minute: count("minute"),
    hour: count("hour"),
  };
  database.close();
  store = open();
  return rows;
};

describe("the file of time series", () => {
  it("keeps single points a day, seconds three and minutes a year, and no longer", () => {
    const ages = [0, 23 * hour, 25 * hour, 71 * hour, 73 * hour, 364 * day, 366 * day];
    // All of it written when it was new.
    for (const age of ages.toReversed()) store.write([point(now - age, 1)], none, now - age);
    for (let write = 0; write < 3; write += 1) store.write([], none, now);
    expect(rowsOf()).toEqual({ full: 2, second: 4, minute: 6, hour: 6 });
  });

  it("counts a point once that comes in two writes, or twice in one", () => {
    store.write([point(now, 5), point(now, 5)], none, now);
    store.write([point(now, 5), point(now + 1, 7)], none, now);
    const { parts } = store.query(
      { ...{ laneId: truck, what: "gamma-background" }, from: now, to: now + 2 * hour, points: 2 },
      now,
    );
    expect(parts[0]).toMatchObject({ count: [2, 0], min: [5, null], mean: [6, null], max: [7, null] });
  });

  it("adds to the minute that was there before it was closed", () => {
    store.write([point(now, 10)], none, now);
    store.close();
    store = open();
    store.write([point(now + 1_000, 20)], none, now);
    const { parts } = store.query(
      { ...{ laneId: truck, what: "gamma-background" }, from: now, to: now + 120_000, points: 2 },
      now + 30 * day,
    );
    expect(parts[0]).toMatchObject({ count: [2, 0], min: [10, null], mean: [15, null], max: [20, null] });
  });

  it("adds points of two minutes that come in turns to the right ones", () => {
    store.write(
      [point(now, 1), point(now + 60_000, 2), point(now + 1, 3), point(now + 60_001, 4)],
      none,
      now,
    );
    const { parts } = store.query(
      { ...{ laneId: truck, what: "gamma-background" }, from: now, to: now + 120_000, points: 2 },
      now + 30 * day,
    );
    expect(parts[0]).toMatchObject({ count: [2, 2], min: [1, 2], mean: [2, 3], max: [3, 4] });
  });

  it("has a write as a whole or not at all, with its position", () => {
    const position = new Map([["lanewatch.events.v1", new Map([[0, 9]])]] as const);
    const broken = { ...point(now + 1, 2), laneId: null };
    const write = (): void => store.write([point(now, 1), broken as unknown as SeriesPoint], position, now);
    expect(write).toThrow(expect.objectContaining({ code: "series-failed" }));
    expect(store.positions()).toEqual(new Map());
    expect(rowsOf()).toEqual({ full: 0, second: 0, minute: 0, hour: 0 });
    store.write([point(now, 1)], position, now);
    expect(store.positions()).toEqual(position);
    expect(store.heard().get(truck)).toBe(now);
  });

  it("refuses a file that is none of its own, and leaves it as it is", () => {
    const other = join(folder, "other.db");
    writeFileSync(
      other,
      "This is no database, but somebody's letter to somebody else, which is long enough.",
    );
    expect(() => openSeriesStore({ path: other, retention: defaultRetention })).toThrow(
      expect.objectContaining({ code: "series-failed" }),
    );
  });
});
