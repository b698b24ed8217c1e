import { randomBytes, randomUUID } from "node:crypto";
import { driverOf } from "../../drivers/registry.ts";
import { readConfigFile } from "../adapters/config-file.ts";
import { listenConsole } from "../adapters/console-server.ts";
import type { ProgramLog } from "../adapters/program-log.ts";
import { probeSerial } from "../adapters/serial-source.ts";
import { openSource } from "../adapters/sources.ts";
import { openSqliteLog } from "../adapters/sqlite-log.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { SiteConfig } from "../config.ts";
import { type RunningConsole, runConsole } from "../console/console.ts";
import { LanewatchError } from "../domain/errors.ts";
import { bootId } from "../domain/ids.ts";
import { logLineOf } from "../edge/edge-problem.ts";
import { type EdgeOptions, runEdge } from "../edge/edge.ts";
import type { EventLog } from "../ports.ts";
import type { RecordProblem } from "../records.ts";
import { allPartitions, runCore } from "../stream/core.ts";
import type { JudgedLane } from "../stream/lane-worker.ts";
import { packageFile } from "./package-files.ts";
import { startPortals } from "./simulate.ts";
import { untilAborted } from "./stop-signal.ts";

export interface UpOptions {
  readonly config: string;
  /** Overrides of the configuration. */
  readonly port: number | undefined;
  readonly log: ProgramLog;
  /** Told once, when officers can open the console. */
  readonly onReady: (url: string) => void;
}

/** Everything in one process on the embedded engine. Resolves when the signal has aborted and all is put away. */
export const up = async (options: UpOptions, signal: AbortSignal): Promise<void> => {
  const config = await readConfigFile(options.config);
  await requireSerialPorts(config);
  const { directory, partitionCount } = config.log;
  const log = await openSqliteLog({
    directory,
    partitionCount,
    clock: systemClock,
    onPruneFailed: (cause) => options.log.error("Old records could not be removed from the log.", cause),
  });
  try {
    const portals =
      config.simulation === null ? null : await startPortals(config.simulation.scenario, options.log);
    try {
      await runRoles(config, log, options, signal);
    } finally {
      await portals?.stop();
    }
  } finally {
    await log.close();
  }
};

const runRoles = async (
  config: SiteConfig,
  log: EventLog,
  options: UpOptions,
  signal: AbortSignal,
): Promise<void> => {
  const readers = new AbortController();
  const onProblem = said(options.log);
  const judging = { log, clock: systemClock, lanes: judgedLanes(config), onProblem, isShared: false };
  const core = runCore({ ...judging, share: allPartitions(log.partitionCount) }, readers.signal);
  try {
    const settings = { site: config.site, lanes: config.lanes };
    const officers = await runConsole(
      { log, clock: systemClock, settings, stream: randomUUID(), onProblem },
      readers.signal,
    );
    await serveAndCapture(
      config,
      log,
      { ...options, officers, failed: Promise.race([core, officers.ended]) },
      signal,
    );
  } finally {
    readers.abort();
    await Promise.allSettled([core]);
  }
};

interface Serving extends UpOptions {
  readonly officers: RunningConsole;
  /** Rejects when the core or the console fails: then nothing is captured that nobody would judge. */
  readonly failed: Promise<void>;
}

/** The page is served before the first portal is asked, so that a busy port is known before anything is recorded. */
const serveAndCapture = async (
  config: SiteConfig,
  log: EventLog,
  options: Serving,
  signal: AbortSignal,
): Promise<void> => {
  const server = await listenConsole({
    host: config.console.host,
    port: options.port ?? config.console.port,
    webDirectory: packageFile("dist/web"),
    console: options.officers,
    onFailure: (cause) => options.log.error("The console met a mistake of its own.", cause),
  });
  const stop = new AbortController();
  const edge = runEdge(edgeOptions(config, log, options.log), stop.signal);
  try {
    options.onReady(server.url);
    await Promise.race([untilAborted(signal), options.failed]);
  } finally {
    stop.abort();
    await edge;
    await server.close();
  }
};

const edgeOptions = (config: SiteConfig, log: EventLog, programLog: ProgramLog): EdgeOptions => ({
  lanes: config.lanes,
  openSource,
  log,
  bootId: bootId(randomBytes(4).toString("hex")),
  clock: systemClock,
  chance: Math.random,
  onProblem: (problem) => {
    const { level, sentence } = logLineOf(problem);
    programLog[level](sentence);
  },
});

const judgedLanes = (config: SiteConfig): readonly JudgedLane[] =>
  config.lanes.map(({ laneId, driver, settings }) => {
    const known = driverOf(driver.kind);
    if (known === undefined)
      throw new LanewatchError("internal", `No driver ${driver.kind} for lane ${laneId}.`);
    return { laneId, codec: known.codec(driver.settings), settings };
  });

const requireSerialPorts = async (config: SiteConfig): Promise<void> => {
  for (const { source } of config.lanes) {
    if (source.kind === "serial" && source.required) await probeSerial(source.path);
  }
};

const said =
  (log: ProgramLog) =>
  ({ topic, partition, offset, message }: RecordProblem): void =>
    log.error(`Record ${offset} of ${topic}, partition ${partition}, is passed over: ${message}`);
