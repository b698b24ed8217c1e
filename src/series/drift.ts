import { median } from "simple-statistics";
import type { PartColumns, SeriesAnswer } from "../domain/series.ts";

type Column = readonly (number | null)[];

/**
 * By how many per cent each panel's background differs from its own median over the span. A panel that counted nothing has
 * no drift.
 */
export const driftOf = (background: SeriesAnswer): SeriesAnswer => ({
  ...background,
  parts: background.parts.map(driftOfPart),
});

const driftOfPart = (columns: PartColumns): PartColumns => {
  const known = columns.mean.filter((value) => value !== null);
  const usual = known.length === 0 ? 0 : median(known);
  const percent = (column: Column): Column =>
    column.map((value) => (value === null || usual <= 0 ? null : (value / usual - 1) * 100));
  return { ...columns, min: percent(columns.min), mean: percent(columns.mean), max: percent(columns.max) };
};
