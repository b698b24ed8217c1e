import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSpool } from "../../src/adapters/spool.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { monotonicMs } from "../../src/domain/units.ts";
import type { Clock } from "../../src/ports.ts";
import type { Frame } from "../../src/domain/frames.ts";
import type { DroppedRange } from "../../src/edge/frame-spool.ts";
import {
  bytesFrame,
  namesOf,
  newFolder,
  rangeText,
  sendAll,
  sendOne,
  settingsOf,
  smallDisk,
  spoolIn,
  stampsOf,
} from "./spool-use.ts";

const child = new URL("spool.child.ts", import.meta.url).pathname;
const childArguments = (...rest: readonly string[]): string[] => ["--import", "tsx", child, ...rest];

const many = (
  stamp: (body: Frame["body"]) => Frame,
  count: number,
  text = "GS,000071\r\n",
): readonly Frame[] => Array.from({ length: count }, () => bytesFrame(stamp, text));

const segmentCount = (directory: string): number =>
  readdirSync(directory).filter((name) => name.startsWith("frames-")).length;

describe("a spool", () => {
  it("gives out what was appended, in order and once, and forgets what is sent", async () => {
    const directory = newFolder();
    const spool = await spoolIn(directory);
    const stamp = stampsOf("0000000a")("north");
    const frames = many(stamp, 100);
    for (const frame of frames) await spool.append([frame]);
    expect(spool.figures()).toMatchObject({ frames: 100, backlogFrames: 0, backlogBytes: 0 });
    expect(segmentCount(directory)).toBeGreaterThan(3);
    expect(await sendAll(spool, "live")).toEqual(frames);
    expect(spool.figures()).toMatchObject({ frames: 0, liveBytes: 0 });
    expect(segmentCount(directory)).toBe(1);
    expect(await spool.next("live")).toBeNull();
    expect(spool.takeProblems()).toEqual([]);
  });

  it("gives a batch out again that was put back, and one batch of a stream at a time", async () => {
    const spool = await spoolIn(newFolder());
    const stamp = stampsOf("0000000a")("north");
    await spool.append(many(stamp, 3));
    const first = await spool.next("live");
    const second = spool.next("live");
    await spool.append(many(stamp, 1));
    first?.putBack();
    expect((await second)?.frames.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
  });

  it("limits a batch to 512 frames and to about 512 KiB", async () => {
    const spool = await spoolIn(newFolder(), { segmentBytes: 10_000_000 });
    const stamps = stampsOf("0000000a");
    await spool.append(many(stamps("north"), 600));
    expect(await sendOne(spool, "live")).toHaveLength(512);
    expect(await sendOne(spool, "live")).toHaveLength(88);
    await spool.append(many(stamps("north"), 20, "x".repeat(60_000)));
    expect(await sendOne(spool, "live")).toHaveLength(9);
    await spool.append(many(stamps("south"), 1, "x".repeat(1_500_000)));
    expect(namesOf(await sendAll(spool, "live")).at(-1)).toBe("south#0");
  });

  it("sends the backlog apart from what comes after it", async () => {
    const spool = await spoolIn(newFolder());
    const stamp = stampsOf("0000000a")("north");
    expect(await spool.divert()).toBe(false);
    await spool.append(many(stamp, 3));
    expect(await spool.divert()).toBe(true);
    await spool.append(many(stamp, 2));
    expect(spool.figures()).toMatchObject({ frames: 5, backlogFrames: 3 });
    expect(namesOf(await sendAll(spool, "live"))).toEqual(["north#3", "north#4"]);
    await spool.append(many(stamp, 1));
    expect(await spool.divert()).toBe(true);
    await spool.append(many(stamp, 1));
    expect(namesOf(await sendAll(spool, "backlog"))).toEqual(["north#0", "north#1", "north#2", "north#5"]);
    expect(namesOf(await sendAll(spool, "live"))).toEqual(["north#6"]);
    expect(spool.figures()).toMatchObject({ frames: 0, backlogBytes: 0 });
  });

  it("remembers after a restart what was sent, of each stream", async () => {
    const directory = newFolder();
    const spool = await spoolIn(directory);
    const stamp = stampsOf("0000000a")("north");
    await spool.append(many(stamp, 30));
    await spool.divert();
    await spool.append(many(stamp, 1));
    await sendOne(spool, "live");
    await spool.append(many(stamp, 1));
    await spool.close();
    const again = await spoolIn(directory);
    expect(again.leftover.frames).toBe(1);
    expect(again.takeProblems()).toMatchObject([{ kind: "spool-recovered", frames: 31, tornBytes: 0 }]);
    expect(namesOf(await sendAll(again, "live"))).toEqual(["north#31"]);
    expect(await sendAll(again, "backlog")).toHaveLength(30);
    await again.close();
    const third = await spoolIn(directory);
    expect(third.takeProblems()).toEqual([]);
    expect(third.figures()).toMatchObject({ frames: 0 });
  });

  it("drops the oldest segments of a full spool and says which frames went, until that is stored", async () => {
    const directory = newFolder();
    const spool = await spoolIn(directory, { maxBytes: 8_000 });
    const stamps = stampsOf("0000000a");
    for (let count = 0; count < 50; count += 1) {
      await spool.append([bytesFrame(stamps("north"), "12345"), bytesFrame(stamps("south"), "123")]);
    }
    expect(spool.figures().diskBytes).toBeLessThan(9_000);
    const [problem] = spool.takeProblems();
    const ranges = spool.takeDropped();
    expect(spool.takeDropped()).toEqual([]);
    await spool.close();

    const again = await spoolIn(directory);
    expect(again.takeDropped().map(rangeText)).toEqual(ranges.map(rangeText));
    const [north, south] = ranges;
    const dropped = (north?.lastSequence ?? 0) + 1;
    expect(ranges.map(rangeText)).toEqual([
      `north 0-${dropped - 1} ${dropped * 5} spool-full`,
      `south 0-${dropped - 1} ${dropped * 3} spool-full`,
    ]);
    expect(problem).toEqual({ kind: "spool-dropped", frames: 2 * dropped, bytes: 8 * dropped, lanes: 2 });
    const report = (range: DroppedRange | undefined): Frame => {
      if (range === undefined) throw new Error("nothing was dropped");
      const { laneId, ...rest } = range;
      return stamps(laneId)({ kind: "frames-dropped", ...rest });
    };
    await again.append([report(north)]);
    expect(await sendAll(again, "live")).toHaveLength(100 - 2 * dropped + 1);
    await again.close();

    const third = await spoolIn(directory);
    expect(third.takeDropped()).toEqual(south === undefined ? [] : [south]);
  });

  it("tells of a drop again whose telling was dropped", async () => {
    const spool = await spoolIn(newFolder(), { maxBytes: 8_000 });
    const stamp = stampsOf("0000000a")("north");
    const appendUntilDropped = async (): Promise<readonly DroppedRange[]> => {
      for (let count = 0; count < 200; count += 1) {
        await spool.append(many(stamp, 1));
        const ranges = spool.takeDropped();
        if (ranges.length > 0) return ranges;
      }
      throw new Error("nothing was dropped");
    };
    const [first] = await appendUntilDropped();
    if (first === undefined) throw new Error("nothing was dropped");
    const { bootId, firstSequence, lastSequence, bytes, reason } = first;
    const body = { kind: "frames-dropped", bootId, firstSequence, lastSequence, bytes, reason } as const;
    await spool.append([stamp(body)]);
    const told: DroppedRange[] = [];
    while (!told.some(({ firstSequence }) => firstSequence === first.firstSequence)) {
      told.push(...(await appendUntilDropped()));
    }
    expect(told).toContainEqual(first);
  });

  it("keeps a batch on its way from being dropped", async () => {
    const spool = await spoolIn(newFolder(), { maxBytes: 8_000 });
    const stamp = stampsOf("0000000a")("north");
    await spool.append(many(stamp, 20));
    const batch = await spool.next("live");
    expect(batch?.frames).toHaveLength(20);
    const appends = Promise.all(Array.from({ length: 8 }, () => spool.append(many(stamp, 20))));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(spool.takeDropped()).toEqual([]);
    await batch?.stored();
    await appends;
    expect(spool.takeDropped().every(({ firstSequence }) => firstSequence >= 20)).toBe(true);
  });

  it("is closed for one process while another has it, and says so", async () => {
    const directory = newFolder();
    const spool = await spoolIn(directory);
    await expect(spoolIn(directory)).rejects.toMatchObject({ code: "spool-locked" });
    const open = (): string => {
      try {
        return execFileSync(process.execPath, childArguments("open", directory), { encoding: "utf8" });
      } catch (cause) {
        return String((cause as { stdout: unknown }).stdout);
      }
    };
    expect(open()).toBe('"spool-locked"\n');
    await spool.close();
    expect(open()).toBe('"opened"\n');
    await expect(spool.append([])).rejects.toMatchObject({ code: "log-closed" });
  });

  it("says in a sentence why a folder cannot be used", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    await expect(spoolIn(join(folder, "file"))).rejects.toMatchObject({ code: "spool-failed" });
    await expect(spoolIn(join(folder, "file"))).rejects.toThrow(/^The spool in .* cannot be used: .*\.$/);
  });

  it("refuses appends where the folder is gone, and takes them when it is back", async () => {
    const directory = newFolder();
    const spool = await spoolIn(directory);
    const stamp = stampsOf("0000000a")("north");
    rmSync(directory, { recursive: true });
    await expect(spool.append(many(stamp, 1))).rejects.toMatchObject({ code: "spool-failed" });
    mkdirSync(directory);
    chmodSync(directory, 0o755);
    await spool.append(many(stamp, 1));
    expect(namesOf(await sendAll(spool, "live"))).toEqual(["north#1"]);
  });
});

