import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { wallMs } from "../../../domain/units.ts";
import type { LoadSteps } from "../../../wire/history.ts";
import { followScheme, followWidth } from "../alarms/plot-style.ts";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { Table } from "../ui/table.tsx";
import { languages } from "../texts/languages.ts";
import type { LoadMeasure, LoadPlotTexts } from "./load-plot.ts";
import { levelOf, loadPlotData, loadPlotOptions, loadValues } from "./load-plot.ts";

interface LoadChartProps {
  readonly load: LoadSteps;
  readonly measure: LoadMeasure;
}

const axisFormats = (timeZone: string, tag: string): Pick<LoadPlotTexts, "clock" | "day"> => {
  const clock = new Intl.DateTimeFormat(tag, {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const day = new Intl.DateTimeFormat(tag, { timeZone, day: "2-digit", month: "short" });
  return { clock: (at) => clock.format(at), day: (at) => day.format(at) };
};

const Plot = ({ load, measure }: LoadChartProps): JSX.Element => {
  const host = useRef<HTMLDivElement>(null);
  const { siteTime } = useStore();
  const t = useTexts();
  const { timeZone, dateTime } = siteTime.value;
  const text = t.figures.load;
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const texts = {
      time: text.time,
      alarms: text.columns.total,
      anOfficer: text.columns.anOfficer,
      level: measure === "total" ? text.levels.total : text.levels.anOfficer,
      ...axisFormats(timeZone, languages[t.language].tag),
      moment: (at: number) => dateTime(wallMs(at)),
    };
    const options = loadPlotOptions({ measure, texts, widthInPx: element.clientWidth });
    const plot = new uPlot(options, loadPlotData(load, measure), element);
    const stops = [
      followWidth(element, (width) => plot.setSize({ width, height: plot.height })),
      followScheme(() => plot.redraw(false)),
    ];
    return () => {
      for (const stop of stops) stop();
      plot.destroy();
    };
  }, [load, measure, t]);
  return <div class="load-plot" dir="ltr" ref={host} aria-hidden="true" />;
};

/** The steps above the level: what the chart is looked at for. At most as many rows as the chart has steps. */
const StepsTable = ({ load, measure }: LoadChartProps): JSX.Element => {
  const { siteTime } = useStore();
  const t = useTexts();
  const text = t.figures.load;
  const values = loadValues(load, measure);
  const rows = load.steps.map(({ alarms, officers }, step) => ({
    at: wallMs(load.from + step * load.stepInMs),
    alarms,
    officers,
    value: values[step] ?? 0,
  }));
  return (
    <div class="steps-table">
      <Table
        caption={measure === "total" ? text.total : text.anOfficer}
        rows={rows.filter(({ alarms }) => alarms > 0)}
        keyOf={({ at }) => String(at)}
        columns={[
          { key: "at", heading: text.time, cell: ({ at }) => siteTime.value.dateTime(at) },
          {
            key: "alarms",
            heading: text.columns.total,
            cell: ({ alarms }) => t.format.number(alarms),
            isFigure: true,
          },
          {
            key: "officers",
            heading: text.columns.officers,
            cell: ({ officers }) => t.format.number(officers),
            isFigure: true,
          },
          {
            key: "value",
            heading: text.columns.anOfficer,
            cell: ({ alarms, officers }) => t.format.number(alarms / Math.max(1, officers), 1),
            isFigure: true,
          },
        ]}
      />
      <p class="quiet">{text.tableHint}</p>
    </div>
  );
};

/** Alarms per ten minutes over the span, with the level they are measured by; the same as a table. */
export const LoadChart = ({ load, measure }: LoadChartProps): JSX.Element => {
  const [isTable, setTable] = useState(false);
  const t = useTexts();
  const text = t.figures.load;
  const level = levelOf(measure);
  const values = loadValues(load, measure);
  const above = values.filter((value) => value > level).length;
  const heading = measure === "total" ? text.total : text.anOfficer;
  const summary = { max: t.format.number(Math.max(0, ...values), measure === "total" ? 0 : 1), above };
  return (
    <div class="figure-block figure-wide">
      <div class="figure-head">
        <h2>{heading}</h2>
        <Button
          look="quiet"
          aria-pressed={isTable}
          aria-label={text.asTableOf({ figure: heading })}
          onClick={() => setTable(!isTable)}
        >
          {text.asTable}
        </Button>
      </div>
      <p class="figure-note">
        {measure === "total" ? text.levels.total : text.levels.anOfficer}{" "}
        {measure === "total" ? text.summary.total(summary) : text.summary.anOfficer(summary)}
        {load.stepInMs > 600_000 && ` ${text.fullest({ step: t.format.age(load.stepInMs) })}`}
      </p>
      {isTable ? <StepsTable load={load} measure={measure} /> : <Plot load={load} measure={measure} />}
    </div>
  );
};
