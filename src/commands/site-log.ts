import { openKafkaLog } from "../adapters/kafka-log.ts";
import { kafkaPartitionShare } from "../adapters/kafka-share.ts";
import type { ProgramLog } from "../adapters/program-log.ts";
import { openSqliteLog } from "../adapters/sqlite-log.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { SiteConfig } from "../config.ts";
import { LanewatchError } from "../domain/errors.ts";
import { backoffDelayInMs } from "../edge/backoff.ts";
import type { EventLog, PartitionShare } from "../ports.ts";
import type { RecordProblem } from "../records.ts";
import { allPartitions } from "../stream/core.ts";
import type { RoleMetrics } from "./role-metrics.ts";

/** The site's log: in Kafka where that is configured, and in a file of this machine otherwise. */
export const openSiteLog = async (config: SiteConfig, programLog: ProgramLog): Promise<EventLog> => {
  if (config.kafka !== null) {
    return openKafkaLog(config.kafka, { clock: systemClock, onProblem: kafkaSaid(programLog) });
  }
  const { directory, partitionCount } = config.log;
  return openSqliteLog({
    directory,
    partitionCount,
    clock: systemClock,
    onPruneFailed: (cause) => programLog.error("Old records could not be removed from the log.", cause),
  });
};

/**
 * The site's log for an edge, which captures whether the log can be reached or not: opened in the background, and again
 * until it is. Appends fail meanwhile, as they do when it is away later.
 */
export const siteLogForEdge = (config: SiteConfig, programLog: ProgramLog, signal: AbortSignal): EdgeLog => {
  const partitionCount = (config.kafka ?? config.log).partitionCount;
  let opened: EventLog | null = null;
  const opening = (async (): Promise<void> => {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        opened = await openSiteLog(config, programLog);
        return;
      } catch (error) {
        if (!(error instanceof LanewatchError) || error.code !== "log-failed") throw error;
        programLog.warn(error.message);
      }
      await systemClock.sleep(backoffDelayInMs(attempt, Math.random), signal);
    }
  })();
  return {
    partitionCount,
    append: async (records) => {
      if (opened === null) throw new LanewatchError("log-failed", "The log has not been reached yet.");
      return opened.append(records);
    },
    opening,
    close: async () => {
      await Promise.allSettled([opening]);
      await opened?.close();
    },
  };
};

export interface EdgeLog extends Pick<EventLog, "append" | "partitionCount" | "close"> {
  /** Rejects for mistakes of our own; a log that is away, or is not as it must be, is told of and tried again. */
  readonly opening: Promise<void>;
}

/** The partitions that this process judges. */
export const siteShare = (config: SiteConfig, log: EventLog, programLog: ProgramLog): PartitionShare => {
  const { share, groupId, instanceId, sessionTimeoutInMs } = config.core;
  return config.kafka === null || share === "all"
    ? allPartitions(log.partitionCount)
    : kafkaPartitionShare(config.kafka, {
        groupId,
        ...(instanceId === undefined ? {} : { instanceId }),
        sessionTimeoutInMs,
        heartbeatInMs: Math.round(sessionTimeoutInMs / 4),
        clock: systemClock,
        onProblem: kafkaSaid(programLog),
      });
};

/** What a record that cannot be read is told of. */
export const recordSaid =
  (programLog: ProgramLog, told?: RoleMetrics | null) =>
  ({ topic, partition, offset, message }: RecordProblem): void => {
    told?.metrics.count("lanewatch_unreadable_records_total", { topic });
    programLog.error(`Record ${offset} of ${topic}, partition ${partition}, is passed over: ${message}`);
  };

const kafkaSaid =
  (programLog: ProgramLog) =>
  ({ level, message }: { readonly level: "info" | "warn" | "error"; readonly message: string }): void =>
    programLog[level](message);
