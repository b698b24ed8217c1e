import { randomUUID } from "node:crypto";
import { laneLedgerStep, startLaneLedger, type LaneHappening } from "./lane-ledger.ts";
import { LEDGER_VERSION, type LedgerEntry } from "./ledger.ts";
import { playInTime, type Playing } from "./pacing.ts";
import type { Emission, Truth } from "./portals/emission.ts";
import type { SimulatedLane } from "./portals/lane.ts";
import { portalEmissions } from "./portals/rapiscan-portal.ts";
import type { Scenario, ScenarioLane } from "./scenario.ts";
import { openMqttTransport } from "./transports/mqtt.ts";
import { openPtyTransport } from "./transports/pty.ts";
import { openTcpTransport } from "./transports/tcp.ts";
import type { Endpoint, PortalTransport } from "./transports/transport.ts";

export interface SimulationOptions {
  /** A sentence about something that went wrong on a lane while it ran. */
  readonly onProblem?: (laneId: string, message: string) => void;
  /** What really happened, at its simulated time, when the portal's bytes of that time are sent. */
  readonly onTruth?: (laneId: string, atMs: number, truth: Truth) => void;
  /** Takes what truly happened, entry by entry (`ledger.ts`); nothing is held back. */
  readonly ledger?: { readonly write: (entry: LedgerEntry) => void; readonly wallMs: () => number };
  /** Serves the TCP lanes on this port and the following instead of the scenario's; 0 takes any free ports. */
  readonly basePort?: number;
}

export interface LaneEndpoint {
  readonly laneId: string;
  readonly endpoint: Endpoint;
}

export interface RunningSimulation {
  /** What to connect to, in the order of the scenario's lanes. */
  readonly endpoints: readonly LaneEndpoint[];
  /** Resolves when every lane has come to its end (`durationS`) or the simulation was stopped. */
  readonly finished: Promise<void>;
  /** Stops all lanes and closes everything; afterwards nothing of the simulation keeps the process alive. */
  readonly stop: () => Promise<void>;
}

/**
 * Opens all lanes, then starts them together. Rejects when one cannot be opened, with nothing left open; a busy port has the code
 * `EADDRINUSE`, a broker that cannot be used `BROKER_UNUSABLE`.
 */
export async function startSimulation(
  scenario: Scenario,
  options: SimulationOptions = {},
): Promise<RunningSimulation> {
  const { ledger } = options;
  const lanes = scenario.lanes.map(({ lane }) => lane.id);
  const { seed, speed } = scenario;
  const at = ledger?.wallMs() ?? 0;
  ledger?.write({ kind: "run-began", version: LEDGER_VERSION, seed, speed, at, lanes });
  const served = await openAll(scenario, options);
  const startedAtMs = performance.now();
  const playing: Playing[] = [];
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let running = served.length;
  const onEnd = (): void => {
    running -= 1;
    if (running === 0) finish();
  };
  for (const each of served) {
    const deliver = (emission: Emission): void => {
      each.record({ kind: "emission", emission });
      deliverTo(each, emission, options);
    };
    const emissions = portalEmissions(each.lane);
    const now = (): number => performance.now();
    playing.push(playInTime({ emissions, speed, now, startedAtMs, deliver, onEnd }));
  }
  const stopAll = async (): Promise<void> => {
    for (const each of playing) each.stop();
    await Promise.all(served.map(({ transport }) => transport.close()));
    for (const { record } of served) record({ kind: "end" });
    ledger?.write({ kind: "run-ended", at: ledger.wallMs() });
    finish();
  };
  let stopping: Promise<void> | undefined;
  return {
    endpoints: served.map(({ lane, transport }) => ({ laneId: lane.id, endpoint: transport.endpoint })),
    finished,
    stop: () => (stopping ??= stopAll()),
  };
}

interface ServedLane {
  readonly lane: SimulatedLane;
  readonly transport: PortalTransport;
  readonly record: LedgerRecord;
}

/** Takes what happens on a lane into its ledger. */
type LedgerRecord = (happening: LaneHappening) => void;

async function openAll(scenario: Scenario, options: SimulationOptions): Promise<readonly ServedLane[]> {
  /** Documents on a broker are numbered anew in each run. */
  const epoch = randomUUID();
  const opening = await Promise.allSettled(
    scenario.lanes.map(async (planned, index) => {
      const record = recordOf(planned, scenario.speed, options);
      const transport = await openLane(planned, { index, speed: scenario.speed, epoch, record }, options);
      return { lane: planned.lane, transport, record };
    }),
  );
  const opened = opening.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failed = opening.find((each) => each.status === "rejected");
  if (failed === undefined) return opened;
  await Promise.all(opened.map(({ transport }) => transport.close()));
  throw failed.reason;
}

function recordOf(
  { lane, transport }: ScenarioLane,
  speed: number,
  { ledger }: SimulationOptions,
): LedgerRecord {
  if (ledger === undefined) return () => undefined;
  let state = startLaneLedger({ laneId: lane.id, speed, knowsListeners: transport.kind === "tcp" });
  return (happening) => {
    const [next, entries] = laneLedgerStep(state, ledger.wallMs(), happening);
    state = next;
    for (const entry of entries) ledger.write(entry);
  };
}

interface Opening {
  readonly index: number;
  readonly speed: number;
  readonly epoch: string;
  readonly record: LedgerRecord;
}

async function openLane(
  { lane, transport }: ScenarioLane,
  { index, speed, epoch, record }: Opening,
  { basePort, onProblem }: SimulationOptions,
): Promise<PortalTransport> {
  const report = (message: string): void => onProblem?.(lane.id, message);
  switch (transport.kind) {
    case "tcp": {
      const port = basePort === undefined ? transport.port : basePort === 0 ? 0 : basePort + index;
      const onConnection = (change: "opened" | "closed", connection: number): void =>
        record({ kind: "connection", change, connection });
      return openTcpTransport({ host: transport.host, port, onProblem: report, onConnection });
    }
    case "pty":
      return openPtyTransport({ link: transport.link, baud: transport.baud, speed, onProblem: report });
    case "mqtt": {
      const { kind: _, ...place } = transport;
      return openMqttTransport({ ...place, epoch, onProblem: report });
    }
  }
}

function deliverTo({ lane, transport }: ServedLane, emission: Emission, options: SimulationOptions): void {
  switch (emission.kind) {
    case "bytes":
      transport.send(emission.bytes);
      return;
    case "link":
      transport.setLink(emission.up);
      return;
    case "truth":
      options.onTruth?.(lane.id, emission.atMs, emission.truth);
      return;
  }
}
