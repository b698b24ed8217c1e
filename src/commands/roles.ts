import { readConfigFile } from "../adapters/config-file.ts";
import type { ProgramLog } from "../adapters/program-log.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { SiteConfig } from "../config.ts";
import { LanewatchError } from "../domain/errors.ts";
import { attemptAfter, backoffDelayInMs } from "../edge/backoff.ts";
import { openConsole, serveConsole } from "./console-role.ts";
import { openSiteLog, siteLogForEdge } from "./site-log.ts";
import { coreOf, edgeOf, requireSerialPorts, signalsOf, type Site } from "./site-roles.ts";
import { untilAborted } from "./stop-signal.ts";

export const roleNames = ["edge", "core", "console", "signals"] as const;
export type RoleName = (typeof roleNames)[number];

export interface RoleOptions {
  readonly role: RoleName;
  readonly config: string;
  /** Of the console, in place of the configured one. */
  readonly port: number | undefined;
  readonly log: ProgramLog;
  /** Told once, when the role does its work. */
  readonly onReady: (sentence: string) => void;
}

/**
 * One role of a site in a process of its own. Resolves when the signal has aborted and all is put away.
 * @throws LanewatchError `bad-arguments` without a log that several processes can share.
 */
export const runRole = async (options: RoleOptions, signal: AbortSignal): Promise<void> => {
  const config = await readConfigFile(options.config);
  if (config.kafka === null) {
    const message = `The role ${options.role} runs apart from the others only over Kafka, and ${options.config} has no kafka. Use lanewatch up.`;
    throw new LanewatchError("bad-arguments", message);
  }
  if (options.role === "edge") {
    await runEdgeRole(config, options, signal);
    return;
  }
  const log = await openSiteLog(config, options.log);
  try {
    await roles[options.role]({ config, log, programLog: options.log }, options, signal);
  } finally {
    await log.close();
  }
};

/** Captures from the first moment on, whether the log can be reached or not. */
const runEdgeRole = async (config: SiteConfig, options: RoleOptions, signal: AbortSignal): Promise<void> => {
  await requireSerialPorts(config);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const log = siteLogForEdge(config, options.log, both);
  const capturing = edgeOf({ config, log, programLog: options.log }, both);
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

type Role = (site: Site, options: RoleOptions, signal: AbortSignal) => Promise<void>;

const roles: Readonly<Record<Exclude<RoleName, "edge">, Role>> = {
  core: async (site, { onReady }, signal) => {
    onReady("The core judges its share of the lanes.");
    await startedAgain(site, coreOf, signal);
  },
  console: async (site, { onReady, port }, signal) => {
    const readers = new AbortController();
    const opening = openConsole(site, readers.signal);
    try {
      const opened = await opening;
      const server = await serveConsole(site, opened, port);
      try {
        onReady(`The console is up: ${server.url}`);
        await Promise.race([untilAborted(signal), opened.ended]);
      } finally {
        await server.close();
      }
    } finally {
      readers.abort();
      await Promise.allSettled([opening.then(({ history }) => history.ended)]);
    }
  },
  signals: async (site, { onReady }, signal) => {
    if (site.config.signals === null)
      throw new LanewatchError("bad-arguments", "The configuration has no signals.");
    onReady(`Lane signals of ${lanesText(site.config)} are published.`);
    await startedAgain(site, signalsOf, signal);
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
