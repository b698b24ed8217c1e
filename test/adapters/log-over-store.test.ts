import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogStore } from "../../src/adapters/log-store.ts";
import type { StoredLog, StoredLogOptions } from "../../src/adapters/log-over-store.ts";
import { logOverStore } from "../../src/adapters/log-over-store.ts";
import { memoryStore } from "../../src/adapters/memory-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { EventLog } from "../../src/ports.ts";
import { frames, fromBeginning, newRecord, numbers, readOn, textOf } from "./log-use.ts";

/** The texts of a follower's next batch, each time it is called. */
const batchesOf = (log: EventLog, from = fromBeginning): (() => Promise<readonly string[]>) => {
  const follower = log.follow(frames, from, new AbortController().signal)[Symbol.asyncIterator]();
  return async () => {
    const next = await follower.next();
    return next.done === true ? [] : next.value.map(textOf);
  };
};

/** A store that counts what is asked of it, and fails while `failing`. */
const observed = (inner: LogStore) => {
  const commits: number[] = [];
  let reads = 0;
  const state = { failing: false };
  const store: LogStore = {
    ...inner,
    commit: (records, appendedAt) => {
      if (state.failing) throw new LanewatchError("log-failed", "The disk is full.");
      commits.push(records.length);
      return inner.commit(records, appendedAt);
    },
    read: (stream, range) => {
      reads += 1;
      return inner.read(stream, range);
    },
  };
  return { store, commits, state, reads: () => reads };
};

