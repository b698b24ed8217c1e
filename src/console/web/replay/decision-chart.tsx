import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ComparedOccupancy } from "../../../wire/replay.ts";
import { NeutronChart } from "../alarms/neutron-chart.tsx";
import type { Run } from "../alarms/profile-series.ts";
import { useStore, useTexts } from "../store.ts";
import type { Texts } from "../texts/catalog.ts";
import type { DecisionPicture, DecisionPlot } from "./decision-plot.ts";
import { createDecisionPlot } from "./decision-plot.ts";
import type { Charted, DecisionSeries, SideSeries } from "./decision-series.ts";
import { chartedKey, chartedOf, decisionSeries } from "./decision-series.ts";

const chartedText = (t: Texts, charted: Charted): string =>
  charted.kind === "group"
    ? t.replay.counts({ panels: t.domain.panels[charted.member] })
    : t.domain.rules[charted.rule];

const decimalsFor = (value: number): number => (Number.isInteger(value) ? 0 : 2);

const sideText = (t: Texts, { statistic, threshold }: SideSeries, at: number): string => {
  const [value, limit] = [statistic[at] ?? null, threshold[at] ?? null];
  if (value === null) return t.replay.undecided;
  const shown = t.format.number(value, decimalsFor(value));
  return limit === null
    ? shown
    : t.replay.against({ value: shown, limit: t.format.number(limit, decimalsFor(limit)) });
};

const readOut = (t: Texts, series: DecisionSeries, at: number): string =>
  t.replay.readOut({
    time: t.format.seconds(series.seconds[at] ?? 0, 1),
    present: sideText(t, series.present, at),
    proposed: sideText(t, series.proposed, at),
  });

/** Where the present side is strongest: what is read out until somebody points. */
const peakOf = ({ present, proposed }: DecisionSeries): number => {
  const { statistic } = present.statistic.length > 0 ? present : proposed;
  let peak = 0;
  statistic.forEach((value, at) => {
    if ((value ?? -Infinity) > (statistic[peak] ?? -Infinity)) peak = at;
  });
  return peak;
};

const heldFor = (runs: readonly Run[], everySeconds: number): number =>
  runs.reduce((sum, { first, last }) => sum + (last - first + 1) * everySeconds, 0);

interface PlotProps {
  readonly series: DecisionSeries;
  readonly endInSeconds: number;
  readonly charted: Charted;
}

const Plot = ({ series, endInSeconds, charted }: PlotProps): JSX.Element => {
  const { current } = useStore();
  const t = useTexts();
  const picture = useMemo<DecisionPicture>(
    () => ({ series, endInSeconds, texts: t }),
    [series, endInSeconds, t],
  );
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<DecisionPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const isCurrent = current.value;
  useEffect(() => {
    if (host.current === null) return;
    const made = createDecisionPlot(host.current, picture, setPointed);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => plot.current?.show(picture), [picture]);
  useEffect(() => plot.current?.redraw(), [isCurrent]);
  const at = Math.min(series.seconds.length - 1, pointed ?? peakOf(series));
  const { everySeconds, present, proposed } = series;
  return (
    <>
      <p class="read-out" data-testid="replay-read-out">
        {readOut(t, series, at)}
      </p>
      <div
        ref={host}
        class="plot"
        role="img"
        dir="ltr"
        aria-label={t.replay.chartLabel({
          charted: chartedText(t, charted),
          present: t.format.seconds(heldFor(present.held, everySeconds), 1),
          proposed: t.format.seconds(heldFor(proposed.held, everySeconds), 1),
        })}
      />
    </>
  );
};

const legendKeys = ["present", "presentThreshold", "proposed", "proposedThreshold", "background"] as const;

const Legend = ({ hasBackground }: { readonly hasBackground: boolean }): JSX.Element => {
  const t = useTexts();
  return (
    <div class="legend">
      {legendKeys
        .filter((key) => key !== "background" || hasBackground)
        .map((key) => (
          <span key={key} class="legend-key">
            <svg class="swatch" data-replay={key} viewBox="0 0 22 8" width="22" height="8" aria-hidden="true">
              <line x1="0" x2="22" y1="4" y2="4" />
            </svg>{" "}
            {t.replay.legend[key]}
          </span>
        ))}
    </div>
  );
};

/** Both decisions on one occupancy: counts or a rule's statistic, both thresholds, and where each alarms. */
export const DecisionChart = ({
  occupancy,
}: {
  readonly occupancy: ComparedOccupancy;
}): JSX.Element | null => {
  const t = useTexts();
  const [wanted, setWanted] = useState("");
  const choices = chartedOf(occupancy);
  const charted = choices.find((each) => chartedKey(each) === wanted) ?? choices[0];
  const key = charted === undefined ? "" : chartedKey(charted);
  const series = useMemo(
    () => (charted === undefined ? null : decisionSeries(occupancy, charted)),
    [occupancy, key],
  );
  const profile = (occupancy.present ?? occupancy.proposed)?.profile;
  if (charted === undefined || series === null || profile === undefined || profile.gamma.length === 0)
    return <p class="quiet">{t.chart.noCourse}</p>;
  const endInSeconds = Math.max(1, profile.gamma.length * 0.2, profile.neutron.length);
  return (
    <>
      <figure class="chart" data-testid="replay-chart">
        <figcaption>
          <b>{t.replay.chart}</b> <span class="quiet">{t.replay.chartCaption}</span>{" "}
          <label class="group-choice">
            {t.replay.charted}{" "}
            <select value={key} onChange={(event) => setWanted(event.currentTarget.value)}>
              {choices.map((each) => (
                <option key={chartedKey(each)} value={chartedKey(each)}>
                  {chartedText(t, each)}
                </option>
              ))}
            </select>
          </label>
        </figcaption>
        <Plot series={series} endInSeconds={endInSeconds} charted={charted} />
        <Legend hasBackground={series.background !== null} />
      </figure>
      <NeutronChart profile={profile} endInSeconds={endInSeconds} unitsPerSecond={1} />
    </>
  );
};
