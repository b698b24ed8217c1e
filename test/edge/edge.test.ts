import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openSource } from "../../src/adapters/sources.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { bootId, laneId } from "../../src/domain/ids.ts";
import type { EdgeLane } from "../../src/edge/edge.ts";
import { runEdge } from "../../src/edge/edge.ts";
import type { EdgeProblem } from "../../src/edge/edge-problem.ts";
import { logLineOf } from "../../src/edge/edge-problem.ts";
import type { SourceSettings } from "../../src/edge/source-settings.ts";
import { sourceSettingsSchema } from "../../src/edge/source-settings.ts";
import type { ByteSource, NewRecord } from "../../src/ports.ts";
import { decodeFrame } from "../../src/wire/frame.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import { deviceLink, pseudoTerminal } from "../adapters/pseudo-terminal.ts";
import { scriptedSource } from "./scripted-source.ts";

interface Edge {
  readonly records: readonly NewRecord[];
  readonly problems: readonly EdgeProblem[];
  readonly framesOf: (lane: string) => readonly Frame[];
  /** All bytes of the lane's frames, as text. */
  readonly textOf: (lane: string) => string;
  /** The link's course: `up`, and the reason of each `link-down`. */
  readonly linkOf: (lane: string) => readonly string[];
  readonly until: (condition: () => boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const stops = new Set<() => Promise<void>>();
afterEach(async () => {
  await Promise.all([...stops].map((stop) => stop()));
  stops.clear();
});

const linkStateOf = ({ body }: Frame): readonly string[] => {
  switch (body.kind) {
    case "link-up":
      return ["up"];
    case "link-down":
      return [body.reason];
    case "bytes":
    case "heartbeat":
    case "frames-dropped":
      return [];
  }
};

const startEdge = (
  lanes: readonly EdgeLane[],
  open: (settings: SourceSettings) => ByteSource = openSource,
  refuses: (record: NewRecord) => boolean = () => false,
): Edge => {
  const records: NewRecord[] = [];
  const problems: EdgeProblem[] = [];
  const stopping = new AbortController();
  let changed = (): void => undefined;
  const append = async (added: readonly NewRecord[]): Promise<readonly number[]> => {
    await new Promise((resolve) => setImmediate(resolve));
    if (added.some(refuses)) throw new LanewatchError("log-failed", "The disk is full.");
    records.push(...added);
    changed();
    return added.map((_, index) => records.length - added.length + index);
  };
  const onProblem = (problem: EdgeProblem): void => {
    problems.push(problem);
    changed();
  };
  const log = { partitionCount: 8, append };
  const boot = { bootId: bootId("0a0b0c0d"), clock: systemClock, chance: () => 0.1 };
  const done = runEdge({ lanes, openSource: open, log, ...boot, onProblem }, stopping.signal);
  const framesOf = (lane: string): readonly Frame[] =>
    records.filter(({ key }) => key === lane).map(({ value }) => decodeFrame(value));
  const stop = async (): Promise<void> => {
    stopping.abort();
    await done;
  };
  stops.add(stop);
  return {
    records,
    problems,
    framesOf,
    textOf: (lane) =>
      Buffer.concat(
        framesOf(lane).flatMap(({ body }) => (body.kind === "bytes" ? [body.bytes] : [])),
      ).toString("latin1"),
    linkOf: (lane) => framesOf(lane).flatMap(linkStateOf),
    until: async (condition) => {
      while (!condition()) {
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
    stop,
  };
};

/** A portal that listens; a new one may take the port of one that was pulled out. */
const startPortal = async (
  port = 0,
): Promise<{ port: number; say: (text: string) => void; pull: () => Promise<void> }> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    sockets.add(socket);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const pull = async (): Promise<void> => {
    for (const socket of sockets) socket.resetAndDestroy();
    await new Promise((resolve) => server.close(resolve));
  };
  stops.add(pull);
  return {
    port: (server.address() as AddressInfo).port,
    say: (text) => {
      for (const socket of sockets) socket.write(text);
    },
    pull,
  };
};

const lane = (name: string, source: Record<string, unknown>): EdgeLane => ({
  laneId: laneId(name),
  source: sourceSettingsSchema.parse(source),
});
const tcpLane = (name: string, port: number): EdgeLane =>
  lane(name, { kind: "tcp", host: "127.0.0.1", port });

const expectContiguous = (frames: readonly Frame[]): void => {
  expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, index) => index));
};

