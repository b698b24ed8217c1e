import { partsOf, type PartColumns, type SeriesAnswer, type SeriesQuery } from "../domain/series.ts";
import { addValues, emptyTally, type Tally } from "./tally.ts";
import { stretchesOf } from "./resolution.ts";

/** The columns of an answer from what each of its stretches adds up to. */
export const answerOf = (
  { laneId, what, from, to }: SeriesQuery,
  stretches: {
    readonly stepInMs: number;
    readonly at: readonly number[];
    readonly tallies: readonly Tally[];
  },
): SeriesAnswer => {
  const { stepInMs, at, tallies } = stretches;
  const parts = partsOf(what).map((name, part): PartColumns => {
    const where = (value: (tally: Tally) => number | undefined): readonly (number | null)[] =>
      tallies.map((tally) => ((tally.count[part] ?? 0) === 0 ? null : (value(tally) ?? null)));
    return {
      part: name,
      count: tallies.map(({ count }) => count[part] ?? 0),
      min: where(({ min }) => min[part]),
      mean: where(({ sum, count }) => (sum[part] ?? 0) / (count[part] ?? 1)),
      max: where(({ max }) => max[part]),
    };
  });
  return { laneId, what, from, to, stepInMs, at, parts };
};

/** Every single point, as the answer has it. */
export const answerOfPoints = (
  query: SeriesQuery,
  points: readonly { readonly atMs: number; readonly values: readonly (number | null)[] }[],
): SeriesAnswer => {
  const parts = partsOf(query.what).length;
  const tallies = points.map(({ values }) => {
    const tally = emptyTally(parts);
    addValues(tally, values);
    return tally;
  });
  return answerOf(query, { stepInMs: 0, at: points.map(({ atMs }) => atMs), tallies });
};

/** Empty stretches that cover the span, and which of them a moment is in. */
export const emptyStretches = (
  query: SeriesQuery,
  stepInMs: number,
): {
  readonly stepInMs: number;
  readonly at: readonly number[];
  readonly tallies: readonly Tally[];
  readonly tallyAt: (atMs: number) => Tally | undefined;
} => {
  const at = stretchesOf(query, stepInMs);
  const parts = partsOf(query.what).length;
  const tallies = at.map(() => emptyTally(parts));
  const first = at[0] ?? 0;
  return { stepInMs, at, tallies, tallyAt: (atMs) => tallies[Math.floor((atMs - first) / stepInMs)] };
};
