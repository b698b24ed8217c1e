import { cpSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { bootId } from "../../src/domain/ids.ts";
import type { EdgeProblem } from "../../src/edge/edge-problem.ts";
import type { FrameSpool } from "../../src/edge/frame-spool.ts";
import type { SpoolSender } from "../../src/edge/spool-sender.ts";
import { spoolSender } from "../../src/edge/spool-sender.ts";
import type { Clock, EventLog } from "../../src/ports.ts";
import { bytesFrame, newFolder, seededChance, spoolIn, stampsOf } from "../adapters/spool-use.ts";
import { cutLog } from "./cut-log.ts";

interface Started {
  readonly sender: SpoolSender;
  readonly problems: EdgeProblem[];
  readonly stop: () => Promise<void>;
}

const stops = new Set<() => Promise<void>>();
afterEach(async () => {
  await Promise.all([...stops].map((stop) => stop()));
  stops.clear();
});

const boot = "0000000a";

const start = (
  spool: FrameSpool,
  log: Pick<EventLog, "append" | "partitionCount">,
  changes: {
    readonly bytes?: number;
    readonly ageInMs?: number;
    readonly clock?: Clock;
    readonly boot?: string;
  } = {},
): Started => {
  const problems: EdgeProblem[] = [];
  const stopping = new AbortController();
  const givenUp = new AbortController();
  const sender = spoolSender({
    spool,
    log,
    bootId: bootId(changes.boot ?? boot),
    clock: changes.clock ?? systemClock,
    chance: () => 0.02,
    limits: { inOrderBacklogBytes: changes.bytes ?? 4_000, inOrderBacklogInMs: changes.ageInMs ?? 30_000 },
    onProblem: (problem) => void problems.push(problem),
  });
  const done = sender.run(stopping.signal, givenUp.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await done;
  };
  stops.add(stop);
  return { sender, problems, stop };
};

const until = (condition: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 8_000, interval: 2 });

