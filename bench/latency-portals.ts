/** The portals of `bench/latency.ts`, in a process of their own: they keep when they said which byte, and what is to come of it. */
import {
  emptyHistogram,
  latencyHistogram,
  latencySummary,
  type LatencySummary,
} from "../src/core/latency-histogram.ts";
import { laneLedgerStep, type LaneLedger, startLaneLedger } from "../simulators/lane-ledger.ts";
import { LEDGER_VERSION, type LedgerEntry } from "../simulators/ledger.ts";
import { type Playing, playInTime } from "../simulators/pacing.ts";
import type { Emission } from "../simulators/portals/emission.ts";
import { portalEmissions } from "../simulators/portals/rapiscan-portal.ts";
import type { ScenarioLane } from "../simulators/scenario.ts";
import { openTcpTransport } from "../simulators/transports/tcp.ts";
import type { PortalTransport } from "../simulators/transports/transport.ts";
import { trafficOf, type TrafficOptions } from "./latency-traffic.ts";

export interface ByteOfLane {
  readonly laneId: string;
  readonly byte: number;
}

export type PortalsCommand =
  | { readonly kind: "open"; readonly traffic: TrafficOptions }
  | { readonly kind: "begin" }
  /** The portals fall silent; their connections stay. */
  | { readonly kind: "hush" }
  | { readonly kind: "report"; readonly bytes: readonly ByteOfLane[] }
  | { readonly kind: "end" };

export interface PortalsReport {
  /** When each byte was written, wall clock; null where that is not known. */
  readonly writtenAt: readonly (number | null)[];
  readonly entries: readonly LedgerEntry[];
  /** How much later than due the portals spoke. */
  readonly lateness: LatencySummary | null;
  readonly lines: number;
  /** Connections beyond the first of each lane. */
  readonly reconnections: number;
}

export type PortalsAnswer =
  | { readonly kind: "opened"; readonly ports: readonly number[] }
  | { readonly kind: "begun" }
  | { readonly kind: "hushed" }
  | { readonly kind: "reported"; readonly report: PortalsReport };

interface Portal {
  readonly planned: ScenarioLane;
  readonly emissions: Iterator<Emission, undefined>;
  readonly transport: PortalTransport;
  /** All said until then, and when; both rise. */
  readonly said: { readonly bytes: number[]; readonly at: number[] };
  readonly take: (happening: Parameters<typeof laneLedgerStep>[2]) => void;
}

const seed = { value: "" };
const portals: Portal[] = [];
const playing: Playing[] = [];
const entries: LedgerEntry[] = [];
let lateness = emptyHistogram;
let lines = 0;
let reconnections = 0;

/** The first emission takes 10 ms to think of; that is done before the clock runs. */
const begun = (emissions: Iterator<Emission, undefined>): Iterator<Emission, undefined> => {
  let first: IteratorResult<Emission, undefined> | null = emissions.next();
  return {
    next: () => {
      const next = first ?? emissions.next();
      first = null;
      return next;
    },
  };
};

const openPortal = async (planned: ScenarioLane): Promise<Portal> => {
  const laneId = planned.lane.id;
  let ledger: LaneLedger = startLaneLedger({ laneId, speed: 1, knowsListeners: true });
  const take: Portal["take"] = (happening) => {
    const [next, told] = laneLedgerStep(ledger, Date.now(), happening);
    ledger = next;
    entries.push(...told);
  };
  const transport = await openTcpTransport({
    host: "127.0.0.1",
    port: 0,
    onProblem: (message) => process.stderr.write(`${laneId}: ${message}\n`),
    onConnection: (change, connection) => {
      if (change === "opened" && connection > 1) reconnections += 1;
      take({ kind: "connection", change, connection });
    },
  });
  return {
    planned,
    emissions: begun(portalEmissions(planned.lane)),
    transport,
    said: { bytes: [], at: [] },
    take,
  };
};

const open = async (traffic: TrafficOptions): Promise<readonly number[]> => {
  seed.value = traffic.seed;
  for (const planned of trafficOf(traffic).lanes) portals.push(await openPortal(planned));
  return portals.map(({ transport: { endpoint } }) => (endpoint.kind === "tcp" ? endpoint.port : 0));
};

const deliver = (portal: Portal, emission: Emission, nowMs: number): void => {
  const { said, transport, take } = portal;
  take({ kind: "emission", emission });
  if (emission.kind !== "bytes") return;
  lateness = latencyHistogram(lateness, nowMs - emission.atMs);
  lines += emission.bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
  said.bytes.push((said.bytes.at(-1) ?? 0) + emission.bytes.length);
  said.at.push(Date.now());
  transport.send(emission.bytes);
};

const begin = (): void => {
  const lanes = portals.map(({ planned }) => planned.lane.id);
  entries.unshift({
    ...{ kind: "run-began", version: LEDGER_VERSION, seed: seed.value, speed: 1, at: Date.now(), lanes },
  });
  const startedAtMs = performance.now();
  for (const portal of portals) {
    playing.push(
      playInTime({
        emissions: portal.emissions,
        speed: 1,
        now: () => performance.now(),
        startedAtMs,
        deliver: (emission) => deliver(portal, emission, performance.now() - startedAtMs),
        onEnd: () => undefined,
      }),
    );
  }
};

/** The first entry above the byte, by halving. */
const writtenAt = (byId: ReadonlyMap<string, Portal>, { laneId, byte }: ByteOfLane): number | null => {
  const said = byId.get(laneId)?.said;
  if (said === undefined) return null;
  let [low, high] = [0, said.bytes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((said.bytes[middle] ?? 0) > byte) high = middle;
    else low = middle + 1;
  }
  return said.at[low] ?? null;
};

const report = (bytes: readonly ByteOfLane[]): PortalsReport => {
  for (const { take } of portals) take({ kind: "end" });
  entries.push({ kind: "run-ended", at: Date.now() });
  const byId = new Map(portals.map((portal) => [portal.planned.lane.id, portal]));
  return {
    writtenAt: bytes.map((byte) => writtenAt(byId, byte)),
    entries,
    lateness: latencySummary(lateness),
    lines,
    reconnections,
  };
};

const answer = (told: PortalsAnswer): void => void process.send?.(told);

const obey = async (command: PortalsCommand): Promise<void> => {
  switch (command.kind) {
    case "open":
      answer({ kind: "opened", ports: await open(command.traffic) });
      return;
    case "begin":
      begin();
      answer({ kind: "begun" });
      return;
    case "hush":
      for (const { stop } of playing) stop();
      answer({ kind: "hushed" });
      return;
    case "report":
      answer({ kind: "reported", report: report(command.bytes) });
      return;
    case "end":
      process.disconnect();
      process.exit(0);
  }
};

process.on("message", (command: PortalsCommand) => void obey(command));
process.on("disconnect", () => process.exit(0));
