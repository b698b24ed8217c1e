import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PromptStore } from "../../src/adapters/log-store.ts";
import { memoryStore } from "../../src/adapters/memory-log.ts";
import { openSqliteStore } from "../../src/adapters/sqlite-store.ts";
import { wallMs } from "../../src/domain/units.ts";
import { events, frames, newRecord, textOf } from "./log-use.ts";

const root = mkdtempSync(join(tmpdir(), "lanewatch-store-"));
afterAll(() => rmSync(root, { recursive: true }));
const openSqlite = (): PromptStore => openSqliteStore(mkdtempSync(join(root, "log-")), 1);
const stream = { topic: frames, partition: 0 } as const;
const at = wallMs(0);

describe.each([
  { name: "SQLite", open: openSqlite },
  { name: "memory", open: () => memoryStore(1) },
])("reading a store, $name", ({ open }) => {
  let store: PromptStore;
  beforeEach(() => {
    store = open();
    const sizes = [10, 20, 30, 5, 100];
    store.commit(
      sizes.map((size) => newRecord("x".repeat(size))),
      at,
    );
  });
  afterEach(() => store.close());

  it.each([
    { offset: 0, limit: 9, bytes: 1_000, offsets: [0, 1, 2, 3, 4] },
    { offset: 0, limit: 2, bytes: 1_000, offsets: [0, 1] },
    { offset: 0, limit: 9, bytes: 30, offsets: [0, 1] },
    { offset: 0, limit: 9, bytes: 31, offsets: [0, 1, 2] },
    { offset: 2, limit: 9, bytes: 35, offsets: [2, 3] },
    { offset: 4, limit: 9, bytes: 1, offsets: [4] },
    { offset: 5, limit: 9, bytes: 1_000, offsets: [] },
  ])("from $offset, $limit records and $bytes bytes at most", ({ offsets, ...range }) => {
    expect(store.read(stream, range).map((record) => record.offset)).toEqual(offsets);
  });
});

describe("the SQLite store", () => {
  it("keeps nothing of a commit that fails half way, and goes on with the next", () => {
    const store = openSqlite();
    store.commit([newRecord("before")], at);
    const halves = [
      newRecord("half"),
      newRecord("half", { topic: events }),
      newRecord("nowhere", { partition: 7 }),
    ];
    expect(() => store.commit(halves, at)).toThrow(expect.objectContaining({ code: "log-failed" }));
    expect(store.end(stream)).toBe(1);
    expect(store.commit([newRecord("after")], at).map((record) => record.offset)).toEqual([1]);
    const range = { offset: 0, limit: 10, bytes: 1_000 };
    expect(store.read(stream, range).map(textOf)).toEqual(["before", "after"]);
    expect(store.read({ topic: events, partition: 0 }, range)).toEqual([]);
    store.close();
  });
});
