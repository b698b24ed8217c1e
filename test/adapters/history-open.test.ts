import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import fastify from "fastify";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { addHistoryRoutes } from "../../src/adapters/console-history-routes.ts";
import { openAlarmHistory } from "../../src/adapters/history-open.ts";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { openSqliteLog } from "../../src/adapters/sqlite-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import { alarmId } from "../../src/domain/ids.ts";
import type { HistoryProblem, RunningHistory } from "../../src/history/run-history.ts";
import type { EventLog } from "../../src/ports.ts";
import { errorBodySchema } from "../../src/wire/console.ts";
import {
  handoverSchema,
  historyFiguresSchema,
  historyPageSchema,
  relatedAlarmsSchema,
} from "../../src/wire/history.ts";
import { syntheticNow } from "../../bench/synthetic-cases.ts";
import { caseRecord, lifeOf, syntheticCases } from "../history/case-life.ts";

const above = mkdtempSync(join(tmpdir(), "lanewatch-history-"));
afterAll(() => rmSync(above, { recursive: true }));
let places = 0;
const newDirectory = (): string => mkdtempSync(join(above, `${(places += 1)}-`));
const partitionCount = 4;
const day = 86_400_000;

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const open = (
  log: EventLog,
  path: string,
): RunningHistory & { problems: HistoryProblem[]; stop: () => Promise<void> } => {
  const stopping = new AbortController();
  const problems: HistoryProblem[] = [];
  const history = openAlarmHistory(
    {
      path,
      log,
      clock: systemClock,
      timeZone: "Europe/Vienna",
      retentionInMs: 1e14,
      onProblem: (problem) => problems.push(problem),
    },
    stopping.signal,
  );
  const stop = async (): Promise<void> => {
    stopping.abort();
    await history.ended;
  };
  ends.push(stop);
  return { ...history, problems, stop };
};

/** The test's own limit ends it. */
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
};
const complete = (history: RunningHistory): Promise<void> => until(() => history.progress().complete);

const memoryLog = async (cases: readonly AlarmCase[]): Promise<EventLog> => {
  const log = openMemoryLog({ partitionCount, clock: systemClock });
  ends.push(() => log.close());
  await log.append(cases.map((one) => caseRecord(one, partitionCount)));
  return log;
};

const everything = { filters: {}, cursor: null, limit: 200 };
const idsIn = async (history: RunningHistory): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let cursor: string | null = null; ;) {
    const page = await history.search({ ...everything, cursor });
    ids.push(...page.rows.map((row) => row.alarmId));
    if (page.next === null) return ids;
    cursor = page.next;
  }
};
const newestFirst = (cases: readonly AlarmCase[]): readonly string[] =>
  cases.map(({ alarm }) => alarm.alarmId).reverse();

