import { fileURLToPath } from "node:url";
import { listenConsole } from "../../src/adapters/console-server.ts";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { runConsole } from "../../src/console/console.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import { bootId, laneId } from "../../src/domain/ids.ts";
import type { LaneId } from "../../src/domain/ids.ts";
import { runEdge } from "../../src/edge/edge.ts";
import type { EventLog } from "../../src/ports.ts";
import { allPartitions, runCore } from "../../src/stream/core.ts";
import { signIn, testDoor, testIdentity, testSiteView } from "../officers.ts";
import { scriptedSource } from "../edge/scripted-source.ts";
import { judged } from "../stream/core-place.ts";

/**
 * Edges, a core and a console over a log in memory, each with real clocks and heartbeats, of which the edges' way to the
 * log can be cut and the core be stopped. The page is the built one.
 */
export interface ConsoleStage {
  readonly url: string;
  /** An officer's session. */
  readonly cookie: string;
  readonly log: EventLog;
  /** Cuts the edge of `cutLane` off with its next frame in the log, which is when a cut takes longest to show. */
  readonly cutAfterFrame: () => Promise<void>;
  readonly mend: () => void;
  readonly stopCore: () => Promise<void>;
  readonly startCore: () => void;
  readonly close: () => Promise<void>;
}

export const cutLane = laneId("north");
export const wellLane = laneId("south");
export const silentLane = laneId("west");

const webDirectory = fileURLToPath(new URL("../../dist/web", import.meta.url));
const backgrounds = new TextEncoder().encode(
  "GB,000391,000384,000423,000429\r\nNB,000001,000000,000002,000001\r\n",
);

/** A vacant portal: its backgrounds at once, and every 5 s. */
const vacantPortal = () =>
  scriptedSource((sink) => {
    sink.opened("scripted");
    const say = (): void => void sink.bytes(backgrounds.slice());
    say();
    const saying = setInterval(() => {
      try {
        say();
      } catch {
        clearInterval(saying);
      }
    }, 5000);
    saying.unref();
  });

export const openConsoleStage = async (): Promise<ConsoleStage> => {
  const log = openMemoryLog({ partitionCount: 2, clock: systemClock });
  const stop = new AbortController();
  const ended: Promise<void>[] = [];
  let isCut = false;
  let cutNow: (() => void) | null = null;
  const edge = (lane: LaneId, boot: string, way: Pick<EventLog, "append" | "partitionCount">): void => {
    const lanes = [
      {
        laneId: lane,
        source: { kind: "tcp", host: "127.0.0.1", port: 1, connectTimeoutInMs: 1000 } as const,
      },
    ];
    const openSource = vacantPortal;
    const words = {
      lanes,
      openSource,
      log: way,
      bootId: bootId(boot),
      clock: systemClock,
      chance: () => 0.5,
    };
    ended.push(runEdge({ ...words, onProblem: () => undefined }, stop.signal));
  };
  edge(cutLane, "0000000a", {
    partitionCount: log.partitionCount,
    append: async (records) => {
      if (isCut) throw new LanewatchError("log-failed", "The line is cut.");
      const offsets = await log.append(records);
      cutNow?.();
      return offsets;
    },
  });
  edge(wellLane, "0000000b", log);

  let core: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  const lanes = [cutLane, wellLane, silentLane].map((lane) => judged(lane));
  const onProblem = (problem: unknown): void => {
    throw new Error(`A record cannot be read: ${JSON.stringify(problem)}`);
  };
  const startCore = (): void => {
    const stopping = new AbortController();
    const options = { log, clock: systemClock, lanes, onProblem, isShared: false };
    const share = allPartitions(log.partitionCount);
    core = { stop: stopping, ended: runCore({ ...options, share }, stopping.signal) };
  };
  const stopCore = async (): Promise<void> => {
    core?.stop.abort();
    await core?.ended;
  };
  startCore();

  const names = [
    [cutLane, "North 1"],
    [wellLane, "South 1"],
    [silentLane, "West 1"],
  ] as const;
  const settings = {
    site: { name: "Stage", timeZone: "UTC" },
    lanes: names.map(([lane, name]) => ({ laneId: lane, name })),
  };
  const running = await runConsole(
    { log, clock: systemClock, settings, stream: "stage", onProblem },
    stop.signal,
  );
  const identity = await testIdentity();
  const server = await listenConsole({
    host: "127.0.0.1",
    port: 0,
    webDirectory,
    console: running,
    identity,
    door: testDoor,
    site: testSiteView,
    onFailure: () => undefined,
  });
  return {
    url: server.url,
    cookie: await signIn(server.url),
    log,
    cutAfterFrame: () =>
      new Promise((resolve) => {
        cutNow = () => {
          isCut = true;
          cutNow = null;
          resolve();
        };
      }),
    mend: () => {
      isCut = false;
    },
    startCore,
    stopCore,
    close: async () => {
      await server.close();
      await identity.close();
      await stopCore();
      stop.abort();
      await Promise.all([...ended, running.ended]);
      await log.close();
    },
  };
};
