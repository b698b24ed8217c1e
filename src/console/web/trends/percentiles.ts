import type { SeriesView } from "../../../wire/series.ts";

type PartView = SeriesView["parts"][number];

export interface Spread {
  readonly part: string;
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** Every value is known; else, of the stretches that have more than two, only the extremes and the mean. */
  readonly isExact: boolean;
}

interface Weighed {
  readonly value: number;
  readonly weight: number;
}

/** What is known of a stretch's values: one or two whole, of more the least, the greatest, and the mean of those between. */
const valuesOf = ({ count, min, mean, max }: PartView): readonly Weighed[] =>
  count.flatMap((values, at) => {
    const [low, middle, high] = [min[at] ?? null, mean[at] ?? null, max[at] ?? null];
    if (low === null || middle === null || high === null || values === 0) return [];
    if (values === 1) return [{ value: middle, weight: 1 }];
    const between = values - 2;
    const ends = [low, high].map((value) => ({ value, weight: 1 }));
    return between === 0
      ? ends
      : [...ends, { value: (middle * values - low - high) / between, weight: between }];
  });

/** The nearest-rank percentile of weighed values in rising order. */
const percentile = (rising: readonly Weighed[], share: number): number => {
  const rank = Math.ceil(share * rising.reduce((sum, { weight }) => sum + weight, 0));
  let below = 0;
  for (const { value, weight } of rising) {
    below += weight;
    if (below >= rank) return value;
  }
  return rising.at(-1)?.value ?? 0;
};

/** How each part's values are spread over the span; parts without any are left out. */
export const spreadsOf = ({ parts }: SeriesView): readonly Spread[] =>
  parts.flatMap((part) => {
    const rising = [...valuesOf(part)].sort((a, b) => a.value - b.value);
    const last = rising.at(-1);
    if (last === undefined) return [];
    return [
      {
        part: part.part,
        count: part.count.reduce((sum, count) => sum + count, 0),
        p50: percentile(rising, 0.5),
        p90: percentile(rising, 0.9),
        p99: percentile(rising, 0.99),
        max: last.value,
        isExact: part.count.every((count) => count <= 2),
      },
    ];
  });
