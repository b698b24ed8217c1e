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
} from "./plot-style.ts";
import type { Texts } from "../texts/catalog.ts";
import type { ChartedGroup, Column, ProfileSeries, Run } from "./profile-series.ts";

/** What the gamma plot shows; a new value replaces the old one whole. */
export interface GammaPicture {
  readonly series: ProfileSeries;
  readonly group: ChartedGroup;
  /** The background that the vehicle leaves over, where it is known and wanted. */
  readonly left: Column | null;
  /** Of the horizontal axis. */
  readonly unitsPerSecond: number;
  readonly endInSeconds: number;
  readonly intervalInSeconds: number;
  readonly raisedAtInSeconds: number;
  readonly panelsShown: readonly boolean[];
  readonly texts: Texts;
}

export interface GammaPlot {
  show(picture: GammaPicture): void;
  /** Puts the cursor on an interval, as the keyboard does. */
  pointAt(interval: number): void;
  redraw(): void;
  destroy(): void;
}

/** Lower where the window is low, so that the form below stays in view with the whole plot. */
const plotHeightInPx = (): number => (innerHeight < 820 ? 180 : 250);
/** Two strips above the plot say where the core's rule held and where the portal flagged. */
const strip = { heightInPx: 9, gapInPx: 4, topInPx: 6 } as const;
const topPaddingInPx = strip.topInPx + 2 * (strip.heightInPx + strip.gapInPx);
/** Dashes tell the panels apart where colours do not. */
export const panelDashes = [[], [7, 3], [2, 3], [9, 3, 2, 3]] as const;

const alignedData = ({ series, left, unitsPerSecond }: GammaPicture): uPlot.AlignedData => [
  series.seconds.map((at) => at * unitsPerSecond),
  [...series.sum],
  ...series.panels.map((column) => [...column]),
  left === null ? series.seconds.map(() => null) : [...left],
];

const topOf = ({ series, group }: GammaPicture): number =>
  Math.max(10, group.threshold ?? 0, group.background ?? 0, ...series.sum.map((value) => value ?? 0)) * 1.08;

/** Left edge and width of a run in canvas pixels, half an interval to each side of its points. */
const spanOf = (plot: uPlot, run: Run, picture: GammaPicture): readonly [number, number] => {
  const { bbox } = plot;
  const interval = picture.intervalInSeconds * picture.unitsPerSecond;
  const left = Math.max(bbox.left, plot.valToPos((run.first - 0.5) * interval, "x", true));
  const right = Math.min(bbox.left + bbox.width, plot.valToPos((run.last + 0.5) * interval, "x", true));
  return [left, Math.max(1, right - left)];
};

const drawStrip = (plot: uPlot, picture: GammaPicture, row: 0 | 1): void => {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const token = row === 0 ? "--chart-core" : "--chart-portal";
  const top = (strip.topInPx + row * (strip.heightInPx + strip.gapInPx)) * ratio;
  const height = strip.heightInPx * ratio;
  ctx.save();
  ctx.fillStyle = colourOf(plot.root, "--chart-strip");
  ctx.fillRect(bbox.left, top, bbox.width, height);
  ctx.fillStyle = colourOf(plot.root, token);
  for (const run of row === 0 ? picture.series.coreRuns : picture.series.portalRuns) {
    const [left, width] = spanOf(plot, run, picture);
    ctx.fillRect(left, top, width, height);
  }
  ctx.fillStyle = colourOf(plot.root, "--chart-text");
  ctx.font = plotFont.replace("11px", `${11 * ratio}px`);
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  ctx.fillText(
    row === 0 ? picture.texts.chart.stripCore : picture.texts.chart.stripPortal,
    bbox.left - 6 * ratio,
    top + height / 2,
  );
  ctx.restore();
};

const drawShading = (plot: uPlot, picture: GammaPicture): void => {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = colourOf(plot.root, "--chart-core-shade");
  for (const run of picture.series.coreRuns) {
    const [left, width] = spanOf(plot, run, picture);
    ctx.fillRect(left, bbox.top, width, bbox.height);
  }
  ctx.restore();
};

