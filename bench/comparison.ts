import { type Figure, median, type Unit, units } from "./figures.ts";
import type { SuiteRun } from "./suite-run.ts";

/** One version, measured once or several times. */
export type Side = readonly SuiteRun[];

export interface Compared {
  readonly program: string;
  readonly measurement: string;
  readonly unit: Unit;
  readonly before: number;
  readonly after: number;
  /** After ÷ before. */
  readonly ratio: number;
  /** How far the ratio may be from 1 by chance. */
  readonly tolerance: number;
  readonly verdict: "better" | "worse" | "same";
  /** Others worked on the machine on one of the sides. */
  readonly isBusy: boolean;
}

interface Measured {
  readonly unit: Unit;
  readonly values: readonly number[];
  readonly runs: readonly number[];
  readonly isBusy: boolean;
}

/** Percentiles far out are of few values, and a single one of them is a single accident. */
const rareFactor: readonly (readonly [RegExp, number])[] = [
  [/, max$/, 10],
  [/, p99\.9$/, 6],
  [/, p9[59]$/, 3],
  [/, p50$/, 2],
];
/** Clocks tell whole milliseconds, and processes wake up late by as much. */
const leastMs = 2;

const keyOf = (program: string, { measurement, unit }: Figure): string =>
  `${program}\n${measurement}\n${unit}`;

const measuredIn = (side: Side): ReadonlyMap<string, Measured> => {
  const found = new Map<string, Measured>();
  for (const { programs } of side) {
    for (const { name, busy, outcome } of programs) {
      for (const figure of outcome?.figures ?? []) {
        const key = keyOf(name, figure);
        const before = found.get(key);
        found.set(key, {
          unit: figure.unit,
          values: [...(before?.values ?? []), figure.value],
          runs: [...(before?.runs ?? []), ...(figure.runs ?? [figure.value])],
          isBusy: busy || before?.isBusy === true,
        });
      }
    }
  }
  return found;
};

/** Half of the middle four fifths of the runs, as a share of their median: one outlier in ten does not count. */
const spread = (runs: readonly number[]): number => {
  if (runs.length < 3) return 0;
  const sorted = runs.toSorted((a, b) => a - b);
  const cut = Math.floor(sorted.length / 10);
  const [low = 0, high = 0] = [sorted[cut], sorted[sorted.length - 1 - cut]];
  return (high - low) / 2 / Math.abs(median(sorted));
};

const toleranceOf = (measurement: string, sides: readonly Measured[], least: number): number => {
  const factor = rareFactor.find(([form]) => form.test(measurement))?.[1] ?? 1;
  return Math.max(least * factor, ...sides.map(({ runs }) => spread(runs)));
};

const judged = (unit: Unit, before: number, after: number, tolerance: number): Compared["verdict"] => {
  if (unit === "ms" && Math.abs(after - before) <= leastMs) return "same";
  const ratio = after / before;
  // As far in the other direction: half as much is as far away as twice as much.
  const [high, low] = [1 + tolerance, 1 / (1 + tolerance)];
  if (!Number.isFinite(ratio) || (ratio <= high && ratio >= low)) return "same";
  switch (units[unit]) {
    case "more":
      return ratio > 1 ? "better" : "worse";
    case "less":
      return ratio > 1 ? "worse" : "better";
    case "neither":
      return "same";
  }
};

/**
 * Every figure that both sides have, medians of medians. Its tolerance is the spread of its runs on either side, and
 * `least` at the least: more of it for percentiles.
 */
export const compareFigures = (before: Side, after: Side, least: number): readonly Compared[] => {
  const [old, fresh] = [measuredIn(before), measuredIn(after)];
  return [...old].flatMap(([key, one]) => {
    const other = fresh.get(key);
    if (other === undefined) return [];
    const [program = "", measurement = ""] = key.split("\n");
    const { unit } = one;
    const [was, is] = [median(one.values), median(other.values)];
    const tolerance = toleranceOf(measurement, [one, other], least);
    const verdict = judged(unit, was, is, tolerance);
    const isBusy = one.isBusy || other.isBusy;
    return [
      { program, measurement, unit, before: was, after: is, ratio: is / was, tolerance, verdict, isBusy },
    ];
  });
};
