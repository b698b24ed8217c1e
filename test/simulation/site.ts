import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import { runConsole, type RunningConsole } from "../../src/console/console.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { bootId, type LaneId, laneId } from "../../src/domain/ids.ts";
import { attemptAfter, backoffDelayInMs } from "../../src/edge/backoff.ts";
import { runEdge } from "../../src/edge/edge.ts";
import type { FrameSpool } from "../../src/edge/frame-spool.ts";
import { sourceSettingsSchema } from "../../src/edge/source-settings.ts";
import type { EventLog, NewRecord, PartitionShare } from "../../src/ports.ts";
import { allPartitions, runCore } from "../../src/stream/core.ts";
import { decodeFrame } from "../../src/wire/frame.ts";
import type { Shape } from "./faults.ts";
import { type FaultyLogOptions, faultyLog, type LogLine } from "./faulty-log.ts";
import { crashDisk, openMemorySpool, type SpoolDisk } from "./memory-spool.ts";
import type { Portal } from "./portals.ts";
import type { Process, World } from "./virtual-time.ts";

export interface SiteOptions {
  readonly world: World;
  readonly shape: Shape;
  readonly logOptions: FaultyLogOptions;
  readonly portals: readonly Portal[];
  readonly inOrder: { readonly inOrderBacklogBytes: number; readonly inOrderBacklogInMs: number };
  readonly onFault: FaultyLogOptions["onFault"];
  /** A failure that no role may have. */
  readonly onBroken: (what: string) => void;
  /** Said by roles; the end of a trace. */
  readonly onNote: (note: string) => void;
}

/** One role of the site under its supervisor, which starts it again whenever it has ended. */
export interface Role {
  readonly process: () => Process;
  /** `kill -9`; starts again after so long. */
  readonly kill: (awayInMs: number) => void;
  /** In order; starts again after so long. */
  readonly stop: (awayInMs: number) => void;
  /** Starts at once if it is away. */
  readonly heal: () => void;
}

const textOf = (failure: unknown): string =>
  failure instanceof LanewatchError
    ? failure.message
    : failure instanceof Error
      ? (failure.stack ?? failure.message)
      : JSON.stringify(failure);

type Body = (process: Process, signal: AbortSignal) => Promise<void>;

const superviseRole = ({ world, onNote, onBroken }: SiteOptions, name: string, body: Body): Role => {
  let process = world.process(name);
  let stopping = new AbortController();
  let isAway = false;

  const start = (): void => {
    isAway = false;
    const mine = world.process(name);
    process = mine;
    stopping = new AbortController();
    const ended = (failure: unknown): void => {
      if (mine !== process || isAway) return;
      if (failure !== null && !(failure instanceof LanewatchError)) onBroken(`${name}: ${textOf(failure)}`);
      onNote(`${name} ended${failure === null ? "" : `: ${textOf(failure)}`}`);
      mine.kill();
      away(world.chance.between(20, 1_500));
    };
    body(mine, stopping.signal).then(() => ended(null), ended);
  };
  const away = (forMs: number): void => {
    isAway = true;
    const gone = process;
    world.at(forMs, () => {
      if (isAway && process === gone) start();
    });
  };
  start();
  return {
    process: () => process,
    kill: (awayInMs) => {
      if (isAway) return;
      process.kill();
      away(awayInMs);
    },
    stop: (awayInMs) => {
      if (isAway || !process.isAlive()) return;
      stopping.abort();
      const mine = process;
      // What has not ended by then is killed, as a supervisor does.
      world.at(6_000, () => {
        mine.kill();
      });
      isAway = true;
      world.at(awayInMs + 100, () => {
        mine.kill();
        if (isAway && process === mine) start();
      });
    },
    heal: () => {
      if (!isAway) return;
      process.kill();
      start();
    },
  };
};

/** Frames that were promised to be kept: by the spool, or by the log where there is none. */
export interface Promised {
  readonly acknowledged: Map<string, Frame>;
  readonly attempted: Set<string>;
}

export const frameName = ({ laneId: lane, bootId: boot, sequence }: Frame): string =>
  `${lane}~${boot}~${sequence}`;

const notedSpool = (spool: FrameSpool, { acknowledged, attempted }: Promised): FrameSpool => ({
  ...spool,
  append: async (frames) => {
    for (const frame of frames) attempted.add(frameName(frame));
    await spool.append(frames);
    for (const frame of frames) acknowledged.set(frameName(frame), frame);
  },
});

const notedLog = (log: EventLog, { acknowledged, attempted }: Promised): EventLog => ({
  ...log,
  append: async (records: readonly NewRecord[]) => {
    const frames = records.map(({ value }) => decodeFrame(value));
    for (const frame of frames) attempted.add(frameName(frame));
    const offsets = await log.append(records);
    for (const frame of frames) acknowledged.set(frameName(frame), frame);
    return offsets;
  },
});

