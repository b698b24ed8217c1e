import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { EventSink } from "../../src/adapters/pushed-events.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { bootId, laneId } from "../../src/domain/ids.ts";
import { type EdgeOptions, runEdge } from "../../src/edge/edge.ts";
import type { EdgeProblem } from "../../src/edge/edge-problem.ts";
import type { EdgeProgress } from "../../src/edge/edge-spool.ts";
import type { FrameSpool } from "../../src/edge/frame-spool.ts";
import { bytesFrame, newFolder, spoolIn, stampsOf } from "../adapters/spool-use.ts";
import { cutLog } from "./cut-log.ts";
import { type ScriptedSource, scriptedSource } from "./scripted-source.ts";

const stops = new Set<() => Promise<void>>();
afterEach(async () => {
  await Promise.all([...stops].map((stop) => stop()));
  stops.clear();
});

interface Edge {
  readonly sources: ReadonlyMap<string, ScriptedSource>;
  readonly problems: EdgeProblem[];
  readonly progress: EdgeProgress[];
  readonly done: Promise<void>;
  readonly stop: () => Promise<void>;
}

interface EdgeChanges {
  readonly boot?: string;
  readonly kind?: "tcp" | "file";
  readonly onConnect?: (sink: EventSink) => void;
}

const openAtOnce = (sink: EventSink): void => sink.opened("scripted");

const startEdge = (
  lanes: readonly string[],
  spool: FrameSpool,
  log: EdgeOptions["log"],
  changes: EdgeChanges = {},
): Edge => {
  const { boot = "0000000b", kind = "tcp", onConnect = openAtOnce } = changes;
  const sources = new Map(lanes.map((lane) => [lane, scriptedSource(onConnect)]));
  const problems: EdgeProblem[] = [];
  const progress: EdgeProgress[] = [];
  const stopping = new AbortController();
  const done = runEdge(
    {
      lanes: lanes.map((lane) => ({
        laneId: laneId(lane),
        source:
          kind === "file"
            ? { kind, path: lane }
            : { kind, host: lane, port: 1_600, connectTimeoutInMs: 5_000 },
        heartbeatInMs: 60_000,
      })),
      openSource: (settings) => {
        const source = sources.get(settings.kind === "tcp" ? settings.host : (lanes[0] ?? ""));
        if (source === undefined) throw new Error("no such source");
        return source;
      },
      log,
      bootId: bootId(boot),
      clock: systemClock,
      chance: () => 0.02,
      onProblem: (problem) => void problems.push(problem),
      spool,
      inOrder: { inOrderBacklogBytes: 3_000, inOrderBacklogInMs: 30_000 },
      onProgress: (figures) => void progress.push(figures),
    },
    stopping.signal,
  );
  const stop = async (): Promise<void> => {
    stopping.abort();
    await done;
  };
  stops.add(stop);
  return { sources, problems, progress, done, stop };
};

const until = (condition: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 8_000, interval: 2 });

const textOf = (frames: readonly Frame[], lane: string): string =>
  frames
    .filter((frame) => frame.laneId === lane)
    .sort((a, b) => a.sequence - b.sequence)
    .map(({ body }) => (body.kind === "bytes" ? Buffer.from(body.bytes).toString() : ""))
    .join("");

const reportsIn = (frames: readonly Frame[]): readonly unknown[] =>
  frames.flatMap((frame) =>
    frame.body.kind === "frames-dropped" ? [{ lane: frame.laneId, ...frame.body }] : [],
  );

