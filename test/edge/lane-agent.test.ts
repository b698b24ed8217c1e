import { describe, expect, it } from "vitest";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { bootId, laneId } from "../../src/domain/ids.ts";
import type { EdgeProblem } from "../../src/edge/edge-problem.ts";
import { runLaneAgent } from "../../src/edge/lane-agent.ts";
import type { SourceSettings } from "../../src/edge/source-settings.ts";
import type { ManualClock } from "../manual-clock.ts";
import { manualClock } from "../manual-clock.ts";
import type { ScriptedSource } from "./scripted-source.ts";
import { scriptedSource } from "./scripted-source.ts";

/** A log that can be told to fail, to hang or to be closed. */
interface TestLog {
  state: "works" | "fails" | "closed" | "hangs";
  readonly frames: Frame[];
  readonly calls: number[];
  concurrentMax: number;
}

interface Bench {
  readonly clock: ManualClock;
  readonly source: ScriptedSource;
  readonly log: TestLog;
  readonly problems: EdgeProblem[];
  readonly stop: () => void;
  readonly done: Promise<void>;
  /** What has been stored: `link-up`, `heartbeat`, `bytes ab`. */
  readonly stored: () => readonly string[];
}

const tcp: SourceSettings = { kind: "tcp", host: "portal", port: 1600, connectTimeoutInMs: 5_000 };
const file: SourceSettings = { kind: "file", path: "recording" };

const textOf = ({ body }: Frame): string => {
  switch (body.kind) {
    case "bytes":
      return `bytes ${Buffer.from(body.bytes).toString()}`;
    case "heartbeat":
    case "link-up":
    case "frames-dropped":
      return body.kind;
    case "link-down":
      return `link-down ${body.reason}`;
  }
};

