import { CALM } from "../../simulators/physics/slow-effects.ts";
import { type LaneLedger, laneLedgerStep, startLaneLedger } from "../../simulators/lane-ledger.ts";
import type { LedgerEntry } from "../../simulators/ledger.ts";
import type { Emission } from "../../simulators/portals/emission.ts";
import { portalEmissions } from "../../simulators/portals/rapiscan-portal.ts";
import { type EventSink, pushedEvents } from "../../src/adapters/pushed-events.ts";
import type { ByteSource } from "../../src/ports.ts";
import type { Process, World } from "./virtual-time.ts";

/** What a lane's portal says, drawn once and played in many runs. */
export interface Recording {
  readonly name: string;
  readonly emissions: readonly Emission[];
}

export const recordingInS = 56;
/** Unmistakable sources beside nothing. */
const loads = [
  { load: "137Cs", strength: 3 },
  { load: "nothing", strength: 1 },
  { load: "252Cf", strength: 6 },
  { load: "60Co", strength: 3 },
  { load: "nothing", strength: 1 },
] as const;

const recordingOf = (index: number): Recording => {
  const name = `recording-${index}`;
  const vehicles = loads.map((_, at) => loads[(at + index) % loads.length] ?? loads[0]);
  const emissions = portalEmissions({
    id: name,
    seed: name,
    firmware: index % 4 === 3 ? "extended" : "base",
    nSigma: 4,
    groups: ["SUM", "VERTICAL"],
    arrivalsPerHour: 0,
    mix: { nothing: 1, norm: 0, medical: 0, industrial: 0, neutron: 0 },
    vehicles: [],
    convoy: {
      firstAtS: 7 + (index % 4),
      everyS: 11 + (index % 2),
      vehicles: vehicles.map((vehicle) => ({ ...vehicle, lengthM: 5, speedKph: 12 })),
    },
    faults: [],
    effects: CALM,
    durationS: recordingInS,
  });
  return { name, emissions: [...emissions] };
};

export const recordings: readonly Recording[] = Array.from({ length: 8 }, (_, index) => recordingOf(index));

interface Connection {
  readonly process: Process;
  readonly sink: EventSink;
  held: Uint8Array[];
  lastDueMs: number;
}

/** Bytes that a connection brought to the edge: where they stand in all that the portal has said. */
interface Delivered {
  readonly bootId: string;
  readonly capturedByte: number;
  readonly emittedByte: number;
  readonly length: number;
}

export interface Portal {
  readonly laneId: string;
  readonly entries: readonly LedgerEntry[];
  /** Where a byte that a boot captured stands in all that the portal has said. */
  readonly emittedByteOf: (bootId: string, capturedByte: number) => number | undefined;
  readonly play: (recording: Recording) => void;
  readonly sourceFor: (process: Process, bootId: string) => ByteSource;
  readonly dropConnection: () => void;
}

/** A portal behind a serial server: one connection at a time; what nobody listens to is lost. */
export const openPortal = (world: World, laneId: string): Portal => {
  const { chance } = world;
  const entries: LedgerEntry[] = [];
  const delivered: Delivered[] = [];
  const captured = new Map<string, number>();
  let ledger: LaneLedger = startLaneLedger({ laneId, speed: 1, knowsListeners: true });
  let connections = 0;
  let connection: (Connection & { readonly bootId: string; readonly number: number }) | null = null;

  const note = (happening: Parameters<typeof laneLedgerStep>[2]): void => {
    const [next, said] = laneLedgerStep(ledger, world.now(), happening);
    ledger = next;
    entries.push(...said);
  };

  const deliver = (to: Connection, act: (sink: EventSink) => void): void => {
    to.lastDueMs = Math.max(world.now() + chance.between(0.1, 3), to.lastDueMs + 0.001);
    to.process.after(to.lastDueMs - world.now(), () => act(to.sink));
  };

  const flush = (): void => {
    if (connection === null || connection.held.length === 0) return;
    const bytes = Buffer.concat(connection.held);
    connection.held = [];
    deliver(connection, (sink) => sink.bytes(new Uint8Array(bytes)));
  };

  const hear = (bytes: Uint8Array): void => {
    if (connection === null) return;
    const { bootId } = connection;
    const capturedByte = captured.get(bootId) ?? 0;
    captured.set(bootId, capturedByte + bytes.length);
    delivered.push({
      bootId,
      capturedByte,
      emittedByte: ledger.bytes - bytes.length,
      length: bytes.length,
    });
    // A chunk ends anywhere: within a line, or with several of them.
    const cut = chance.happens(0.15) ? Math.floor(chance.uniform() * bytes.length) : 0;
    if (cut > 0) connection.held.push(bytes.subarray(0, cut));
    if (cut > 0) flush();
    connection.held.push(bytes.subarray(cut));
    if (chance.happens(0.25)) flush();
    else world.at(chance.between(20, 600), flush);
  };

  const dropConnection = (): void => {
    if (connection === null) return;
    flush();
    deliver(connection, (sink) => sink.closed("the portal closed the connection"));
    note({ kind: "connection", change: "closed", connection: connection.number });
    connection = null;
  };

  const accept = (process: Process, bootId: string, sink: EventSink): void => {
    if (connection !== null) dropConnection();
    connections += 1;
    const accepted = { process, sink, held: [], lastDueMs: 0, bootId, number: connections };
    connection = accepted;
    note({ kind: "connection", change: "opened", connection: accepted.number });
    deliver(accepted, () => sink.opened(`tcp ${laneId}`));
    process.onKill(() => {
      if (connection === accepted) dropConnection();
    });
  };

  return {
    laneId,
    entries,
    emittedByteOf: (bootId, capturedByte) => {
      const found = delivered.find(
        (part) =>
          part.bootId === bootId &&
          part.capturedByte <= capturedByte &&
          capturedByte < part.capturedByte + part.length,
      );
      return found === undefined ? undefined : found.emittedByte + capturedByte - found.capturedByte;
    },
    play: ({ emissions }) => {
      const next = (at: number): void => {
        const emission = emissions[at];
        if (emission === undefined) return;
        world.at(emission.atMs - world.now(), () => {
          note({ kind: "emission", emission });
          if (emission.kind === "bytes") hear(emission.bytes);
          next(at + 1);
        });
      };
      next(0);
    },
    sourceFor: (process, bootId) => ({
      endpoint: `tcp ${laneId}`,
      connect: (signal) =>
        pushedEvents((sink) => {
          let isOver = false;
          process.after(chance.between(1, 30), () => {
            if (!isOver) accept(process, bootId, sink);
          });
          const stop = (): void => {
            if (connection?.sink === sink) dropConnection();
            sink.closed("the edge was stopped");
          };
          signal.addEventListener("abort", stop);
          return {
            resume: () => undefined,
            release: () => {
              isOver = true;
              signal.removeEventListener("abort", stop);
            },
          };
        }),
    }),
    dropConnection,
  };
};
