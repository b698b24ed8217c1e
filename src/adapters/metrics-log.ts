import type { Clock, EventLog, Positions } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";
import { type AppendWatch, watchedAppends } from "./metrics-appends.ts";
import type { Metrics } from "./metrics-registry.ts";

/** How far a topic's slowest reader of this process is behind. */
export interface ReaderLag {
  readonly topic: Topic;
  /** As of the last look, and null before the first. */
  readonly records: number | null;
  /** How old the newest record was when it was read; null where none was. */
  readonly ageInMs: number | null;
}

export interface MeteredLog extends EventLog {
  readonly appends: AppendWatch;
  readonly lags: () => readonly ReaderLag[];
  /** Compares readers' positions with the log's ends, every 5 s until the signal aborts. Never rejects. */
  readonly look: (signal: AbortSignal) => Promise<void>;
}

interface Reader {
  readonly topic: Topic;
  readonly next: Map<number, number>;
  records: number | null;
  ageInMs: number | null;
}

export const lookEveryMs = 5_000;

/** A log that is counted: batches as they pass, so that a record costs an addition. */
export const meteredLog = (
  log: EventLog,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Clock },
): MeteredLog => {
  const appends = watchedAppends(log, { metrics, now: () => clock.monotonic() });
  const readers = new Set<Reader>();

  async function* follow(topic: Topic, from: Positions, signal: AbortSignal): ReturnType<EventLog["follow"]> {
    const reader: Reader = { topic, next: new Map(from), records: null, ageInMs: null };
    readers.add(reader);
    try {
      for await (const batch of log.follow(topic, from, signal)) {
        let bytes = 0;
        for (const { partition, offset, value } of batch) {
          bytes += value.byteLength;
          reader.next.set(partition, offset + 1);
        }
        const newest = batch.at(-1);
        if (newest !== undefined) reader.ageInMs = Math.max(0, clock.wall() - newest.appendedAt);
        metrics.count("lanewatch_log_read_records_total", { topic }, batch.length);
        metrics.count("lanewatch_log_read_bytes_total", { topic }, bytes);
        yield batch;
      }
    } finally {
      readers.delete(reader);
    }
  }

  const lookOnce = async (): Promise<void> => {
    const ends = new Map<string, number>();
    for (const reader of readers) {
      let behind = 0;
      for (const [partition, next] of reader.next) {
        const key = `${reader.topic}/${partition}`;
        const end = ends.get(key) ?? (await log.end(reader.topic, partition));
        ends.set(key, end);
        behind += Math.max(0, end - next);
      }
      reader.records = behind;
    }
  };

  const lags = (): readonly ReaderLag[] => {
    const slowest = new Map<Topic, ReaderLag>();
    for (const { topic, records, ageInMs } of readers) {
      const known = slowest.get(topic);
      if (known === undefined || (records ?? 0) > (known.records ?? 0))
        slowest.set(topic, { topic, records, ageInMs });
    }
    return [...slowest.values()];
  };
  metrics.beforeScrape(() => {
    for (const { topic, records, ageInMs } of lags()) {
      if (records !== null) metrics.set("lanewatch_log_lag_records", { topic }, records);
      if (ageInMs !== null) metrics.set("lanewatch_log_read_age_seconds", { topic }, ageInMs / 1_000);
    }
  });

  return {
    partitionCount: log.partitionCount,
    append: appends.append,
    read: (topic, partition, from) => log.read(topic, partition, from),
    end: (topic, partition) => log.end(topic, partition),
    latest: (topic, partition, from) => log.latest(topic, partition, from),
    kept: (topic, partition, from) => log.kept(topic, partition, from),
    follow,
    close: () => log.close(),
    appends,
    lags,
    look: async (signal) => {
      while (!signal.aborted) {
        // A log that is away is told of by whoever reads it.
        await lookOnce().catch(() => undefined);
        await clock.sleep(lookEveryMs, signal);
      }
    },
  };
};
