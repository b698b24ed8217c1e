import type { CommandKind } from "../domain/adjudication.ts";
import type { AlarmKind } from "../domain/alarms.ts";
import type { DispositionId } from "../domain/dispositions.ts";
import type { AlarmId, LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import type { AlarmRow } from "../wire/console.ts";
import type { HistoryEntry } from "./history-entry.ts";

/** Where the record of a case stands in `lanewatch.alarms.v1`. */
export interface RecordPlace {
  readonly partition: number;
  readonly offset: number;
}

export interface PlacedEntry extends RecordPlace {
  readonly entry: HistoryEntry;
}

/** How far a partition is read. */
export interface IndexPosition {
  readonly partition: number;
  readonly nextOffset: number;
  /** Of the last record read: tells whether this is still the same log. */
  readonly key: string;
}

export interface IndexBatch {
  readonly entries: readonly PlacedEntry[];
  readonly positions: readonly IndexPosition[];
  /** Closed alarms raised before are not taken. */
  readonly keptSince: number;
}

/**
 * The order of the history: the time of raising in 64ths of a second, an even number, odd for an energy alarm, which
 * comes together with the gamma alarm of its occupancy. Where it is taken, the next that is free: so alarms of one
 * instant have an order, too. It is the key of everything in the index, so that a page begins at a key and not after so
 * many rows; and small, since the lists of alarms under each word hold differences of it.
 */
export type Place = number;

export interface Places {
  /** Both included. */
  readonly first: Place;
  readonly last: Place;
}

/** What figures are made of. */
export interface AlarmFact {
  readonly alarmId: AlarmId;
  readonly place: Place;
  readonly raisedAt: WallMs;
  readonly laneId: LaneId;
  readonly kind: AlarmKind;
  readonly disposition: DispositionId | null;
  readonly acknowledgedAt: WallMs | null;
  readonly disposedAt: WallMs | null;
}

export interface ActFact {
  readonly at: WallMs;
  readonly place: Place;
  /** Numbers an alarm's acts. */
  readonly number: number;
  readonly officer: string;
  readonly kind: CommandKind;
}

/** An index on a medium; every call is done when it returns. All throw LanewatchError where the medium fails. */
export interface HistoryIndex {
  readonly positions: () => readonly IndexPosition[];
  /** Alarms held. */
  readonly count: () => number;
  /**
   * Repeats and older versions change nothing. What is taken is found at once, and lasts from the next `commit` on: all
   * since the one before, or nothing. How many alarms were new.
   */
  readonly take: (batch: IndexBatch) => number;
  readonly commit: () => void;
  /** Removes closed alarms raised before `keptSince`, and acts of before; at most some hundred of them. How many. */
  readonly prune: (keptSince: number) => number;
  /** Rows that match, in the order of their places, at most `limit`. `match`: as `matchExpression` gives it. */
  readonly rows: (request: {
    readonly match: string | null;
    readonly raised: RaisedSpan;
    /** Only alarms that stand before. */
    readonly before: Place;
    readonly newestFirst: boolean;
    readonly limit: number;
  }) => readonly { readonly place: Place; readonly row: AlarmRow }[];
  /** How many match, counted up to `limit`. */
  readonly matches: (match: string, raised: RaisedSpan, limit: number) => number;
  /** Rows of these alarms, as far as they are held. */
  readonly rowsAt: (places: readonly Place[]) => readonly AlarmRow[];
  readonly placeOf: (alarmId: AlarmId) => (RecordPlace & { readonly place: Place }) | undefined;
  /** Facts of alarms of the span from `first` on, in order, at most `limit`. */
  readonly facts: (raised: RaisedSpan, first: Place, limit: number) => readonly AlarmFact[];
  readonly factAt: (place: Place) => AlarmFact | undefined;
  /** Acts after `after` and before `to`, in the order of time, at most `limit`. */
  readonly acts: (
    after: Pick<ActFact, "at" | "place" | "number">,
    to: number,
    limit: number,
  ) => readonly ActFact[];
  readonly close: () => void;
}

/** A wall clock can say anything: what is before 1970 or beyond 41 bits of milliseconds comes to stand at the ends. */
export const placeAt = (atMs: number): Place =>
  Math.floor((Math.min(2 ** 41, Math.max(0, Math.floor(atMs))) * 4) / 125) * 2;

/** Raised at or after `from` and before `to`. */
export interface RaisedSpan {
  readonly from: number;
  readonly to: number;
}

export const everWhen: RaisedSpan = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

/** 64 s of places: as many alarms may come at one instant before one of them stands outside of its own time. */
const crowd = 4096;

/** Where alarms of the span can stand. */
export const placesOf = ({ from, to }: RaisedSpan): Places => ({
  first: Math.max(0, placeAt(from) - 1),
  last: to >= everWhen.to ? Number.MAX_SAFE_INTEGER : placeAt(to) + crowd,
});
