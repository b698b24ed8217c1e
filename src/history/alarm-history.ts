import type { PastCase } from "../domain/adjudication.ts";
import type { AlarmId } from "../domain/ids.ts";
import type {
  Handover,
  HistoryFigures,
  HistoryFilters,
  HistoryPage,
  HistoryProgress,
  HistorySpan,
  RelatedAlarms,
} from "../wire/history.ts";

export interface HistoryQuery {
  readonly filters: HistoryFilters;
  /** `next` of the page before; null for the first. */
  readonly cursor: string | null;
  /** Rows of the page, 1 to 200. */
  readonly limit: number;
}

/**
 * All alarms of the log, to be searched: a derived index, which can be thrown away and built again. It follows the log,
 * so that an alarm is in it a moment after it is raised. Every question may be asked at any time; until the index has
 * read the log once, answers say that they are not complete.
 *
 * All reject with LanewatchError `history-failed` while the index is not at hand (it is opened again by itself), and
 * `too-busy` where too many questions wait.
 */
export interface AlarmHistory {
  readonly progress: () => HistoryProgress;
  /** @throws LanewatchError also `bad-request` a cursor that was never given out. */
  readonly search: (query: HistoryQuery) => Promise<HistoryPage>;
  /**
   * Earlier alarms of the vehicles and containers that the alarm's dispositions name, and of `ids`, in any spelling.
   * Nothing of an alarm that is not known.
   */
  readonly related: (alarmId: AlarmId, ids: readonly string[]) => Promise<RelatedAlarms>;
  readonly figures: (span: HistorySpan) => Promise<HistoryFigures>;
  readonly handover: (span: HistorySpan) => Promise<Handover>;
  /** The whole case from the log, or undefined where neither knows it. @throws LanewatchError also as `EventLog.read`. */
  readonly alarmCase: (alarmId: AlarmId) => Promise<PastCase | undefined>;
}
