/**
 * Two versions against each other: `npx tsx bench/compare.ts OLD.json NEW.json [--tolerance 0.1] [--all]`, files of
 * `npm run bench -- --out FILE`. Several runs of a version: `OLD1.json,OLD2.json NEW1.json,NEW2.json`. Ends with 1
 * where a figure is worse by more than its tolerance.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { textTable } from "../src/text-table.ts";
import { compareFigures, type Compared, type Side } from "./comparison.ts";
import { shown } from "./figures.ts";
import { suiteRunSchema } from "./suite-run.ts";

const end = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  return process.exit(2);
};

const sideOf = (paths: string): Side =>
  paths.split(",").map((path) => {
    try {
      return suiteRunSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    } catch {
      return end(`${path} is no file that npm run bench -- --out has written.`);
    }
  });

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tolerance: { type: "string", default: "0.1" },
    all: { type: "boolean", default: false },
  },
});
const [oldPaths, newPaths] = positionals;
const tolerance = Number(options.tolerance);
if (oldPaths === undefined || newPaths === undefined || positionals.length > 2)
  end("Two sides: OLD.json NEW.json.");
else if (!(tolerance > 0)) end(`--tolerance takes a share such as 0.1, not ${options.tolerance}.`);
else {
  const rows = compareFigures(sideOf(oldPaths), sideOf(newPaths), tolerance);
  const cells = (row: Compared): readonly string[] => [
    ...[row.program, row.measurement, row.unit, shown(row.before), shown(row.after)],
    row.ratio.toFixed(2),
    `±${(row.tolerance * 100).toFixed(0)} %`,
    `${row.verdict}${row.isBusy ? " (busy machine)" : ""}`,
  ];
  const told = options.all ? rows : rows.filter(({ verdict }) => verdict !== "same");
  const left = ["program", "measurement", "unit"].map((title) => ({ title, align: "left" as const }));
  const right = ["old", "new", "new/old", "tolerance"].map((title) => ({ title, align: "right" as const }));
  const table = textTable([...left, ...right, { title: "", align: "left" }], told.map(cells));
  if (told.length > 0) process.stdout.write(`${table.join("\n")}\n`);
  const worse = rows.filter(({ verdict }) => verdict === "worse").length;
  const better = rows.filter(({ verdict }) => verdict === "better").length;
  process.stdout.write(`${rows.length} figures: ${worse} worse, ${better} better beyond tolerance.\n`);
  if (rows.length === 0) end("The two have no figure in common.");
  if (worse > 0) process.exitCode = 1;
}