describe("runEdge", () => {
  it("captures every lane into its partition of the frames topic, under its key", async () => {
    const portals = [await startPortal(), await startPortal()];
    const names = ["north", "south"];
    const edge = startEdge(portals.map(({ port }, index) => tcpLane(names[index] ?? "", port)));
    await edge.until(() => names.every((name) => edge.linkOf(name).length === 1));
    for (const [index, portal] of portals.entries()) portal.say(`GS,00000${index}\r\n`);
    await edge.until(() => names.every((name) => edge.textOf(name) !== ""));
    await edge.stop();
    expect(edge.textOf("north")).toBe("GS,000000\r\n");
    expect(edge.textOf("south")).toBe("GS,000001\r\n");
    expect(edge.linkOf("south")).toEqual(["up", "the edge agent was stopped"]);
    for (const { topic, partition, key } of edge.records) {
      expect(topic).toBe("lanewatch.frames.v1");
      expect(partition).toBe(partitionOf(laneId(key), 8));
    }
    for (const name of names) expectContiguous(edge.framesOf(name));
    expect(edge.problems).toEqual([]);
  });

  it("finds a TCP portal again that was pulled out, and tells it", async () => {
    const first = await startPortal();
    const edge = startEdge([tcpLane("north", first.port)]);
    await edge.until(() => edge.linkOf("north").length === 1);
    first.say("GS,00");
    await edge.until(() => edge.textOf("north") === "GS,00");
    await first.pull();
    await edge.until(() => edge.linkOf("north").at(-1) === "the connection was refused");
    const second = await startPortal(first.port);
    await edge.until(() => edge.linkOf("north").at(-1) === "up");
    second.say("GX,000001\r\n");
    await edge.until(() => edge.textOf("north") === "GS,00GX,000001\r\n");
    expect(edge.linkOf("north")).toEqual([
      "up",
      "the connection was reset by the other side",
      "the connection was refused",
      "up",
    ]);
    expectContiguous(edge.framesOf("north"));
  });

  it("finds a serial portal again that was pulled out, and tells it", async () => {
    const link = await deviceLink();
    stops.add(link.remove);
    const first = pseudoTerminal();
    await link.pointTo(first.path);
    const edge = startEdge([lane("north", { kind: "serial", path: link.path })]);
    await edge.until(() => edge.linkOf("north").length === 1);
    first.portIsOpen();
    await first.say("GS,000071\r\nGS,00");
    await edge.until(() => edge.textOf("north") === "GS,000071\r\n");
    await first.vanish();
    await link.pointTo(null);
    await edge.until(() => edge.linkOf("north").at(-1) === `there is no serial port ${link.path}`);
    expect(edge.textOf("north")).toBe("GS,000071\r\nGS,00");

    const second = pseudoTerminal();
    stops.add(second.vanish);
    await link.pointTo(second.path);
    await edge.until(() => edge.linkOf("north").at(-1) === "up");
    second.portIsOpen();
    await second.say("GX,000001\r\n");
    await edge.until(() => edge.textOf("north") === "GS,000071\r\nGS,00GX,000001\r\n");
    expect(edge.linkOf("north")).toEqual([
      "up",
      "the serial port vanished",
      `there is no serial port ${link.path}`,
      "up",
    ]);
    expectContiguous(edge.framesOf("north"));
    await edge.stop();
  });

  it("keeps one lane's trouble from the others", async () => {
    const portal = await startPortal();
    let isRefusing = true;
    const broken: ByteSource = {
      endpoint: "broken",
      connect: () => {
        throw new TypeError("a bug of this source");
      },
    };
    const files: SourceSettings = { kind: "file", path: "broken" };
    const edge = startEdge(
      [
        tcpLane("north", portal.port),
        { laneId: laneId("south"), source: files },
        tcpLane("west", portal.port),
      ],
      (settings) => (settings.kind === "file" ? broken : openSource(settings)),
      (record) => isRefusing && record.key === "west",
    );
    await edge.until(() => edge.linkOf("north").length === 1 && edge.problems.length === 2);
    expect(
      edge.problems.map((problem) => ["laneId" in problem ? problem.laneId : null, problem.kind]),
    ).toEqual(
      expect.arrayContaining([
        ["south", "lane-stopped"],
        ["west", "log-failing"],
      ]),
    );
    portal.say("GS,000071\r\n");
    await edge.until(() => edge.textOf("north") === "GS,000071\r\n");
    expect(edge.framesOf("west")).toEqual([]);
    isRefusing = false;
    await edge.until(() => edge.linkOf("west").length === 1);
    expectContiguous(edge.framesOf("west"));
  });

  it("ends by itself when all lanes have ended", async () => {
    const played = scriptedSource((sink) => {
      sink.opened("scripted");
      sink.closed("end of file");
    });
    const appended: NewRecord[] = [];
    const log = {
      partitionCount: 1,
      append: (records: readonly NewRecord[]) =>
        Promise.resolve(records.map((record) => appended.push(record))),
    };
    const source: SourceSettings = { kind: "file", path: "recording" };
    const lanes = [{ laneId: laneId("north"), source }];
    const boot = {
      bootId: bootId("0a0b0c0d"),
      clock: systemClock,
      chance: () => 0.5,
      onProblem: () => undefined,
    };
    await runEdge({ lanes, openSource: () => played, log, ...boot }, new AbortController().signal);
    expect(appended).toHaveLength(2);
  });

  it("runs a hundred lanes on one signal without a warning of a leak", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on("warning", onWarning);
    const names = Array.from({ length: 100 }, (_, index) => `lane-${index}`);
    const edge = startEdge(
      names.map((name) => tcpLane(name, 1600)),
      () => scriptedSource((sink) => sink.opened("scripted")),
    );
    await edge.until(() => edge.records.length === 100);
    await edge.stop();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
    expect(edge.records).toHaveLength(200);
  });
});

