import uPlot from "uplot";
import { panelDashes } from "../alarms/gamma-plot.ts";
import {
  colourOf,
  drawLevel,
  followScheme,
  followWidth,
  leftAxisInPx,
  plainAxis,
  rightPaddingInPx,
  tokenStroke,
} from "../alarms/plot-style.ts";
import type { AxisTimes } from "./trend-axis.ts";
import { columnsAPart, extentOf } from "./trend-columns.ts";
import type { Moments } from "./zoom.ts";

const heightInPx = 190;
/** A drag shorter than that is a click. */
const dragInPxMin = 6;

/** What a plot shows; a new value replaces the old one whole. */
export interface TrendPicture {
  readonly span: Moments;
  readonly columns: uPlot.AlignedData;
  readonly level: number | null;
  readonly shaded: readonly Moments[];
}

interface TrendPlotOptions {
  readonly first: TrendPicture;
  readonly parts: number;
  /** Counts of stretches: steps from 0 up, and no band. */
  readonly isSum: boolean;
  /** Gaps that are no longer are drawn over. */
  readonly joinedInMs: number;
  readonly timeZone: string;
  readonly times: AxisTimes;
  readonly number: (value: number) => string;
  /** Which stretch the cursor is at; null when it leaves. */
  readonly pointed: (at: number | null) => void;
  readonly zoomed: (span: Moments) => void;
}

export interface TrendPlot {
  show(picture: TrendPicture): void;
  destroy(): void;
}

const translucent =
  (token: string) =>
  (plot: uPlot): string =>
    `color-mix(in srgb, ${colourOf(plot.root, token)} 28%, transparent)`;

/** Gaps come in canvas pixels. */
const longGaps =
  (joinedInMs: number): uPlot.Series.GapsRefiner =>
  (plot, ...[, , , gaps]) =>
    gaps.filter(([from, to]) => plot.posToVal(to, "x", true) - plot.posToVal(from, "x", true) > joinedInMs);

/** Values with gaps on both sides have no line: they are drawn as points. */
const alonePoints: uPlot.Series.Points.Filter = (plot, series, show) => {
  const values = plot.data[series] ?? [];
  if (show) return null;
  const isNone = (at: number): boolean => (values[at] ?? null) === null;
  return [...values.keys()].filter((at) => !isNone(at) && isNone(at - 1) && isNone(at + 1));
};

/** From 1 up, for what is counted. */
const wholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000, 1_000_000];

const seriesOf = ({ parts, isSum, joinedInMs }: TrendPlotOptions): uPlot.Series[] => [
  {},
  ...Array.from({ length: parts }, (_, part): uPlot.Series[] => {
    const token = `--chart-panel-${part % 4}`;
    const gaps = longGaps(joinedInMs);
    const edge: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false }, gaps };
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const line: uPlot.Series = {
      stroke: tokenStroke(token),
      width: 1.6,
      dash: isSum ? [] : [...(panelDashes[part % 4] ?? [])],
      points: isSum ? { show: false } : { size: 4, filter: alonePoints },
      gaps,
      ...(isSum && stepped !== undefined ? { paths: stepped } : {}),
      ...(isSum && parts === 1 ? { fill: translucent(token) } : {}),
    };
    return [edge, line, edge];
  }).flat(),
];

/** From each part's greatest to its least: nothing is hidden by the mean. */
const bandsOf = ({ parts, isSum }: TrendPlotOptions): uPlot.Band[] =>
  isSum
    ? []
    : Array.from({ length: parts }, (_, part) => {
        const first = 1 + part * columnsAPart;
        return { series: [first + 2, first], fill: translucent(`--chart-panel-${part % 4}`) };
      });

const rangeOf = ({ columns, level }: TrendPicture, isSum: boolean): [number, number] => {
  const [least, greatest] = extentOf(columns) ?? [level ?? 0, (level ?? 0) + 1];
  const low = isSum ? 0 : Math.min(least, level ?? least);
  const high = Math.max(greatest, level ?? greatest, isSum ? 1 : -Infinity);
  const room = Math.max((high - low) * 0.08, Math.abs(high) * 0.002, 0.01);
  return [isSum || (low >= 0 && low - room < 0) ? 0 : low - room, high + room];
};

const drawShaded = (plot: uPlot, { shaded }: TrendPicture): void => {
  const { ctx, bbox } = plot;
  const inside = (at: number): number =>
    Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(at, "x", true)));
  ctx.save();
  ctx.fillStyle = colourOf(plot.root, "--chart-core-shade");
  for (const { from, to } of shaded)
    ctx.fillRect(inside(from), bbox.top, Math.max(2, inside(to) - inside(from)), bbox.height);
  ctx.restore();
};

/** A plot over time in `host`, whose cursor goes with those of the page's other plots. Dragging across it zooms. */
export const createTrendPlot = (host: HTMLElement, options: TrendPlotOptions): TrendPlot => {
  let picture = options.first;
  const { isSum, times, timeZone, number, pointed, zoomed } = options;
  const chosen = (plot: uPlot): void => {
    const { left, width } = plot.select;
    if (width < dragInPxMin) return;
    const span = { from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") };
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    zoomed(span);
  };
  const plot = new uPlot(
    {
      ms: 1,
      tzDate: (at) => uPlot.tzDate(new Date(at), timeZone),
      width: Math.max(host.clientWidth, 100),
      height: heightInPx,
      padding: [8, rightPaddingInPx, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: true, range: () => [picture.span.from, picture.span.to] },
        y: { range: () => rangeOf(picture, isSum) },
      },
      axes: [
        plainAxis({ size: 28, space: 70, values: (_, splits) => times.ticks(splits) }),
        plainAxis({
          size: leftAxisInPx,
          space: 30,
          ...(isSum ? { incrs: wholeSteps } : {}),
          values: (_, splits) => splits.map((value) => number(value)),
        }),
      ],
      series: seriesOf(options),
      bands: bandsOf(options),
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        // Only where the cursor is: a drag across one plot must not be one across all.
        sync: {
          key: "trends",
          setSeries: false,
          filters: { pub: (type) => type === "mousemove" || type === "mouseleave" },
        },
      },
      hooks: {
        drawClear: [(self) => drawShaded(self, picture)],
        drawAxes: [
          (self) => {
            if (picture.level !== null)
              drawLevel(self, picture.level, { token: "--chart-background", dash: [4, 3] });
          },
        ],
        setCursor: [(self) => pointed(self.cursor.idx ?? null)],
        setSelect: [chosen],
      },
    },
    picture.columns,
    host,
  );
  const stops = [
    followWidth(host, (width) => plot.setSize({ width, height: heightInPx })),
    followScheme(() => plot.redraw(false)),
  ];
  return {
    show: (next) => {
      picture = next;
      plot.setData(next.columns);
    },
    destroy: () => {
      for (const stop of stops) stop();
      plot.destroy();
    },
  };
};