describe("a full disk", () => {
  it("costs the oldest frames, exactly told; the newest are kept, and order and restart work", async (context) => {
    const directory = smallDisk();
    if (directory === null) {
      context.skip("this user may not mount a small file system");
      return;
    }
    const sizes = { segmentBytes: 262_144, maxBytes: 1_000_000_000 };
    const spool = await spoolIn(directory, sizes);
    const stamps = stampsOf("0000000a");
    const stored: Frame[] = [];
    for (let count = 0; count < 400; count += 1) {
      const frames = [...many(stamps("north"), 5, "n".repeat(2_000)), ...many(stamps("south"), 5, "s")];
      await spool.append(frames);
      stored.push(...frames);
    }
    const ranges = spool.takeDropped();
    await spool.close();
    const again = await spoolIn(directory, sizes);
    const kept = await sendAll(again, "live");
    expect(kept).toEqual(stored.slice(-kept.length));
    expect(kept.length).toBeGreaterThan(1_000);
    const lost = stored.slice(0, -kept.length);
    for (const lane of ["north", "south"]) {
      const ofLane = lost.filter(({ laneId }) => laneId === lane);
      const bytes = ofLane.length * (lane === "north" ? 2_000 : 1);
      expect(ranges.filter(({ laneId }) => laneId === lane).map(rangeText)).toEqual([
        `${lane} 0-${ofLane.length - 1} ${bytes} spool-full`,
      ]);
    }
  });

  it("is not filled beyond the room that others are to be left", async (context) => {
    const directory = smallDisk();
    if (directory === null) {
      context.skip("this user may not mount a small file system");
      return;
    }
    let now = 0;
    const clock: Clock = { ...systemClock, monotonic: () => monotonicMs((now += 2_000)) };
    const settings = settingsOf(directory, { segmentBytes: 100_000, minFreeBytes: 1_000_000 });
    const spool = await openSpool(settings, clock);
    const stamp = stampsOf("0000000a")("north");
    for (let count = 0; count < 100; count += 1) await spool.append(many(stamp, 10, "x".repeat(2_000)));
    const { bavail, bsize } = statfsSync(directory);
    const { diskBytes } = spool.figures();
    const [range] = spool.takeDropped();
    await spool.close();
    expect(bavail * bsize).toBeGreaterThan(850_000);
    expect(diskBytes).toBeGreaterThan(700_000);
    expect(range).toMatchObject({ firstSequence: 0, reason: "spool-full" });
  });

  it("that others fill costs an append only when there is nothing left to give up", async (context) => {
    const directory = smallDisk();
    if (directory === null) {
      context.skip("this user may not mount a small file system");
      return;
    }
    const spool = await spoolIn(directory, { segmentBytes: 100_000 });
    const stamp = stampsOf("0000000a")("north");
    for (let count = 0; count < 10; count += 1) await spool.append(many(stamp, 10, "x".repeat(2_000)));
    try {
      writeFileSync(join(directory, "others"), Buffer.alloc(4_000_000));
    } catch {
      // It is to fill the disk.
    }
    const room = spool.append(many(stamp, 1, "x".repeat(9_000)));
    await expect(room).resolves.toBeUndefined();
    const tooMuch = spool.append(many(stamp, 100, "x".repeat(9_000)));
    await expect(tooMuch).rejects.toMatchObject({ code: "spool-failed" });
    await expect(tooMuch).rejects.toThrow(/the disk is full\.$/);
    rmSync(join(directory, "others"));
    const last = many(stamp, 1, "last");
    await spool.append(last);
    expect((await sendAll(spool, "live")).at(-1)).toEqual(last[0]);
    expect(existsSync(join(directory, "ledger"))).toBe(true);
  });
});

