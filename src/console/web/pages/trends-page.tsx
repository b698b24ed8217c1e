import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { wallMs } from "../../../domain/units.ts";
import { writeParams } from "../history/address-params.ts";
import { lastSpansInMs, momentsOf, type SpanChoice, spanIn, spanParams } from "../history/span.ts";
import { SpanField } from "../history/span-field.tsx";
import type { PageProps } from "../page-props.ts";
import { useStore, useTexts } from "../store.ts";
import { TrendChart } from "../trends/trend-chart.tsx";
import { trendChartNames } from "../trends/trend-charts.ts";
import { bounded, type Moments, remembered, scaled, shifted, spanInMsMin } from "../trends/zoom.ts";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";

const lastDay: SpanChoice = { kind: "last", span: "day" };
/** A span that ends now is asked for anew; at most so often. */
const renewedInMsMin = 15_000;
const pointsOfASpan = 500;

/** What is looked at, as it stands in the address, and how it is changed. */
const useView = (query: string) => {
  const params = new URLSearchParams(query);
  const { board } = useStore();
  const lanes = useComputed(() =>
    [...board.value.lanes.values()].map(({ laneId, name }) => ({ laneId, name })),
  );
  const known = useComputed(() => lanes.value.map(({ name }) => name).join("\n")).value;
  const choices = useMemo(() => lanes.peek(), [known]);
  const wanted = params.get("lane");
  const lane = choices.find(({ laneId }) => laneId === wanted) ?? choices[0];
  const chosen = spanIn(params, lastDay);
  const choice: SpanChoice = chosen.kind === "ever" ? lastDay : chosen;
  const write = (laneId: string, span: SpanChoice): void =>
    writeParams("trends", [["lane", laneId], ...Object.entries(spanParams(span))]);
  return { choices, lane, choice, write };
};

/** The span in moments: one that ends now is taken anew with every round. */
const useMoments = (choice: SpanChoice, round: number): Moments | null => {
  const { serverNow } = useStore();
  const isTimeKnown = useComputed(() => serverNow.value > 0).value;
  const key = JSON.stringify(choice);
  return useMemo(() => {
    const moments = isTimeKnown ? momentsOf(choice, serverNow.peek()) : null;
    return moments === null ? null : bounded(moments);
  }, [key, round, isTimeKnown]);
};

const useRounds = (choice: SpanChoice): readonly [number, () => void] => {
  const [round, setRound] = useState(0);
  const again = (): void => setRound((rounds) => rounds + 1);
  const length = choice.kind === "last" ? lastSpansInMs[choice.span] : 0;
  useEffect(() => {
    if (length === 0) return;
    const timer = setInterval(again, Math.max(renewedInMsMin, length / pointsOfASpan));
    return () => clearInterval(timer);
  }, [length]);
  return [round, again];
};

interface ZoomBarProps {
  readonly span: Moments;
  readonly zoom: (span: Moments) => void;
  readonly back: (() => void) | null;
  readonly again: () => void;
}

/** What dragging does, by buttons too. */
const ZoomBar = ({ span, zoom, back, again }: ZoomBarProps): JSX.Element => {
  const { siteTime } = useStore();
  const { trends, format } = useTexts();
  const { dateTime, zone } = siteTime.value;
  const [from, to] = [wallMs(span.from), wallMs(span.to)];
  const length = span.to - span.from;
  return (
    <div class="zoom-bar">
      <div role="group" aria-label={trends.zoom.label} class="zoom-buttons">
        <Button data-testid="zoom-back" disabled={back === null} onClick={() => back?.()}>
          {trends.zoom.back}
        </Button>
        <Button onClick={() => zoom(shifted(span, -0.5))}>{trends.zoom.earlier}</Button>
        <Button onClick={() => zoom(shifted(span, 0.5))}>{trends.zoom.later}</Button>
        <Button
          data-testid="zoom-in"
          disabled={length <= spanInMsMin}
          onClick={() => zoom(scaled(span, 0.25))}
        >
          {trends.zoom.in}
        </Button>
        <Button data-testid="zoom-out" onClick={() => zoom(scaled(span, 4))}>
          {trends.zoom.out}
        </Button>
        <Button look="quiet" onClick={again}>
          {trends.zoom.again}
        </Button>
      </div>
      <p class="zoom-span" data-testid="trend-span">
        {trends.span({ from: dateTime(from), to: dateTime(to), zone: zone(to), length: format.age(length) })}{" "}
        <span class="quiet">{trends.zoom.hint}</span>
      </p>
    </div>
  );
};

/** What a lane's portal measured and how it fared, from a year to a second. */
export const Page = ({ query }: PageProps): JSX.Element => {
  const t = useTexts();
  const { choices, lane, choice, write } = useView(query);
  const [past, setPast] = useState<readonly SpanChoice[]>([]);
  const [round, again] = useRounds(choice);
  const moments = useMoments(choice, round);
  const laneId = lane?.laneId;
  const go = (next: SpanChoice): void => {
    setPast((held) => remembered(held, choice));
    if (laneId !== undefined) write(laneId, next);
  };
  const zoom = (next: Moments): void => go({ kind: "own", ...bounded(next) });
  const last = past.at(-1);
  const back = (): void => {
    setPast((held) => held.slice(0, -1));
    if (laneId !== undefined && last !== undefined) write(laneId, last);
  };
  return (
    <section class="pane page-pane trends-page" aria-labelledby="page-heading">
      <h1 id="page-heading" tabIndex={-1}>
        {t.trends.heading}
      </h1>
      {laneId === undefined || moments === null ? (
        <p class="quiet">{t.lanes.unknown}</p>
      ) : (
        <>
          <div class="trend-choice">
            <SelectField
              label={t.trends.lane}
              options={choices.map(({ laneId: value, name }) => ({ value, text: name }))}
              value={laneId}
              choose={(value) => write(value, choice)}
              testId="trend-lane"
            />
            <SpanField
              label={t.trends.spanLabel}
              spans={["hour", "shift", "day", "week", "month", "quarter", "year"]}
              daysMax={366}
              chosen={choice}
              choose={go}
            />
          </div>
          <ZoomBar span={moments} zoom={zoom} back={last === undefined ? null : back} again={again} />
          <div class="figure-blocks">
            {trendChartNames.map((chart) => (
              <TrendChart
                key={chart}
                chart={chart}
                laneId={laneId}
                span={moments}
                round={round}
                zoom={zoom}
              />
            ))}
          </div>
        </>
      )}
    </section>
  );
};