describe("runEdge with a spool", () => {
  it("brings what lanes say to the log, through a cut, and loses and doubles nothing", async () => {
    const spool = await spoolIn(newFolder());
    const line = cutLog();
    const edge = startEdge(["north", "south"], spool, line.log);
    const said = { north: "", south: "" };
    await until(() => line.frames().length === 2);
    for (let count = 0; count < 300; count += 1) {
      if (count === 50) line.cut();
      if (count === 250) {
        await until(() => edge.problems.some(({ kind }) => kind === "sending-failing"));
        line.mend();
      }
      for (const lane of ["north", "south"] as const) {
        const text = `${lane} ${count}\r\n`;
        said[lane] += text;
        edge.sources.get(lane)?.now().bytes(Buffer.from(text));
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => spool.figures().frames === 0 && line.frames().length > 2);
    await edge.stop();
    const frames = line.frames();
    for (const lane of ["north", "south"] as const) {
      expect(textOf(frames, lane)).toBe(said[lane]);
      const sequences = frames.filter((frame) => frame.laneId === lane).map(({ sequence }) => sequence);
      expect(new Set(sequences).size).toBe(sequences.length);
    }
    expect(edge.problems.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["sending-failing", "sending-recovered"]),
    );
    expect(edge.progress[0]).toMatchObject({ backlogFrames: 0, oldestUnsentInMs: 0 });
  });

  it("tells in the lane what a full spool gave up, exactly", async () => {
    const spool = await spoolIn(newFolder(), { maxBytes: 8_000 });
    const line = cutLog();
    line.cut();
    const edge = startEdge(["north"], spool, line.log);
    await until(() => edge.sources.get("north")?.attempts() === 1);
    for (let count = 0; count < 150; count += 1) {
      edge.sources
        .get("north")
        ?.now()
        .bytes(Buffer.from(`${count}\r\n`));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await until(() => edge.problems.some(({ kind }) => kind === "spool-dropped"));
    line.mend();
    await until(() => spool.figures().frames === 0);
    await edge.stop();
    const frames = line.frames();
    const missing = new Set(
      Array.from({ length: Math.max(...frames.map((f) => f.sequence)) + 1 }, (_, at) => at),
    );
    for (const { sequence } of frames) missing.delete(sequence);
    expect(missing.size).toBeGreaterThan(0);
    const told: number[] = [];
    for (const { body } of frames) {
      if (body.kind !== "frames-dropped") continue;
      expect(body).toMatchObject({ bootId: "0000000b", reason: "spool-full" });
      for (let at = body.firstSequence; at <= body.lastSequence; at += 1) told.push(at);
    }
    expect(told.sort((a, b) => a - b)).toEqual([...missing]);
    expect(spool.takeDropped()).toEqual([]);
  });

  it("tells of damage in lanes of an earlier boot, those included that are no longer configured", async () => {
    const directory = newFolder();
    const killed = await spoolIn(directory, { segmentBytes: 400 });
    const stamps = stampsOf("0000000a");
    for (let count = 0; count < 12; count += 1) {
      await killed.append([bytesFrame(stamps("north"), "12345"), bytesFrame(stamps("gone"), "123")]);
    }
    const copy = newFolder();
    cpSync(directory, copy, { recursive: true });
    const [, second = ""] = readdirSync(copy).filter((name) => name.startsWith("frames-"));
    writeFileSync(join(copy, second), readFileSync(join(copy, second)).fill(0));
    const spool = await spoolIn(copy);
    const line = cutLog();
    const edge = startEdge(["north"], spool, line.log);
    await until(() => reportsIn(line.frames()).length === 2);
    await edge.stop();
    const old = line.frames().filter(({ bootId: boot }) => boot === "0000000a");
    const lost = (lane: string): readonly number[] => {
      const came = new Set(old.filter(({ laneId: name }) => name === lane).map(({ sequence }) => sequence));
      return Array.from({ length: 12 }, (_, at) => at).filter((at) => !came.has(at));
    };
    const reportOf = (lane: string, size: number): unknown => ({
      lane,
      kind: "frames-dropped",
      bootId: "0000000a",
      firstSequence: lost(lane)[0],
      lastSequence: lost(lane).at(-1),
      bytes: lost(lane).length * size,
      reason: "spool-damaged",
    });
    expect(reportsIn(line.frames())).toEqual(
      expect.arrayContaining([reportOf("north", 5), reportOf("gone", 3)]),
    );
    const reporters = line.frames().filter(({ body }) => body.kind === "frames-dropped");
    expect(reporters.every(({ bootId: boot }) => boot === "0000000b")).toBe(true);
    expect(edge.problems.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["spool-recovered", "spool-damaged"]),
    );
  });

  it("leaves in the spool what a log that is away does not take, and ends in time; the next run sends it", async () => {
    const directory = newFolder();
    const spool = await spoolIn(directory);
    const line = cutLog();
    line.cut();
    const edge = startEdge(["north"], spool, line.log);
    await until(() => edge.sources.get("north")?.attempts() === 1);
    edge.sources.get("north")?.now().bytes(Buffer.from("GS\r\n"));
    await until(() => edge.problems.length === 1);
    await edge.stop();
    await spool.close();
    line.mend();
    const again = await spoolIn(directory);
    const next = startEdge(["north"], again, line.log, { boot: "0000000c" });
    await until(() => line.frames().length === 4);
    await next.stop();
    const told = line.frames().map(({ bootId: boot, sequence, body }) => `${boot}#${sequence} ${body.kind}`);
    expect(told.slice(0, 4)).toEqual([
      "0000000b#0 link-up",
      "0000000b#1 bytes",
      "0000000b#2 link-down",
      "0000000c#0 link-up",
    ]);
  });

  it("ends by itself when recordings are at their end, and all of them sent", async () => {
    const spool = await spoolIn(newFolder());
    const line = cutLog();
    line.slowDown(10);
    const edge = startEdge(["north"], spool, line.log, {
      kind: "file",
      onConnect: (sink: EventSink) => {
        sink.opened("scripted");
        for (let count = 0; count < 900; count += 1) sink.bytes(Buffer.from(`${count}\r\n`));
        sink.closed("end of file");
      },
    });
    await edge.done;
    const sequences = line.frames().map(({ sequence }) => sequence);
    expect(sequences).toEqual(Array.from({ length: 902 }, (_, at) => at));
    expect(edge.problems).toEqual([]);
  });

  it("stops, and says so, when the log is closed for good", async () => {
    const spool = await spoolIn(newFolder());
    const append = (): Promise<never> =>
      Promise.reject(new LanewatchError("log-closed", "The log is closed."));
    const edge = startEdge(["north"], spool, { partitionCount: 1, append });
    await expect(edge.done).rejects.toMatchObject({ code: "log-closed" });
    stops.clear();
    expect(edge.problems).toMatchObject([{ kind: "sending-stopped" }]);
  });
});
