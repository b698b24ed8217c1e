import { readConfigFile } from "../adapters/config-file.ts";
import { appendCheck } from "../adapters/metrics-checks.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { ProgramLog } from "../adapters/program-log.ts";
import { startPortals } from "./simulate.ts";
import { type OpenConsole, openConsole, serveConsole } from "./console-role.ts";
import { checkReading, openRoleMetrics, type RoleMetrics, tellConsole } from "./role-metrics.ts";
import { openSeries } from "./series-role.ts";
import { openSiteLog } from "./site-log.ts";
import { coreOf, edgeOf, requireSerialPorts, signalsOf, type Site } from "./site-roles.ts";
import { untilAborted } from "./stop-signal.ts";

export interface UpOptions {
  readonly config: string;
  /** In place of the configured one. */
  readonly port: number | undefined;
  readonly log: ProgramLog;
  /** Told once, when officers can open the console. */
  readonly onReady: (url: string) => void;
}

/** Every role in one process. Resolves when the signal has aborted and all is put away. */
export const up = async (options: UpOptions, signal: AbortSignal): Promise<void> => {
  const config = await readConfigFile(options.config);
  await requireSerialPorts(config);
  const log = await openSiteLog(config, options.log);
  try {
    const portals =
      config.simulation === null ? null : await startPortals(config.simulation.scenario, options.log);
    try {
      await runMetered({ config, log, programLog: options.log }, options, signal);
    } finally {
      await portals?.stop();
    }
  } finally {
    await log.close();
  }
};

const runMetered = async (site: Site, options: UpOptions, signal: AbortSignal): Promise<void> => {
  const told = await openRoleMetrics("up", site.config, site.programLog);
  try {
    const log = told?.metered(site.log) ?? null;
    checkReading(told, log);
    if (log !== null) told?.addCheck("log", () => appendCheck(log, systemClock.monotonic()));
    await runRoles({ ...site, log: log ?? site.log, told }, options, signal);
  } finally {
    await told?.close();
  }
};

const runRoles = async (
  site: Site & { readonly told: RoleMetrics | null },
  options: UpOptions,
  signal: AbortSignal,
): Promise<void> => {
  const readers = new AbortController();
  const judging = Promise.all([coreOf(site, readers.signal), signalsOf(site, readers.signal)]);
  const charts = await openSeries(site, site.told, readers.signal);
  const opening = openConsole({ ...site, series: charts.series }, readers.signal);
  try {
    const opened = await opening;
    if (site.told !== null) tellConsole(site.told, opened);
    // When the core or the console fails, nothing is captured that nobody would judge.
    const failed = Promise.race([judging, opened.ended]);
    await serveAndCapture(site, { ...options, opened, failed }, signal);
  } finally {
    readers.abort();
    await Promise.allSettled([judging, opening.then(({ history }) => history.ended), charts.ended]);
  }
};

interface Serving extends UpOptions {
  readonly opened: OpenConsole;
  readonly failed: Promise<unknown>;
}

/** The page is served before the first portal is asked, so that a busy port is known before anything is recorded. */
const serveAndCapture = async (site: Site, options: Serving, signal: AbortSignal): Promise<void> => {
  const server = await serveConsole(site, options.opened, options.port);
  const stop = new AbortController();
  const edge = edgeOf(site, stop.signal);
  try {
    options.onReady(server.url);
    await Promise.race([untilAborted(signal), options.failed, edge.then(() => untilAborted(signal))]);
  } finally {
    stop.abort();
    try {
      await edge;
    } finally {
      await server.close();
    }
  }
};
