/**
 * How many lines a second each driver decodes, beside the floor and what one would write first:
 * `npx tsx bench/decode.ts [--json] [--runs N]`. The bytes are those of a simulated lane, in memory; every measurement goes
 * over the same bytes until it has taken 250 ms, in turn with the others, and the median of its runs is shown.
 */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { ReadlineParser } from "@serialport/parser-readline";
import { jsonMqtt } from "../drivers/json-mqtt/driver.ts";
import { rapiscanLine } from "../drivers/rapiscan-line/driver.ts";
import type { Firmware } from "../simulators/portals/lane.ts";
import { portalEmissions } from "../simulators/portals/rapiscan-portal.ts";
import { parseScenario } from "../simulators/scenario.ts";
import { documentOfLine } from "../simulators/transports/mqtt-documents.ts";
import type { Codec } from "../src/domain/codec.ts";
import { countOf, say } from "./figures.ts";
import { inRounds, type Repeated } from "./rounds.ts";

/** What one measurement does with a stream, and how many lines it found. */
type Reading = (chunks: readonly Buffer[]) => number | Promise<number>;

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

/** What equipment with JSON says in place of the lines, a document a line, numbered or not. */
const documents = (lines: readonly Buffer[], areNumbered: boolean): readonly Buffer[] => {
  let sequence = 0;
  const more = (): Record<string, unknown> => (areNumbered ? { sequence: sequence++, epoch: "bench" } : {});
  return lines.flatMap((line) => {
    const document = documentOfLine(line.toString("latin1").trimEnd(), more);
    return document === undefined ? [] : [Buffer.from(`${document}\n`, "latin1")];
  });
};

const decodeWith =
  (codec: Codec): Reading =>
  (chunks) => {
    let state = codec.start(0);
    let lines = 0;
    for (const chunk of chunks) {
      const [next, decoded] = codec.decode(state, chunk);
      state = next;
      lines += decoded.length;
    }
    return lines;
  };
const decode = decodeWith(rapiscanLine.codec({}));
const decodeJson = decodeWith(jsonMqtt.codec({}));

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

const parseJson: Reading = (chunks) => {
  let lines = 0;
  for (const chunk of chunks) {
    const document: unknown = JSON.parse(chunk.toString("utf8"));
    if (document !== null) lines += 1;
  }
  return lines;
};

const measurements = (): readonly Repeated[] => {
  const base = simulatedLines("base");
  const extended = simulatedLines("extended");
  const large = inChunks(extended, 65_536);
  const all: readonly (readonly [string, readonly Buffer[], Reading])[] = [
    ["line ends only, 64 KiB chunks", large, findLineEnds],
    ["rapiscan-line, extended, 64 KiB chunks", large, decode],
    ["rapiscan-line, extended, a line a chunk", extended, decode],
    ["rapiscan-line, extended, 16 B chunks", inChunks(extended, 16), decode],
    ["rapiscan-line, extended recorded, 64 KiB chunks", inChunks(recorded(extended), 65_536), decode],
    ["rapiscan-line, base, 64 KiB chunks", inChunks(base, 65_536), decode],
    ["rapiscan-line, base, a line a chunk", base, decode],
    ["split and Number, 64 KiB chunks", large, splitAndParse],
    ["ReadlineParser and Number, 64 KiB chunks", large, readlineAndParse],
    ["json-mqtt, a document a chunk", documents(extended, false), decodeJson],
    ["json-mqtt, numbered, a document a chunk", documents(extended, true), decodeJson],
    ["JSON.parse, a document a chunk", documents(extended, false), parseJson],
  ];
  return all.map(([measurement, chunks, reading]) => ({
    measurement,
    unit: "lines/s",
    work: () => reading(chunks),
  }));
};

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, runs: { type: "string", default: "7" } },
});
const figures = await inRounds(measurements(), { runs: countOf("runs", options.runs), runInMs: 250 });
say({ figures }, options.json);
