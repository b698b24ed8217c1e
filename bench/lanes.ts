/**
 * What a line costs as lanes go from 1 to 10,000, and how much memory a lane takes:
 * `npx tsx bench/lanes.ts [--short] [--lanes 1,10,100,1000,10000] [--runs N] [--json]`. Each number of lanes in a process
 * of its own, by way of the edge's framing, the embedded log on this machine's disk, and the core.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { z } from "zod";
import { countOf, type Figure, mediansOf, say } from "./figures.ts";
import { type LanesRun, runLanes } from "./lanes-run.ts";

const { values: options } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    lanes: { type: "string" },
    runs: { type: "string", default: "1" },
    /** This process measures so many lanes, and nothing else. */
    one: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

/** Lane-ticks shared out; a few lanes are measured for so long at the most, and many for so long at the least. */
const bounds = options.short
  ? { laneTicks: 40_000, most: 1_000, least: 30 }
  : { laneTicks: 200_000, most: 3_000, least: 75 };

const ticksFor = (laneCount: number): number =>
  Math.max(bounds.least, Math.min(bounds.most, Math.round(bounds.laneTicks / laneCount)));

const runSchema = z.strictObject({
  ...{ lanes: z.number(), lines: z.number(), frames: z.number(), laneTimeS: z.number() },
  ...{ cpuS: z.number(), wallS: z.number(), heapBytes: z.number(), residentBytes: z.number() },
});

const measureApart = async (laneCount: number): Promise<LanesRun> => {
  const own = [
    fileURLToPath(import.meta.url),
    "--one",
    String(laneCount),
    ...(options.short ? ["--short"] : []),
  ];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--expose-gc", "--max-old-space-size=8192", ...process.execArgv, ...own],
    { maxBuffer: 16 * 1_048_576, timeout: 15 * 60_000 },
  );
  return runSchema.parse(JSON.parse(stdout));
};

const lineMicroseconds = ({ cpuS, lines }: LanesRun): number => (cpuS / lines) * 1e6;

const figuresOf = (run: LanesRun): readonly Figure[] => {
  const { lanes, lines, cpuS, laneTimeS, heapBytes, residentBytes } = run;
  const name = `${lanes.toLocaleString("en-US")} lane${lanes === 1 ? "" : "s"}`;
  return [
    { measurement: `${name}: CPU a line`, unit: "µs/line", value: lineMicroseconds(run) },
    { measurement: `${name}: lines a second of CPU`, unit: "lines/s", value: lines / cpuS },
    { measurement: `${name}: cores at real rates`, unit: "cores", value: cpuS / laneTimeS },
    { measurement: `${name}: resident`, unit: "MB", value: residentBytes / 1e6 },
    ...(lanes < 100
      ? []
      : [
          {
            measurement: `${name}: heap a lane`,
            unit: "KiB/lane" as const,
            value: heapBytes / lanes / 1_024,
          },
        ]),
  ];
};

/** Slope of the line through the points, least squares of logarithms. */
const slope = (points: readonly (readonly [number, number])[]): number => {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (of: 0 | 1): number => logs.reduce((sum, point) => sum + point[of], 0) / logs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const up = logs.reduce((total, [x, y]) => total + (x - meanX) * (y - meanY), 0);
  const across = logs.reduce((total, [x]) => total + (x - meanX) ** 2, 0);
  return up / across;
};

/** Of the cost of all lanes, where each says as much: 1 is that a line costs the same however many lanes there are. */
const exponents = (runs: readonly LanesRun[]): readonly Figure[] => {
  const points = runs.map((run) => [run.lanes, lineMicroseconds(run) * run.lanes] as const);
  const over = (name: string, some: typeof points): readonly Figure[] =>
    some.length < 2
      ? []
      : [{ measurement: `exponent of cost, ${name}`, unit: "exponent", value: slope(some) }];
  return [
    ...over("all", points),
    ...over(
      "from 100 lanes on",
      points.filter(([lanes]) => lanes >= 100),
    ),
  ];
};

if (options.one !== undefined) {
  const laneCount = countOf("one", options.one);
  process.stdout.write(`${JSON.stringify(await runLanes(laneCount, ticksFor(laneCount)))}\n`);
} else {
  const asked = options.lanes ?? (options.short ? "1,10,100,1000" : "1,10,100,1000,10000");
  const counts = asked.split(",").map((text) => countOf("lanes", text));
  const runs = countOf("runs", options.runs);
  const rounds: (readonly Figure[])[] = [];
  for (let round = 0; round < runs; round += 1) {
    const done: LanesRun[] = [];
    for (const laneCount of counts) done.push(await measureApart(laneCount));
    rounds.push([...exponents(done), ...done.flatMap(figuresOf)]);
  }
  say({ figures: mediansOf(rounds) }, options.json);
}
