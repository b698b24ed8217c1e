import { Worker } from "node:worker_threads";
import { LanewatchError } from "../domain/errors.ts";
import type { IndexThread } from "../history/index-thread.ts";
import type { CallKind, CallMessage, HistoryCalls, ReplyMessage } from "./history-calls.ts";

/** Questions waiting at a time. A page asks one or two; beyond, who asks is told to ask again. */
const questionsMax = 64;
/** How long the thread has to commit and put its file away. */
const closeWithinMs = 10_000;

const isBuilt = import.meta.url.endsWith(".js");
const entry = new URL(isBuilt ? "./history-worker.js" : "./history-worker.ts", import.meta.url);

/** From sources, a worker needs tsx before it can read its own entry. */
const fromSources = `
  import("tsx/esm/api").then(({ register }) => {
    register();
    return import(${JSON.stringify(entry.href)});
  });
`;

const startWorker = (path: string): Worker =>
  isBuilt
    ? new Worker(entry, { workerData: path })
    : new Worker(fromSources, { eval: true, workerData: path });

interface Waiting {
  readonly isQuestion: boolean;
  readonly resolve: (answer: HistoryCalls[CallKind]["answer"]) => void;
  readonly reject: (failure: LanewatchError) => void;
}

/** Questions people ask; the others are asked by ourselves, one after the other. */
const questions: readonly CallKind[] = ["place", "search", "related", "figures", "handover"];

/** A worker thread with the index in `path`. */
export const startHistoryThread = (path: string): IndexThread => {
  const worker = startWorker(path);
  const waiting = new Map<number, Waiting>();
  const failed = new AbortController();
  let calls = 0;
  let asked = 0;

  const fail = (failure: LanewatchError): void => {
    if (!failed.signal.aborted) failed.abort(failure);
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
    asked = 0;
  };
  const settle = (message: Exclude<ReplyMessage, { call: null }>): void => {
    const held = waiting.get(message.call);
    if (held === undefined) return;
    waiting.delete(message.call);
    if (held.isQuestion) asked -= 1;
    if ("answer" in message) {
      held.resolve(message.answer);
      return;
    }
    const failure = new LanewatchError(message.failure.code, message.failure.message);
    held.reject(failure);
    if (failure.code === "history-failed" || failure.code === "history-damaged") fail(failure);
  };
  worker.on("message", (message: ReplyMessage) => {
    if (message.call !== null) settle(message);
    else fail(new LanewatchError(message.failure.code, message.failure.message));
  });
  worker.on("error", (cause) =>
    fail(new LanewatchError("history-failed", "The alarm history's thread failed.", cause)),
  );
  const gone = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      fail(new LanewatchError("history-failed", "The alarm history is closed."));
      resolve();
    });
  });

  const call = <Kind extends CallKind>(
    kind: Kind,
    ask: HistoryCalls[Kind]["ask"],
  ): Promise<HistoryCalls[Kind]["answer"]> =>
    new Promise((resolve, reject) => {
      const isQuestion = questions.includes(kind);
      if (failed.signal.aborted) throw failed.signal.reason;
      if (isQuestion && asked >= questionsMax)
        throw new LanewatchError("too-busy", "Too many are searching the history: try again.");
      calls += 1;
      if (isQuestion) asked += 1;
      waiting.set(calls, { isQuestion, resolve, reject });
      const message: CallMessage<Kind> = { call: calls, kind, ask };
      worker.postMessage(message);
    });

  const close = async (): Promise<void> => {
    const late = setTimeout(() => void worker.terminate(), closeWithinMs);
    if (!failed.signal.aborted) await call("close", null).catch(() => undefined);
    await worker.terminate();
    await gone;
    clearTimeout(late);
  };

  return {
    positions: () => call("positions", null),
    take: (order) => call("take", order),
    prune: (keptSince) => call("prune", keptSince),
    count: () => call("count", null),
    place: (alarmId) => call("place", alarmId),
    search: (query) => call("search", query),
    related: (alarmId, ids) => call("related", { alarmId, ids }),
    figures: (span) => call("figures", span),
    handover: (span) => call("handover", span),
    failed: failed.signal,
    close,
  };
};