describe("a history over a log", () => {
  it("says how far it is, is complete in the end, and follows what comes then", async () => {
    const cases = syntheticCases(1, 700);
    const log = await memoryLog(cases.slice(0, 600));
    const history = open(log, join(newDirectory(), "deep", "history.db"));
    expect(history.progress()).toEqual({ complete: false, share: 0, alarms: 0 });
    await complete(history);
    const page = await history.search(everything);
    expect(page.progress).toEqual({ complete: true, share: 1, alarms: 600 });
    await log.append(cases.slice(600).map((one) => caseRecord(one, partitionCount)));
    await until(() => history.progress().alarms === 700);
    expect(await idsIn(history)).toEqual(newestFirst(cases));
    expect(history.problems).toEqual([]);
  });

  it("goes on where it was, and is built anew when its file is gone", async () => {
    const cases = syntheticCases(2, 200);
    const log = await memoryLog(cases);
    const path = join(newDirectory(), "history.db");
    const first = open(log, path);
    await complete(first);
    const before = await idsIn(first);
    await first.stop();
    expect(existsSync(`${path}-wal`)).toBe(false);
    const second = open(log, path);
    await until(() => second.progress().alarms === 200);
    expect(await idsIn(second)).toEqual(before);
    await second.stop();
    rmSync(path);
    const third = open(log, path);
    await complete(third);
    expect(await idsIn(third)).toEqual(before);
    expect([first, second, third].flatMap(({ problems }) => problems)).toEqual([]);
  });

  it.each([
    ["that is no database", (path: string) => writeFileSync(path, "nonsense ".repeat(2000))],
    ["that is cut short", (path: string) => truncateSync(path, 4096 * 9)],
  ])("moves a file %s aside, says so, and builds it anew", async (_, damage) => {
    const cases = syntheticCases(3, 300);
    const log = await memoryLog(cases);
    const path = join(newDirectory(), "history.db");
    const first = open(log, path);
    await complete(first);
    await first.stop();
    expect(statSync(path).size).toBeGreaterThan(4096 * 20);
    damage(path);
    const second = open(log, path);
    await until(async () => {
      await second.search(everything).catch(() => undefined);
      return second.problems.length > 0 && second.progress().complete;
    });
    expect(await idsIn(second)).toEqual(newestFirst(cases));
    expect(existsSync(`${path}-damaged`)).toBe(true);
    expect(second.problems[0]).toMatchObject({ level: "warn" });
    expect(second.problems[0]?.message).toContain("history.db-damaged");
  });

  it("is built anew over another log", async () => {
    const path = join(newDirectory(), "history.db");
    const first = open(await memoryLog(syntheticCases(4, 100)), path);
    await complete(first);
    await first.stop();
    const others = syntheticCases(5, 120);
    const second = open(await memoryLog(others), path);
    await until(() => second.problems.length === 1 && second.progress().complete);
    expect(await idsIn(second)).toEqual(newestFirst(others));
  });

  it("passes over a record that is no case, and says which", async () => {
    const cases = syntheticCases(6, 10);
    const log = await memoryLog(cases.slice(0, 5));
    const value = new TextEncoder().encode("{}");
    await log.append([{ topic: "lanewatch.alarms.v1", partition: 0, key: "x", value }]);
    await log.append(cases.slice(5).map((one) => caseRecord(one, partitionCount)));
    const history = open(log, join(newDirectory(), "history.db"));
    await complete(history);
    expect(await idsIn(history)).toEqual(newestFirst(cases));
    expect(history.problems.map(({ level }) => level)).toEqual(["warn"]);
    expect(history.problems[0]?.message).toMatch(/partition 0\. The alarm record/);
  });

  it("gives the whole case of an alarm, while it changes", async () => {
    const [whole] = syntheticCases(7, 1);
    if (whole === undefined) throw new Error("no case");
    const log = await memoryLog([]);
    const history = open(log, join(newDirectory(), "history.db"));
    await complete(history);
    const { alarmId: id } = whole.alarm;
    expect(await history.alarmCase(id)).toBeUndefined();
    for (const version of lifeOf(whole)) {
      const [offset] = await log.append([caseRecord(version, partitionCount)]);
      await until(async () => {
        const found = await history.alarmCase(id);
        return isDeepStrictEqual(found, { alarmCase: version, offset });
      });
    }
  });

  it("lets questions wait in a bounded line, and refuses them when it is over", async () => {
    const history = open(await memoryLog(syntheticCases(8, 50)), join(newDirectory(), "history.db"));
    await complete(history);
    const asked = await Promise.allSettled(Array.from({ length: 100 }, () => history.search(everything)));
    const refused = asked.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    expect(refused).toHaveLength(36);
    expect(refused[0]).toMatchObject({ code: "too-busy" });
    await history.stop();
    await expect(history.search(everything)).rejects.toMatchObject({ code: "history-failed" });
  });
});