const drawRaised = (plot: uPlot, picture: GammaPicture): void => {
  const { ctx, bbox } = plot;
  const at = plot.valToPos(picture.raisedAtInSeconds * picture.unitsPerSecond, "x", true);
  if (at < bbox.left || at > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = colourOf(plot.root, "--chart-raised");
  ctx.fillStyle = colourOf(plot.root, "--chart-raised");
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(at, bbox.top);
  ctx.lineTo(at, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = plotFont.replace("11px", `600 ${11 * devicePixelRatio}px`);
  ctx.textBaseline = "top";
  ctx.textAlign = at > bbox.left + bbox.width / 4 ? "right" : "left";
  const offset = (ctx.textAlign === "right" ? -5 : 5) * devicePixelRatio;
  ctx.fillText(picture.texts.chart.raised, at + offset, bbox.top + 4 * devicePixelRatio);
  ctx.restore();
};

const drawLevels = (plot: uPlot, { group }: GammaPicture): void => {
  if (group.background !== null)
    drawLevel(plot, group.background, { token: "--chart-background", dash: [4, 3] });
  if (group.threshold !== null) drawLevel(plot, group.threshold, { token: "--chart-threshold", dash: [] });
};

const seriesOptions: readonly uPlot.Series[] = [
  {},
  { stroke: tokenStroke("--chart-sum"), width: 2.5, points: { show: false } },
  ...panelDashes.map((dash, column) => ({
    stroke: tokenStroke(`--chart-panel-${column}`),
    width: 1.5,
    dash: [...dash],
    points: { show: false },
  })),
  { stroke: tokenStroke("--chart-left"), width: 2, dash: [1, 3], points: { show: false } },
];

/** The gamma plot in `host`. `pointed` is told the interval under the cursor, or null when it leaves. */
export const createGammaPlot = (
  host: HTMLElement,
  first: GammaPicture,
  pointed: (interval: number | null) => void,
): GammaPlot => {
  let picture = first;
  const plot = new uPlot(
    {
      width: Math.max(host.clientWidth, 100),
      height: plotHeightInPx(),
      padding: [topPaddingInPx, rightPaddingInPx, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [0, picture.endInSeconds * picture.unitsPerSecond] },
        y: { range: () => [0, topOf(picture)] },
      },
      axes: [
        plainAxis({ size: 26 }),
        plainAxis({
          size: leftAxisInPx,
          values: (_, splits) => splits.map((value) => picture.texts.format.number(value)),
        }),
      ],
      series: [...seriesOptions],
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
      hooks: {
        drawClear: [
          () => {
            drawShading(plot, picture);
            drawStrip(plot, picture, 0);
            drawStrip(plot, picture, 1);
          },
        ],
        drawAxes: [() => drawLevels(plot, picture)],
        draw: [() => drawRaised(plot, picture)],
        setCursor: [(self) => pointed(self.cursor.idx ?? null)],
      },
    },
    undefined,
    host,
  );

  const show = (next: GammaPicture): void => {
    picture = next;
    plot.batch(() => {
      next.panelsShown.forEach((shown, column) => {
        if (plot.series[column + 2]?.show !== shown) plot.setSeries(column + 2, { show: shown });
      });
      plot.setData(alignedData(next));
    });
  };
  show(first);

  const stopWidth = followWidth(host, (width) => plot.setSize({ width, height: plotHeightInPx() }));
  const stopScheme = followScheme(() => plot.redraw(false));
  return {
    show,
    pointAt: (interval) => {
      const at = picture.series.seconds[interval];
      if (at !== undefined)
        plot.setCursor({ left: plot.valToPos(at * picture.unitsPerSecond, "x"), top: 10 });
    },
    redraw: () => plot.redraw(false),
    destroy: () => {
      stopWidth();
      stopScheme();
      plot.destroy();
    },
  };
};
