import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Profile } from "../../../domain/alarms.ts";
import {
  drawLevel,
  followScheme,
  followWidth,
  leftAxisInPx,
  plainAxis,
  rightPaddingInPx,
  tokenStroke,
} from "./plot-style.ts";
import { neutronSeries } from "./profile-series.ts";
import type { NeutronSeries } from "./profile-series.ts";
import { useStore, useTexts } from "../store.ts";
import type { Format } from "../texts/format.ts";

/** Between ticks: whole counts. */
const countSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const heightInPx = 96;
const bars = uPlot.paths.bars;

interface Picture {
  readonly series: NeutronSeries;
  readonly endInSeconds: number;
  readonly unitsPerSecond: number;
  readonly format: Format;
}

const createPlot = (host: HTMLElement, current: () => Picture): uPlot => {
  const plot = new uPlot(
    {
      width: Math.max(host.clientWidth, 100),
      height: heightInPx,
      padding: [8, rightPaddingInPx, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [0, current().endInSeconds * current().unitsPerSecond] },
        y: {
          range: () => [
            0,
            Math.max(4, current().series.backgroundCps ?? 0, ...current().series.counts) * 1.1,
          ],
        },
      },
      axes: [
        plainAxis({ size: 26 }),
        plainAxis({
          size: leftAxisInPx,
          space: 24,
          incrs: countSteps,
          values: (_, splits) => splits.map((value) => current().format.number(value)),
        }),
      ],
      series: [
        {},
        {
          stroke: tokenStroke("--chart-neutron"),
          fill: tokenStroke("--chart-neutron"),
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars({ size: [0.7, 60], align: 0 }) }),
        },
      ],
      cursor: { show: false },
      hooks: {
        draw: [
          () => {
            const { backgroundCps } = current().series;
            if (backgroundCps !== null)
              drawLevel(plot, backgroundCps, { token: "--chart-background", dash: [4, 3] });
          },
        ],
      },
    },
    undefined,
    host,
  );
  return plot;
};

const Bars = (picture: Picture): JSX.Element => {
  const { current } = useStore();
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef(picture);
  const plot = useRef<uPlot | null>(null);
  latest.current = picture;
  const isCurrent = current.value;
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = createPlot(element, () => latest.current);
    plot.current = made;
    const stopWidth = followWidth(element, (width) => made.setSize({ width, height: heightInPx }));
    const stopScheme = followScheme(() => made.redraw(false));
    return () => {
      stopWidth();
      stopScheme();
      made.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => {
    const { series, unitsPerSecond } = picture;
    plot.current?.setData([series.seconds.map((at) => at * unitsPerSecond), [...series.counts]]);
  }, [picture.series, picture.endInSeconds, picture.unitsPerSecond]);
  useEffect(() => plot.current?.redraw(false), [isCurrent]);
  const { counts, backgroundCps } = picture.series;
  const { chart: text, format } = useTexts();
  const sum = counts.reduce((running, count) => running + count, 0);
  const total = format.number(sum);
  const duration = format.seconds(counts.length);
  const background = backgroundCps === null ? null : format.rate(backgroundCps);
  return (
    <figure class="chart neutron-chart">
      <figcaption>
        <b>{text.neutronHeading}</b>{" "}
        <span class="quiet">
          {background === null
            ? text.neutronSummary({ total })
            : text.neutronSummaryOver({ total, background })}
        </span>
      </figcaption>
      <div
        ref={host}
        role="img"
        dir="ltr"
        aria-label={
          background === null
            ? text.neutronLabel({ total, duration })
            : text.neutronLabelOver({ total, duration, background })
        }
      />
    </figure>
  );
};

/** One bar a second, all banks summed, under the same time axis as the gamma counts. Nothing without neutron banks. */
export const NeutronChart = ({
  profile,
  endInSeconds,
  unitsPerSecond,
}: {
  readonly profile: Profile;
  readonly endInSeconds: number;
  readonly unitsPerSecond: number;
}): JSX.Element | null => {
  const series = neutronSeries(profile);
  const { format } = useTexts();
  return series === null ? null : (
    <Bars series={series} endInSeconds={endInSeconds} unitsPerSecond={unitsPerSecond} format={format} />
  );
};
