import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textTable } from "../../src/text-table.ts";
import { expect } from "vitest";
import { faultsOf, type Verdict } from "./verdict.ts";

export interface TableRow {
  readonly fault: string;
  readonly repetitions: number;
  readonly expected: number;
  readonly lost: number;
  readonly doubled: number;
  readonly unexpected: number;
  readonly worstDelayInMs: number | null;
  readonly note: string;
}

/** Rows of all files of one run of the tests: their processes have the same parent. */
const path = join(tmpdir(), `lanewatch-faults-${process.ppid}.jsonl`);

export const tell = (row: TableRow): void => {
  appendFileSync(path, `${JSON.stringify(row)}\n`);
  const { fault, repetitions, expected, lost, doubled, unexpected, worstDelayInMs, note } = row;
  const delay = worstDelayInMs === null ? "" : `, worst delay ${Math.round(worstDelayInMs)} ms`;
  process.stdout.write(
    `${fault} ×${repetitions}: ${expected} expected, ${lost} lost, ${doubled} doubled, ${unexpected} unexpected${delay}${note === "" ? "" : `; ${note}`}\n`,
  );
};

/** The table of all rows so far, for a file's end: that of the file that ends last is the whole. */
export const showTable = (): void => {
  if (!existsSync(path)) return;
  const rows = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as TableRow);
  const numbers = ["times", "expected", "lost", "doubled", "unexpected", "worst delay ms"];
  const columns = [
    { title: "fault", align: "left" } as const,
    ...numbers.map((title) => ({ title, align: "right" }) as const),
    { title: "note", align: "left" } as const,
  ];
  const lines = textTable(
    columns,
    rows.map((row) => [
      row.fault,
      ...[row.repetitions, row.expected, row.lost, row.doubled, row.unexpected].map(String),
      row.worstDelayInMs === null ? "" : String(Math.round(row.worstDelayInMs)),
      row.note,
    ]),
  );
  process.stdout.write(`\n${lines.join("\n")}\n`);
};

/** A row of the table, and the promise itself: nothing lost, nothing doubled, and so many sure alarms at the least. */
export const tellVerdict = (told: {
  readonly fault: string;
  readonly repetitions: number;
  readonly verdict: Verdict;
  readonly atLeast: number;
  readonly note?: string;
  /** Whether the edge's clock was right, so that delays mean something. */
  readonly hasDelays?: boolean;
}): void => {
  const { fault, repetitions, verdict, atLeast, note, hasDelays = true } = told;
  const repeats = verdict.repeats === 0 ? [] : [`${verdict.repeats} repeats with known ids`];
  tell({
    fault,
    repetitions,
    expected: verdict.expected,
    lost: verdict.lost.length + verdict.mistaken.length,
    doubled: verdict.doubled.length,
    unexpected: verdict.unexpected.length + verdict.disagreements.length,
    worstDelayInMs: hasDelays ? verdict.worstDelayInMs : null,
    note: [...(note === undefined ? [] : [note]), ...repeats].join("; "),
  });
  expect(faultsOf(verdict)).toEqual([]);
  expect(verdict.expected).toBeGreaterThanOrEqual(atLeast);
};
