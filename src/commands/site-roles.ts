import { randomBytes } from "node:crypto";
import { driverOf } from "../../drivers/registry.ts";
import { mqttOutlet } from "../adapters/mqtt-signals.ts";
import type { ProgramLog } from "../adapters/program-log.ts";
import { probeSerial } from "../adapters/serial-source.ts";
import { openSource } from "../adapters/sources.ts";
import { openSpool } from "../adapters/spool.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { SiteConfig } from "../config.ts";
import { LanewatchError } from "../domain/errors.ts";
import { bootId } from "../domain/ids.ts";
import { logLineOf } from "../edge/edge-problem.ts";
import { type EdgeOptions, runEdge } from "../edge/edge.ts";
import type { EventLog } from "../ports.ts";
import { runSignals } from "../signals/signals.ts";
import { runCore } from "../stream/core.ts";
import type { JudgedLane } from "../stream/lane-worker.ts";
import { type RoleMetrics, tellSpool, toldShare } from "./role-metrics.ts";
import { recordSaid, siteShare } from "./site-log.ts";

/** A site with its log open: what every role of it needs. */
export interface Site {
  readonly config: SiteConfig;
  readonly log: EventLog;
  readonly programLog: ProgramLog;
  /** Where the process tells how it does; absent or null: nowhere. */
  readonly told?: RoleMetrics | null;
}

/** Portals → frames, by way of the spool where there is one. Resolves when the signal has aborted and all is put away. */
export const edgeOf = async (
  { config, log, programLog, told }: Omit<Site, "log"> & { readonly log: EdgeOptions["log"] },
  signal: AbortSignal,
): Promise<void> => {
  const spool = config.spool === null ? null : await openSpool(config.spool, systemClock);
  try {
    await runEdge(
      {
        lanes: config.lanes,
        openSource,
        log,
        bootId: bootId(randomBytes(4).toString("hex")),
        clock: systemClock,
        chance: Math.random,
        onProblem: (problem) => {
          told?.metrics.count("lanewatch_edge_problems_total", { kind: problem.kind });
          const { level, sentence } = logLineOf(problem);
          programLog[level](sentence);
        },
        ...(spool === null || config.spool === null ? {} : { spool, inOrder: config.spool }),
        ...(told === undefined || told === null ? {} : { onProgress: tellSpool(told) }),
      },
      signal,
    );
  } finally {
    await spool?.close();
  }
};

/** Frames → events, commands → decisions. @throws as `runCore` */
export const coreOf = ({ config, log, programLog, told }: Site, signal: AbortSignal): Promise<void> =>
  runCore(
    {
      log,
      share: toldShare(siteShare(config, log, programLog), told ?? null),
      isShared: config.kafka !== null,
      clock: systemClock,
      lanes: judgedLanes(config),
      onProblem: recordSaid(programLog, told),
    },
    signal,
  );

/** Lane states for lights, barriers and sirens; nothing where none are configured. @throws as `runSignals` */
export const signalsOf = async (
  { config, log, programLog, told }: Site,
  signal: AbortSignal,
): Promise<void> => {
  if (config.signals === null) return;
  await runSignals(
    {
      log,
      clock: systemClock,
      settings: config.signals,
      lanes: config.lanes.map(({ laneId }) => laneId),
      outlet: mqttOutlet({ settings: config.signals, clock: systemClock, chance: Math.random }),
      onProblem: recordSaid(programLog, told),
      onOutletProblem: ({ reason }) => programLog.warn(`Lane signals: ${reason}.`),
      onConnected: () => programLog.info("Lane signals are published."),
    },
    signal,
  );
};

export const requireSerialPorts = async ({ lanes }: SiteConfig): Promise<void> => {
  for (const { source } of lanes) {
    if (source.kind === "serial" && source.required) await probeSerial(source.path);
  }
};

const judgedLanes = ({ lanes }: SiteConfig): readonly JudgedLane[] =>
  lanes.map(({ laneId, driver, settings }) => {
    const known = driverOf(driver.kind);
    if (known === undefined)
      throw new LanewatchError("internal", `No driver ${driver.kind} for lane ${laneId}.`);
    return { laneId, codec: known.codec(driver.settings), settings };
  });
