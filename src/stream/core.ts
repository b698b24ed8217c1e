import type { PartitionShare } from "../ports.ts";
import type { PartitionOptions } from "./part.ts";
import { runPartition } from "./partition-run.ts";

export interface CoreOptions extends PartitionOptions {
  /** The partitions that this process judges. */
  readonly share: PartitionShare;
}

interface Run {
  readonly stop: AbortController;
  /** Resolves when the run has ended, whatever way. */
  readonly ended: Promise<void>;
}

/**
 * The core role: one run a partition of its share, each restored from the log when the partition is given to it. Runs
 * until the signal aborts. Nothing of it goes on once it has ended.
 * @throws LanewatchError `log-failed` when the log does not take what was decided; start it again, it goes on from its
 * checkpoints.
 */
export const runCore = async (options: CoreOptions, signal: AbortSignal): Promise<void> => {
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  const runs = new Map<number, Run>();
  const failures: unknown[] = [];

  const start = (partition: number): void => {
    const stop = new AbortController();
    const ended = runPartition(partition, options, AbortSignal.any([both, stop.signal])).catch(
      (cause: unknown) => {
        failures.push(cause);
        ending.abort();
      },
    );
    runs.set(partition, { stop, ended });
  };
  const stop = async (partition: number, { stop: stopping, ended }: Run): Promise<void> => {
    stopping.abort();
    await ended;
    runs.delete(partition);
  };

  try {
    for await (const share of options.share.follow(both)) {
      await Promise.all(
        [...runs]
          .filter(([partition]) => !share.has(partition))
          .map(([partition, run]) => stop(partition, run)),
      );
      for (const partition of share) if (!runs.has(partition) && !both.aborted) start(partition);
    }
  } finally {
    ending.abort();
    await Promise.all(Array.from(runs, ([partition, run]) => stop(partition, run)));
  }
  if (failures.length > 0) throw failures[0];
};

/** Every partition of the log, for as long as the process lives. */
export const allPartitions = (partitionCount: number): PartitionShare => ({
  async *follow(signal) {
    if (signal.aborted) return;
    yield new Set(Array(partitionCount).keys());
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
  },
});
