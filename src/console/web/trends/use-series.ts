import { useEffect, useState } from "preact/hooks";
import type { LaneId } from "../../../domain/ids.ts";
import { type ChartSeries, seriesViewSchema, type SeriesView } from "../../../wire/series.ts";
import { type Answer, getJson } from "../api.ts";
import { useStore } from "../store.ts";
import type { Moments } from "./zoom.ts";

/** Zooming by many quick steps asks once. */
const settledInMs = 150;
const pointsMax = 1600;

export interface SeriesQuestion {
  readonly laneId: LaneId;
  readonly what: ChartSeries;
  readonly span: Moments;
  /** As wide as the chart is: more points than pixels cannot be seen. */
  readonly widthInPx: number;
  /** Nothing is asked for charts that are out of sight. */
  readonly isWanted: boolean;
  /** Asked again when it changes. */
  readonly round: number;
}

export interface SeriesState {
  /** The last that was got; of another span while this one's is awaited. */
  readonly view: SeriesView | null;
  readonly trouble: Exclude<Answer<SeriesView>, { kind: "got" }> | null;
  readonly isAsking: boolean;
}

const nothing: SeriesState = { view: null, trouble: null, isAsking: true };

/** The series at the resolution that its chart can show; an earlier question that is still open is aborted. */
export const useSeries = (question: SeriesQuestion): SeriesState => {
  const store = useStore();
  const [state, setState] = useState<SeriesState>(nothing);
  const { laneId, what, span, widthInPx, isWanted, round } = question;
  const points = Math.min(pointsMax, Math.max(50, Math.ceil(widthInPx / 50) * 50));
  const officer = store.officer.value?.name ?? "";
  useEffect(() => setState(nothing), [laneId, what]);
  useEffect(() => {
    if (!isWanted || widthInPx === 0) return;
    const stop = new AbortController();
    setState((held) => ({ ...held, isAsking: true }));
    const timer = setTimeout(() => {
      const query = new URLSearchParams({
        lane: laneId,
        what,
        from: String(span.from),
        to: String(span.to),
        points: String(points),
      });
      const path = `/api/series?${query.toString()}`;
      void getJson(store, path, { schema: seriesViewSchema, signal: stop.signal }).then((answer) => {
        if (stop.signal.aborted) return;
        setState((held) =>
          answer.kind === "got"
            ? { view: answer.value, trouble: null, isAsking: false }
            : { view: held.view, trouble: answer, isAsking: false },
        );
      });
    }, settledInMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [laneId, what, span.from, span.to, points, isWanted, round, officer]);
  return state;
};
