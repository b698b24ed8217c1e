import { describe, expect, it } from "vitest";
import { checkpointEvery, laneWorker } from "../../src/stream/lane-worker.ts";
import { agentOf, alarmedPass, bootNumber, calm, framesOf, GB } from "../core/frame-life.ts";
import { told } from "../core/lane-life.ts";
import { judged } from "./core-place.ts";

const lane = judged("north-1");

describe("a frame", () => {
  it("is folded once, whatever offset it comes at", () => {
    const worker = laneWorker(lane, undefined);
    const [frame, next] = framesOf(agentOf(bootNumber(1)), [GB, calm]);
    if (frame === undefined || next === undefined) throw new Error("two frames");
    expect(worker.take(frame, 5).events).not.toEqual([]);
    expect(worker.take(frame, 5).events).toEqual([]);
    expect(worker.take(frame, 6).events).toEqual([]);
    expect(worker.frameOffset()).toBe(6);
    expect(told(worker.take(next, 7).events)).toEqual(["occupancy-started"]);
  });

  it("at an offset that is passed is not folded", () => {
    const worker = laneWorker(lane, undefined);
    const [frame] = framesOf(agentOf(bootNumber(1)), [GB]);
    worker.readTo(10);
    expect(frame && worker.take(frame, 10).events).toEqual([]);
    expect(frame && worker.take(frame, 11).events).not.toEqual([]);
  });
});

describe("what a frame says", () => {
  it("is of now where the lane has come no further, although the edge sent the frame as a late one", () => {
    const worker = laneWorker(lane, undefined);
    const frames = framesOf(agentOf(bootNumber(1)), [GB, GB, GB]);
    const late = frames.map((frame, at) =>
      worker.take(at === 0 ? frame : { ...frame, historical: true }, at),
    );
    expect(late.map(({ isLate, events }) => [isLate, told(events).length > 0])).toEqual(
      late.map(({ events }) => [false, told(events).length > 0]),
    );
  });

  it("is of then behind a later frame, marked or not", () => {
    const worker = laneWorker(lane, undefined);
    const [first, second, third, fourth] = framesOf(agentOf(bootNumber(1)), [GB, GB, GB, GB]);
    if (first === undefined || second === undefined || third === undefined || fourth === undefined)
      throw new Error("four frames");
    const order = [first, fourth, second, { ...third, historical: true as const }];
    expect(order.map((frame, at) => worker.take(frame, at).isLate)).toEqual([false, false, true, true]);
  });
});

describe("a checkpoint is due", () => {
  const settled = (): ReturnType<typeof laneWorker> => {
    const worker = laneWorker(lane, undefined);
    const agent = agentOf(bootNumber(1));
    worker.take(agent.bytes(`${GB}\r\n`), 0);
    worker.dueCheckpoint();
    return worker;
  };

  it("not for nothing", () => {
    expect(laneWorker(lane, undefined).dueCheckpoint()).toBeUndefined();
    expect(settled().dueCheckpoint()).toBeUndefined();
  });

  it("with anything said that is kept, at once", () => {
    const worker = laneWorker(lane, undefined);
    for (const [offset, frame] of framesOf(agentOf(bootNumber(1)), alarmedPass).entries()) {
      const { events } = worker.take(frame, offset);
      const checkpoint = worker.dueCheckpoint();
      if (told(events).length > 0) expect(checkpoint?.frameOffset).toBe(offset);
    }
  });

  it(`after ${checkpointEvery.frames} frames`, () => {
    const worker = settled();
    const agent = agentOf(bootNumber(1));
    agent.bytes(`${GB}\r\n`);
    const due = Array.from({ length: checkpointEvery.frames * 2 }, (_, index) => {
      worker.take(agent.frame({ kind: "heartbeat" }), index + 1);
      return worker.dueCheckpoint()?.frameOffset;
    });
    expect(due.filter((offset) => offset !== undefined)).toEqual([
      checkpointEvery.frames,
      checkpointEvery.frames * 2,
    ]);
  });

  it(`after ${checkpointEvery.laneMs} ms of the lane's time`, () => {
    const worker = settled();
    const agent = agentOf(bootNumber(1));
    agent.bytes(`${GB}\r\n`);
    agent.wait(checkpointEvery.laneMs - 1);
    worker.take(agent.frame({ kind: "heartbeat" }), 1);
    expect(worker.dueCheckpoint()).toBeUndefined();
    agent.wait(1);
    worker.take(agent.frame({ kind: "heartbeat" }), 2);
    expect(worker.dueCheckpoint()).toMatchObject({ frameOffset: 2 });
  });

  it(`after ${checkpointEvery.offsets} records of other lanes, so that a silent lane holds up no restart`, () => {
    const worker = settled();
    worker.readTo(checkpointEvery.offsets - 1);
    expect(worker.dueCheckpoint()).toBeUndefined();
    worker.readTo(checkpointEvery.offsets);
    expect(worker.dueCheckpoint()).toMatchObject({ frameOffset: checkpointEvery.offsets });
    expect(worker.dueCheckpoint()).toBeUndefined();
  });
});

it("goes on from a checkpoint as if it had never stopped", () => {
  const frames = framesOf(agentOf(bootNumber(1)), alarmedPass);
  const whole = laneWorker(lane, undefined);
  const expected = frames.map((frame, offset) => whole.take(frame, offset));
  for (let cut = 1; cut < frames.length; cut += 1) {
    const before = laneWorker(lane, undefined);
    let checkpoint = before.dueCheckpoint();
    for (const [offset, frame] of frames.slice(0, cut).entries()) {
      before.take(frame, offset);
      checkpoint = structuredClone(before.dueCheckpoint()) ?? checkpoint;
    }
    const after = laneWorker(lane, checkpoint);
    const from = (checkpoint?.frameOffset ?? -1) + 1;
    expect(frames.slice(from).map((frame, index) => after.take(frame, from + index))).toEqual(
      expected.slice(from),
    );
  }
});
