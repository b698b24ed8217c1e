import type { ErrorCode } from "../domain/errors.ts";
import type { LaneId } from "../domain/ids.ts";
import type { SeriesAnswer, SeriesPoint, SeriesQuery } from "../domain/series.ts";
import type { SeriesPositions } from "../ports.ts";

/** What the main thread asks of the thread that has the series. */
export interface SeriesCalls {
  readonly positions: {
    readonly ask: null;
    readonly answer: { readonly positions: SeriesPositions; readonly heard: ReadonlyMap<LaneId, number> };
  };
  readonly write: {
    readonly ask: {
      readonly points: readonly SeriesPoint[];
      readonly positions: SeriesPositions;
      readonly now: number;
    };
    readonly answer: null;
  };
  readonly query: {
    readonly ask: { readonly query: SeriesQuery; readonly now: number };
    readonly answer: SeriesAnswer;
  };
  /** The last call. */
  readonly close: { readonly ask: null; readonly answer: null };
}
export type SeriesCallKind = keyof SeriesCalls;

export interface SeriesCallMessage<Kind extends SeriesCallKind = SeriesCallKind> {
  readonly call: number;
  readonly kind: Kind;
  readonly ask: SeriesCalls[Kind]["ask"];
}

/** Errors lose their class between threads. */
export type SeriesReplyMessage =
  | { readonly call: number; readonly answer: SeriesCalls[SeriesCallKind]["answer"] }
  | { readonly call: number; readonly failure: { readonly code: ErrorCode; readonly message: string } };
