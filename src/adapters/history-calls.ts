import type { ErrorCode } from "../domain/errors.ts";
import type { AlarmId } from "../domain/ids.ts";
import type { HistoryQuery } from "../history/alarm-history.ts";
import type { FiguresSpan } from "../history/figures.ts";
import type { IndexPosition, RecordPlace } from "../history/history-index.ts";
import type { RecordsToTake, TakenReport } from "../history/index-thread.ts";
import type { Handover, HistoryFigures, HistoryPage, HistorySpan, RelatedAlarms } from "../wire/history.ts";

/** What the main thread asks of the thread that has the index. */
export interface HistoryCalls {
  readonly positions: { readonly ask: null; readonly answer: readonly IndexPosition[] };
  readonly take: { readonly ask: RecordsToTake; readonly answer: TakenReport };
  readonly prune: { readonly ask: number; readonly answer: number };
  readonly count: { readonly ask: null; readonly answer: number };
  readonly place: { readonly ask: AlarmId; readonly answer: RecordPlace | undefined };
  readonly search: { readonly ask: HistoryQuery; readonly answer: Omit<HistoryPage, "progress"> };
  readonly related: {
    readonly ask: { readonly alarmId: AlarmId; readonly ids: readonly string[] };
    readonly answer: Omit<RelatedAlarms, "progress">;
  };
  readonly figures: { readonly ask: FiguresSpan; readonly answer: Omit<HistoryFigures, "progress"> };
  readonly handover: {
    readonly ask: HistorySpan & { readonly now: number };
    readonly answer: Omit<Handover, "progress">;
  };
  /** Commits and closes; the last call. */
  readonly close: { readonly ask: null; readonly answer: null };
}
export type CallKind = keyof HistoryCalls;

export interface CallMessage<Kind extends CallKind = CallKind> {
  readonly call: number;
  readonly kind: Kind;
  readonly ask: HistoryCalls[Kind]["ask"];
}

/** Errors lose their class between threads. */
export interface CallFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

export type ReplyMessage =
  | { readonly call: number; readonly answer: HistoryCalls[CallKind]["answer"] }
  | { readonly call: number; readonly failure: CallFailure }
  /** The index failed between two calls: nothing more can be asked of it. */
  | { readonly call: null; readonly failure: CallFailure };
