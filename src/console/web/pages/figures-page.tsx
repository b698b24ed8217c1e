import type { JSX } from "preact";
import { type HistoryFigures, historyFiguresSchema } from "../../../wire/history.ts";
import { Delays, Floods, HeadFigures, Officers } from "../figures/figure-tiles.tsx";
import { LoadChart } from "../figures/load-chart.tsx";
import { Mixes } from "../figures/mixes.tsx";
import { writeParams } from "../history/address-params.ts";
import { type AlarmColumn, AlarmTable } from "../history/alarm-table.tsx";
import { answeredOf, useAsked } from "../history/asked.ts";
import { AskedLine, CatchingUp } from "../history/asked-line.tsx";
import { momentsOf, type SpanChoice, spanIn, spanParams } from "../history/span.ts";
import { SpanField } from "../history/span-field.tsx";
import type { PageProps } from "../page-props.ts";
import { useStore, useTexts } from "../store.ts";

const standingColumns: readonly AlarmColumn[] = ["raised", "age", "kind", "lane", "outcome", "holder"];
const lastDay: SpanChoice = { kind: "last", span: "day" };

interface FiguresProps {
  readonly figures: HistoryFigures;
}

const Figures = ({ figures }: FiguresProps): JSX.Element => {
  const { siteTime } = useStore();
  const t = useTexts();
  const { dateTime, zone } = siteTime.value;
  const span = {
    from: dateTime(figures.from),
    to: dateTime(figures.until),
    zone: zone(figures.until),
  };
  return (
    <>
      <p class="figures-basis" data-testid="figures-basis">
        {t.figures.basis(figures.alarms, span)} {t.figures.withheld}
      </p>
      <HeadFigures figures={figures} />
      <div class="figure-blocks">
        <LoadChart load={figures.load} measure="total" />
        <LoadChart load={figures.load} measure="anOfficer" />
        <Delays figures={figures} />
        <Mixes figures={figures} />
        <Floods figures={figures} />
        <Officers figures={figures} />
        <div class="figure-block figure-wide">
          <h2>{t.figures.standing.heading}</h2>
          {figures.standing.rows.length === 0 ? (
            <p class="quiet">{t.figures.standing.none}</p>
          ) : (
            <AlarmTable
              caption={t.figures.standing.heading}
              rows={figures.standing.rows}
              columns={standingColumns}
              testId="standing"
            />
          )}
          {figures.standing.count > figures.standing.rows.length && (
            <p class="quiet">
              {t.figures.standing.more(figures.standing.count - figures.standing.rows.length)}
            </p>
          )}
        </div>
      </div>
    </>
  );
};

/** How the alarms of a span of time were borne: the load, the delays, the floods, what they turned out to be. */
export const Page = ({ query }: PageProps): JSX.Element => {
  const t = useTexts();
  const chosen = spanIn(new URLSearchParams(query), lastDay);
  const choice: SpanChoice = chosen.kind === "ever" ? lastDay : chosen;
  const [asked, again] = useAsked({
    question: query,
    pathAt: (now) => {
      const { from, to } = momentsOf(choice, now) ?? { from: now - 86_400_000, to: now };
      return `/api/figures?from=${Math.max(0, Math.floor(from))}&to=${Math.floor(to)}`;
    },
    schema: historyFiguresSchema,
  });
  const figures = answeredOf(asked)?.value ?? null;
  return (
    <section class="pane page-pane figures-page" aria-labelledby="page-heading">
      <h1 id="page-heading" tabIndex={-1}>
        {t.figures.heading}
      </h1>
      <SpanField
        label={t.figures.span}
        spans={["hour", "shift", "day", "week", "month", "quarter"]}
        daysMax={92}
        chosen={choice}
        choose={(span) => writeParams("figures", Object.entries(spanParams(span)))}
      />
      <AskedLine asked={asked} again={again} />
      <CatchingUp progress={figures?.progress ?? null} again={again} />
      {figures !== null && <Figures figures={figures} />}
    </section>
  );
};
