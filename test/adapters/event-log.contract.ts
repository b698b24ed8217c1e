import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { wallMs } from "../../src/domain/units.ts";
import type { EventLog, LogRecord, NewRecord } from "../../src/ports.ts";
import { checkAgainstModel } from "./event-log.model.ts";
import {
  bytesOf,
  events,
  expectGrowing,
  followFor,
  frames,
  fromBeginning,
  laneState,
  newRecord,
  numbers,
  ofPartition,
  readOn,
  textOf,
} from "./log-use.ts";

interface OpenedLog {
  readonly log: EventLog;
  /** Opens what was closed again; durable engines have it. */
  readonly reopen?: () => Promise<EventLog>;
}

/**
 * What every `EventLog` keeps to. `open` gives a log with nothing in it and two partitions at least; the suite closes
 * it. Nothing here counts on offsets without gaps, on appends that are whole across partitions, or on how soon
 * compaction and retention happen; every wait is for a condition.
 */
export const eventLogContract = (name: string, open: () => Promise<OpenedLog>): void => {
  describe(`${name} as an event log`, () => {
    let log: EventLog;
    let reopen: OpenedLog["reopen"];
    beforeEach(async () => {
      ({ log, reopen } = await open());
    });
    afterEach(() => log.close());

    const appendTexts = (
      texts: readonly string[],
      over: Partial<NewRecord> = {},
    ): Promise<readonly number[]> => log.append(texts.map((text) => newRecord(text, over)));

    describe("append and read", () => {
      it("gives back what was appended, in order, with growing offsets", async () => {
        const offsets = await appendTexts(["a", "b", "c"]);
        const more = await appendTexts(["d"]);
        const records = await readOn(log, frames, 0);
        expect(records.map(textOf)).toEqual(["a", "b", "c", "d"]);
        expect(records.map((record) => record.offset)).toEqual([...offsets, ...more]);
        expectGrowing([...offsets, ...more]);
        expect(records[0]).toMatchObject({ topic: frames, partition: 0, key: "lane-1" });
        expect(records[0]?.appendedAt).toBeGreaterThan(0);
      });

      it("stores appends that run at the same time in the order of their calls", async () => {
        const texts = numbers(200).map(String);
        const offsets = await Promise.all(
          texts.map(async (text) => (await appendTexts([text]))[0] ?? Number.NaN),
        );
        expectGrowing(offsets);
        expect((await readOn(log, frames, 0)).map(textOf)).toEqual(texts);
      });

      it("keeps partitions and topics apart", async () => {
        await log.append([
          newRecord("f0"),
          newRecord("f1", { partition: 1 }),
          newRecord("e1", { partition: 1, topic: events }),
          newRecord("f0 again"),
        ]);
        expect((await readOn(log, frames, 0)).map(textOf)).toEqual(["f0", "f0 again"]);
        expect((await readOn(log, frames, 1)).map(textOf)).toEqual(["f1"]);
        expect((await readOn(log, events, 1)).map(textOf)).toEqual(["e1"]);
        expect(await readOn(log, events, 0)).toEqual([]);
      });

      it("accepts an append of nothing", async () => {
        const before = await log.end(frames, 0);
        expect(await log.append([])).toEqual([]);
        expect(await log.end(frames, 0)).toBe(before);
      });

      it("reads from an offset, and never more than the limit", async () => {
        const offsets = await appendTexts(numbers(20).map(String));
        const offset = offsets[5] ?? Number.NaN;
        expect((await log.read(frames, 0, { offset, limit: 3 })).map(textOf)).toEqual(["5", "6", "7"]);
        expect((await readOn(log, frames, 0, offset)).map(textOf)).toEqual(numbers(15, 5).map(String));
      });

      it("gives nothing at the end, whose offset the next record has or passes", async () => {
        await appendTexts(["a", "b"]);
        const offset = await log.end(frames, 0);
        expect(await log.read(frames, 0, { offset, limit: 10 })).toEqual([]);
        const [next = Number.NaN] = await appendTexts(["c"]);
        expect(next).toBeGreaterThanOrEqual(offset);
        expect((await log.read(frames, 0, { offset, limit: 10 })).map(textOf)).toEqual(["c"]);
      });

      it("keeps every byte, and gives plain byte arrays", async () => {
        const whole = Uint8Array.from(numbers(258));
        const values = [
          whole,
          new Uint8Array(0),
          whole.subarray(100, 103),
          Buffer.from("a view of a shared pool"),
        ];
        await log.append(values.map((value) => newRecord("", { value })));
        const found = (await readOn(log, frames, 0)).map((record) => record.value);
        expect(found).toEqual(values.map((value) => new Uint8Array(value)));
        for (const value of found) expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype);
      });

      it("keeps keys of any script", async () => {
        const keys = ["süd-1", "通道-2", "🚚🚚", "أ", "a'b\"c\\d%_", "line\nbreak", "x".repeat(300)];
        await log.append(keys.map((key) => newRecord(key, { key })));
        expect((await readOn(log, frames, 0)).map((record) => [record.key, textOf(record)])).toEqual(
          keys.map((key) => [key, key]),
        );
      });

      it("carries values of one mebibyte", async () => {
        const values = numbers(3).map((at) => new Uint8Array(1_048_576 - 4_096).fill(65 + at));
        await log.append(values.map((value) => newRecord("", { value })));
        const found = await readOn(log, frames, 0);
        expect(
          found.map((record) =>
            Buffer.compare(record.value, values[found.indexOf(record)] ?? new Uint8Array()),
          ),
        ).toEqual([0, 0, 0]);
        expect((await followFor(log, 3)).map((record) => record.value[0])).toEqual([65, 66, 67]);
      });

      it("leaves the caller's buffer to the caller", async () => {
        const value = bytesOf("before");
        const followed = followFor(log, 1);
        await log.append([newRecord("", { value })]);
        value.fill(0);
        expect((await followed).map(textOf)).toEqual(["before"]);
        expect((await readOn(log, frames, 0)).map(textOf)).toEqual(["before"]);
      });

      it("refuses a partition that it does not have", async () => {
        const partition = log.partitionCount;
        await expect(appendTexts(["a"], { partition })).rejects.toMatchObject({ code: "log-failed" });
        await expect(log.read(frames, partition, { offset: 0, limit: 1 })).rejects.toMatchObject({
          code: "log-failed",
        });
      });
    });

    describe("latest", () => {
      it("gives the last record of each key, in offset order", async () => {
        const state = (key: string, text: string): NewRecord => newRecord(text, { topic: laneState, key });
        await log.append([state("a", "1"), state("b", "1"), state("a", "2")]);
        await log.append([state("c", "1"), state("b", "2")]);
        await log.append([newRecord("elsewhere", { topic: laneState, partition: 1, key: "a" })]);
        const latest = await log.latest(laneState, 0);
        expect(latest.map((record) => `${record.key}${textOf(record)}`)).toEqual(["a2", "c1", "b2"]);
        expectGrowing(latest.map((record) => record.offset));
      });

      it("gives nothing of an empty partition", async () => {
        expect(await log.latest(laneState, 1)).toEqual([]);
      });

      it("gives, on demand, only what was appended at a time or later", async () => {
        const state = (key: string, text: string): NewRecord => newRecord(text, { topic: laneState, key });
        await log.append([state("a", "1"), state("b", "1")]);
        const first = (await log.latest(laneState, 0)).at(-1)?.appendedAt ?? Number.NaN;
        // The log's time is in milliseconds.
        let turn = 0;
        const lastOf = async (): Promise<LogRecord | undefined> => (await log.latest(laneState, 0)).at(-1);
        for (; ((await lastOf())?.appendedAt ?? Number.NaN) <= first; turn += 1)
          await log.append([state("b", `${turn + 2}`)]);
        const since = (await lastOf())?.appendedAt;
        if (since === undefined) throw new Error("nothing was stored");
        await log.append([state("c", "1")]);
        const keys = (records: readonly LogRecord[]): readonly string[] => records.map(({ key }) => key);
        expect(keys(await log.latest(laneState, 0, { since: wallMs(0) }))).toEqual(["a", "b", "c"]);
        expect(keys(await log.latest(laneState, 0, { since }))).toEqual(["b", "c"]);
        expect(await log.latest(laneState, 0, { since: wallMs(since + 3_600_000) })).toEqual([]);
        expect(await log.latest(laneState, 1, { since: wallMs(0) })).toEqual([]);
      });

      it("is the last of what is kept of each key, whatever else is kept", async () => {
        const state = (key: string, text: string): NewRecord => newRecord(text, { topic: laneState, key });
        for (const turn of numbers(5)) await log.append([state("a", `${turn}`), state("b", `${turn}`)]);
        const kept = await log.kept(laneState, 0);
        expectGrowing(kept.map(({ offset }) => offset));
        const latest = await log.latest(laneState, 0);
        expect([...new Map(kept.map((record) => [record.key, record])).values()]).toEqual(latest);
        expect(latest.map(textOf)).toEqual(["4", "4"]);
        const since = wallMs((kept.at(-1)?.appendedAt ?? Number.NaN) + 3_600_000);
        expect(await log.kept(laneState, 0, { since })).toEqual([]);
        expect(await log.kept(laneState, 1)).toEqual([]);
      });

      it("has records that are read at their offsets, with whatever was superseded around them", async () => {
        const state = (key: string, text: string): NewRecord => newRecord(text, { topic: laneState, key });
        const offsets = new Map<string, number>();
        for (const turn of numbers(4)) {
          const keys = numbers(100).map((key) => `key-${(key * 37 + turn) % 100}`);
          const stored = await log.append(keys.map((key) => state(key, `${turn}`)));
          for (const [at, key] of keys.entries()) offsets.set(key, stored[at] ?? Number.NaN);
        }
        for (const [key, offset] of offsets) {
          const [found, ...others] = await log.read(laneState, 0, { offset, limit: 1 });
          expect(others).toEqual([]);
          expect(found).toMatchObject({ key, offset });
          expect(found === undefined ? "" : textOf(found)).toBe("3");
        }
      });

      it("is the end of what a reader of the topic sees", async () => {
        for (const turn of numbers(5)) {
          await log.append(
            ["a", "b", "c"].map((key) => newRecord(`${key}${turn}`, { topic: laneState, key })),
          );
        }
        const seen = new Map((await readOn(log, laneState, 0)).map((record) => [record.key, textOf(record)]));
        expect(seen).toEqual(
          new Map((await log.latest(laneState, 0)).map((record) => [record.key, textOf(record)])),
        );
        expect([...seen.values()]).toEqual(["a4", "b4", "c4"]);
      });
    });

    describe("follow", () => {
      it("starts at the beginning, goes on with what is appended later", async () => {
        await appendTexts(["a", "b"]);
        const followed = followFor(log, 4);
        await appendTexts(["c"]);
        await appendTexts(["d"]);
        expect((await followed).map(textOf)).toEqual(["a", "b", "c", "d"]);
      });

      it("starts in the middle and at the end", async () => {
        const [, second = Number.NaN] = await appendTexts(["a", "b", "c"]);
        const fromMiddle = await followFor(log, 2, { from: new Map([[0, second]]) });
        expect(fromMiddle.map(textOf)).toEqual(["b", "c"]);
        const fromEnd = followFor(log, 1, { from: new Map([[0, await log.end(frames, 0)]]) });
        await appendTexts(["d"]);
        expect((await fromEnd).map(textOf)).toEqual(["d"]);
      });

      it("reads the partitions that are named, and no other", async () => {
        await appendTexts(["a", "b"]);
        await appendTexts(["c", "d"], { partition: 1 });
        const followed = followFor(log, 3, { from: new Map([[1, 0]]) });
        await appendTexts(["e"]);
        await appendTexts(["f"], { partition: 1 });
        expect((await followed).map(textOf)).toEqual(["c", "d", "f"]);
      });

      it("brings all partitions of its topic, each in order, and nothing else", async () => {
        const texts = numbers(50).map(String);
        const followed = followFor(log, 100);
        for (const text of texts) {
          await log.append([
            newRecord(text),
            newRecord(text, { topic: events }),
            newRecord(text, { partition: 1 }),
          ]);
        }
        const records = await followed;
        expect(ofPartition(records, 0).map(textOf)).toEqual(texts);
        expect(ofPartition(records, 1).map(textOf)).toEqual(texts);
        expect(records.every((record) => record.topic === frames)).toBe(true);
      });

      it("gives the same record as read does", async () => {
        const followed = followFor(log, 1);
        await appendTexts(["a"]);
        expect(await followed).toEqual(await readOn(log, frames, 0));
      });

      it("serves several followers, each at its own pace", async () => {
        const texts = numbers(300).map(String);
        const early = followFor(log, 300);
        const abandoned = log
          .follow(frames, fromBeginning, new AbortController().signal)
          [Symbol.asyncIterator]();
        await appendTexts(texts.slice(0, 100));
        await abandoned.next();
        const late = followFor(log, 300);
        await appendTexts(texts.slice(100));
        expect((await early).map(textOf)).toEqual(texts);
        expect((await late).map(textOf)).toEqual(texts);
        expect((await followFor(log, 300)).map(textOf)).toEqual(texts);
        await abandoned.return?.();
      });

      it("loses nothing for a slow follower, and does not let it hold up appends", async () => {
        const follower = log
          .follow(frames, fromBeginning, new AbortController().signal)
          [Symbol.asyncIterator]();
        const text = (at: number): string => `${at} ${"x".repeat(1_000)}`;
        await appendTexts([text(0)]);
        const first = await follower.next();
        const seen = first.done === true ? [] : [...first.value];
        for (const at of numbers(40)) await appendTexts(numbers(100, 1 + at * 100).map(text));
        while (seen.length < 4_001) {
          const next = await follower.next();
          if (next.done === true) break;
          seen.push(...next.value);
        }
        expect(seen.map(textOf)).toEqual(numbers(4_001).map(text));
        await follower.return?.();
      });

      it("ends when its signal aborts, whether it waits or has more to give", async () => {
        const abort = new AbortController();
        const waiting = log.follow(frames, fromBeginning, abort.signal)[Symbol.asyncIterator]();
        const next = waiting.next();
        abort.abort();
        expect((await next).done).toBe(true);
        expect((await waiting.next()).done).toBe(true);
        await appendTexts(["a"]);
        const already = log.follow(frames, fromBeginning, abort.signal)[Symbol.asyncIterator]();
        expect((await already.next()).done).toBe(true);
        const stopped = new AbortController();
        for await (const batch of log.follow(frames, fromBeginning, stopped.signal)) {
          expect(batch.map(textOf)).toEqual(["a"]);
          await appendTexts(["b"]);
          stopped.abort();
        }
      });

      it("ends when the log closes", async () => {
        const waiting = log
          .follow(frames, fromBeginning, new AbortController().signal)
          [Symbol.asyncIterator]();
        const first = waiting.next();
        await appendTexts(["a"]);
        const begun = await first;
        expect(begun.done === true ? [] : begun.value.map(textOf)).toEqual(["a"]);
        const second = waiting.next();
        await log.close();
        expect((await second).done).toBe(true);
      });
    });

    describe("close", () => {
      it("finishes what was appended, refuses what comes later, and may be repeated", async () => {
        const appended = appendTexts(["a"]);
        const closed = log.close();
        expect(await appended).toHaveLength(1);
        await closed;
        await log.close();
        const refusal = { code: "log-closed" };
        await expect(appendTexts(["b"])).rejects.toMatchObject(refusal);
        await expect(log.append([])).rejects.toMatchObject(refusal);
        await expect(log.read(frames, 0, { offset: 0, limit: 1 })).rejects.toMatchObject(refusal);
        await expect(log.end(frames, 0)).rejects.toMatchObject(refusal);
        await expect(log.latest(laneState, 0)).rejects.toMatchObject(refusal);
        expect(await followFor(log, 1)).toEqual([]);
      });

      it("keeps everything for the next opening, where the engine is durable", async ({ skip }) => {
        if (reopen === undefined) return skip();
        const offsets = await appendTexts(numbers(50).map(String));
        await appendTexts(["other"], { topic: events, partition: 1 });
        await log.append(["1", "2"].map((text) => newRecord(text, { topic: laneState })));
        const before = await readOn(log, frames, 0);
        const end = await log.end(frames, 0);
        await log.close();
        log = await reopen();
        expect(await readOn(log, frames, 0)).toEqual(before);
        expect(before).toHaveLength(50);
        expect((await readOn(log, events, 1)).map(textOf)).toEqual(["other"]);
        expect((await log.latest(laneState, 0)).map(textOf)).toEqual(["2"]);
        expect(await log.end(frames, 0)).toBe(end);
        const followed = followFor(log, 2, { from: new Map([[0, offsets.at(-1) ?? Number.NaN]]) });
        expectGrowing([...offsets, ...(await appendTexts(["50"]))]);
        expect((await followed).map(textOf)).toEqual(["49", "50"]);
      });
    });

    it("agrees with a model, however appends, followers and turns of the event loop mix", () =>
      checkAgainstModel(log));
  });
};
