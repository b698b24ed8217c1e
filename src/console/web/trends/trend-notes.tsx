import type { JSX } from "preact";
import { wallMs } from "../../../domain/units.ts";
import type { SeriesView } from "../../../wire/series.ts";
import { useStore, useTexts } from "../store.ts";
import { Table } from "../ui/table.tsx";
import { spreadsOf } from "./percentiles.ts";
import { rain, type Rise } from "./rain.ts";
import { partText } from "./trend-texts.ts";

/** At most so many rises are listed, the latest; the chart shades all. */
const risesMax = 5;

export const RainNote = ({ rises }: { readonly rises: readonly Rise[] }): JSX.Element => {
  const { siteTime } = useStore();
  const t = useTexts();
  const { dateTime } = siteTime.value;
  const limits = {
    percent: t.format.number(rain.percentMin),
    length: t.format.age(rain.lengthInMsMin),
  };
  return (
    <div class="trend-note" data-testid="rain">
      <p>
        {rises.length === 0 ? t.trends.rain.none : <strong>{t.trends.rain.found(rises.length)}</strong>}{" "}
        <span class="quiet">{t.trends.rain.meaning(limits)}</span>
      </p>
      <ul>
        {rises.slice(-risesMax).map(({ from, to, peakPercent }) => (
          <li key={from}>
            {t.trends.rain.rise({
              at: dateTime(wallMs(from)),
              length: t.format.age(to - from),
              peak: t.format.number(peakPercent, 1),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
};

/** Half, nine tenths and ninety-nine hundredths of the values are within so much. */
export const PercentileNote = ({ view }: { readonly view: SeriesView }): JSX.Element | null => {
  const t = useTexts();
  const text = t.trends.percentiles;
  const rows = spreadsOf(view);
  if (rows.length === 0) return null;
  const ms = (value: number): string => t.format.number(value, value < 10 ? 1 : 0);
  const shares = ["p50", "p90", "p99", "max"] as const;
  return (
    <div class="trend-note" data-testid="percentiles">
      <Table
        caption={text.caption}
        rows={rows}
        keyOf={({ part }) => part}
        columns={[
          { key: "part", heading: text.stage, cell: ({ part }) => partText(t, part) },
          ...shares.map((share) => ({
            key: share,
            heading: text[share],
            cell: (row: (typeof rows)[number]) => ms(row[share]),
            isFigure: true,
          })),
          { key: "count", heading: text.count, cell: ({ count }) => t.format.number(count), isFigure: true },
        ]}
      />
      {rows.some(({ isExact }) => !isExact) && <p class="quiet">{text.estimated}</p>}
    </div>
  );
};
