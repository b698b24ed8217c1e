import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { openSqliteLog } from "../../src/adapters/sqlite-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import type { EventLog, LogRecord } from "../../src/ports.ts";
import type { AppendSeen } from "./log-crash.ts";
import { appendOf, partitionCount } from "./log-crash.ts";
import { expectGrowing, frames, numbers, readOn, textOf } from "./log-use.ts";

const directory = mkdtempSync(join(tmpdir(), "lanewatch-crash-"));
afterAll(() => rmSync(directory, { recursive: true }));
const child = fileURLToPath(new URL("./sqlite-log.child.ts", import.meta.url));
const isAppendSeen = (value: unknown): value is AppendSeen =>
  typeof value === "object" && value !== null && "offsets" in value;

/** Appends in a process of its own, which is killed `delayInMs` after its first append was stored; what it told of. */
const appendUntilKilled = async (seed: number, delayInMs: number): Promise<readonly AppendSeen[]> => {
  const running = spawn(process.execPath, ["--import", "tsx", child, "append", directory, String(seed)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const seen: AppendSeen[] = [];
  let killing: Promise<unknown> | undefined;
  for await (const line of createInterface({ input: running.stdout })) {
    const told: unknown = JSON.parse(line);
    if (!isAppendSeen(told)) throw new Error(`the appending process failed: ${line}`);
    seen.push(told);
    killing ??= pause(delayInMs).then(() => running.kill("SIGKILL"));
  }
  await killing;
  return seen;
};

/** Everything kept, by the append it came from. */
const appendsIn = async (log: EventLog): Promise<ReadonlyMap<string, readonly LogRecord[]>> => {
  const appends = new Map<string, LogRecord[]>();
  for (const partition of numbers(partitionCount)) {
    const records = await readOn(log, frames, partition);
    expectGrowing(records.map((record) => record.offset));
    for (const record of records) {
      const [id = ""] = textOf(record).split(" ");
      appends.set(id, [...(appends.get(id) ?? []), record]);
    }
  }
  return appends;
};

const placed = (record: LogRecord): string =>
  `${record.partition}/${record.offset} ${record.key} ${textOf(record)}`;

it("keeps every append it acknowledged, whole and in place, and no append by halves, when it is killed", async () => {
  const acknowledged: AppendSeen[] = [];
  // Multiples of the golden ratio: spread over 0 to 120 ms, the same each time.
  for (const seed of numbers(5)) {
    acknowledged.push(...(await appendUntilKilled(seed, ((seed * 0.618_034) % 1) * 120)));
    const log = await openSqliteLog({ directory, partitionCount, clock: systemClock });
    const appends = await appendsIn(log);
    await log.close();
    for (const { id, offsets } of acknowledged) {
      const expected = appendOf(id).map((record, at) =>
        placed({ ...record, offset: offsets[at] ?? -1, appendedAt: systemClock.wall() }),
      );
      expect((appends.get(id) ?? []).map(placed).sort()).toEqual(expected.sort());
    }
    for (const [id, records] of appends) expect(records.length, `append ${id}`).toBe(appendOf(id).length);
  }
  expect(acknowledged.length).toBeGreaterThan(100);
}, 60_000);
