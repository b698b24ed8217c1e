import { parentPort, workerData } from "node:worker_threads";
import type { PromptStore } from "./log-store.ts";
import { asLogError } from "./log-store.ts";
import { packLogRecords, type PackedLogRecords, unpackRecords } from "./packed-records.ts";
import type {
  StoreCall,
  StoreCallKind,
  StoreCalls,
  StoreFailure,
  StoreOrder,
  StoreReply,
} from "./sqlite-calls.ts";
import { streamsOf } from "./sqlite-file.ts";
import { openSqliteStore } from "./sqlite-store.ts";

/** The thread that has the log's file: its commits wait for the disk, and nobody else has to. */

const failureOf = (cause: unknown): StoreFailure => {
  const { code, message, cause: reason } = asLogError(cause);
  return { code, message, cause: reason instanceof Error ? reason.message : null };
};

const memoryOf = (answer: StoreCalls[StoreCallKind]["answer"]): readonly ArrayBuffer[] =>
  answer instanceof Object && "values" in answer && answer.values instanceof Uint8Array
    ? [answer.values.buffer]
    : [];

const say = (message: StoreReply): void =>
  parentPort?.postMessage(message, "answer" in message ? memoryOf(message.answer) : []);

type Answers = {
  readonly [Kind in StoreCallKind]: (ask: StoreCalls[Kind]["ask"]) => StoreCalls[Kind]["answer"];
};

const answersOf = (store: PromptStore): Answers => {
  const { partitionCount } = store;
  const packed = (records: ReturnType<PromptStore["read"]>): PackedLogRecords =>
    packLogRecords(records, partitionCount);
  return {
    commit: ({ records, appendedAt }) =>
      Float64Array.from(
        store.commit(unpackRecords(records, partitionCount), appendedAt),
        ({ offset }) => offset,
      ),
    read: ({ stream, range }) => packed(store.read(stream, range)),
    latest: ({ stream, since }) => packed(store.latest(stream, since)),
    prune: (now) => store.prune(now),
    close: () => {
      store.close();
      return null;
    },
  };
};

const reply = (answers: Answers, { call, kind, ask }: StoreCall): void => {
  try {
    // The kind of a message says what its ask is; the table's type cannot follow that through a union.
    const answer = answers[kind] as (asked: StoreCall["ask"]) => StoreCalls[StoreCallKind]["answer"];
    say({ call, answer: answer(ask) });
  } catch (cause) {
    say({ call, failure: failureOf(cause) });
  }
};

const serve = ({ directory, partitionCount }: StoreOrder): void => {
  let store: PromptStore;
  try {
    store = openSqliteStore(directory, partitionCount);
  } catch (cause) {
    say({ call: null, failure: failureOf(cause) });
    return;
  }
  const answers = answersOf(store);
  parentPort?.on("message", (message: StoreCall) => reply(answers, message));
  say({ call: null, ends: Float64Array.from(streamsOf(partitionCount), (stream) => store.end(stream)) });
};

// Our own main thread says what to open.
serve(workerData as StoreOrder);