describe("a log over a store", () => {
  let log: StoredLog;
  const open = (partitionCount = 1, options: Partial<StoredLogOptions> = {}) => {
    const seen = observed(memoryStore(partitionCount));
    log = logOverStore(seen.store, { clock: systemClock, ...options });
    return seen;
  };
  afterEach(() => log.close());
  const append = (texts: readonly string[]): Promise<readonly number[]> =>
    log.append(texts.map((text) => newRecord(text)));

  describe("group commit", () => {
    it("commits the appends of one turn together, and those of the next apart", async () => {
      const { commits } = open();
      await Promise.all([append(["a", "b"]), append(["c"])]);
      await append(["d"]);
      expect(commits).toEqual([3, 1]);
    });

    it("waits for company where a linger is set", async () => {
      const { commits } = open(1, { groupCommitInMs: 20 });
      const first = append(["a"]);
      await new Promise(setImmediate);
      await Promise.all([first, append(["b"])]);
      expect(commits).toEqual([2]);
    });

    it("commits 1 024 records at a time, whole appends, a larger one alone", async () => {
      const { commits } = open();
      const sizes = [600, 400, 24, 1, 3_000, 5];
      await Promise.all(sizes.map((size) => append(numbers(size).map(String))));
      expect(commits).toEqual([1_024, 1, 3_000, 5]);
    });

    it("commits 4 MiB at a time", async () => {
      const { commits } = open();
      const value = new Uint8Array(1_048_576);
      await Promise.all(numbers(5).map(() => log.append([newRecord("", { value })])));
      expect(commits).toEqual([4, 1]);
    });

    it("refuses what would make more than 64 MiB wait, and keeps the rest", async () => {
      open();
      const value = new Uint8Array(16 * 1_048_576);
      const appends = await Promise.allSettled(numbers(5).map(() => log.append([newRecord("", { value })])));
      expect(appends.map(({ status }) => status)).toEqual([...numbers(4).map(() => "fulfilled"), "rejected"]);
      expect(appends[4]).toMatchObject({ reason: { code: "log-failed" } });
      expect(await log.end(frames, 0)).toBe(4);
      await append(["again"]);
    });

    it("fails all appends of a group together and goes on with the next one", async () => {
      const { state } = open();
      await append(["a"]);
      state.failing = true;
      const failed = await Promise.allSettled([append(["lost"]), append(["lost too"])]);
      for (const result of failed) expect(result).toMatchObject({ reason: { code: "log-failed" } });
      state.failing = false;
      expect(await append(["b"])).toEqual([1]);
      expect((await readOn(log, frames, 0)).map(textOf)).toEqual(["a", "b"]);
    });

    it("commits what waits when it is closed, and refuses it where that fails", async () => {
      const { commits, state } = open(1, { groupCommitInMs: 60_000 });
      const kept = append(["a"]);
      await log.close();
      expect(await kept).toEqual([0]);
      expect(commits).toEqual([1]);

      const next = open(1, { groupCommitInMs: 60_000 });
      next.state.failing = true;
      const lost = append(["a"]);
      await Promise.all([log.close(), expect(lost).rejects.toMatchObject({ code: "log-failed" })]);
      expect(state.failing).toBe(false);
    });
  });

  describe("retention", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    it("is seen to each minute, step by step, until the log closes", async () => {
      const { store } = observed(memoryStore(1));
      const left = [3, 2, 0, 5];
      const steps: number[] = [];
      const prune = (): number => {
        const removed = left.shift() ?? 0;
        steps.push(removed);
        return removed;
      };
      log = logOverStore({ ...store, prune }, { clock: systemClock });
      await vi.advanceTimersByTimeAsync(59_999);
      expect(steps).toEqual([]);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(steps).toEqual([3, 2, 0]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(steps).toEqual([3, 2, 0, 5, 0]);
      await log.close();
      await vi.advanceTimersByTimeAsync(600_000);
      expect(steps).toHaveLength(5);
    });

    it("tells when it fails, and tries again", async () => {
      const { store } = observed(memoryStore(1));
      const failure = new LanewatchError("log-failed", "The disk failed.");
      const told: LanewatchError[] = [];
      const prune = (): number => {
        throw failure;
      };
      log = logOverStore(
        { ...store, prune },
        { clock: systemClock, onPruneFailed: (error) => told.push(error) },
      );
      await vi.advanceTimersByTimeAsync(120_000);
      expect(told).toEqual([failure, failure]);
    });
  });

  describe("followers", () => {
    it("hand over fresh records without reading the store", async () => {
      const { reads } = open();
      await append(["a"]);
      const batch = batchesOf(log);
      expect(await batch()).toEqual(["a"]);
      const next = batch();
      const readBefore = reads();
      for (const text of ["b", "c"]) await append([text]);
      expect(await next).toEqual(["b"]);
      expect(await batch()).toEqual(["c"]);
      expect(reads()).toBe(readBefore);
    });

    it("give 512 records or what reaches 1 MiB, and read the store for what did not fit", async () => {
      open();
      const batch = batchesOf(log);
      const waiting = batch();
      await append(numbers(1_200).map(String));
      expect(await waiting).toEqual(numbers(512).map(String));
      expect(await batch()).toEqual(numbers(512, 512).map(String));
      expect(await batch()).toEqual(numbers(176, 1_024).map(String));
      await append(numbers(5).map(() => "x".repeat(400_000)));
      expect(await batch()).toHaveLength(3);
      expect(await batch()).toHaveLength(2);
    });

    it("hold one batch at most while nobody asks for it", async () => {
      const { reads } = open();
      const batch = batchesOf(log);
      const waiting = batch();
      await append(["a"]);
      expect(await waiting).toEqual(["a"]);
      const caughtUp = batch();
      await append(["b"]);
      await caughtUp;
      for (const at of numbers(6)) await append(numbers(100, at * 100).map(String));
      const readBefore = reads();
      expect(await batch()).toEqual(numbers(512).map(String));
      expect(reads()).toBe(readBefore);
      expect(await batch()).toEqual(numbers(88, 512).map(String));
      expect(reads()).toBeGreaterThan(readBefore);
    });

    it("let a long partition not keep the others waiting", async () => {
      open(3);
      await append(numbers(5_000).map(String));
      await log.append([newRecord("short", { partition: 2 })]);
      const batch = batchesOf(log, new Map([0, 1, 2].map((partition) => [partition, 0])));
      await batch();
      expect((await batch())[0]).toBe("short");
    });

    it("skip records before a position that lies beyond the end", async () => {
      open();
      const batch = batchesOf(log, new Map([[0, 2]]))();
      for (const text of ["a", "b", "c"]) await append([text]);
      expect(await batch).toEqual(["c"]);
    });
  });
});
