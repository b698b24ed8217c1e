import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { panels } from "../../../domain/panels.ts";
import { createGammaPlot } from "./gamma-plot.ts";
import type { GammaPicture, GammaPlot } from "./gamma-plot.ts";
import { zOf } from "./profile-series.ts";
import type { AxisKind, ProfileSeries } from "./profile-series.ts";
import { useStore } from "../store.ts";
import type { Texts } from "../texts/catalog.ts";

export interface ReadPicture extends GammaPicture {
  readonly axis: AxisKind;
}

const peakIndex = (series: ProfileSeries): number => {
  let peak = 0;
  series.sum.forEach((value, at) => {
    if ((value ?? 0) > (series.sum[peak] ?? 0)) peak = at;
  });
  return peak;
};

const within = (runs: ProfileSeries["coreRuns"], at: number): boolean =>
  runs.some((run) => run.first <= at && at <= run.last);

const flagsText = ({ chart }: Texts, core: boolean, portal: boolean): string => {
  if (core && portal) return chart.flags.both;
  return core ? chart.flags.core : portal ? chart.flags.portal : chart.flags.none;
};

/** What the chart says at one interval, in words: where, the sum, and what it stands against. */
export const readOut = (
  { series, group, left, unitsPerSecond, axis, texts }: ReadPicture,
  at: number,
): string => {
  const { chart, format } = texts;
  const sum = series.sum[at] ?? null;
  const z = zOf(sum, group.background);
  const remaining = left?.[at] ?? null;
  return [
    axis === "distance"
      ? chart.metres({ distance: format.number((series.seconds[at] ?? 0) * unitsPerSecond, 1) })
      : format.seconds(series.seconds[at] ?? 0, 1),
    sum === null ? chart.windowNotFull : chart.counts(sum),
    ...(z === null ? [] : [format.sigma(z)]),
    ...(remaining === null ? [] : [chart.leftAt({ counts: format.number(remaining) })]),
    flagsText(texts, within(series.coreRuns, at), within(series.portalRuns, at)),
  ].join(" · ");
};

/** Each panel's counts at one interval. */
const panelsAt = ({ series, texts }: GammaPicture, at: number): string =>
  panels
    .map((panel, column) => {
      const value = series.panels[column]?.[at] ?? null;
      return texts.chart.level({
        name: texts.domain.panelInitials[panel],
        value: value === null ? texts.chart.notMeasured : texts.format.number(value),
      });
    })
    .join(" · ");

const keySteps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageDown: -5,
  PageUp: 5,
  Home: -Infinity,
  End: Infinity,
};

interface PlotProps {
  readonly picture: ReadPicture;
  readonly label: string;
  /** Stands beside the read-out. */
  readonly children: ComponentChildren;
}

/** The plot and its cursor: a slider over the intervals, so that it can be read by keyboard and by ear. */
export const GammaCourse = ({ picture, label, children }: PlotProps): JSX.Element => {
  const { current } = useStore();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<GammaPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const isCurrent = current.value;
  useEffect(() => {
    if (host.current === null) return;
    const made = createGammaPlot(host.current, picture, setPointed);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => plot.current?.show(picture), [picture]);
  useEffect(() => plot.current?.redraw(), [isCurrent]);

  const last = picture.series.seconds.length - 1;
  const at = Math.min(last, pointed ?? peakIndex(picture.series));
  const words = readOut(picture, at);
  const each = panelsAt(picture, at);
  const { chart } = picture.texts;
  const move = (event: KeyboardEvent): void => {
    const step = keySteps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    plot.current?.pointAt(Math.min(last, Math.max(0, at + step)));
  };
  return (
    <>
      <div class="read-out">
        <span title={chart.readHint} data-testid="read-out">
          {words} <span class="quiet read-panels">{each}</span>
        </span>
        {children}
      </div>
      <div
        ref={host}
        class="plot"
        role="slider"
        tabIndex={0}
        dir="ltr"
        aria-label={chart.cursor({ label })}
        aria-description={chart.readHint}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at}
        aria-valuetext={`${words} · ${each}`}
        onKeyDown={move}
      />
    </>
  );
};
