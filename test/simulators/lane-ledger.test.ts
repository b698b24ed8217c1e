import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { laneLedgerStep, startLaneLedger, type LaneLedger } from "../../simulators/lane-ledger.ts";
import { openLedgerFile, readLedgerFile } from "../../simulators/ledger-file.ts";
import { ledgerEntrySchema, type LedgerEntry, type OccupancyEntry } from "../../simulators/ledger.ts";
import type { SimulatedLane } from "../../simulators/portals/lane.ts";
import { portalEmissions } from "../../simulators/portals/rapiscan-portal.ts";
import { startSimulation, type RunningSimulation } from "../../simulators/run.ts";
import { parseScenario } from "../../simulators/scenario.ts";
import { calmLane, truthsOf, wireOf } from "./lanes.ts";

const vehicles = [
  { atS: 10, load: "137Cs" as const, strength: 3 },
  { atS: 40, load: "nothing" as const },
  { atS: 70, load: "252Cf" as const, strength: 6 },
  { atS: 100, load: "bananas" as const },
];

/** The ledger of a lane that somebody listens to in these spans of simulated seconds; undefined: a transport that cannot tell. */
const ledgerOf = (
  lane: SimulatedLane,
  spans: readonly (readonly [from: number, to: number])[] | undefined,
): readonly LedgerEntry[] => {
  let ledger: LaneLedger = startLaneLedger({
    laneId: lane.id,
    speed: 1,
    knowsListeners: spans !== undefined,
  });
  const entries: LedgerEntry[] = [];
  const take = (at: number, happening: Parameters<typeof laneLedgerStep>[2]): void => {
    const [next, written] = laneLedgerStep(ledger, at, happening);
    ledger = next;
    entries.push(...written);
    expect(JSON.stringify(ledger).length).toBeLessThan(1000);
  };
  const changes = (spans ?? []).flatMap(([from, to], index) => [
    { at: from * 1000, change: "opened" as const, connection: index + 1 },
    { at: to * 1000, change: "closed" as const, connection: index + 1 },
  ]);
  let nowMs = 0;
  for (const emission of portalEmissions(lane)) {
    nowMs = Math.max(nowMs, emission.atMs);
    for (let due = changes[0]; due !== undefined && due.at <= nowMs; due = changes[0]) {
      const { at, change, connection } = due;
      changes.shift();
      take(at, { kind: "connection", change, connection });
    }
    take(nowMs, { kind: "emission", emission });
  }
  take(nowMs, { kind: "end" });
  for (const entry of entries) expect(ledgerEntrySchema.parse(entry)).toEqual(entry);
  return entries;
};

const occupanciesIn = (entries: readonly LedgerEntry[]): readonly OccupancyEntry[] =>
  entries.filter((entry) => entry.kind === "occupancy");

const always = [[0, 1e6]] as const;
const kindsOf = ({ expected }: OccupancyEntry): readonly string[] => expected.map((each) => each.expected);

