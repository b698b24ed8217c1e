import { watchedAppends } from "../adapters/metrics-appends.ts";
import { appendCheck, linkCheck, readerCheck } from "../adapters/metrics-checks.ts";
import { meteredLog, type MeteredLog } from "../adapters/metrics-log.ts";
import { type Metrics, openMetrics } from "../adapters/metrics-registry.ts";
import { type Check, listenMetrics, type MetricsServer } from "../adapters/metrics-server.ts";
import type { ProgramLog } from "../adapters/program-log.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { SiteConfig } from "../config.ts";
import { bucketBoundsMs } from "../core/latency-histogram.ts";
import type { RunningConsole } from "../console/console.ts";
import type { EdgeProgress } from "../edge/edge-spool.ts";
import type { EventLog, PartitionShare } from "../ports.ts";
import { packageFacts } from "./package-files.ts";

/** What a role tells of how it does. Without `metrics` in the configuration there is none of it, and it costs nothing. */
export interface RoleMetrics {
  readonly metrics: Metrics;
  /** In place of an earlier one of the same name: a role that starts again is not asked about its last life. */
  readonly addCheck: (name: string, check: () => Omit<Check, "name">) => void;
  /** The same log, counted. */
  readonly metered: (log: EventLog) => MeteredLog;
  readonly close: () => Promise<void>;
}

export const openRoleMetrics = async (
  role: string,
  config: SiteConfig,
  programLog: ProgramLog,
): Promise<RoleMetrics | null> => {
  if (config.metrics === null) return null;
  const metrics = openMetrics();
  metrics.set("lanewatch_info", { role, version: packageFacts().version }, 1);
  metrics.set("lanewatch_lanes", {}, config.lanes.length);
  const checks = new Map<string, () => Omit<Check, "name">>();
  const ended = new AbortController();
  const server: MetricsServer = await listenMetrics({
    ...config.metrics,
    role,
    metrics,
    // A role that has not come so far as to be checked does not do its work yet.
    checks: () =>
      checks.size === 0
        ? [{ name: "start", ok: false, detail: "The role is starting." }]
        : Array.from(checks, ([name, check]) => ({ name, ...check() })),
  });
  programLog.info(`Metrics are served at ${server.url}/metrics.`);
  return {
    metrics,
    addCheck: (name, check) => void checks.set(name, check),
    metered: (log) => {
      const counted = meteredLog(log, { metrics, clock: systemClock });
      void counted.look(ended.signal);
      return counted;
    },
    close: async () => {
      ended.abort();
      await server.close();
    },
  };
};

/** What is read from the log is read in time. */
export const checkReading = (told: RoleMetrics | null, log: MeteredLog | null): void => {
  if (told !== null && log !== null) told.addCheck("reading", () => readerCheck(log));
};

/** An edge does its work while the log takes what it captures, and a portal is connected. */
export const checkCapture = (
  { metrics, addCheck }: RoleMetrics,
  log: Pick<EventLog, "append">,
  lanes: number,
): EventLog["append"] => {
  const appends = watchedAppends(log, { metrics, now: () => systemClock.monotonic() });
  addCheck("log", () => appendCheck({ appends }, systemClock.monotonic()));
  addCheck("links", () => linkCheck({ appends }, lanes));
  return appends.append;
};

/** Stages that the console alone sees; the core tells the others. */
const consoleStages = ["decided-to-delivered", "delivered-to-shown", "total"] as const;

/** The console's sessions, and its histograms as what has come since the last scrape. */
export const tellConsole = (
  { metrics, addCheck }: RoleMetrics,
  { officers }: { readonly officers: Pick<RunningConsole, "health" | "latency"> },
): void => {
  addCheck("console", () => {
    const { running } = officers.health();
    const detail = running ? "The console follows the log." : "The console does not follow the log.";
    return { ok: running, detail };
  });
  const told = new Map<string, readonly number[]>();
  metrics.beforeScrape(() => {
    metrics.set("lanewatch_console_sessions", {}, officers.health().sessions);
    const histograms = officers.latency();
    for (const stage of consoleStages) {
      const { buckets } = histograms[stage];
      const before = told.get(stage);
      told.set(stage, buckets);
      for (const [bucket, count] of buckets.entries())
        for (let more = count - (before?.[bucket] ?? 0); more > 0; more -= 1)
          metrics.observe(
            "lanewatch_latency_seconds",
            { stage },
            (bucketBoundsMs[bucket] ?? longestMs) / 1_000,
          );
    }
  });
};

/** What took longer than the last bucket's bound counts as that. */
const longestMs = bucketBoundsMs.at(-1) ?? 0;

/** How the edge's spool stands, once a second. */
export const tellSpool =
  ({ metrics }: RoleMetrics) =>
  ({ frames, backlogFrames, diskBytes, oldestUnsentInMs }: EdgeProgress): void => {
    metrics.set("lanewatch_spool_frames", {}, frames);
    metrics.set("lanewatch_spool_backlog_frames", {}, backlogFrames);
    metrics.set("lanewatch_spool_disk_bytes", {}, diskBytes);
    metrics.set("lanewatch_spool_oldest_seconds", {}, oldestUnsentInMs / 1_000);
  };

/** The same share, told as it changes: a core that judges nothing does not do its work. */
export const toldShare = (share: PartitionShare, told: RoleMetrics | null): PartitionShare => {
  if (told === null) return share;
  let partitions = 0;
  told.addCheck("share", () => ({
    ok: partitions > 0,
    detail: partitions === 1 ? "The core judges 1 partition." : `The core judges ${partitions} partitions.`,
  }));
  return {
    async *follow(signal) {
      try {
        for await (const mine of share.follow(signal)) {
          partitions = mine.size;
          told.metrics.set("lanewatch_core_partitions", {}, partitions);
          yield mine;
        }
      } finally {
        partitions = 0;
        told.metrics.set("lanewatch_core_partitions", {}, 0);
      }
    },
  };
};
