import { LanewatchError } from "../domain/errors.ts";
import type { Clock, EventLog, LogRecord, NewRecord } from "../ports.ts";
import { followersOf } from "./log-follow.ts";
import { groupCommit } from "./log-group-commit.ts";
import type { Awaitable, LogStore } from "./log-store.ts";
import { asLogError } from "./log-store.ts";

/** Values that one `read` gives: 16 MiB and one record; what is beyond is left to the next `read`. */
const readBytesMax = 16 * 1_048_576;
const pruneIntervalInMs = 60_000;
/** Between the steps of one pruning: 512 records each 10 ms keep ahead of any lane traffic and leave the loop free. */
const prunePauseInMs = 10;

/** An embedded log. */
export interface StoredLog extends EventLog {
  /** One step of retention, as the log does of itself each minute: how many records it removed, 0 when none is left. */
  prune(): Promise<number>;
}

export interface StoredLogOptions {
  readonly clock: Pick<Clock, "wall">;
  /** How long an append waits for others to share its commit. Default 0: appends of one turn of the event loop. */
  readonly groupCommitInMs?: number;
  /** Told when old records could not be removed; it is tried again a minute later. Default: a process warning. */
  readonly onPruneFailed?: (error: LanewatchError) => void;
}

const warn = (error: LanewatchError): void =>
  process.emitWarning(`Old records were not removed. ${error.message}`);

/** Calls `prune` each minute, and again until nothing is left to remove. Never keeps the process alive. */
const pruneRegularly = (
  prune: () => Awaitable<number>,
  onFailed: (error: LanewatchError) => void,
): (() => void) => {
  let next: NodeJS.Timeout;
  let isStopped = false;
  const step = async (): Promise<void> => {
    let removed = 0;
    try {
      removed = await prune();
    } catch (cause) {
      if (!isStopped) onFailed(asLogError(cause));
    }
    if (!isStopped) schedule(removed > 0 ? prunePauseInMs : pruneIntervalInMs);
  };
  const schedule = (delayInMs: number): void => {
    next = setTimeout(() => void step(), delayInMs).unref();
  };
  schedule(pruneIntervalInMs);
  return () => {
    isStopped = true;
    clearTimeout(next);
  };
};

/** Group commit, following, retention and closing over what an engine keeps. The log owns the store. */
export const logOverStore = (store: LogStore, options: StoredLogOptions): StoredLog => {
  const followers = followersOf(store);
  const commit = (records: readonly NewRecord[]): Awaitable<readonly LogRecord[]> =>
    store.commit(records, options.clock.wall());
  const group = groupCommit(commit, {
    lingerInMs: options.groupCommitInMs ?? 0,
    onCommitted: (records) => followers.publish(records),
  });
  const stopPruning = pruneRegularly(() => store.prune(options.clock.wall()), options.onPruneFailed ?? warn);
  let closed: Promise<void> | null = null;

  const assertPartition = (partition: number): void => {
    if (Number.isInteger(partition) && partition >= 0 && partition < store.partitionCount) return;
    throw new LanewatchError(
      "log-failed",
      `The log has partitions 0 to ${store.partitionCount - 1}; there is no partition ${partition}.`,
    );
  };
  const whileOpen = <T>(call: () => T | Promise<T>): Promise<T> =>
    new Promise((resolve) => {
      if (closed !== null) throw new LanewatchError("log-closed", "The log is closed.");
      resolve(call());
    });
  const ofPartition = <T>(partition: number, call: () => Awaitable<T>): Promise<T> =>
    whileOpen(() => {
      assertPartition(partition);
      return call();
    });

  const close = async (): Promise<void> => {
    stopPruning();
    await group.flush();
    followers.end();
    await store.close();
  };

  return {
    partitionCount: store.partitionCount,
    append: (records) =>
      whileOpen(() => {
        for (const record of records) assertPartition(record.partition);
        return records.length === 0 ? [] : group.append(records);
      }),
    read: (topic, partition, from) =>
      ofPartition(partition, () => store.read({ topic, partition }, { ...from, bytes: readBytesMax })),
    end: (topic, partition) => ofPartition(partition, () => store.end({ topic, partition })),
    latest: (topic, partition, from) =>
      ofPartition(partition, () => store.latest({ topic, partition }, from?.since)),
    kept: (topic, partition, from) =>
      ofPartition(partition, () => store.latest({ topic, partition }, from?.since)),
    follow: (topic, from, signal) => followers.follow(topic, from, signal),
    prune: () => whileOpen(() => store.prune(options.clock.wall())),
    close: () => (closed ??= close()),
  };
};
