import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Truth } from "../../simulators/portals/emission.ts";
import { portalEmissions } from "../../simulators/portals/rapiscan-portal.ts";
import { startSimulation, type RunningSimulation } from "../../simulators/run.ts";
import { parseScenario, type Scenario } from "../../simulators/scenario.ts";
import { wireOf } from "./lanes.ts";

const running: RunningSimulation[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

const fast = (lanes: readonly object[], different: object = {}): Scenario =>
  parseScenario({ seed: "run", speed: 60, durationS: 60, lanes, ...different });
const tcpLane = (id: string, different: object = {}): object => ({
  id,
  transport: { kind: "tcp", port: 0 },
  vehicles: [{ atS: 5, load: "137Cs" }],
  ...different,
});

async function start(
  scenario: Scenario,
  options: Parameters<typeof startSimulation>[1] = {},
): Promise<RunningSimulation> {
  const simulation = await startSimulation(scenario, options);
  running.push(simulation);
  return simulation;
}

function portsOf(simulation: RunningSimulation): readonly number[] {
  return simulation.endpoints.map(({ endpoint }) => (endpoint.kind === "tcp" ? endpoint.port : NaN));
}

function reader(port: number | undefined): { readonly socket: Socket; readonly all: Promise<Buffer> } {
  if (port === undefined) throw new Error("no such lane");
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  const all = new Promise<Buffer>((resolve, reject) => {
    socket.on("close", () => resolve(Buffer.concat(chunks)));
    socket.on("error", reject);
  });
  return { socket, all };
}

describe("a running simulation", () => {
  it("sends every client exactly the generator's bytes, from when it connected", async () => {
    const vehicles = [{ atS: 30, load: "137Cs" }];
    const scenario = fast([tcpLane("a", { vehicles }), tcpLane("b", { vehicles, firmware: "base" })], {
      speed: 30,
    });
    const simulation = await start(scenario);
    const [first, second] = portsOf(simulation);
    const readers = [reader(first), reader(first), reader(second)];
    await simulation.finished;
    await simulation.stop();
    const received = await Promise.all(readers.map(({ all }) => all));
    const [laneA, laneB] = scenario.lanes.map(({ lane }) => wireOf(portalEmissions(lane)));
    // A client gets nothing from before it was there; whatever comes after must be whole.
    for (const [index, wire] of [laneA, laneA, laneB].entries()) {
      const bytes = received[index] ?? Buffer.alloc(0);
      expect(bytes.includes("\r\nGX,")).toBe(true);
      expect(wire?.subarray(-bytes.length).equals(bytes)).toBe(true);
    }
  });

  it("streams whether or not anybody listens and tells the truth", async () => {
    const truths: [string, number, Truth][] = [];
    const simulation = await start(fast([tcpLane("a")]), { onTruth: (...truth) => truths.push(truth) });
    await simulation.finished;
    expect(truths.map(([, , { kind }]) => kind).slice(0, 3)).toEqual([
      "vehicle-arrived",
      "occupancy-began",
      "occupancy-ended",
    ]);
    expect(truths[0]).toMatchObject(["a", 5000, { cargo: "137Cs" }]);
  });

  it("cuts clients off for a disconnect and takes them again", async () => {
    const faults = [{ kind: "disconnect", atS: 10, durationS: 20 }];
    const simulation = await start(fast([tcpLane("a", { faults })]));
    const [port] = portsOf(simulation);
    const before = await reader(port).all;
    const refused = await reader(port).all;
    expect(before.length).toBeGreaterThan(100);
    expect(refused.length).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 450));
    const after = reader(port);
    await once(after.socket, "data");
    await simulation.stop();
    expect((await after.all).length).toBeGreaterThan(0);
  });

  it("refuses a busy port with EADDRINUSE and leaves nothing open", async () => {
    const busy = createServer().listen(0, "127.0.0.1");
    await once(busy, "listening");
    const address = busy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const scenario = fast([tcpLane("a"), { id: "b", transport: { kind: "tcp", port } }]);
    const refusal = await startSimulation(scenario).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "EADDRINUSE" });
    expect(String(refusal)).toContain(String(port));
    busy.close();
    await once(busy, "close");
    await (await start(scenario)).stop();
  });

  it("stops for a client that does not read, and twice", async () => {
    const simulation = await start(fast([tcpLane("a")]));
    const { socket } = reader(portsOf(simulation)[0]);
    await once(socket, "connect");
    socket.pause();
    await simulation.stop();
    await simulation.stop();
    socket.destroy();
  });

  it("moves lanes to a base port", async () => {
    const simulation = await start(fast([{ id: "a", transport: { kind: "tcp", port: 1 } }]), { basePort: 0 });
    expect(portsOf(simulation)[0]).toBeGreaterThan(1023);
  });
});