describe("logLineOf", () => {
  it("says each problem in one sentence, with the level that fits", () => {
    const north = laneId("north");
    expect(
      [
        logLineOf({
          kind: "log-failing",
          laneId: north,
          error: new LanewatchError("log-failed", "The disk is full."),
        }),
        logLineOf({ kind: "log-recovered", laneId: north }),
        logLineOf({ kind: "frames-lost", laneId: north, cause: "queue-full", frames: 3, bytes: 84 }),
        logLineOf({
          kind: "lane-stopped",
          laneId: north,
          error: new LanewatchError("log-closed", "The log is closed."),
        }),
        logLineOf({ kind: "spool-recovered", frames: 5, bytes: 900, tornBytes: 17, spanInMs: 4_000 }),
        logLineOf({ kind: "spool-dropped", frames: 7, bytes: 280, lanes: 2 }),
        logLineOf({ kind: "spool-damaged", damagedBytes: 12, frames: 0, lanes: 0 }),
        logLineOf({ kind: "spool-damaged", damagedBytes: 300, frames: 3, lanes: 1 }),
        logLineOf({
          kind: "sending-failing",
          error: new LanewatchError("log-failed", "The broker is away."),
        }),
        logLineOf({ kind: "sending-recovered", unsentFrames: 40, order: "live-first" }),
        logLineOf({ kind: "backlog-sent", frames: 38 }),
        logLineOf({ kind: "sending-stopped", error: new LanewatchError("log-closed", "The log is closed.") }),
      ].map(({ level, sentence }) => `${level}: ${sentence}`),
    ).toEqual([
      "warn: Frames of lane north wait, because they cannot be stored: The disk is full.",
      "info: Frames of lane north are stored again.",
      "error: 3 frames (84 bytes) of lane north are lost: they could not be stored for too long.",
      "error: The agent of lane north has stopped: The log is closed.",
      "info: An earlier run left 5 frames (900 bytes) in the spool, which are sent now; 17 bytes at its end were of an unfinished write.",
      "error: The spool is full: the oldest 7 frames (280 bytes) of 2 lanes are lost.",
      "warn: 12 bytes of the spool are damaged: no frame is known to be lost.",
      "error: 300 bytes of the spool are damaged: 3 frames of 1 lane are lost.",
      "warn: Frames wait in the spool, because the log does not take them: The broker is away.",
      "info: The log takes frames again; 40 that waited are sent behind what is live.",
      "info: The backlog is sent: 38 frames, marked historical.",
      "error: The edge stops, for it cannot send: The log is closed.",
    ]);
  });
});
