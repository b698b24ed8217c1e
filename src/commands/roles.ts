import { readConfigFile } from "../adapters/config-file.ts";
import type { ProgramLog } from "../adapters/program-log.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { SiteConfig } from "../config.ts";
import { LanewatchError } from "../domain/errors.ts";
import { attemptAfter, backoffDelayInMs } from "../edge/backoff.ts";
import { openConsole, serveConsole } from "./console-role.ts";
import { openSiteLog, siteLogForEdge } from "./site-log.ts";
import {
  checkCapture,
  checkReading,
  openRoleMetrics,
  type RoleMetrics,
  tellConsole,
} from "./role-metrics.ts";
import { openSeries, runSink } from "./series-role.ts";
import { coreOf, edgeOf, requireSerialPorts, signalsOf, type Site } from "./site-roles.ts";
import { untilAborted } from "./stop-signal.ts";

export const roleNames = ["edge", "core", "console", "signals", "sink"] as const;
export type RoleName = (typeof roleNames)[number];

export interface RoleOptions {
  readonly role: RoleName;
  readonly config: string;
  /** Of the console, in place of the configured one. */
  readonly port: number | undefined;
  /** In place of the configured one: for roles that share a file and a machine. */
  readonly metricsPort?: number | undefined;
  readonly log: ProgramLog;
  /** Told once, when the role does its work. */
  readonly onReady: (sentence: string) => void;
}

/**
 * One role of a site in a process of its own. Resolves when the signal has aborted and all is put away.
 * @throws LanewatchError `bad-arguments` without a log that several processes can share.
 */
export const runRole = async (options: RoleOptions, signal: AbortSignal): Promise<void> => {
  const config = withMetricsPort(await readConfigFile(options.config), options.metricsPort);
  if (config.kafka === null) {
    const message = `The role ${options.role} runs apart from the others only over Kafka, and ${options.config} has no kafka. Use lanewatch up.`;
    throw new LanewatchError("bad-arguments", message);
  }
  const told = await openRoleMetrics(options.role, config, options.log);
  try {
    if (options.role === "edge") await runEdgeRole(config, { ...options, told }, signal);
    else await runReadingRole(options.role, { config, options, told }, signal);
  } finally {
    await told?.close();
  }
};

const withMetricsPort = (config: SiteConfig, port: number | undefined): SiteConfig =>
  port === undefined
    ? config
    : { ...config, metrics: { ...(config.metrics ?? { host: "127.0.0.1" }), port } };

const runReadingRole = async (
  role: Exclude<RoleName, "edge">,
  by: { readonly config: SiteConfig; readonly options: RoleOptions; readonly told: RoleMetrics | null },
  signal: AbortSignal,
): Promise<void> => {
  const { config, options, told } = by;
  const opened = await openSiteLog(config, options.log);
  try {
    const metered = told?.metered(opened) ?? null;
    checkReading(told, metered);
    const log = metered ?? opened;
    await roles[role]({ config, log, programLog: options.log, told }, options, signal);
  } finally {
    await opened.close();
  }
};

/** Captures from the first moment on, whether the log can be reached or not. */
const runEdgeRole = async (
  config: SiteConfig,
  options: RoleOptions & { readonly told: RoleMetrics | null },
  signal: AbortSignal,
): Promise<void> => {
  await requireSerialPorts(config);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const log = siteLogForEdge(config, options.log, both);
  const { told } = options;
  const watched = told === null ? log : { ...log, append: checkCapture(told, log, config.lanes.length) };
  const capturing = edgeOf({ config, log: watched, programLog: options.log, told }, both);
  try {
    options.onReady(`The edge captures ${lanesText(config)}.`);
    await Promise.race([capturing, log.opening.then(() => capturing)]);
  } finally {
    stop.abort();
    try {
      await capturing;
    } finally {
      await log.close();
    }
  }
};

type Role = (
  site: Site & { readonly told: RoleMetrics | null },
  options: RoleOptions,
  signal: AbortSignal,
) => Promise<void>;

const roles: Readonly<Record<Exclude<RoleName, "edge">, Role>> = {
  core: async (site, { onReady }, signal) => {
    onReady("The core judges its share of the lanes.");
    await startedAgain(site, coreOf, signal);
  },
  console: async (site, { onReady, port }, signal) => {
    const readers = new AbortController();
    const charts = await openSeries(site, site.told, readers.signal);
    const opening = openConsole({ ...site, series: charts.series }, readers.signal);
    try {
      const opened = await opening;
      if (site.told !== null) tellConsole(site.told, opened);
      const server = await serveConsole(site, opened, port);
      try {
        onReady(`The console is up: ${server.url}`);
        await Promise.race([untilAborted(signal), opened.ended]);
      } finally {
        await server.close();
      }
    } finally {
      readers.abort();
      await Promise.allSettled([opening.then(({ history }) => history.ended), charts.ended]);
    }
  },
  signals: async (site, { onReady }, signal) => {
    if (site.config.signals === null)
      throw new LanewatchError("bad-arguments", "The configuration has no signals.");
    onReady(`Lane signals of ${lanesText(site.config)} are published.`);
    await startedAgain(site, signalsOf, signal);
  },
  sink: async (site, { onReady }, signal) => {
    onReady("The sink writes time series.");
    await startedAgain(site, (again, stop) => runSink(again, site.told, stop), signal);
  },
};

const lanesText = ({ lanes }: SiteConfig): string =>
  lanes.length === 1 ? "1 lane" : `${lanes.length} lanes`;

/** A role that the log has failed goes on from its checkpoints when the log is there again. */
const startedAgain = async (
  site: Site,
  run: (site: Site, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  let attempt = 0;
  while (!signal.aborted) {
    const startedAt = systemClock.monotonic();
    try {
      await run(site, signal);
      return;
    } catch (error) {
      if (!(error instanceof LanewatchError) || error.code !== "log-failed") throw error;
      attempt = attemptAfter(attempt, systemClock.monotonic() - startedAt);
      site.programLog.warn(`Starting again from the last checkpoints: ${error.message}`);
    }
    await systemClock.sleep(backoffDelayInMs(attempt, Math.random), signal);
    attempt += 1;
  }
};
