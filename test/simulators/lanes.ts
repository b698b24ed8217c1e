import { ORDINARY_MIX } from "../../simulators/physics/loads.ts";
import { CALM } from "../../simulators/physics/slow-effects.ts";
import type { Emission, Truth } from "../../simulators/portals/emission.ts";
import type { SimulatedLane } from "../../simulators/portals/lane.ts";
import { portalEmissions } from "../../simulators/portals/rapiscan-portal.ts";

/** A calm lane without traffic for two minutes; tests say what differs. */
export function calmLane(different: Partial<SimulatedLane> = {}): SimulatedLane {
  return {
    id: "lane",
    seed: "calm lane",
    firmware: "extended",
    nSigma: 4,
    groups: ["SUM", "VERTICAL"],
    arrivalsPerHour: 0,
    mix: ORDINARY_MIX,
    vehicles: [],
    faults: [],
    effects: CALM,
    durationS: 120,
    ...different,
  };
}

export interface TimedLine {
  readonly atMs: number;
  readonly tag: string;
  readonly fields: readonly string[];
  readonly text: string;
}

/** Lines of a lane whose wire is not spoiled. */
export function linesOf(lane: SimulatedLane): readonly TimedLine[] {
  return [...portalEmissions(lane)].flatMap((emission) => {
    if (emission.kind !== "bytes") return [];
    const text = Buffer.from(emission.bytes).toString("latin1").replace(/\r\n$/, "");
    const [tag = "", ...fields] = text.split(",");
    return [{ atMs: emission.atMs, tag, fields, text }];
  });
}

export function truthsOf(lane: SimulatedLane): readonly Truth[] {
  return [...portalEmissions(lane)].flatMap((emission) =>
    emission.kind === "truth" ? [emission.truth] : [],
  );
}

export function wireOf(emissions: Iterable<Emission>): Buffer {
  const chunks = [...emissions].flatMap((emission) => (emission.kind === "bytes" ? [emission.bytes] : []));
  return Buffer.concat(chunks);
}

/** The lines between the first NS of each occupancy and its GX, both included. */
export function occupanciesOf(lines: readonly TimedLine[]): readonly (readonly TimedLine[])[] {
  const occupancies: TimedLine[][] = [];
  let open: TimedLine[] | undefined;
  for (const line of lines) {
    if (open === undefined && (line.tag === "NZ" || line.tag === "NS" || line.tag === "NA")) open = [];
    open?.push(line);
    if (line.tag === "GX" && open !== undefined) {
      occupancies.push(open);
      open = undefined;
    }
  }
  return occupancies;
}

export function numbersOf(line: TimedLine | undefined): readonly number[] {
  return line?.fields.map(Number) ?? [];
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function meanOf(values: readonly number[]): number {
  return sumOf(values) / values.length;
}

export function sdOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(sumOf(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
}
