/**
 * How many lines a second the driver `rapiscan-line` decodes: `npx tsx bench/decode.ts [--json] [--runs N]`. The bytes
 * are those of a simulated lane, in memory; every measurement goes over the same bytes until it has taken 250 ms, in
 * turn with the others, and the median of its runs is shown.
 */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { ReadlineParser } from "@serialport/parser-readline";
import { rapiscanLine } from "../drivers/rapiscan-line/driver.ts";
import type { Firmware } from "../simulators/portals/lane.ts";
import { portalEmissions } from "../simulators/portals/rapiscan-portal.ts";
import { parseScenario } from "../simulators/scenario.ts";

const runInMs = 250;

/** What one measurement does with a stream, and how many lines it found. */
type Reading = (chunks: readonly Buffer[]) => number | Promise<number>;

interface Measurement {
  readonly measurement: string;
  readonly chunks: readonly Buffer[];
  readonly reading: Reading;
}

interface Row {
  readonly measurement: string;
  readonly unit: "lines/s";
  /** Median over the runs, by the clock on the wall and by the processor time of all threads. */
  readonly value: number;
  readonly valueOfCpu: number;
  readonly runs: readonly number[];
}

/** Half an hour of a busy lane, one line an element. */
const simulatedLines = (firmware: Firmware): readonly Buffer[] => {
  const transport = { kind: "tcp", port: 0 };
  const mix = { nothing: 85, norm: 12, medical: 3 };
  const lane = { id: "bench", transport, firmware, arrivalsPerHour: 60, mix };
  const scenario = parseScenario({ seed: 1, durationS: 1800, lanes: [lane] });
  const lines: Buffer[] = [];
  for (const each of scenario.lanes) {
    for (const emission of portalEmissions(each.lane)) {
      if (emission.kind === "bytes") lines.push(Buffer.from(emission.bytes));
    }
  }
  return lines;
};

const recorded = (lines: readonly Buffer[]): readonly Buffer[] =>
  lines.map((line) =>
    Buffer.from(line.toString("latin1").replace("\r\n", ",2016-05-31 09:30:00.899 -07\r\n")),
  );

const inChunks = (lines: readonly Buffer[], size: number): readonly Buffer[] => {
  const bytes = Buffer.concat(lines);
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
};

const codec = rapiscanLine.codec({});

const decode: Reading = (chunks) => {
  let state = codec.start(0);
  let lines = 0;
  for (const chunk of chunks) {
    const [next, decoded] = codec.decode(state, chunk);
    state = next;
    lines += decoded.length;
  }
  return lines;
};

/** The floor: whoever reads lines must at least find their ends. */
const findLineEnds: Reading = (chunks) => {
  let lines = 0;
  for (const chunk of chunks) {
    for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) lines += 1;
  }
  return lines;
};

/** What one would write first: no forms, no bounds, no times, no offsets, no word about damage. */
const numbersOf = (line: string): readonly number[] => line.split(",").slice(1).map(Number);

const splitAndParse: Reading = (chunks) => {
  let lines = 0;
  let carry = "";
  for (const chunk of chunks) {
    const parts = (carry + chunk.toString("latin1")).split("\r\n");
    carry = parts.pop() ?? "";
    for (const line of parts) if (numbersOf(line).length > 0) lines += 1;
  }
  return lines;
};

const readlineAndParse: Reading = async (chunks) => {
  const parser = new ReadlineParser({ delimiter: "\r\n", encoding: "latin1" });
  let lines = 0;
  parser.on("data", (line: string) => {
    if (numbersOf(line).length > 0) lines += 1;
  });
  for (const chunk of chunks) if (!parser.write(chunk)) await once(parser, "drain");
  parser.end();
  await once(parser, "end");
  return lines;
};

const measurements = (): readonly Measurement[] => {
  const base = simulatedLines("base");
  const extended = simulatedLines("extended");
  const large = inChunks(extended, 65_536);
  return [
    { measurement: "line ends only, 64 KiB chunks", chunks: large, reading: findLineEnds },
    { measurement: "driver, extended, 64 KiB chunks", chunks: large, reading: decode },
    { measurement: "driver, extended, a line a chunk", chunks: extended, reading: decode },
    { measurement: "driver, extended, 16 B chunks", chunks: inChunks(extended, 16), reading: decode },
    {
      measurement: "driver, extended recorded, 64 KiB chunks",
      chunks: inChunks(recorded(extended), 65_536),
      reading: decode,
    },
    { measurement: "driver, base, 64 KiB chunks", chunks: inChunks(base, 65_536), reading: decode },
    { measurement: "driver, base, a line a chunk", chunks: base, reading: decode },
    { measurement: "split and Number, 64 KiB chunks", chunks: large, reading: splitAndParse },
    { measurement: "ReadlineParser and Number, 64 KiB chunks", chunks: large, reading: readlineAndParse },
  ];
};

interface Run {
  readonly linesPerS: number;
  readonly linesPerCpuS: number;
}

const runOnce = async ({ chunks, reading }: Measurement): Promise<Run> => {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  let lines = 0;
  while (performance.now() - start < runInMs) lines += await reading(chunks);
  const cpu = process.cpuUsage(cpuStart);
  return {
    linesPerS: lines / ((performance.now() - start) / 1000),
    linesPerCpuS: lines / ((cpu.user + cpu.system) / 1_000_000),
  };
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const measure = async (runs: number): Promise<readonly Row[]> => {
  const all = measurements().map((each) => ({ each, runs: new Array<Run>() }));
  for (const { each } of all) await runOnce(each);
  for (let round = 0; round < runs; round += 1) {
    for (const entry of all) entry.runs.push(await runOnce(entry.each));
  }
  return all.map((entry) => ({
    measurement: entry.each.measurement,
    unit: "lines/s",
    value: median(entry.runs.map(({ linesPerS }) => linesPerS)),
    valueOfCpu: median(entry.runs.map(({ linesPerCpuS }) => linesPerCpuS)),
    runs: entry.runs.map(({ linesPerS }) => linesPerS),
  }));
};

const millions = (value: number): string => (value / 1_000_000).toFixed(2).padStart(8);

const table = (rows: readonly Row[]): string =>
  [
    `${"million lines a second".padEnd(44)}  median     min     max  of CPU\n`,
    ...rows.map(
      ({ measurement, value, valueOfCpu, runs }) =>
        `${measurement.padEnd(44)}${millions(value)}${millions(Math.min(...runs))}${millions(Math.max(...runs))}${millions(valueOfCpu)}\n`,
    ),
  ].join("");

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, runs: { type: "string", default: "7" } },
});
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`--runs takes a whole number from 1 on, not ${options.runs}.\n`);
  process.exit(2);
}
const rows = await measure(runs);
process.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : table(rows));
