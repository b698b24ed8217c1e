import type { ErrorCode } from "../domain/errors.ts";
import type { WallMs } from "../domain/units.ts";
import type { ReadRange, Stream } from "./log-store.ts";
import type { PackedLogRecords, PackedRecords } from "./packed-records.ts";

/** What the main thread asks of the thread that has the log's file. Answered in the order of the calls. */
export interface StoreCalls {
  /** The answer: each record's offset. */
  readonly commit: {
    readonly ask: { readonly records: PackedRecords; readonly appendedAt: WallMs };
    readonly answer: Float64Array;
  };
  readonly read: {
    readonly ask: { readonly stream: Stream; readonly range: ReadRange };
    readonly answer: PackedLogRecords;
  };
  readonly latest: {
    readonly ask: { readonly stream: Stream; readonly since: WallMs | undefined };
    readonly answer: PackedLogRecords;
  };
  readonly prune: { readonly ask: WallMs; readonly answer: number };
  /** The last call. */
  readonly close: { readonly ask: null; readonly answer: null };
}
export type StoreCallKind = keyof StoreCalls;

export interface StoreCall<Kind extends StoreCallKind = StoreCallKind> {
  readonly call: number;
  readonly kind: Kind;
  readonly ask: StoreCalls[Kind]["ask"];
}

/** Errors lose their class between threads; `cause` is what the database said. */
export interface StoreFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly cause: string | null;
}

export type StoreReply =
  /** The first: where each stream ends, by its number. */
  | { readonly call: null; readonly ends: Float64Array }
  | { readonly call: null; readonly failure: StoreFailure }
  | { readonly call: number; readonly answer: StoreCalls[StoreCallKind]["answer"] }
  | { readonly call: number; readonly failure: StoreFailure };

/** What the thread is to open. */
export interface StoreOrder {
  readonly directory: string;
  readonly partitionCount: number;
}
