import type { SeriesAnswer, SeriesQuery } from "../domain/series.ts";
import { partsOf } from "../domain/series.ts";
import type { SeriesPositions } from "../ports.ts";
import { answerOf, answerOfPoints, emptyStretches } from "../series/answer.ts";
import type { Reading } from "../series/resolution.ts";

/** How a database is asked; how it is written to is the same for all. */
export interface SeriesDialect {
  /** The newest positions that were written; nothing where none were. */
  readonly positions: () => Promise<SeriesPositions>;
  readonly query: (query: SeriesQuery, reading: Reading) => Promise<SeriesAnswer>;
}

/** What a stretch of one part adds up to, in a database's own answer. */
export interface FoundStretch {
  readonly part: string;
  readonly atMs: number;
  readonly figure: "count" | "min" | "mean" | "max";
  readonly value: number;
}

export const answerFromStretches = (
  query: SeriesQuery,
  stepInMs: number,
  found: readonly FoundStretch[],
): SeriesAnswer => {
  const stretches = emptyStretches(query, stepInMs);
  const parts = partsOf(query.what);
  // Means are put in for sums, and become sums when all counts are known.
  for (const { part: name, atMs, figure, value } of found) {
    const tally = stretches.tallyAt(atMs);
    const part = parts.length === 1 ? 0 : parts.indexOf(name);
    if (tally === undefined || part < 0) continue;
    tally[figure === "mean" ? "sum" : figure][part] = value;
  }
  for (const { sum, count } of stretches.tallies)
    for (const [part, mean] of sum.entries()) sum[part] = mean * (count[part] ?? 0);
  return answerOf(query, stretches);
};

export interface FoundPoint {
  readonly part: string;
  readonly atMs: number;
  readonly value: number;
}

/** Points of the parts that stand at the same time are one. */
export const answerFromPoints = (query: SeriesQuery, found: readonly FoundPoint[]): SeriesAnswer => {
  const parts = partsOf(query.what);
  const rows = new Map<number, (number | null)[]>();
  for (const { part: name, atMs, value } of found) {
    const part = parts.length === 1 ? 0 : parts.indexOf(name);
    if (part < 0) continue;
    const row = rows.get(atMs) ?? Array<number | null>(parts.length).fill(null);
    row[part] = value;
    rows.set(atMs, row);
  }
  const points = Array.from(rows, ([atMs, values]) => ({ atMs, values })).sort((a, b) => a.atMs - b.atMs);
  return answerOfPoints(query, points);
};
