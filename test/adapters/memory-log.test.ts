import { describe, expect, it } from "vitest";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { eventLogContract } from "./event-log.contract.ts";
import { newRecord, readOn, textOf } from "./log-use.ts";

eventLogContract("memory", () =>
  Promise.resolve({ log: openMemoryLog({ partitionCount: 4, clock: systemClock }) }),
);

describe("the memory log", () => {
  it("sweeps superseded records out, however often a key is written", async () => {
    const log = openMemoryLog({ partitionCount: 1, clock: systemClock });
    const topic = "lanewatch.lane-state.v1";
    for (let turn = 0; turn < 1_000; turn += 1) {
      await log.append(["a", "b"].map((key) => newRecord(`${key}${turn}`, { topic, key })));
    }
    const records = await readOn(log, topic, 0);
    expect(records.map((record) => [record.offset, textOf(record)])).toEqual([
      [1_998, "a999"],
      [1_999, "b999"],
    ]);
    expect(await log.latest(topic, 0)).toEqual(records);
    expect(await log.end(topic, 0)).toBe(2_000);
  });
});
