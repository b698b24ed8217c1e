/**
 * All benchmarks, or those that are named: `npm run bench -- [--short] [--json] [--out FILE] [NAME…]`. The program must
 * be built. One after the other, each in a process of its own. Ends with 1 where one failed or something that must
 * hold did not.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildBench } from "./build.ts";
import { figureTable } from "./figures.ts";
import { machine } from "./machine.ts";
import { type Program, programs } from "./suite-programs.ts";
import { type ProgramRun, runProgram, type SuiteRun } from "./suite-run.ts";

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

const print = (text: string): void => {
  if (!options.json) process.stdout.write(`${text}\n`);
};

const commit = (): string | null => {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : " with changes"}`;
  } catch {
    return null;
  }
};

const wanted = (): readonly Program[] => {
  const unknown = names.filter((name) => !programs.some((program) => program.name === name));
  if (unknown.length > 0) {
    const known = programs.map(({ name }) => name).join(", ");
    process.stderr.write(`There is no benchmark ${unknown.join(", ")}. There are: ${known}.\n`);
    process.exit(2);
  }
  if (names.length > 0) return programs.filter(({ name }) => names.includes(name));
  return programs.filter(({ shortArgs }) => !options.short || shortArgs !== null);
};

const told = (run: ProgramRun): string => {
  const { name, lastedS, loadBefore, othersCores, busy, outcome, failure } = run;
  const around = `${lastedS.toFixed(0)} s, load ${loadBefore.toFixed(1)} before, others ${othersCores.toFixed(2)} cores`;
  return [
    "",
    `${name} (${around})${busy ? " BUSY MACHINE: not good figures" : ""}`,
    "",
    ...(failure === null ? [] : [`It failed: ${failure}`]),
    ...(outcome === null ? [] : figureTable(outcome.figures)),
    ...(outcome?.skipped ?? []),
    ...(outcome?.wrong ?? []).map((sentence) => `Wrong: ${sentence}`),
  ].join("\n");
};

const chosen = wanted();
const about = machine();
const at = new Date().toISOString();
const { cpu, cores, memoryInMb, node, system } = about;
print(`${at}, ${cpu}, ${cores} cores, ${(memoryInMb / 1000).toFixed(0)} GB, Node ${node}, ${system}`);
const builtFolder = buildBench();
const runs: ProgramRun[] = [];
for (const program of chosen) {
  const run = await runProgram(program, { isShort: options.short, builtFolder });
  print(told(run));
  runs.push(run);
}
const suite: SuiteRun = {
  version: 1,
  ...{ at, short: options.short, commit: commit(), machine: about, programs: runs },
};
if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(suite, null, 2)}\n`);
if (options.json) process.stdout.write(`${JSON.stringify(suite)}\n`);
const busy = runs.filter((run) => run.busy).map(({ name }) => name);
if (busy.length > 0) print(`\nOthers worked meanwhile: repeat ${busy.join(", ")} before any figure is told.`);
if (runs.some(({ failure, outcome }) => failure !== null || (outcome?.wrong.length ?? 0) > 0))
  process.exitCode = 1;
