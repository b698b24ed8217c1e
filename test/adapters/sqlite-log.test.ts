import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import type { StoredLog } from "../../src/adapters/log-over-store.ts";
import { openSqliteLog } from "../../src/adapters/sqlite-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import { eventLogContract } from "./event-log.contract.ts";
import { frames, newRecord, numbers, readOn, textOf } from "./log-use.ts";

const root = mkdtempSync(join(tmpdir(), "lanewatch-log-"));
afterAll(() => rmSync(root, { recursive: true }));
const newDirectory = (): string => mkdtempSync(join(root, "log-"));
const fileIn = (directory: string): string => join(directory, "lanewatch.db");

const open = (directory: string, partitionCount = 4): Promise<StoredLog> =>
  openSqliteLog({ directory, partitionCount, clock: systemClock });

const refusal = async (directory: string, partitionCount = 4): Promise<LanewatchError> => {
  try {
    await (await open(directory, partitionCount)).close();
  } catch (cause) {
    if (cause instanceof LanewatchError) return cause;
    throw cause;
  }
  throw new Error("the log was opened");
};

const child = fileURLToPath(new URL("./sqlite-log.child.ts", import.meta.url));
/** What the one line says that another process prints; `limit` in blocks of 512 or 1 024 bytes holds for each file it writes. */
const inProcess = async (
  mode: "open" | "fill-disk",
  directory: string,
  limit = "unlimited",
): Promise<unknown> => {
  const script = `ulimit -f ${limit}; exec "$@"`;
  const command = [process.execPath, "--import", "tsx", child, mode, directory];
  const ended = await promisify(execFile)("sh", ["-c", script, "sh", ...command]).catch(
    (cause: unknown) => cause,
  );
  const printed: unknown = ended instanceof Object && "stdout" in ended ? ended.stdout : "";
  return JSON.parse(String(printed));
};

eventLogContract("SQLite", async () => {
  const directory = newDirectory();
  return { log: await open(directory), reopen: () => open(directory) };
});

describe("the SQLite log", () => {
  it("creates its directory, and is one file when it is closed", async () => {
    const directory = join(newDirectory(), "a", "b");
    const log = await open(directory);
    await log.append([newRecord("a")]);
    await log.close();
    expect(readdirSync(directory)).toEqual(["lanewatch.db"]);
  });

  it("is locked against another process, and against itself, until it is closed", async () => {
    const directory = newDirectory();
    const log = await open(directory);
    expect(await refusal(directory)).toMatchObject({
      code: "log-locked",
      message: `The log ${fileIn(directory)} is in use by another lanewatch.`,
    });
    expect(await inProcess("open", directory)).toBe("log-locked");
    await log.append([newRecord("still works")]);
    await log.close();
    expect(await inProcess("open", directory)).toBe("opened");
  }, 60_000);

  it("keeps the partition count it was created with", async () => {
    const directory = newDirectory();
    await (await open(directory)).close();
    expect(await refusal(directory, 8)).toMatchObject({
      code: "log-failed",
      message: `The log ${fileIn(directory)} has 4 partitions and cannot be opened with 8.`,
    });
    await (await open(directory)).close();
  });

  it("says in one sentence why a path cannot be a log", async () => {
    const directory = newDirectory();
    const file = join(directory, "file");
    writeFileSync(file, "");
    mkdirSync(fileIn(directory));
    const refusals = await Promise.all([file, join(file, "below"), directory].map((path) => refusal(path)));
    expect(refusals.map(({ code, message }) => `${code} ${message}`)).toEqual([
      `log-failed The log cannot be kept in ${file}: that is not a directory.`,
      `log-failed The log cannot be kept in ${join(file, "below")}: that is not a directory.`,
      `log-failed The log ${fileIn(directory)} is not a file.`,
    ]);
  });

  it("refuses files that are no log, and leaves them alone", async () => {
    const garbage = newDirectory();
    writeFileSync(fileIn(garbage), Buffer.alloc(8_192, 65));
    const foreign = newDirectory();
    const database = new Database(fileIn(foreign));
    database.exec("create table other (a)");
    database.close();
    for (const directory of [garbage, foreign]) {
      const before = readFileSync(fileIn(directory));
      expect(await refusal(directory)).toMatchObject({
        code: "log-failed",
        message: `The log ${fileIn(directory)} is not a lanewatch log.`,
      });
      expect(readFileSync(fileIn(directory)).equals(before)).toBe(true);
    }
  });

  it("refuses a log of another format", async () => {
    const directory = newDirectory();
    await (await open(directory)).close();
    const database = new Database(fileIn(directory));
    database.exec("pragma user_version = 2");
    database.close();
    expect((await refusal(directory)).message).toContain("has format 2, and this lanewatch reads format 1.");
  });

  it("starts afresh in an empty file", async () => {
    const directory = newDirectory();
    writeFileSync(fileIn(directory), "");
    const log = await open(directory);
    expect(await log.append([newRecord("a")])).toEqual([0]);
    await log.close();
  });

  it("says that a file is damaged, whether that shows at the opening or later", async () => {
    const directory = newDirectory();
    const log = await open(directory);
    await log.append(numbers(2_000).map((at) => newRecord(`${at} ${"x".repeat(500)}`)));
    await log.close();
    const whole = readFileSync(fileIn(directory));
    writeFileSync(fileIn(directory), whole.subarray(0, 5_000));
    expect((await refusal(directory)).message).toBe(`The log ${fileIn(directory)} is damaged.`);

    whole.fill(0xff, whole.length * 0.4, whole.length * 0.6);
    writeFileSync(fileIn(directory), whole);
    const failure = await open(directory).then(async (damaged) => {
      const failed: unknown = await readOn(damaged, frames, 0).catch((cause: unknown) => cause);
      await damaged.close();
      return failed;
    });
    expect(failure).toMatchObject({
      code: "log-failed",
      message: `The log ${fileIn(directory)} is damaged.`,
    });
  });

  it("refuses what finds no room on the disk, with its group, and goes on", async () => {
    const directory = newDirectory();
    expect(await inProcess("fill-disk", directory, "3000")).toEqual([
      "stored",
      "log-failed",
      "log-failed",
      "stored",
    ]);
    expect(statSync(fileIn(directory)).size).toBeLessThan(3_000_000);
    const log = await open(directory);
    expect((await readOn(log, frames, 0)).map(textOf)).toEqual(["before", "after"]);
    expect(await log.end(frames, 0)).toBe(2);
    await log.close();
  }, 60_000);

  it("reuses no offset when a stream is reopened, and keeps keys that hold U+0000", async () => {
    const directory = newDirectory();
    const key = "a\u0000b";
    const topic = "lanewatch.lane-state.v1";
    let log = await open(directory);
    await log.append([
      newRecord("1", { key, topic }),
      newRecord("1", { key: "a", topic }),
      newRecord("2", { key, topic }),
    ]);
    await log.close();
    log = await open(directory);
    expect((await log.latest(topic, 0)).map((record) => [record.offset, record.key, textOf(record)])).toEqual(
      [
        [1, "a", "1"],
        [2, key, "2"],
      ],
    );
    expect(await log.append([newRecord("3", { key, topic })])).toEqual([3]);
    await log.close();
  });
});
