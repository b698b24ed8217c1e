import type { AlarmId } from "../domain/ids.ts";
import type { LogRecord } from "../ports.ts";
import type { RecordProblem } from "../records.ts";
import type { Handover, HistoryFigures, HistoryPage, HistorySpan, RelatedAlarms } from "../wire/history.ts";
import type { HistoryQuery } from "./alarm-history.ts";
import type { FiguresSpan } from "./figures.ts";
import type { IndexPosition, RecordPlace } from "./history-index.ts";

export interface RecordsToTake {
  /** Of `lanewatch.alarms.v1`. */
  readonly records: readonly LogRecord[];
  /** Closed alarms raised before are not taken. */
  readonly keptSince: number;
}

export interface TakenReport {
  /** Records that are no cases: passed over. */
  readonly problems: readonly RecordProblem[];
  /** Alarms that were not held before. */
  readonly added: number;
}

/**
 * An index that works beside the event loop: records are decoded, stored and searched elsewhere. Calls are answered in
 * order, but for figures and handovers, which let others pass. All reject with LanewatchError `history-failed`,
 * `history-damaged`; questions also with `too-busy`.
 */
export interface IndexThread {
  readonly positions: () => Promise<readonly IndexPosition[]>;
  readonly take: (order: RecordsToTake) => Promise<TakenReport>;
  /** How many alarms and acts went; 0 when none is left that may. */
  readonly prune: (keptSince: number) => Promise<number>;
  readonly count: () => Promise<number>;
  readonly place: (alarmId: AlarmId) => Promise<RecordPlace | undefined>;
  readonly search: (query: HistoryQuery) => Promise<Omit<HistoryPage, "progress">>;
  readonly related: (alarmId: AlarmId, ids: readonly string[]) => Promise<Omit<RelatedAlarms, "progress">>;
  readonly figures: (span: FiguresSpan) => Promise<Omit<HistoryFigures, "progress">>;
  readonly handover: (span: HistorySpan & { readonly now: number }) => Promise<Omit<Handover, "progress">>;
  /** Aborts, with the failure as its reason, when the index has failed for good. */
  readonly failed: AbortSignal;
  /** Never rejects. */
  readonly close: () => Promise<void>;
}
