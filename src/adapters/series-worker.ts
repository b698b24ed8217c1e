import { parentPort, workerData } from "node:worker_threads";
import { LanewatchError } from "../domain/errors.ts";
import type { SeriesCallKind, SeriesCallMessage, SeriesCalls, SeriesReplyMessage } from "./series-calls.ts";
import { openSeriesStore, type SeriesStore, type SeriesStoreOptions } from "./series-store.ts";

/** The thread that has the series: libsql is synchronous, and a write of some thousand points takes tens of milliseconds. */
const say = (message: SeriesReplyMessage): void => parentPort?.postMessage(message);

type Answers = {
  readonly [Kind in SeriesCallKind]: (ask: SeriesCalls[Kind]["ask"]) => SeriesCalls[Kind]["answer"];
};

const answersOf = (options: SeriesStoreOptions): Answers => {
  let opened: SeriesStore | null = null;
  // Opened with the first call, and again after one that failed.
  const store = (): SeriesStore => (opened ??= openSeriesStore(options));
  return {
    positions: () => ({ positions: store().positions(), heard: store().heard() }),
    write: ({ points, positions, now }) => {
      store().write(points, positions, now);
      return null;
    },
    query: ({ query, now }) => store().query(query, now),
    close: () => {
      opened?.close();
      opened = null;
      return null;
    },
  };
};

const reply = (answers: Answers, { call, kind, ask }: SeriesCallMessage): void => {
  try {
    // The kind of a message says what its ask is; the table's type cannot follow that through a union.
    const answer = answers[kind] as (
      asked: SeriesCallMessage["ask"],
    ) => SeriesCalls[SeriesCallKind]["answer"];
    say({ call, answer: answer(ask) });
  } catch (cause) {
    const failure =
      cause instanceof LanewatchError
        ? { code: cause.code, message: cause.message }
        : {
            code: "series-failed" as const,
            message: `The time series met a mistake of their own: ${String(cause)}.`,
          };
    say({ call, failure });
  }
};

// Our own main thread says which file it is.
const answers = answersOf(workerData as SeriesStoreOptions);
parentPort?.on("message", (message: SeriesCallMessage) => reply(answers, message));
