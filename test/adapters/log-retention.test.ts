import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoredLog } from "../../src/adapters/log-over-store.ts";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { openSqliteLog } from "../../src/adapters/sqlite-log.ts";
import { wallMs } from "../../src/domain/units.ts";
import { events, followFor, frames, laneState, newRecord, numbers, readOn, textOf } from "./log-use.ts";

const root = mkdtempSync(join(tmpdir(), "lanewatch-retention-"));
afterAll(() => rmSync(root, { recursive: true }));

const hour = 3_600_000;
const partitionCount = 2;
let now = 0;
const clock = { wall: () => wallMs(now) };

describe.each([
  {
    name: "SQLite",
    open: () => openSqliteLog({ directory: mkdtempSync(join(root, "log-")), partitionCount, clock }),
  },
  { name: "memory", open: () => Promise.resolve(openMemoryLog({ partitionCount, clock })) },
])("retention, $name", ({ open }) => {
  let log: StoredLog;
  beforeEach(async () => {
    now = 1_000 * hour;
    log = await open();
  });
  afterEach(() => log.close());

  const pruned = async (): Promise<readonly number[]> => {
    const steps = [await log.prune()];
    while (steps.at(-1) !== 0) steps.push(await log.prune());
    return steps;
  };
  const textsOf = async (partition = 0): Promise<readonly string[]> =>
    (await readOn(log, frames, partition)).map(textOf);

  it("removes what is older than its topic keeps, and nothing else", async () => {
    await log.append([
      newRecord("old"),
      newRecord("kept", { topic: events }),
      newRecord("kept", { topic: laneState }),
    ]);
    now += hour;
    await log.append([newRecord("younger"), newRecord("old", { partition: 1 })]);
    now += 72 * hour;
    await log.append([newRecord("new"), newRecord("new", { partition: 1 })]);
    expect(await pruned()).toEqual([1, 0]);
    now += 1;
    expect(await pruned()).toEqual([1, 1, 0]);
    expect([await textsOf(0), await textsOf(1)]).toEqual([["new"], ["new"]]);
    expect((await readOn(log, events, 0)).map(textOf)).toEqual(["kept"]);
    expect((await log.latest(laneState, 0)).map(textOf)).toEqual(["kept"]);
  });

  it("goes in steps of 512 records", async () => {
    await log.append(numbers(1_100).map((at) => newRecord(String(at))));
    now += 73 * hour;
    await log.append([newRecord("new")]);
    expect(await pruned()).toEqual([512, 512, 76, 0]);
    expect(await textsOf()).toEqual(["new"]);
  });

  it("keeps a partition's newest record, so that its offsets go on", async () => {
    await log.append(numbers(3).map((at) => newRecord(String(at))));
    now += 73 * hour;
    expect(await pruned()).toEqual([2, 0]);
    expect(await textsOf()).toEqual(["2"]);
    expect(await log.append([newRecord("3")])).toEqual([3]);
  });

  it("stops at a record that is young enough, whatever the clock did after it", async () => {
    await log.append([newRecord("a")]);
    now -= 500 * hour;
    await log.append([newRecord("stamped too early"), newRecord("b")]);
    now += 500 * hour;
    expect(await pruned()).toEqual([0]);
    expect(await textsOf()).toEqual(["a", "stamped too early", "b"]);
  });

  it("lets readers and followers from below the oldest kept record go on from there", async () => {
    await log.append(numbers(3).map((at) => newRecord(String(at))));
    now += 73 * hour;
    await log.append([newRecord("3"), newRecord("4")]);
    await pruned();
    expect((await log.read(frames, 0, { offset: 0, limit: 10 })).map(textOf)).toEqual(["3", "4"]);
    expect((await followFor(log, 2, { from: new Map([[0, 1]]) })).map(textOf)).toEqual(["3", "4"]);
  });
});