describe("a process that is killed in the middle", () => {
  it("leaves an index that goes on from there and is whole in the end", async () => {
    const directory = newDirectory();
    const count = 2500;
    const child = fileURLToPath(new URL("./history.child.ts", import.meta.url));
    for (const killAt of [100, 1100]) {
      const running = spawn(process.execPath, ["--import", "tsx", child, directory, String(count)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      for await (const line of createInterface({ input: running.stdout })) {
        if (Number(line) >= killAt) running.kill("SIGKILL");
      }
    }
    const log = await openSqliteLog({ directory, partitionCount, clock: systemClock });
    ends.push(() => log.close());
    const history = open(log, join(directory, "history.db"));
    await complete(history);
    expect(await idsIn(history)).toEqual(newestFirst(syntheticCases(1, count)));
    expect(history.problems).toEqual([]);
  }, 120_000);
});

describe("the routes", () => {
  it("answer in the published shapes, and name all problems of a query", async () => {
    const cases = syntheticCases(9, 400);
    const history = open(await memoryLog(cases), join(newDirectory(), "history.db"));
    await complete(history);
    const app = fastify();
    addHistoryRoutes(app, { history });
    ends.push(() => app.close());
    const ask = async (url: string): Promise<{ status: number; body: unknown }> => {
      const { statusCode, body } = await app.inject({ url });
      return { status: statusCode, body: JSON.parse(body) as unknown };
    };
    const first = historyPageSchema.parse((await ask("/api/history?limit=30")).body);
    expect(first.rows).toHaveLength(30);
    const second = historyPageSchema.parse(
      (await ask(`/api/history?limit=30&cursor=${first.next ?? ""}`)).body,
    );
    expect([...first.rows, ...second.rows].map((row) => row.alarmId)).toEqual(
      newestFirst(cases).slice(0, 60),
    );
    const some = historyPageSchema.parse(
      (await ask("/api/history?lane=lane-001&lane=lane-002&kind=gamma&text=%22")).body,
    );
    expect(some.rows.every(({ laneId }) => laneId === "lane-001" || laneId === "lane-002")).toBe(true);
    const waiting = historyPageSchema.parse((await ask("/api/history?open=true&limit=200")).body);
    expect(waiting.rows).toHaveLength(waiting.open?.count ?? -1);

    const span = `from=${syntheticNow - 20 * day}&to=${syntheticNow}`;
    expect(historyFiguresSchema.parse((await ask(`/api/figures?${span}`)).body).alarms).toBeGreaterThan(10);
    const shift = `from=${syntheticNow - 7 * day}&to=${syntheticNow}`;
    expect(handoverSchema.parse((await ask(`/api/handover?${shift}`)).body).raised).toBeGreaterThan(3);
    const id = cases.at(-1)?.alarm.alarmId ?? alarmId("");
    const vehicle = cases.find(({ adjudication }) => adjudication.disposal !== null)?.adjudication.disposal;
    const related = await ask(
      `/api/alarms/${encodeURIComponent(id)}/related?vehicleId=${encodeURIComponent(vehicle?.entry.vehicleId ?? "")}`,
    );
    expect(relatedAlarmsSchema.parse(related.body).rows.length).toBeGreaterThan(0);

    const wrong = await ask("/api/history?kind=x&from=5&to=4&limit=0&nonsense=1&cursor=%2F");
    const { error } = errorBodySchema.parse(wrong.body);
    expect([wrong.status, error.code]).toEqual([400, "bad-request"]);
    expect(error.problems?.map(({ path }) => path).sort()).toEqual([
      "cursor",
      "kind[0]",
      "limit",
      "nonsense",
    ]);
    const long = errorBodySchema.parse((await ask(`/api/figures?from=0&to=${syntheticNow}`)).body);
    expect(long.error.problems).toEqual([{ path: "to", message: "must be at most 92 days after from" }]);
    expect((await ask("/api/handover?from=9&to=2")).status).toBe(400);
    expect((await ask("/api/figures")).status).toBe(400);
  });
});
