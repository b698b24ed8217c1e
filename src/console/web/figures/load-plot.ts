import uPlot from "uplot";
import type { LoadSteps } from "../../../wire/history.ts";
import { colourOf, leftAxisInPx, plainAxis, rightPaddingInPx, tokenStroke } from "../alarms/plot-style.ts";

/** Of a ten minutes' alarms: what one officer can take on in calm (EEMUA 191), and what is a flood. */
export const acceptableAnOfficer = 1;
export const floodAlarms = 10;

const heightInPx = 220;

export interface LoadPlotTexts {
  readonly time: string;
  readonly alarms: string;
  readonly anOfficer: string;
  readonly level: string;
  /** Of a moment, in the site's zone: the time of day, the day, and both. */
  readonly clock: (at: number) => string;
  readonly day: (at: number) => string;
  readonly moment: (at: number) => string;
}

/** `anOfficer`: the alarms shared among the officers on duty, instead of all. */
export type LoadMeasure = "total" | "anOfficer";

/** Alarms of each step; by the officers on duty where they are shared, by one where nobody was. */
export const loadValues = (load: LoadSteps, measure: LoadMeasure): readonly number[] =>
  load.steps.map(({ alarms, officers }) => (measure === "total" ? alarms : alarms / Math.max(1, officers)));

export const levelOf = (measure: LoadMeasure): number =>
  measure === "total" ? floodAlarms : acceptableAnOfficer;

const drawLevelLine = (plot: uPlot, value: number): void => {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(value, "y", true);
  ctx.save();
  ctx.strokeStyle = colourOf(plot.root, "--chart-threshold");
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
};

export interface LoadPlotOptions {
  readonly measure: LoadMeasure;
  readonly texts: LoadPlotTexts;
  readonly widthInPx: number;
}

export const loadPlotOptions = ({ measure, texts, widthInPx }: LoadPlotOptions): uPlot.Options => {
  const level = levelOf(measure);
  const name = measure === "total" ? texts.alarms : texts.anOfficer;
  return {
    width: widthInPx,
    height: heightInPx,
    padding: [10, rightPaddingInPx, 0, 0],
    legend: { show: true, live: true },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(level * 1.3, max * 1.1)] } },
    axes: [
      plainAxis({
        values: (_plot, splits) => {
          const stepInS = (splits[1] ?? 0) - (splits[0] ?? 0);
          const named = (at: number): string => {
            if (stepInS >= 43_200) return texts.day(at);
            return stepInS >= 7200 ? `${texts.clock(at)}\n${texts.day(at)}` : texts.clock(at);
          };
          return splits.map((at) => named(at * 1000));
        },
      }),
      plainAxis({ size: leftAxisInPx }),
    ],
    series: [
      {
        label: texts.time,
        value: (_plot, at: number | null) => (at === null ? "–" : texts.moment(at * 1000)),
      },
      {
        label: name,
        stroke: tokenStroke("--chart-panel-0"),
        fill: tokenStroke("--chart-strip"),
        width: 1.5,
        points: { show: false },
        ...(uPlot.paths.stepped === undefined ? {} : { paths: uPlot.paths.stepped({ align: 1 }) }),
      },
    ],
    hooks: { draw: [(plot) => drawLevelLine(plot, level)] },
  };
};

export const loadPlotData = (load: LoadSteps, measure: LoadMeasure): uPlot.AlignedData => [
  load.steps.map((_, step) => (load.from + step * load.stepInMs) / 1000),
  [...loadValues(load, measure)],
];
