/** What every benchmark says: figures with units, as a table or, with `--json`, as one JSON document. */
import { textTable } from "../src/text-table.ts";

/** Which way a unit is better. */
export const units = {
  "1/s": "more",
  "lines/s": "more",
  "intervals/s": "more",
  "messages/s": "more",
  ms: "less",
  s: "less",
  "µs/line": "less",
  "µs/message": "less",
  MB: "less",
  KiB: "less",
  "KiB/lane": "less",
  exponent: "less",
  /** Seconds of one core a second. */
  cores: "less",
  alarms: "neither",
  lines: "neither",
} as const satisfies Record<string, "more" | "less" | "neither">;
export type Unit = keyof typeof units;

export interface Figure {
  readonly measurement: string;
  readonly unit: Unit;
  /** Where there are several runs, their median. */
  readonly value: number;
  readonly runs?: readonly number[];
}

/** What one program says with `--json`. */
export interface Outcome {
  readonly figures: readonly Figure[];
  /** What could not be measured here, and why: a sentence each. */
  readonly skipped?: readonly string[];
  /** What must hold and did not: a sentence each. The program then ends with 1. */
  readonly wrong?: readonly string[];
  /** More than figures, for who wants to look closer. */
  readonly report?: unknown;
}

/** Of `sorted`, the least that a share `q` of it does not exceed; NaN of nothing. */
export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? Number.NaN;

export const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

export const figureOf = (measurement: string, unit: Unit, runs: readonly number[]): Figure => ({
  measurement,
  unit,
  value: median(runs),
  runs,
});

/** The same figures of several runs of the same thing, as one. */
export const mediansOf = (runs: readonly (readonly Figure[])[]): readonly Figure[] =>
  (runs[0] ?? []).map(({ measurement, unit }, at) =>
    figureOf(
      measurement,
      unit,
      runs.flatMap((figures) => figures[at]?.value ?? []),
    ),
  );

/** p50, p99, p99.9 and the largest, in milliseconds; nothing where there are no times. */
export const latencyFigures = (measurement: string, times: readonly number[]): readonly Figure[] => {
  if (times.length === 0) return [];
  const sorted = times.toSorted((a, b) => a - b);
  const shares = { p50: 0.5, p99: 0.99, "p99.9": 0.999, max: 1 };
  return Object.entries(shares).map(([name, q]) => ({
    measurement: `${measurement}, ${name}`,
    unit: "ms",
    value: quantile(sorted, q),
  }));
};

/** Three digits that matter, and no more zeros than there are. */
export const shown = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 100_000_000) return `${(value / 1e6).toFixed(0)} M`;
  if (size >= 1_000_000) return `${(value / 1e6).toFixed(2)} M`;
  if (size >= 100) return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
};

/** Largest distance of a run from the median, as a share of it; undefined of a single run. */
export const spreadOf = ({ value, runs = [] }: Figure): number | undefined =>
  runs.length < 2 || value === 0
    ? undefined
    : Math.max(...runs.map((run) => Math.abs(run - value))) / Math.abs(value);

const ofCpu = ", of CPU";

/** A row a measurement; what is told of processor time too stands beside it. */
export const figureTable = (figures: readonly Figure[]): readonly string[] => {
  const named = new Map(figures.map((figure) => [figure.measurement, figure]));
  const isBeside = ({ measurement }: Figure): boolean =>
    measurement.endsWith(ofCpu) && named.has(measurement.slice(0, -ofCpu.length));
  const rows = figures.filter((figure) => !isBeside(figure));
  const cells = rows.map((figure) => {
    const cpu = named.get(figure.measurement + ofCpu);
    const spread = spreadOf(figure);
    return [
      figure.measurement,
      shown(figure.value),
      figure.unit,
      spread === undefined ? "" : `±${(spread * 100).toFixed(0)} %`,
      cpu === undefined ? "" : shown(cpu.value),
    ];
  });
  const hasCpu = rows.length < figures.length;
  return textTable(
    [
      { title: "measurement", align: "left" },
      { title: "value", align: "right" },
      { title: "unit", align: "left" },
      { title: "spread", align: "right" },
      { title: hasCpu ? "of CPU" : "", align: "right" },
    ],
    cells,
  );
};

/** Prints an outcome and sets the exit code. */
export const say = (outcome: Outcome, isJson: boolean): void => {
  const { figures, skipped = [], wrong = [] } = outcome;
  const lines = [...figureTable(figures), ...skipped, ...wrong.map((sentence) => `Wrong: ${sentence}`)];
  process.stdout.write(isJson ? `${JSON.stringify(outcome)}\n` : `${lines.join("\n")}\n`);
  if (wrong.length > 0) process.exitCode = 1;
};

/** Takes a whole number of at least 1 from the command line, or ends the program. */
export const countOf = (option: string, text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  process.stderr.write(`--${option} takes a whole number from 1 on, not ${text}.\n`);
  return process.exit(2);
};
