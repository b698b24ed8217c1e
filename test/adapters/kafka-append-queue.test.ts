import { describe, expect, it } from "vitest";
import { type AppendQueue, appendQueue, type Batch } from "../../src/adapters/kafka-append-queue.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import { events, frames, laneState, newRecord, numbers } from "./log-use.ts";

const failure = new LanewatchError("log-failed", "as a test wants it");
const never = Number.POSITIVE_INFINITY;
const shown = (batches: readonly Batch[]): readonly string[] =>
  batches.map(
    ({ topic, partition, records }) =>
      `${topic.split(".")[1] ?? ""}/${partition} ${records.map(({ value }) => value.toString()).join()}`,
  );

/** Takes rounds and acknowledges them from offset 0 on, until nothing waits. */
const drain = (queue: AppendQueue): readonly (readonly string[])[] => {
  const rounds: (readonly string[])[] = [];
  const ends = new Map<string, number>();
  while (!queue.isEmpty()) {
    const batches = queue.take();
    rounds.push(shown(batches));
    for (const batch of batches) {
      const stream = `${batch.topic}/${batch.partition}`;
      const end = ends.get(stream) ?? 0;
      queue.acknowledge(batch, end);
      ends.set(stream, end + batch.records.length);
    }
  }
  return rounds;
};

describe("appends that wait for Kafka", () => {
  it("share a round, and get their own offsets", async () => {
    const queue = appendQueue(100_000);
    const first = queue.add([newRecord("a"), newRecord("b", { partition: 1 })], never);
    const second = queue.add([newRecord("c", { partition: 1 }), newRecord("d")], never);
    expect(drain(queue)).toEqual([["frames/0 a,d", "frames/1 b,c"]]);
    expect(await first).toEqual([0, 0]);
    expect(await second).toEqual([1, 1]);
  });

  it("keep a checkpoint back until the rest of its append is stored, and what follows it in its partition", async () => {
    const queue = appendQueue(100_000);
    const state = (text: string) => newRecord(text, { topic: laneState });
    const first = queue.add([newRecord("e1", { topic: events }), state("s1")], never);
    const second = queue.add([state("s2")], never);
    const third = queue.add([newRecord("e3", { topic: events })], never);
    expect(drain(queue)).toEqual([["events/0 e1,e3"], ["lane-state/0 s1,s2"]]);
    expect([await first, await second, await third]).toEqual([[0, 0], [1], [1]]);
  });

  it("are split by bytes without losing their order", async () => {
    const queue = appendQueue(20_000);
    const added = queue.add(
      numbers(5).map((at) => newRecord(`${at}${"x".repeat(9_000)}`)),
      never,
    );
    const rounds = drain(queue).map((batches) => batches.map((batch) => batch.replaceAll("x", "")));
    expect(rounds).toEqual([["frames/0 0,1"], ["frames/0 2,3"], ["frames/0 4"]]);
    expect(await added).toEqual([0, 1, 2, 3, 4]);
  });

  it("let a record pass that is larger than a batch, alone", () => {
    const queue = appendQueue(20_000);
    void queue.add([newRecord("a"), newRecord("", { value: new Uint8Array(50_000) }), newRecord("b")], never);
    expect(drain(queue)).toHaveLength(3);
  });

  it("fail as a whole, and take what waits of them along", async () => {
    const queue = appendQueue(20_000);
    const texts = numbers(4).map((at) => newRecord(`${at}${"x".repeat(9_000)}`));
    const failing = queue.add(texts, never);
    const other = queue.add([newRecord("other", { topic: events })], never);
    const [batch, otherBatch] = queue.take();
    if (batch === undefined || otherBatch === undefined) throw new Error("nothing was taken");
    queue.fail(batch, failure);
    queue.acknowledge(otherBatch, 5);
    await expect(failing).rejects.toBe(failure);
    expect(await other).toEqual([5]);
    expect(queue.isEmpty()).toBe(true);
  });

  it("are given back when they are late", async () => {
    const queue = appendQueue(20_000);
    const late = queue.add([newRecord("late")], 10);
    const inTime = queue.add([newRecord("in time")], 20);
    queue.expire(10, () => failure);
    await expect(late).rejects.toBe(failure);
    expect(drain(queue)).toEqual([["frames/0 in time"]]);
    expect(await inTime).toEqual([0]);
  });

  it("are refused beyond 64 MiB, and welcome again when those are gone", async () => {
    const queue = appendQueue(900_000);
    const mebibyte = () => newRecord("", { topic: frames, value: new Uint8Array(1_048_576) });
    const added = numbers(63).map(() => queue.add([mebibyte()], never));
    await expect(queue.add([mebibyte()], never)).rejects.toMatchObject({ code: "log-failed" });
    drain(queue);
    await Promise.all(added);
    void queue.add([mebibyte()], never);
    expect(drain(queue)).toHaveLength(1);
  });

  it("are the log's own copies", () => {
    const queue = appendQueue(20_000);
    const value = new Uint8Array([65]);
    void queue.add([newRecord("", { value })], never);
    value.fill(66);
    expect(drain(queue)).toEqual([["frames/0 A"]]);
  });
});
