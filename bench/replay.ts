import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import type { Firmware } from "../simulators/portals/lane.ts";
import { portalEmissions } from "../simulators/portals/rapiscan-portal.ts";
import { parseScenario } from "../simulators/scenario.ts";

/** `lanewatch replay` of one lane's day as a whole process, start-up included: what a user waits for. */
const dayLines = 78_000;

interface Measurement {
  readonly measurement: string;
  readonly args: readonly string[];
}

interface Row {
  readonly measurement: string;
  readonly unit: "ms";
  /** Median over the runs. */
  readonly value: number;
  readonly runs: readonly number[];
}

const began = Date.UTC(2024, 5, 1);

/** `2024-06-01 12:00:00.000 -00`, as recorders write it. */
const recordedTime = (atMs: number): string => {
  const iso = new Date(began + atMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)} -00`;
};

/** The first lines of a lane on which 24 vehicles an hour pass: on the base firmware that is about a day of them. */
const recordedDay = (firmware: Firmware): string => {
  const mix = { nothing: 85, norm: 12, medical: 3 };
  const transport = { kind: "tcp", port: 0 };
  const lane = { id: "bench", transport, firmware, arrivalsPerHour: 24, mix };
  const lines: string[] = [];
  for (const each of parseScenario({ seed: "day", lanes: [lane] }).lanes) {
    for (const emission of portalEmissions(each.lane)) {
      if (emission.kind !== "bytes") continue;
      const text = Buffer.from(emission.bytes).toString("latin1");
      for (const line of text.split("\r\n")) {
        if (line !== "") lines.push(`${line},${recordedTime(emission.atMs)}\r\n`);
      }
      if (lines.length >= dayLines) break;
    }
  }
  return lines.slice(0, dayLines).join("");
};

const run = promisify(execFile);

const wallOf = async (args: readonly string[]): Promise<number> => {
  const started = performance.now();
  await run(process.execPath, [...args], { maxBuffer: 64 * 1024 * 1024 });
  return performance.now() - started;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The measurements take turns, so that a noisy second hits all of them alike; the first round is thrown away. */
const measure = async (measurements: readonly Measurement[], runs: number): Promise<readonly Row[]> => {
  const all = measurements.map((each) => ({ each, walls: new Array<number>() }));
  for (let round = 0; round <= runs; round += 1) {
    for (const { each, walls } of all) {
      const wall = await wallOf(each.args);
      if (round > 0) walls.push(wall);
    }
  }
  return all.map(({ each, walls }) => ({
    measurement: each.measurement,
    unit: "ms",
    value: median(walls),
    runs: walls,
  }));
};

const table = (rows: readonly Row[]): string =>
  [
    `${"milliseconds of a whole process".padEnd(44)}  median     min     max\n`,
    ...rows.map(({ measurement, value, runs }) => {
      const figures = [value, Math.min(...runs), Math.max(...runs)];
      return `${measurement.padEnd(44)}${figures.map((figure) => figure.toFixed(0).padStart(8)).join("")}\n`;
    }),
  ].join("");

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    runs: { type: "string", default: "7" },
    cli: { type: "string", default: "dist/src/cli.js" },
  },
});
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`--runs takes a whole number from 1 on, not ${options.runs}.\n`);
  process.exit(2);
}
const cli = resolve(options.cli);
const directory = mkdtempSync(join(tmpdir(), "lanewatch-bench-"));
try {
  const days = { base: join(directory, "base.txt"), extended: join(directory, "extended.txt") };
  for (const firmware of ["base", "extended"] as const) {
    writeFileSync(days[firmware], recordedDay(firmware), "latin1");
  }
  const replay = (firmware: Firmware, preset: string): Measurement => ({
    measurement: `replay, ${firmware}, ${preset}`,
    args: [cli, "replay", days[firmware], "--preset", preset],
  });
  const rows = await measure(
    [
      { measurement: "node alone", args: ["-e", ""] },
      { measurement: "start-up: --version", args: [cli, "--version"] },
      replay("base", "vendor-compatible"),
      replay("base", "sensitive"),
      replay("extended", "vendor-compatible"),
      replay("extended", "norm-discriminating"),
    ],
    runs,
  );
  process.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : table(rows));
} finally {
  rmSync(directory, { recursive: true });
}
