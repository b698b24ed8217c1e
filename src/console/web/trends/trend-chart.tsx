import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LaneId } from "../../../domain/ids.ts";
import { wallMs } from "../../../domain/units.ts";
import { chartSeries, type SeriesView } from "../../../wire/series.ts";
import { followWidth } from "../alarms/plot-style.ts";
import { troubleText } from "../command-text.ts";
import { useNearView } from "../lanes/near-view.ts";
import { useStore, useTexts } from "../store.ts";
import { languages } from "../texts/languages.ts";
import { type Rise, rainLikeRises } from "./rain.ts";
import { axisTimes } from "./trend-axis.ts";
import { trendCharts, type TrendChartName } from "./trend-charts.ts";
import { figuresOf, nearestAt, plotColumns } from "./trend-columns.ts";
import { PercentileNote, RainNote } from "./trend-notes.tsx";
import { createTrendPlot, type TrendPlot } from "./trend-plot.ts";
import { partText, stepText } from "./trend-texts.ts";
import { useSeries } from "./use-series.ts";
import type { Moments } from "./zoom.ts";

interface TrendChartProps {
  readonly chart: TrendChartName;
  readonly laneId: LaneId;
  readonly span: Moments;
  readonly round: number;
  readonly zoom: (span: Moments) => void;
}

const noRises: readonly Rise[] = [];

interface CourseProps extends Pick<TrendChartProps, "chart" | "span" | "zoom"> {
  readonly view: SeriesView;
  readonly rises: readonly Rise[];
  readonly point: (at: number | null) => void;
}

/** The plot alone; what it shows stands in words beside it. */
const Course = ({ chart, span, zoom, view, rises, point }: CourseProps): JSX.Element => {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<TrendPlot | null>(null);
  const latest = useRef({ zoom, point });
  latest.current = { zoom, point };
  const { timeZone } = useStore().siteTime.value;
  const t = useTexts();
  const { level, decimals, joinedInMs } = trendCharts[chart];
  const columns = useMemo(() => plotColumns(view), [view]);
  const picture = { span, columns, level, shaded: rises };
  useEffect(() => {
    if (host.current === null) return;
    const made = createTrendPlot(host.current, {
      first: picture,
      parts: view.parts.length,
      isSum: chartSeries[view.what].sums,
      joinedInMs,
      timeZone,
      times: axisTimes(timeZone, languages[t.language].tag),
      number: (value) => t.format.number(value, Number.isInteger(value) ? 0 : Math.max(1, decimals)),
      pointed: (at) => latest.current.point(at),
      zoomed: (chosen) => latest.current.zoom(chosen),
    });
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [t, timeZone, view.parts.length]);
  useEffect(() => plot.current?.show(picture), [columns, span.from, span.to]);
  return <div class="trend-plot" dir="ltr" ref={host} aria-hidden="true" />;
};

interface KeyProps extends Pick<TrendChartProps, "chart"> {
  readonly view: SeriesView;
  /** The stretch under the cursor; null for the whole span. */
  readonly pointed: number | null;
}

/** Each part with its colour, and its values at the cursor or over the span. */
const Key = ({ chart, view, pointed }: KeyProps): JSX.Element => {
  const { siteTime } = useStore();
  const t = useTexts();
  const isSum = chartSeries[view.what].sums;
  const { decimals, joinedInMs } = trendCharts[chart];
  const number = (value: number): string => t.format.number(value, decimals);
  const figures = new Map(figuresOf(view).map((figure) => [figure.part, figure]));
  const at = pointed === null ? undefined : view.at[pointed];
  const valueOf = (part: SeriesView["parts"][number]): string => {
    if (pointed === null || at === undefined) {
      const figure = figures.get(part.part);
      if (figure === undefined) return isSum ? number(0) : t.format.number(Number.NaN);
      if (isSum) return number(figure.sum);
      const { mean, min, max } = figure;
      return t.trends.spread({ mean: number(mean), min: number(min), max: number(max) });
    }
    if (isSum) return number((part.count[pointed] ?? 0) * (part.mean[pointed] ?? 0));
    const near = nearestAt(view, part.mean, { pointed, reachInMs: joinedInMs });
    const mean = near === null ? null : (part.mean[near] ?? null);
    if (near === null || mean === null) return t.format.number(Number.NaN);
    const [min, max] = [part.min[near] ?? mean, part.max[near] ?? mean];
    return min === max
      ? number(mean)
      : t.trends.spread({ mean: number(mean), min: number(min), max: number(max) });
  };
  return (
    <p class="trend-key" data-testid="trend-key">
      <span class="quiet trend-when">
        {at === undefined ? t.trends.wholeSpan : siteTime.value.dateTime(wallMs(at))}
      </span>
      {view.parts.map((part, index) => (
        <span key={part.part} class="trend-part" data-part={index % 4}>
          {partText(t, part.part) || t.trends.charts[chart].heading} <b>{valueOf(part)}</b>
        </span>
      ))}
    </p>
  );
};

/** One series of one lane over the span, with what there is to say of it. Nothing is asked while it is out of sight. */
export const TrendChart = ({ chart, laneId, span, round, zoom }: TrendChartProps): JSX.Element => {
  const place = useRef<HTMLElement>(null);
  const isNear = useNearView(place);
  const [widthInPx, setWidth] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  const t = useTexts();
  const { what, note } = trendCharts[chart];
  useEffect(() => (place.current === null ? undefined : followWidth(place.current, setWidth)), []);
  const { view, trouble, isAsking } = useSeries({ laneId, what, span, widthInPx, isWanted: isNear, round });
  useEffect(() => setPointed(null), [view]);
  const rises = useMemo(() => (view !== null && note === "rain" ? rainLikeRises(view) : noRises), [view]);
  const isEmpty = view !== null && view.parts.every(({ count }) => count.every((values) => values === 0));
  const heading = `trend-${chart}`;
  return (
    <section
      ref={place}
      class="figure-block trend"
      aria-labelledby={heading}
      aria-busy={isAsking}
      data-testid="trend"
      data-chart={chart}
    >
      <div class="trend-head">
        <h2 id={heading}>{t.trends.charts[chart].heading}</h2>
        <span class="quiet">{t.trends.charts[chart].unit}</span>
        <span class="quiet trend-step" role="status">
          {isAsking ? t.trends.asking : view !== null && stepText(t, view.stepInMs)}
        </span>
      </div>
      <p class="figure-note">{t.trends.charts[chart].meaning}</p>
      {trouble !== null && (
        <p class="problem">
          {trouble.kind === "failed" && trouble.code !== ""
            ? troubleText(t, trouble.code)
            : t.history.asked.unanswered}
        </p>
      )}
      {view !== null && isEmpty && !isAsking && <p class="quiet trend-empty">{t.trends.empty}</p>}
      {view !== null && !isEmpty && (
        <>
          <Key chart={chart} view={view} pointed={pointed} />
          <Course chart={chart} span={span} zoom={zoom} view={view} rises={rises} point={setPointed} />
          {note === "rain" && <RainNote rises={rises} />}
          {note === "percentiles" && <PercentileNote view={view} />}
        </>
      )}
    </section>
  );
};
