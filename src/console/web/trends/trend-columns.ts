import type { AlignedData } from "uplot";
import { chartSeries, type SeriesView } from "../../../wire/series.ts";

/** A plot has three columns a part: least, mean and greatest; for sums, all three are the sum. */
export const columnsAPart = 3;

type PartView = SeriesView["parts"][number];

const sums = ({ count, mean }: PartView): (number | null)[] =>
  count.map((values, at) => values * (mean[at] ?? 0));

/** Columns for the plot. A stretch of a sum in which nothing came counts 0; of anything else it is a gap. */
export const plotColumns = (view: SeriesView): AlignedData => [
  [...view.at],
  ...view.parts.flatMap((part): (number | null)[][] => {
    if (!chartSeries[view.what].sums) return [[...part.min], [...part.mean], [...part.max]];
    const summed = sums(part);
    return [summed, summed, summed];
  }),
];

/** Least and greatest value that the plot has to show; null where there is none. */
export const extentOf = (columns: AlignedData): readonly [number, number] | null => {
  let least = Infinity;
  let greatest = -Infinity;
  for (const column of columns.slice(1)) {
    for (const value of column) {
      if (value === null || value === undefined) continue;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
  }
  return least > greatest ? null : [least, greatest];
};

/** Where the value nearest to a stretch stands, at most `reachInMs` away; null where there is none so near. */
export const nearestAt = (
  { at }: Pick<SeriesView, "at">,
  column: readonly (number | null)[],
  { pointed, reachInMs }: { readonly pointed: number; readonly reachInMs: number },
): number | null => {
  const middle = at[pointed];
  if (middle === undefined) return null;
  for (let away = 0; away < at.length; away += 1) {
    const within = [pointed - away, pointed + away].filter(
      (index) => Math.abs((at[index] ?? Infinity) - middle) <= reachInMs,
    );
    if (within.length === 0) return null;
    const found = within.find((index) => (column[index] ?? null) !== null);
    if (found !== undefined) return found;
  }
  return null;
};

export interface PartFigures {
  readonly part: string;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** All values of the span, where they are summed. */
  readonly sum: number;
}

/** Each part over the whole span; parts of which nothing was measured are left out. */
export const figuresOf = (view: SeriesView): readonly PartFigures[] =>
  view.parts.flatMap((part) => {
    const count = part.count.reduce((all, values) => all + values, 0);
    if (count === 0) return [];
    const sum = sums(part).reduce<number>((all, value) => all + (value ?? 0), 0);
    const least = part.min.reduce<number>((low, value) => Math.min(low, value ?? low), Infinity);
    const greatest = part.max.reduce<number>((high, value) => Math.max(high, value ?? high), -Infinity);
    return [{ part: part.part, min: least, mean: sum / count, max: greatest, sum }];
  });
