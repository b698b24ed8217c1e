import uPlot from "uplot";
import {
  colourOf,
  drawLevel,
  followScheme,
  followWidth,
  leftAxisInPx,
  plainAxis,
  plotFont,
  rightPaddingInPx,
  tokenStroke,
} from "../alarms/plot-style.ts";
import type { Column, Run } from "../alarms/profile-series.ts";
import type { Texts } from "../texts/catalog.ts";
import type { DecisionSeries } from "./decision-series.ts";

/** What the plot of two decisions shows; a new value replaces the old one whole. */
export interface DecisionPicture {
  readonly series: DecisionSeries;
  readonly endInSeconds: number;
  readonly texts: Texts;
}

export interface DecisionPlot {
  readonly show: (picture: DecisionPicture) => void;
  readonly redraw: () => void;
  readonly destroy: () => void;
}

const heightInPx = 300;
/** Three strips above the plot: where the present and the proposed settings alarm, and the portal's own flag. */
const strip = { heightInPx: 9, gapInPx: 4, topInPx: 6 } as const;
const topPaddingInPx = strip.topInPx + 3 * (strip.heightInPx + strip.gapInPx);
/** Room for the strips' names, longer than those of an alarm's chart. */
const axisInPx = leftAxisInPx + 34;

type Side = "present" | "proposed";
const tokens = { present: "--chart-threshold", proposed: "--replay-proposed" } as const;

const filled = (column: Column, length: number): (number | null)[] =>
  Array.from({ length }, (_, at) => column[at] ?? null);

const alignedData = ({ series }: DecisionPicture): uPlot.AlignedData => {
  const { length } = series.seconds;
  return [
    [...series.seconds],
    filled(series.present.statistic, length),
    filled(series.proposed.statistic, length),
    filled(series.present.threshold, length),
    filled(series.proposed.threshold, length),
  ];
};

const extentOf = ({ series }: DecisionPicture): [number, number] => {
  const { present, proposed, background } = series;
  const values = [present, proposed]
    .flatMap(({ statistic, threshold }) => [...statistic, ...threshold])
    .filter((value) => value !== null);
  const low = Math.min(0, ...values);
  const high = Math.max(background ?? 0, ...values, low + 1e-6);
  const margin = (high - low) * 0.08;
  return [low < 0 ? low - margin : 0, high + margin];
};

const spanOf = (plot: uPlot, run: Run, everySeconds: number): readonly [number, number] => {
  const { bbox } = plot;
  const left = Math.max(bbox.left, plot.valToPos((run.first - 0.5) * everySeconds, "x", true));
  const right = Math.min(bbox.left + bbox.width, plot.valToPos((run.last + 0.5) * everySeconds, "x", true));
  return [left, Math.max(1, right - left)];
};

/** Lines that rise for the present settings and fall for the proposed ones, so that both are seen where they overlap. */
const hatch = (plot: uPlot, side: Side, [left, width]: readonly [number, number]): void => {
  const { ctx, bbox } = plot;
  const { top, height } = bbox;
  const step = 9 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.globalAlpha = 0.32;
  ctx.strokeStyle = colourOf(plot.root, tokens[side]);
  ctx.lineWidth = 1.2 * devicePixelRatio;
  ctx.beginPath();
  const first = Math.floor((left - height) / step) * step;
  for (let x = first; x < left + width + height; x += step) {
    ctx.moveTo(x, side === "present" ? top + height : top);
    ctx.lineTo(x + height, side === "present" ? top : top + height);
  }
  ctx.stroke();
  ctx.restore();
};

const drawStrip = (
  plot: uPlot,
  row: { readonly at: number; readonly name: string; readonly token: string; readonly runs: readonly Run[] },
  everySeconds: number,
): void => {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const top = (strip.topInPx + row.at * (strip.heightInPx + strip.gapInPx)) * ratio;
  const height = strip.heightInPx * ratio;
  ctx.save();
  ctx.fillStyle = colourOf(plot.root, "--chart-strip");
  ctx.fillRect(bbox.left, top, bbox.width, height);
  ctx.fillStyle = colourOf(plot.root, row.token);
  for (const run of row.runs) {
    const [left, width] = spanOf(plot, run, everySeconds);
    ctx.fillRect(left, top, width, height);
  }
  ctx.fillStyle = colourOf(plot.root, "--chart-text");
  ctx.font = plotFont.replace("11px", `${11 * ratio}px`);
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  ctx.fillText(row.name, bbox.left - 6 * ratio, top + height / 2);
  ctx.restore();
};

const drawBands = (plot: uPlot, { series, texts }: DecisionPicture): void => {
  const { present, proposed, portalRuns, everySeconds } = series;
  for (const run of present.held) hatch(plot, "present", spanOf(plot, run, everySeconds));
  for (const run of proposed.held) hatch(plot, "proposed", spanOf(plot, run, everySeconds));
  const { strips } = texts.replay;
  const rows = [
    { at: 0, name: strips.present, token: tokens.present, runs: present.held },
    { at: 1, name: strips.proposed, token: tokens.proposed, runs: proposed.held },
    { at: 2, name: strips.portal, token: "--chart-portal", runs: portalRuns },
  ];
  for (const row of rows) drawStrip(plot, row, everySeconds);
};

const plain = { points: { show: false } } as const;
const seriesOptions: readonly uPlot.Series[] = [
  {},
  { ...plain, stroke: tokenStroke("--chart-sum"), width: 2.5 },
  { ...plain, stroke: tokenStroke("--replay-proposed"), width: 1.5, dash: [4, 4] },
  { ...plain, stroke: tokenStroke(tokens.present), width: 1.75 },
  { ...plain, stroke: tokenStroke(tokens.proposed), width: 1.75, dash: [9, 4] },
];

/** The plot in `host`. `pointed` is told the record under the cursor, or null when it leaves. */
export const createDecisionPlot = (
  host: HTMLElement,
  first: DecisionPicture,
  pointed: (record: number | null) => void,
): DecisionPlot => {
  let picture = first;
  const plot = new uPlot(
    {
      width: Math.max(host.clientWidth, 100),
      height: heightInPx,
      padding: [topPaddingInPx, rightPaddingInPx, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [0, picture.endInSeconds] },
        y: { range: () => extentOf(picture) },
      },
      axes: [
        plainAxis({ size: 26 }),
        plainAxis({
          size: axisInPx,
          values: (_, splits) =>
            splits.map((value) => picture.texts.format.number(value, decimalsOf(splits))),
        }),
      ],
      series: [...seriesOptions],
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
      hooks: {
        drawClear: [() => drawBands(plot, picture)],
        drawAxes: [
          () => {
            const { background } = picture.series;
            if (background !== null)
              drawLevel(plot, background, { token: "--chart-background", dash: [4, 3] });
          },
        ],
        setCursor: [(self) => pointed(self.cursor.idx ?? null)],
      },
    },
    undefined,
    host,
  );
  const show = (next: DecisionPicture): void => {
    picture = next;
    plot.setData(alignedData(next));
  };
  show(first);
  const stopWidth = followWidth(host, (width) => plot.setSize({ width, height: heightInPx }));
  const stopScheme = followScheme(() => plot.redraw(false));
  return {
    show,
    redraw: () => plot.redraw(false),
    destroy: () => {
      stopWidth();
      stopScheme();
      plot.destroy();
    },
  };
};

/** Ratios and small statistics need decimals on the axis, counts none. */
const decimalsOf = (splits: readonly number[]): number => {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0));
  return step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
};