const sequencesOf = (frames: readonly Frame[], lane: string): readonly number[] =>
  frames.filter(({ laneId }) => laneId === lane).map(({ sequence }) => sequence);

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe("a spool's sender", () => {
  it("sends everything in order while the log keeps up, each frame once, and tells nothing", async () => {
    const spool = await spoolIn(newFolder());
    const line = cutLog();
    const { problems, sender } = start(spool, line.log);
    const stamps = stampsOf(boot);
    for (let count = 0; count < 60; count += 1) {
      await Promise.all(["north", "south"].map((lane) => spool.append([bytesFrame(stamps(lane), "GS")])));
    }
    await until(() => line.frames().length >= 120);
    for (const lane of ["north", "south"]) expect(sequencesOf(line.frames(), lane)).toEqual(upTo(60));
    expect(line.frames().some(({ historical }) => historical)).toBe(false);
    expect(problems).toEqual([]);
    await until(() => spool.figures().frames === 0 && sender.oldestUnsentInMs() === 0);
  });

  it("sends a small backlog in order once the log is back", async () => {
    const spool = await spoolIn(newFolder());
    const line = cutLog();
    const { problems } = start(spool, line.log);
    const stamp = stampsOf(boot)("north");
    line.cut();
    for (let count = 0; count < 20; count += 1) await spool.append([bytesFrame(stamp, "GS")]);
    await until(() => problems.length === 1);
    line.mend();
    await spool.append([bytesFrame(stamp, "GS")]);
    await until(() => line.frames().length >= 21);
    expect(sequencesOf(line.frames(), "north")).toEqual(upTo(21));
    expect(line.frames().some(({ historical }) => historical)).toBe(false);
    await until(() => problems.length === 2);
    expect(problems).toMatchObject([
      { kind: "sending-failing" },
      { kind: "sending-recovered", order: "in-order" },
    ]);
  });

  it("sends what is live first after a long cut, and the backlog in what room is left, marked", async () => {
    const spool = await spoolIn(newFolder(), { segmentBytes: 20_000 });
    const line = cutLog();
    const { problems } = start(spool, line.log);
    const stamp = stampsOf(boot)("north");
    await spool.append([bytesFrame(stamp, "GS")]);
    await until(() => line.frames().length === 1);
    line.cut();
    for (let count = 0; count < 30; count += 1) {
      await spool.append(upTo(100).map(() => bytesFrame(stamp, "GS")));
    }
    await until(() => problems.length === 1);
    line.slowDown(30);
    line.mend();
    let live = 3_001;
    while (live < 3_011 || (spool.figures().backlogFrames > 0 && live < 5_000)) {
      await spool.append([bytesFrame(stamp, "live")]);
      live += 1;
    }
    await until(() => line.frames().length >= live);
    const historical = line.frames().filter((frame) => frame.historical === true);
    const current = line
      .frames()
      .slice(1)
      .filter((frame) => frame.historical !== true);
    expect(sequencesOf(historical, "north")).toEqual(upTo(historical.length).map((index) => index + 1));
    expect(sequencesOf(current, "north")).toEqual(
      upTo(live - 1 - historical.length).map((index) => historical.length + index + 1),
    );
    expect(historical.length).toBeGreaterThanOrEqual(3_000);
    expect(line.appends.every((frames) => new Set(frames.map((frame) => frame.historical)).size === 1)).toBe(
      true,
    );
    // No batch of the backlog goes while a live one waits, and a live frame waits at any time: they take turns.
    const streams = line.appends.map(([first]) => (first?.historical === true ? "backlog" : "live"));
    expect(streams.slice(2, 8).filter((stream) => stream === "live").length).toBeGreaterThanOrEqual(2);
    await until(() => problems.length === 3);
    expect(problems).toMatchObject([
      { kind: "sending-failing" },
      { kind: "sending-recovered", order: "live-first" },
      { kind: "backlog-sent", frames: historical.length },
    ]);
    await spool.append([bytesFrame(stamp, "live")]);
    await until(() => line.frames().length > live);
    expect(line.frames().at(-1)).toMatchObject({ sequence: live });
    expect(line.frames().at(-1)?.historical).toBeUndefined();
  });

  it("judges a backlog by its age too, on the monotonic clock whatever the wall does", async () => {
    const spool = await spoolIn(newFolder());
    const line = cutLog();
    let aheadInMs = 0;
    const clock: Clock = {
      ...systemClock,
      wall: () => (systemClock.wall() - 3_600_000) as ReturnType<Clock["wall"]>,
      monotonic: () => (systemClock.monotonic() + aheadInMs) as ReturnType<Clock["monotonic"]>,
    };
    const { problems, sender } = start(spool, line.log, { clock });
    const stamp = stampsOf(boot)("north");
    line.cut();
    await spool.append(upTo(3).map(() => bytesFrame(stamp, "old")));
    await until(() => problems.length === 1);
    aheadInMs = 40_000;
    await until(() => sender.oldestUnsentInMs() > 39_000);
    await until(() => spool.figures().backlogFrames === 3);
    line.mend();
    await until(() => line.frames().length === 3);
    expect(line.frames().map(({ sequence, historical }) => [sequence, historical])).toEqual([
      [0, undefined],
      [1, true],
      [2, true],
    ]);
  });

  it("begins a boot with a live frame of each lane, although all of it waited in the backlog", async () => {
    const spool = await spoolIn(newFolder());
    const line = cutLog();
    line.cut();
    const stamps = stampsOf(boot);
    const [north, south] = [stamps("north"), stamps("south")];
    await spool.append([north, south, north, south].map((stamp) => bytesFrame(stamp, "old")));
    await spool.divert();
    const { problems } = start(spool, line.log);
    await until(() => problems.length === 1);
    line.mend();
    await until(() => line.frames().length === 4);
    await spool.append([bytesFrame(north, "live")]);
    await until(() => line.frames().length === 5);
    expect(line.frames().map(({ laneId, sequence, historical }) => [laneId, sequence, historical])).toEqual([
      ["north", 0, undefined],
      ["south", 0, undefined],
      ["north", 1, true],
      ["south", 1, true],
      ["north", 2, undefined],
    ]);
  });

  it("does not take a burst for an outage", async () => {
    const spool = await spoolIn(newFolder());
    const line = cutLog();
    line.slowDown(5);
    const { problems } = start(spool, line.log);
    const stamp = stampsOf(boot)("north");
    await spool.append(upTo(3_000).map(() => bytesFrame(stamp, "GS")));
    await until(() => line.frames().length === 3_000);
    expect(line.frames().some(({ historical }) => historical)).toBe(false);
    expect(problems).toEqual([]);
  });

  it.each([
    ["little, in order before the new boot's frames", 3, undefined],
    ["much, behind the new boot's frames", 2_000, true],
  ])("sends what a killed run left: %s", async (_, count, historical) => {
    const directory = newFolder();
    const killed = await spoolIn(directory);
    const before = stampsOf("00000001")("north");
    await killed.append(upTo(count).map(() => bytesFrame(before, "old")));
    const copy = newFolder();
    cpSync(directory, copy, { recursive: true });
    const spool = await spoolIn(copy);
    const stamp = stampsOf(boot)("north");
    const line = cutLog();
    line.slowDown(20);
    start(spool, line.log);
    await spool.append([bytesFrame(stamp, "new")]);
    await until(() => line.frames().length === count + 1);
    const old = line.frames().filter((frame) => frame.bootId === "00000001");
    expect(old.map(({ sequence }) => sequence)).toEqual(upTo(count));
    expect(old.every((frame) => frame.historical === historical)).toBe(true);
    const fresh = line.frames().find((frame) => frame.bootId === boot);
    expect(fresh?.historical).toBeUndefined();
    const firstFresh = line.frames().findIndex((frame) => frame.bootId === boot);
    if (historical === undefined) expect(firstFresh).toBe(count);
    else expect(firstFresh).toBeLessThan(count);
  });

  it("repeats only the batch whose answer was lost", async () => {
    const spool = await spoolIn(newFolder());
    const line = cutLog();
    const stamp = stampsOf(boot)("north");
    await spool.append([bytesFrame(stamp, "one"), bytesFrame(stamp, "two")]);
    line.loseAnswers(true);
    const { problems } = start(spool, line.log);
    await until(() => problems.length === 1);
    const copies = line.appends.length;
    line.loseAnswers(false);
    await until(() => spool.figures().frames === 0);
    await spool.append([bytesFrame(stamp, "three")]);
    await until(() => sequencesOf(line.frames(), "north").includes(2));
    expect(sequencesOf(line.frames(), "north").filter((sequence) => sequence === 2)).toHaveLength(1);
    expect(line.appends.slice(0, copies).every((frames) => frames.length === 2)).toBe(true);
  });

  it("ends with the error of a log that is closed, and keeps what it has", async () => {
    const spool = await spoolIn(newFolder());
    await spool.append([bytesFrame(stampsOf(boot)("north"), "one")]);
    const log = {
      partitionCount: 1,
      append: () => Promise.reject(new LanewatchError("log-closed", "The log is closed.")),
    };
    const { stop } = start(spool, log);
    await expect(stop()).rejects.toMatchObject({ code: "log-closed" });
    stops.clear();
    expect(spool.figures().frames).toBe(1);
  });

  it.each(upTo(8).map((index) => 3_000 + index))(
    "brings every frame through cuts at any time, in order, seed %i",
    async (seed) => {
      const chance = seededChance(seed);
      const spool = await spoolIn(newFolder(), { segmentBytes: 6_000 });
      const line = cutLog();
      const { problems, stop } = start(spool, line.log, { bytes: 3_000 });
      const stamps = stampsOf(boot);
      const lanes = ["east", "north", "south"];
      let stored = 0;
      for (let count = 0; count < 250; count += 1) {
        const draw = chance();
        if (draw < 0.04) line.cut();
        else if (draw < 0.1) line.mend();
        else if (draw < 0.12) line.slowDown(Math.floor(chance() * 8));
        else {
          const stamp = stamps(lanes[Math.floor(chance() * 3)] ?? "");
          const frames = upTo(1 + Math.floor(chance() * 12)).map(() => bytesFrame(stamp, "GS,000071"));
          await spool.append(frames);
          stored += frames.length;
        }
      }
      line.mend();
      line.slowDown(0);
      await until(() => line.frames().length >= stored && spool.figures().frames === 0);
      await stop();
      const frames = line.frames();
      expect(frames).toHaveLength(stored);
      for (const lane of lanes) {
        const ofLane = frames.filter(({ laneId }) => laneId === lane);
        for (const historical of [true, undefined]) {
          const sequences = ofLane
            .filter((frame) => frame.historical === historical)
            .map((frame) => frame.sequence);
          expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
        }
        expect(ofLane.map((frame) => frame.sequence).sort((a, b) => a - b)).toEqual(upTo(ofLane.length));
      }
      const kinds = problems.map(({ kind }) => kind).filter((kind) => kind.startsWith("sending"));
      expect(kinds).toEqual(
        kinds.map((_, index) => (index % 2 === 0 ? "sending-failing" : "sending-recovered")),
      );
    },
  );
});