describe("kill -9 in the middle of appends", () => {
  it("loses nothing that was acknowledged, ten times", async () => {
    const directory = newFolder();
    const acknowledged = new Set<string>();
    for (let round = 0; round < 10; round += 1) {
      const boot = `0000000${round}`;
      const killed = spawn(process.execPath, childArguments("append", directory, boot), {
        stdio: ["ignore", "pipe", "inherit"],
      });
      onTestFinished(() => {
        killed.kill("SIGKILL");
      });
      let lines = 0;
      for await (const line of createInterface({ input: killed.stdout })) {
        const told: unknown = JSON.parse(line);
        if (!Array.isArray(told)) throw new Error(String(told));
        for (const name of told) acknowledged.add(String(name));
        lines += 1;
        if (lines === 50 + round * 37) killed.kill("SIGKILL");
      }
      if (killed.exitCode === null && killed.signalCode === null) await once(killed, "exit");
      expect(killed.signalCode).toBe("SIGKILL");
    }
    const spool = await spoolIn(directory);
    const sent = await sendAll(spool, "live");
    const names = sent.map(({ bootId, laneId, sequence }) => `${bootId}/${laneId}/${sequence}`);
    const came = new Set(names);
    expect(came.size).toBe(names.length);
    expect([...acknowledged].filter((name) => !came.has(name))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(5_000);
    expect(spool.takeDropped()).toEqual([]);
  }, 120_000);
});
