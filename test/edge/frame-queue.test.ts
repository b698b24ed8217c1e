import { describe, expect, it } from "vitest";
import type { Frame } from "../../src/domain/frames.ts";
import { bootId, laneId } from "../../src/domain/ids.ts";
import { monotonicMs, wallMs } from "../../src/domain/units.ts";
import type { FrameQueue } from "../../src/edge/frame-queue.ts";
import { frameQueue } from "../../src/edge/frame-queue.ts";

const frame = (sequence: number, payloadBytes = 28): Frame => ({
  laneId: laneId("north"),
  bootId: bootId("00000000"),
  sequence,
  byteOffset: 0,
  wall: wallMs(0),
  monotonic: monotonicMs(0),
  body: { kind: "bytes", bytes: new Uint8Array(payloadBytes) },
});

const fill = (queue: FrameQueue, count: number, payloadBytes?: number): void => {
  for (let sequence = 0; sequence < count; sequence += 1) queue.push(frame(sequence, payloadBytes));
};

const drain = (queue: FrameQueue): readonly number[] => {
  const sequences: number[] = [];
  for (let batch = queue.take(); batch.length > 0; batch = queue.take()) {
    sequences.push(...batch.map(({ sequence }) => sequence));
    queue.settle();
  }
  return sequences;
};

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

describe("frameQueue", () => {
  it("gives frames in order, up to 512 a batch", () => {
    const queue = frameQueue();
    fill(queue, 600);
    expect(queue.take()).toHaveLength(512);
    queue.settle();
    expect(queue.waiting()).toEqual({ frames: 88, bytes: 88 * 28 });
    expect(drain(queue)).toEqual(range(512, 600));
    expect(queue.isEmpty()).toBe(true);
  });

  it("ends a batch at 512 KiB, but never before the first frame", () => {
    const queue = frameQueue();
    fill(queue, 3, 262_144);
    expect(queue.take()).toHaveLength(2);
    queue.settle();
    queue.push(frame(3, 1_048_576));
    expect(queue.take()).toHaveLength(1);
    queue.settle();
    expect(queue.take()).toHaveLength(1);
  });

  it("drops and counts the oldest of more than 4,096", () => {
    const queue = frameQueue();
    fill(queue, 4_100);
    expect(queue.takeLoss()).toEqual({ frames: 4, bytes: 4 * 28 });
    expect(queue.takeLoss()).toEqual({ frames: 0, bytes: 0 });
    expect(drain(queue)).toEqual(range(4, 4_100));
  });

  it("drops the oldest of more than 4 MiB", () => {
    const queue = frameQueue();
    fill(queue, 70, 65_536);
    expect(queue.takeLoss()).toEqual({ frames: 6, bytes: 6 * 65_536 });
    expect(drain(queue)).toEqual(range(6, 70));
  });

  it("never drops what is in flight, and puts it back before the rest", () => {
    const queue = frameQueue();
    fill(queue, 4_096);
    const inFlight = queue.take();
    for (const sequence of range(4_096, 4_608)) queue.push(frame(sequence));
    expect(queue.takeLoss().frames).toBe(0);
    expect(inFlight).toHaveLength(512);
    queue.putBack();
    expect(queue.takeLoss().frames).toBe(512);
    expect(drain(queue)).toEqual(range(512, 4_608));
  });

  it("is empty only when nothing waits and nothing is in flight", () => {
    const queue = frameQueue();
    expect(queue.isEmpty()).toBe(true);
    queue.push(frame(0));
    expect(queue.isEmpty()).toBe(false);
    queue.take();
    expect(queue.waiting().frames).toBe(0);
    expect(queue.isEmpty()).toBe(false);
    queue.discard();
    expect(queue.isEmpty()).toBe(true);
    expect(queue.takeLoss()).toEqual({ frames: 1, bytes: 28 });
  });
});
