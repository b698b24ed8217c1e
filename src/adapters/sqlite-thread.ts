import { Worker } from "node:worker_threads";
import { LanewatchError } from "../domain/errors.ts";
import type { NewRecord } from "../ports.ts";
import type { LogStore, Stream } from "./log-store.ts";
import { packRecords, streamNumber, unpackLogRecords } from "./packed-records.ts";
import type {
  StoreCall,
  StoreCallKind,
  StoreCalls,
  StoreFailure,
  StoreOrder,
  StoreReply,
} from "./sqlite-calls.ts";

const isBuilt = import.meta.url.endsWith(".js");
const entry = new URL(isBuilt ? "./sqlite-worker.js" : "./sqlite-worker.ts", import.meta.url);

/** From sources, a worker needs tsx before it can read its own entry. */
const fromSources = `
  import("tsx/esm/api").then(({ register }) => {
    register();
    return import(${JSON.stringify(entry.href)});
  });
`;

const startWorker = (order: StoreOrder): Worker =>
  isBuilt
    ? new Worker(entry, { workerData: order })
    : new Worker(fromSources, { eval: true, workerData: order });

const failureOf = ({ code, message, cause }: StoreFailure): LanewatchError =>
  new LanewatchError(code, message, cause === null ? undefined : new Error(cause));

interface Waiting {
  readonly resolve: (answer: StoreCalls[StoreCallKind]["answer"]) => void;
  readonly reject: (failure: LanewatchError) => void;
}

/** A thread with the log's file. It keeps the process alive while a call is not answered. */
interface StoreThread {
  /** Where the streams ended when it was opened, by their numbers. @throws LanewatchError as `openLogFile` */
  readonly opened: Promise<Float64Array>;
  readonly call: <Kind extends StoreCallKind>(
    kind: Kind,
    ask: StoreCalls[Kind]["ask"],
    transfer?: readonly ArrayBuffer[],
  ) => Promise<StoreCalls[Kind]["answer"]>;
  readonly end: () => Promise<void>;
}

const startThread = (order: StoreOrder): StoreThread => {
  const worker = startWorker(order);
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let failure: LanewatchError | null = null;
  const fail = (cause: LanewatchError): void => {
    failure ??= cause;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
    worker.unref();
  };
  const settle = (message: Exclude<StoreReply, { call: null }>): void => {
    const held = waiting.get(message.call);
    waiting.delete(message.call);
    if (waiting.size === 0) worker.unref();
    if ("answer" in message) held?.resolve(message.answer);
    else held?.reject(failureOf(message.failure));
  };
  const opened = new Promise<Float64Array>((resolve, reject) => {
    worker.on("message", (message: StoreReply) => {
      if (message.call !== null) settle(message);
      else if ("ends" in message) {
        worker.unref();
        resolve(message.ends);
      } else reject(failureOf(message.failure));
    });
    const lost = (cause?: unknown): void => {
      const ended = new LanewatchError("log-failed", "The log's own thread has ended.", cause);
      fail(ended);
      reject(ended);
    };
    worker.on("error", lost);
    worker.once("exit", () => lost());
  });
  const call: StoreThread["call"] = (kind, ask, transfer = []) =>
    new Promise((resolve, reject) => {
      if (failure !== null) throw failure;
      calls += 1;
      if (waiting.size === 0) worker.ref();
      waiting.set(calls, { resolve, reject });
      const message: StoreCall<typeof kind> = { call: calls, kind, ask };
      worker.postMessage(message, transfer);
    });
  const end = async (): Promise<void> => {
    await worker.terminate();
  };
  return { opened, call, end };
};

/**
 * `openSqliteStore` in a thread of its own, so that whoever appends or reads does not hold the event loop up while the
 * disk is waited for. A thread that ends before it is closed fails every call with `log-failed`.
 * @throws LanewatchError as `openLogFile`.
 */
export const openSqliteThread = async (order: StoreOrder): Promise<LogStore> => {
  const { partitionCount } = order;
  const thread = startThread(order);
  let ends: Float64Array;
  try {
    ends = await thread.opened;
  } catch (cause) {
    await thread.end();
    throw cause;
  }
  const numberOf = (stream: Stream): number => streamNumber(stream, partitionCount);
  const commit: LogStore["commit"] = async (records: readonly NewRecord[], appendedAt) => {
    const packed = packRecords(records, partitionCount);
    const offsets = await thread.call("commit", { records: packed, appendedAt }, [packed.values.buffer]);
    return records.map((record, at) => {
      const offset = offsets[at] ?? 0;
      ends[numberOf(record)] = offset + 1;
      return { ...record, offset, appendedAt };
    });
  };
  return {
    partitionCount,
    commit,
    end: (stream) => ends[numberOf(stream)] ?? 0,
    read: async (stream, range) =>
      unpackLogRecords(await thread.call("read", { stream, range }), partitionCount),
    latest: async (stream, since) =>
      unpackLogRecords(await thread.call("latest", { stream, since }), partitionCount),
    prune: (now) => thread.call("prune", now),
    close: async () => {
      try {
        await thread.call("close", null);
      } finally {
        await thread.end();
      }
    },
  };
};