export const startEdge = (
  options: SiteOptions,
  { line, disk, promised }: { readonly line: LogLine; readonly disk: SpoolDisk; readonly promised: Promised },
): Role => {
  const { world, shape, portals, inOrder, onFault, onNote, logOptions } = options;
  const { chance } = world;
  let boots = 0;
  return superviseRole(options, "edge", async (process, signal) => {
    boots += 1;
    const boot = bootId((0xb0070000 + boots).toString(16));
    crashDisk(disk, chance);
    const log = faultyLog(logOptions, { process, line });
    const onWriteFailed = (): void => onFault("spool-unwritable", "a write");
    const spool = shape.hasSpool ? openMemorySpool({ disk, process, chance, onWriteFailed }) : null;
    await runEdge(
      {
        lanes: portals.map((portal) => ({
          laneId: laneId(portal.laneId),
          source: sourceSettingsSchema.parse({ kind: "tcp", host: portal.laneId, port: 1 }),
        })),
        openSource: (settings) => {
          const portal = portals.find((each) => settings.kind === "tcp" && settings.host === each.laneId);
          if (portal === undefined) throw new Error("no such portal");
          return portal.sourceFor(process, boot);
        },
        log: spool === null ? notedLog(log, promised) : log,
        bootId: boot,
        clock: process.clock,
        chance: chance.uniform,
        onProblem: (problem) => {
          if (problem.kind === "spool-dropped") onFault("spool-full", `${problem.frames} frames`);
          onNote(`edge ${boot}: ${problem.kind}`);
        },
        inOrder,
        ...(spool === null ? {} : { spool: notedSpool(spool, promised) }),
      },
      signal,
    );
    await spool?.close();
  });
};

/** How partitions are divided among two cores, who hear of it in their own time. */
export interface Division {
  readonly shareOf: (name: string, process: Process) => PartitionShare;
  readonly move: (draw: number) => void;
}

export const divide = (world: World, partitionCount: number, names: readonly string[]): Division => {
  const owners = Array.from({ length: partitionCount }, (_, at) => names[at % names.length] ?? "");
  const listeners = new Set<() => void>();
  const ownBy = (name: string): ReadonlySet<number> =>
    new Set(owners.flatMap((owner, partition) => (owner === name ? [partition] : [])));
  return {
    shareOf: (name, process) => ({
      async *follow(signal) {
        let wake = (): void => undefined;
        let isNews = true;
        // An old owner may hear of a change long after the new one.
        const hear = (): void =>
          void process.after(world.chance.between(5, world.chance.happens(0.3) ? 3_000 : 200), () => {
            isNews = true;
            wake();
          });
        const stop = (): void => wake();
        listeners.add(hear);
        process.onKill(() => listeners.delete(hear));
        signal.addEventListener("abort", stop);
        while (!signal.aborted) {
          if (isNews) {
            isNews = false;
            yield ownBy(name);
          } else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
        listeners.delete(hear);
      },
    }),
    move: (draw) => {
      const partition = Math.floor(draw * partitionCount);
      const next = names[(names.indexOf(owners[partition] ?? "") + 1) % names.length] ?? "";
      owners[partition] = next;
      for (const hear of listeners) hear();
    },
  };
};

const settings = laneSettingsOf(laneOptions.parse({}));
const codec = rapiscanLine.codec({});

export const startCore = (
  options: SiteOptions,
  {
    name,
    line,
    division,
  }: { readonly name: string; readonly line: LogLine; readonly division: Division | null },
): Role => {
  const { world, portals, logOptions, shape, onNote } = options;
  return superviseRole(options, name, async (process, signal) => {
    const log = faultyLog(logOptions, { process, line });
    let attempt = 0;
    while (!signal.aborted) {
      const startedAt = process.clock.monotonic();
      try {
        await runCore(
          {
            log,
            share: division?.shareOf(name, process) ?? allPartitions(log.partitionCount),
            isShared: shape.isShared,
            clock: process.clock,
            lanes: portals.map((portal) => ({ laneId: laneId(portal.laneId), codec, settings })),
            onProblem: ({ topic, offset, message }) => onNote(`${name}: ${topic} ${offset} ${message}`),
          },
          signal,
        );
        return;
      } catch (error) {
        if (!(error instanceof LanewatchError) || error.code !== "log-failed") throw error;
        onNote(`${name} starts again: ${error.message}`);
        attempt = attemptAfter(attempt, process.clock.monotonic() - startedAt);
      }
      await process.clock.sleep(backoffDelayInMs(Math.min(attempt, 3), world.chance.uniform), signal);
      attempt += 1;
    }
  });
};

export interface ConsoleRole extends Role {
  readonly running: () => RunningConsole | null;
}

export const startConsole = (options: SiteOptions, line: LogLine): ConsoleRole => {
  const { portals, logOptions, onBroken } = options;
  let streams = 0;
  let current: { readonly process: Process; readonly console: RunningConsole } | null = null;
  const role = superviseRole(options, "console", async (process, signal) => {
    streams += 1;
    const log = faultyLog(logOptions, { process, line });
    const running = await runConsole(
      {
        log,
        clock: process.clock,
        settings: {
          site: { name: "Simulated", timeZone: "UTC" },
          lanes: portals.map((portal) => ({ laneId: laneId(portal.laneId), name: portal.laneId })),
        },
        stream: `stream-${streams}`,
        onProblem: ({ topic, offset, message }) => onBroken(`console: ${topic} ${offset} ${message}`),
      },
      signal,
    );
    current = { process, console: running };
    await running.ended;
  });
  return {
    ...role,
    running: () =>
      current !== null && current.process.isAlive() && current.console.health().running
        ? current.console
        : null,
  };
};

export type { LaneId };