describe("the ledger of a lane", () => {
  const lane = calmLane({ seed: "ledger", vehicles, durationS: 130 });
  const entries = ledgerOf(lane, always);
  const occupancies = occupanciesIn(entries);

  it("has every vehicle and every occupancy with its bytes and what must come of it", () => {
    const wire = wireOf(portalEmissions(lane)).toString("latin1");
    const seen = entries.filter((entry) => entry.kind === "vehicle");
    expect(seen.map(({ vehicleId, load, strength, from }) => [vehicleId, load, strength, from])).toEqual([
      ["lane#1", "137Cs", 3, 10_000],
      ["lane#2", "nothing", 1, 40_000],
      ["lane#3", "252Cf", 6, 70_000],
      ["lane#4", "bananas", 1, 100_000],
    ]);
    expect(occupancies.map(kindsOf)).toEqual([
      ["gamma", "energy"],
      [],
      ["gamma-neutron", "energy"],
      ["either", "either"],
    ]);
    const ended = truthsOf(lane).filter((truth) => truth.kind === "occupancy-ended");
    for (const [index, each] of occupancies.entries()) {
      const said = wire.slice(each.fromByte, each.toByte);
      expect(said).toMatch(/^NZ,/);
      expect(said).toMatch(/\r\nGX,[^\n]*\r\n$/);
      expect(said.match(/^G[SA],/gm)).toHaveLength(each.intervals);
      expect(said).toContain(`GX,${String(each.occupancyNumber).padStart(6, "0")},`);
      expect(each.occupancyNumber).toBe(ended[index]?.occupancyNumber);
      expect(each).toMatchObject({
        heard: "whole",
        heardBytes: said.length,
        connections: [1, 1],
        spoiled: false,
      });
      const { from, firstIntervalAt, lastIntervalAt, to } = each;
      expect([from, firstIntervalAt, lastIntervalAt, to]).toEqual(
        [from, firstIntervalAt, lastIntervalAt, to].toSorted((a, b) => Number(a) - Number(b)),
      );
    }
  });

  it("counts all as heard where the transport cannot tell", () => {
    for (const each of occupanciesIn(ledgerOf(lane, undefined))) {
      expect(each).toMatchObject({ heard: "unknown", connections: null });
    }
    expect(ledgerOf(lane, undefined).map(({ kind }) => kind)).not.toContain("unheard");
  });

  it("expects nothing of what nobody heard, and either of what was cut off", () => {
    // The first unheard, the third broken in the middle, the fourth after a pause.
    const heard = occupanciesIn(
      ledgerOf(lane, [
        [35, 75],
        [78, 130],
      ]),
    );
    expect(heard.map((each) => each.heard)).toEqual(["unheard", "whole", "partly", "whole"]);
    expect(heard.map(kindsOf)).toEqual([[], [], ["either", "either"], ["either", "either"]]);
    // Two connections and not a byte missed: still in two pieces.
    const [first] = occupanciesIn(
      ledgerOf(lane, [
        [0, 14.0001],
        [14.0001, 130],
      ]),
    );
    expect(first).toMatchObject({ heard: "partly", connections: [1, 2] });
  });

  it("has every byte that nobody heard, in stretches that survive a kill", () => {
    const wire = wireOf(portalEmissions(lane));
    const partly = ledgerOf(lane, [
      [35, 75],
      [78, 100],
    ]);
    const changes = partly.filter((entry) => entry.kind === "connection");
    const stretches = partly.filter((entry) => entry.kind === "unheard");
    const bytes = (from: number, to: number): number => wire.subarray(from, to).length;
    const unheard = stretches.reduce((sum, { fromByte, toByte }) => sum + bytes(fromByte, toByte), 0);
    const [o1, c1, o2, c2] = changes.map(({ byte }) => byte);
    expect(unheard).toBe(wire.length - ((c1 ?? 0) - (o1 ?? 0)) - ((c2 ?? 0) - (o2 ?? 0)));
    for (const { from, to } of stretches) expect(to - from).toBeLessThan(16_000);
    expect(stretches.length).toBeGreaterThan(5);
  });

  it.each([
    ["noise-bytes", { kind: "noise-bytes", atS: 13, count: 50 }, true],
    ["half-line", { kind: "half-line", atS: 8, count: 20 }, true],
    ["wrong-baud", { kind: "wrong-baud", atS: 5, durationS: 8 }, true],
    ["silence", { kind: "silence", atS: 12, durationS: 3 }, true],
    ["dead-panel", { kind: "dead-panel", atS: 5, durationS: 50, column: 0 }, false],
    ["tamper", { kind: "tamper", atS: 13, durationS: 2 }, false],
  ] as const)("is sure of no occupancy that %s spoils", (_, fault, spoils) => {
    const [first, second] = occupanciesIn(ledgerOf({ ...lane, faults: [fault] }, always));
    expect(first?.spoiled).toBe(spoils);
    expect(kindsOf(first ?? occupancies[0] ?? expect.unreachable())[0]).toBe(spoils ? "either" : "gamma");
    expect(second?.spoiled).toBe(false);
  });

  it("knows an occupancy that the power cut off by its vehicle, and one that never ended by its beginning", () => {
    const faults = [{ kind: "power-cycle", atS: 14, durationS: 5 } as const];
    const [cut] = occupanciesIn(ledgerOf({ ...lane, faults }, always));
    expect(cut).toMatchObject({ vehicleId: "lane#1", occupancyNumber: null, spoiled: true });
    const short = ledgerOf({ ...lane, durationS: 14 }, always);
    expect(occupanciesIn(short)).toEqual([]);
    expect(short.at(-1)).toMatchObject({ kind: "occupancy-began", vehicleId: "lane#1" });
  });
});

const running: RunningSimulation[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

interface Reader {
  readonly socket: Socket;
  readonly received: () => Buffer;
}

const listen = async (simulation: RunningSimulation): Promise<Reader> => {
  const endpoint = simulation.endpoints[0]?.endpoint;
  if (endpoint?.kind !== "tcp") throw new Error("no such lane");
  const socket = connect(endpoint.port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "data");
  return { socket, received: () => Buffer.concat(chunks) };
};

describe("the ledger of a running simulation", () => {
  it("says where in the stream each connection began, in a file that is whole at any time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lanewatch-ledger-"));
    folders.push(folder);
    const path = join(folder, "ledger.jsonl");
    const file = openLedgerFile(path, (cause) => expect.unreachable(String(cause)));
    const lanes = [{ id: "a", transport: { kind: "tcp", port: 0 }, arrivalsPerHour: 0, vehicles }];
    const scenario = parseScenario({ seed: "ledger run", speed: 60, durationS: 130, lanes });
    const simulation = await startSimulation(scenario, {
      ledger: { write: file.write, wallMs: () => Date.now() },
    });
    running.push(simulation);
    const first = await listen(simulation);
    first.socket.destroy();
    const second = await listen(simulation);
    const closed = once(second.socket, "close");
    await simulation.finished;
    await simulation.stop();
    await closed;
    const before: LedgerEntry[] = [];
    for await (const entry of readLedgerFile(path)) before.push(entry);
    await file.close();
    const opened = before.filter((entry) => entry.kind === "connection" && entry.change === "opened");
    const lane = scenario.lanes[0]?.lane;
    const wire = lane === undefined ? Buffer.alloc(0) : wireOf(portalEmissions(lane));
    expect(opened).toHaveLength(2);
    for (const [index, { received }] of [first, second].entries()) {
      const entry = opened[index];
      const from = entry?.kind === "connection" ? entry.byte : NaN;
      expect(received().length).toBeGreaterThan(0);
      expect(wire.subarray(from, from + received().length).equals(received())).toBe(true);
    }
    expect(before[0]).toMatchObject({ kind: "run-began", lanes: ["a"], seed: "ledger run", speed: 60 });
    expect(before.at(-1)).toMatchObject({ kind: "run-ended" });
    expect(occupanciesIn(before).map(({ load }) => load)).toEqual(["137Cs", "nothing", "252Cf", "bananas"]);
  });

  it("tells once that its file cannot be written, and writes no more", async () => {
    const causes: unknown[] = [];
    const file = openLedgerFile("/dev/full", (cause) => causes.push(cause));
    file.write({ kind: "run-ended", at: 1 });
    file.write({ kind: "run-ended", at: 2 });
    await file.close();
    expect(causes).toHaveLength(1);
    expect(causes[0]).toMatchObject({ code: "ENOSPC" });
  });
});
