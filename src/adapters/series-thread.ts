import { Worker } from "node:worker_threads";
import { LanewatchError } from "../domain/errors.ts";
import type { LaneId } from "../domain/ids.ts";
import type { Clock, TimeSeries } from "../ports.ts";
import type { SeriesCallKind, SeriesCallMessage, SeriesCalls, SeriesReplyMessage } from "./series-calls.ts";
import type { SeriesStoreOptions } from "./series-store.ts";

/** Questions of charts that wait at a time. Beyond, who asks is told to ask again. */
const questionsMax = 64;
/** How long the thread has to put its file away. */
const closeWithinMs = 10_000;

const isBuilt = import.meta.url.endsWith(".js");
const entry = new URL(isBuilt ? "./series-worker.js" : "./series-worker.ts", import.meta.url);

/** From sources, a worker needs tsx before it can read its own entry. */
const fromSources = `
  import("tsx/esm/api").then(({ register }) => {
    register();
    return import(${JSON.stringify(entry.href)});
  });
`;

const startWorker = (options: SeriesStoreOptions): Worker =>
  isBuilt
    ? new Worker(entry, { workerData: options })
    : new Worker(fromSources, { eval: true, workerData: options });

interface Waiting {
  readonly kind: SeriesCallKind;
  readonly resolve: (answer: SeriesCalls[SeriesCallKind]["answer"]) => void;
  readonly reject: (failure: LanewatchError) => void;
}

export interface LocalSeries extends TimeSeries {
  /** When a lane was last measured, as it was when `positions` was last asked. */
  readonly heardBefore: (laneId: LaneId) => number | null;
}

/**
 * Series in a file of this machine, in a thread of their own. A thread that has failed fails every later call, and what
 * it was asked.
 */
export const openLocalSeries = ({
  clock,
  ...options
}: SeriesStoreOptions & { readonly clock: Pick<Clock, "wall"> }): LocalSeries => {
  const worker = startWorker(options);
  const waiting = new Map<number, Waiting>();
  let failure: LanewatchError | null = null;
  let calls = 0;
  let asked = 0;
  let heard: ReadonlyMap<LaneId, number> = new Map();

  const fail = (cause: LanewatchError): void => {
    failure ??= cause;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
    asked = 0;
  };
  worker.on("message", (message: SeriesReplyMessage) => {
    const held = waiting.get(message.call);
    if (held === undefined) return;
    waiting.delete(message.call);
    if (held.kind === "query") asked -= 1;
    if ("answer" in message) held.resolve(message.answer);
    else held.reject(new LanewatchError(message.failure.code, message.failure.message));
  });
  worker.on("error", (cause) =>
    fail(new LanewatchError("series-failed", "The thread of the time series failed.", cause)),
  );
  const gone = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      fail(new LanewatchError("series-failed", "The time series are closed."));
      resolve();
    });
  });

  const call = <Kind extends SeriesCallKind>(
    kind: Kind,
    ask: SeriesCalls[Kind]["ask"],
  ): Promise<SeriesCalls[Kind]["answer"]> =>
    new Promise((resolve, reject) => {
      if (failure !== null) throw failure;
      if (kind === "query" && asked >= questionsMax)
        throw new LanewatchError("too-busy", "Too many charts are being drawn: try again.");
      calls += 1;
      if (kind === "query") asked += 1;
      waiting.set(calls, { kind, resolve, reject });
      const message: SeriesCallMessage<Kind> = { call: calls, kind, ask };
      worker.postMessage(message);
    });

  return {
    positions: async () => {
      const known = await call("positions", null);
      heard = known.heard;
      return known.positions;
    },
    heardBefore: (laneId) => heard.get(laneId) ?? null,
    write: async (points, positions) => {
      await call("write", { points, positions, now: clock.wall() });
    },
    query: (query) => call("query", { query, now: clock.wall() }),
    close: async () => {
      const late = setTimeout(() => void worker.terminate(), closeWithinMs);
      if (failure === null) await call("close", null).catch(() => undefined);
      await worker.terminate();
      await gone;
      clearTimeout(late);
    },
  };
};
