import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Profile } from "../../domain/alarms.ts";
import { formatNumber } from "./format.ts";
import { messages } from "./messages.ts";
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
import { useStore } from "./store.ts";

const text = messages.chart;
/** Between ticks: whole counts. */
const countSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const heightInPx = 96;
const bars = uPlot.paths.bars;

interface Picture {
  readonly series: NeutronSeries;
  readonly endInSeconds: number;
}

const createPlot = (host: HTMLElement, current: () => Picture): uPlot => {
  const plot = new uPlot(
    {
      width: Math.max(host.clientWidth, 100),
      height: heightInPx,
      padding: [8, rightPaddingInPx, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [0, current().endInSeconds] },
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
          values: (_, splits) => splits.map((value) => formatNumber(value)),
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
    plot.current?.setData([[...picture.series.seconds], [...picture.series.counts]]);
  }, [picture.series, picture.endInSeconds]);
  useEffect(() => plot.current?.redraw(false), [isCurrent]);
  const { counts, backgroundCps } = picture.series;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (
    <figure class="chart neutron-chart">
      <figcaption>
        <b>{text.neutronHeading}</b> <span class="quiet">{text.neutronSummary(total, backgroundCps)}</span>
      </figcaption>
      <div ref={host} role="img" aria-label={text.neutronLabel(total, counts.length, backgroundCps)} />
    </figure>
  );
};

/** One bar a second, all banks summed, under the same time axis as the gamma counts. Nothing without neutron banks. */
export const NeutronChart = ({
  profile,
  endInSeconds,
}: {
  readonly profile: Profile;
  readonly endInSeconds: number;
}): JSX.Element | null => {
  const series = neutronSeries(profile);
  return series === null ? null : <Bars series={series} endInSeconds={endInSeconds} />;
};
