import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import type { Firmware } from "../simulators/portals/lane.ts";
import { portalEmissions } from "../simulators/portals/rapiscan-portal.ts";
import { parseScenario } from "../simulators/scenario.ts";
import { countOf, type Figure, figureOf, say } from "./figures.ts";

/** `lanewatch replay` of one lane's day as a whole process, start-up included: what a user waits for. */
const dayLines = 78_000;

interface Measurement {
  readonly measurement: string;
  readonly args: readonly string[];
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

/** The measurements take turns, so that a noisy second hits all of them alike; the first round is thrown away. */
const measure = async (measurements: readonly Measurement[], runs: number): Promise<readonly Figure[]> => {
  const all = measurements.map((each) => ({ each, walls: new Array<number>() }));
  for (let round = 0; round <= runs; round += 1) {
    for (const { each, walls } of all) {
      const wall = await wallOf(each.args);
      if (round > 0) walls.push(wall);
    }
  }
  return all.map(({ each, walls }) => figureOf(each.measurement, "ms", walls));
};

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    runs: { type: "string", default: "7" },
    cli: { type: "string", default: "dist/src/cli.js" },
  },
});
const runs = countOf("runs", options.runs);
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
  const figures = await measure(
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
  say({ figures }, options.json);
} finally {
  rmSync(directory, { recursive: true });
}