const appendTo = (log: TestLog): ((frames: readonly Frame[]) => Promise<void>) => {
  let concurrent = 0;
  return async (frames) => {
    log.calls.push(frames.length);
    concurrent += 1;
    log.concurrentMax = Math.max(log.concurrentMax, concurrent);
    if (log.state === "hangs") await new Promise(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    concurrent -= 1;
    if (log.state === "fails") throw new LanewatchError("log-failed", "The disk is full.");
    if (log.state === "closed") throw new LanewatchError("log-closed", "The log is closed.");
    log.frames.push(...frames);
  };
};

const start = (
  source: ScriptedSource,
  settings: SourceSettings = tcp,
  chance = (): number => 0.999,
): Bench => {
  const clock = manualClock();
  const log: TestLog = { state: "works", frames: [], calls: [], concurrentMax: 0 };
  const problems: EdgeProblem[] = [];
  const stopping = new AbortController();
  const lane = { laneId: laneId("north"), bootId: bootId("0a0b0c0d"), source, settings, clock, chance };
  const agent = {
    ...lane,
    append: appendTo(log),
    onProblem: (problem: EdgeProblem) => problems.push(problem),
  };
  const done = runLaneAgent(agent, stopping.signal);
  done.catch(() => undefined);
  return {
    clock,
    source,
    log,
    problems,
    stop: () => stopping.abort(),
    done,
    stored: () => log.frames.map(textOf),
  };
};

const opens = (): ScriptedSource => scriptedSource((sink) => sink.opened("scripted"));
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

/** Every frame in its place: no hole, no repeat, and the offset of each the sum of the bytes before it. */
const expectContiguous = (frames: readonly Frame[]): void => {
  let byteOffset = 0;
  const misplaced = frames.filter((frame, index) => {
    const isInPlace = frame.sequence === index && frame.byteOffset === byteOffset;
    if (frame.body.kind === "bytes") byteOffset += frame.body.bytes.length;
    return !isInPlace;
  });
  expect(misplaced).toEqual([]);
};

const beatsAndClosing = (frames: readonly Frame[]): number =>
  frames.filter(({ body }) => body.kind !== "bytes").length;

describe("frames", () => {
  it("are numbered, offset and stamped as they arrive", async () => {
    const { clock, source, log, stop, done } = start(opens());
    await clock.advance(100);
    source.now().bytes(bytes("GS,0000"));
    await clock.advance(30);
    clock.stepWall(-5_000);
    source.now().bytes(bytes("71\r\n"));
    await clock.settle();
    stop();
    await done;
    const at = { laneId: "north", bootId: "0a0b0c0d" };
    const wall = Date.UTC(2024, 0, 1);
    expect(log.frames).toEqual([
      {
        ...at,
        sequence: 0,
        byteOffset: 0,
        wall,
        monotonic: 0,
        body: { kind: "link-up", endpoint: "scripted" },
      },
      {
        ...at,
        sequence: 1,
        byteOffset: 0,
        wall: wall + 100,
        monotonic: 100,
        body: { kind: "bytes", bytes: bytes("GS,0000") },
      },
      {
        ...at,
        sequence: 2,
        byteOffset: 7,
        wall: wall - 4_870,
        monotonic: 130,
        body: { kind: "bytes", bytes: bytes("71\r\n") },
      },
      {
        ...at,
        sequence: 3,
        byteOffset: 11,
        wall: wall - 4_870,
        monotonic: 130,
        body: { kind: "link-down", reason: "the edge agent was stopped" },
      },
    ]);
  });

  it("are stored together when they come faster than the log takes them, one append at a time", async () => {
    const { clock, source, log, stop, done } = start(opens());
    await clock.settle();
    for (let count = 0; count < 100; count += 1) source.now().bytes(bytes("x"));
    await clock.settle();
    stop();
    await done;
    expect(log.frames).toHaveLength(102);
    expect(log.calls.length).toBeLessThan(10);
    expect(log.concurrentMax).toBe(1);
    expectContiguous(log.frames);
  });
});

describe("heartbeats", () => {
  it("come when nothing else came for a second and a half", async () => {
    const { clock, source, stored, stop, done } = start(opens());
    await clock.advance(1_499);
    expect(stored()).toEqual(["link-up"]);
    await clock.advance(1);
    expect(stored()).toEqual(["link-up", "heartbeat"]);
    await clock.advance(1_000);
    source.now().bytes(bytes("a"));
    await clock.advance(1_499);
    expect(stored()).toEqual(["link-up", "heartbeat", "bytes a"]);
    await clock.advance(1_501);
    expect(stored()).toEqual(["link-up", "heartbeat", "bytes a", "heartbeat", "heartbeat"]);
    stop();
    await done;
  });

  it("come without a connection as well", async () => {
    const { clock, stored, stop, done } = start(scriptedSource((sink) => sink.closed("refused")));
    await clock.advance(4_500);
    expect(stored()).toEqual(["link-down refused", "heartbeat", "heartbeat", "heartbeat"]);
    stop();
    await done;
  });
});

describe("the link", () => {
  it("is told when it changes, and a failing retry only when its reason does", async () => {
    const reasons = ["refused", "refused", "refused", "no answer", "no answer"];
    const source = scriptedSource((sink, attempt) => {
      const reason = reasons[attempt - 1];
      if (reason === undefined) sink.opened("scripted");
      else sink.closed(reason);
    });
    const { clock, stored, stop, done } = start(source, tcp, () => 0.5);
    await clock.advance(125 + 250 + 500 + 1_000);
    expect(source.attempts()).toBe(5);
    expect(stored()).toEqual(["link-down refused", "link-down no answer"]);
    await clock.advance(2_000);
    source.now().closed("the portal closed the connection");
    await clock.settle();
    expect(stored().filter((text) => text !== "heartbeat")).toEqual([
      "link-down refused",
      "link-down no answer",
      "link-up",
      "link-down the portal closed the connection",
    ]);
    stop();
    await done;
  });

  it("is tried again at growing intervals, and soon again after a connection that lived ten seconds", async () => {
    const source = opens();
    const { clock, stop, done } = start(source, tcp, () => 0.5);
    const waits: number[] = [];
    const closeAfter = async (livedInMs: number): Promise<void> => {
      await clock.advance(livedInMs);
      const before = source.attempts();
      source.now().closed("reset");
      let waitedInMs = 0;
      await clock.settle();
      while (source.attempts() === before) {
        await clock.advance(5);
        waitedInMs += 5;
      }
      waits.push(waitedInMs);
    };
    for (const livedInMs of [0, 10, 9_999, 10_000, 0]) await closeAfter(livedInMs);
    expect(waits).toEqual([125, 250, 500, 125, 250]);
    stop();
    await done;
  });

  it("is not waited for by an agent that is told to stop", async () => {
    const { clock, stored, stop, done } = start(scriptedSource((sink) => sink.closed("refused")));
    await clock.advance(100);
    stop();
    await done;
    expect(stored()).toEqual(["link-down refused"]);
    expect(clock.sleepers()).toBe(0);
  });

  it("says nothing more of a link that was down when the agent was told to stop", async () => {
    const source = scriptedSource((sink, attempt) => {
      if (attempt === 1) sink.closed("refused");
    });
    const { clock, stored, stop, done } = start(source);
    await clock.advance(1_000);
    expect(source.attempts()).toBe(2);
    stop();
    await done;
    expect(stored()).toEqual(["link-down refused"]);
  });

  it("ends with the file where the source is one", async () => {
    const source = scriptedSource((sink) => {
      sink.opened("scripted");
      sink.bytes(bytes("GS"));
      sink.closed("end of file");
    });
    const { done, stored, clock } = start(source, file);
    await done;
    expect(source.attempts()).toBe(1);
    expect(stored()).toEqual(["link-up", "bytes GS", "link-down end of file"]);
    expect(clock.sleepers()).toBe(0);
  });
});

describe("a log that fails", () => {
  it("costs nothing while the queue has room", async () => {
    const { clock, source, log, problems, stop, done } = start(opens());
    log.state = "fails";
    await clock.advance(10);
    for (let count = 0; count < 4_000; count += 1) {
      source.now().bytes(bytes("ab"));
      if (count % 500 === 0) await clock.advance(3);
    }
    await clock.advance(20_000);
    expect(log.frames).toEqual([]);
    log.state = "works";
    await clock.advance(20_000);
    stop();
    await done;
    expectContiguous(log.frames);
    expect(log.frames.filter(({ body }) => body.kind === "bytes")).toHaveLength(4_000);
    expect(problems.map(({ kind }) => kind)).toEqual(["log-failing", "log-recovered"]);
    expect(log.concurrentMax).toBe(1);
  });

  it("beyond that costs the oldest frames, and the hole says exactly which", async () => {
    const { clock, source, log, problems, stop, done } = start(opens());
    await clock.advance(10);
    log.state = "fails";
    for (let count = 0; count < 5_000; count += 1) {
      source.now().bytes(bytes("abc"));
      if (count % 100 === 0) await clock.settle();
    }
    await clock.settle();
    log.state = "works";
    await clock.advance(60_000);
    stop();
    await done;

    const lost = problems.flatMap((problem) => (problem.kind === "frames-lost" ? [problem] : []));
    expect(lost.map(({ cause }) => cause)).toEqual(lost.map(() => "queue-full"));
    const lostFrames = lost.reduce((sum, problem) => sum + problem.frames, 0);
    const lostBytes = lost.reduce((sum, problem) => sum + problem.bytes, 0);
    expect(lostFrames).toBeGreaterThanOrEqual(5_000 - 4_096);
    expect(lostBytes).toBe(3 * lostFrames);
    // link-up is 0 and stored; then the hole; then everything to the end.
    const [first, second] = log.frames;
    expect(first?.sequence).toBe(0);
    expect(second?.sequence).toBe(1 + lostFrames);
    expect(second?.byteOffset).toBe(lostBytes);
    const kept = log.frames.slice(1);
    expect(kept.filter(({ sequence }, index) => sequence !== 1 + lostFrames + index)).toEqual([]);
    expect(lostFrames + kept.length).toBe(5_000 + beatsAndClosing(kept));
  });

  it("is tried again with growing pauses, not in a loop", async () => {
    const { clock, log, stop, done } = start(opens(), tcp, () => 0.5);
    log.state = "fails";
    await clock.advance(0);
    expect(log.calls).toHaveLength(1);
    // 125, 250, 500, 1,000 ms later.
    await clock.advance(1_875);
    expect(log.calls).toHaveLength(5);
    log.state = "works";
    stop();
    await done;
    expectContiguous(log.frames);
  });

  it("holds a stopping agent up for five seconds, not longer, and what is lost is told", async () => {
    const { clock, source, log, problems, stop, done } = start(opens());
    await clock.settle();
    log.state = "fails";
    source.now().bytes(bytes("abcd"));
    await clock.settle();
    stop();
    await clock.advance(4_999);
    expect(problems.map(({ kind }) => kind)).toEqual(["log-failing"]);
    await clock.advance(1);
    await done;
    expect(problems.at(-1)).toEqual({
      kind: "frames-lost",
      laneId: "north",
      cause: "stopped",
      frames: 2,
      bytes: 4,
    });
    expect(clock.sleepers()).toBe(0);
  });

  it("may come back while the agent stops, and then everything is stored", async () => {
    const { clock, source, log, problems, stop, done } = start(opens());
    await clock.settle();
    log.state = "fails";
    source.now().bytes(bytes("abcd"));
    await clock.advance(1_000);
    stop();
    await clock.advance(100);
    log.state = "works";
    await clock.advance(300);
    await done;
    expect(problems.map(({ kind }) => kind)).toEqual(["log-failing", "log-recovered"]);
    expectContiguous(log.frames);
    expect(log.frames).toHaveLength(3);
  });

  it("that never answers does not hold a stopping agent for ever", async () => {
    const { clock, log, problems, stop, done } = start(opens());
    log.state = "hangs";
    await clock.settle();
    stop();
    await clock.advance(5_000);
    await done;
    expect(problems).toEqual([
      { kind: "frames-lost", laneId: "north", cause: "stopped", frames: 2, bytes: 0 },
    ]);
  });

  it("that is closed ends the agent with its error", async () => {
    const { clock, source, log, problems, done } = start(opens());
    await clock.settle();
    log.state = "closed";
    source.now().bytes(bytes("abcd"));
    await expect(done).rejects.toMatchObject({ code: "log-closed" });
    expect(problems).toMatchObject([{ kind: "frames-lost", cause: "stopped", bytes: 4 }]);
    expect(clock.sleepers()).toBe(0);
  });
});

describe("a source faster than the log", () => {
  const pours = (count: number): ScriptedSource =>
    scriptedSource((sink) => {
      sink.opened("scripted");
      for (let at = 0; at < count; at += 1) sink.bytes(bytes("x"));
      sink.closed("end of file");
    });

  it("waits, and nothing is lost", async () => {
    const { log, problems, done } = start(pours(20_000), file);
    await done;
    expect(problems).toEqual([]);
    expect(log.frames).toHaveLength(20_002);
    expectContiguous(log.frames);
  });

  it("waits even for a log that fails, where it is a file", async () => {
    const { clock, log, problems, done } = start(pours(20_000), file);
    log.state = "fails";
    await clock.advance(60_000);
    log.state = "works";
    await clock.advance(20_000);
    await done;
    expect(problems.map(({ kind }) => kind)).toEqual(["log-failing", "log-recovered"]);
    expectContiguous(log.frames);
    expect(log.frames.filter(({ body }) => body.kind === "bytes")).toHaveLength(20_000);
  });
});
