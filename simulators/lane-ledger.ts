import type { ExpectedAlarm, LedgerEntry, OccupancyEntry } from "./ledger.ts";
import { expectedAlarms } from "./ledger-expectations.ts";
import { LOADS, type Cargo } from "./physics/loads.ts";
import type { Emission, Truth } from "./portals/emission.ts";
import type { FaultKind } from "./portals/faults.ts";

/** What happens on one lane, at the wall-clock time it happens. */
export type LaneHappening =
  | { readonly kind: "emission"; readonly emission: Emission }
  | { readonly kind: "connection"; readonly change: "opened" | "closed"; readonly connection: number }
  | { readonly kind: "end" };

/** Plain data of a bounded size: one vehicle, one occupancy and one stretch of silence at a time. */
export interface LaneLedger {
  readonly laneId: string;
  /** Simulated seconds a real one. */
  readonly speed: number;
  /** Everything said so far. */
  readonly bytes: number;
  /** Who listens; null where the transport cannot tell. */
  readonly listening: { readonly open: number; readonly newest: number } | null;
  readonly vehicle: { readonly cargo: Cargo; readonly strength: number };
  readonly open: OpenOccupancy | null;
  readonly unheard: { readonly from: number; readonly to: number; readonly fromByte: number } | null;
  /** Faults that spoil bytes and last. */
  readonly spoiling: readonly FaultKind[];
  /** Lines are still to be halved. */
  readonly halving: boolean;
}

interface OpenOccupancy {
  readonly from: number;
  readonly fromByte: number;
  readonly firstIntervalAt: number | null;
  readonly lastIntervalAt: number | null;
  readonly heardBytes: number;
  readonly firstConnection: number;
  readonly interrupted: boolean;
  readonly spoiled: boolean;
}

/** A stretch that nobody hears is written at the latest after so long, milliseconds: a killed simulation loses no more of it. */
const UNHEARD_IN_MS_MAX = 10_000;

export interface LaneLedgerOptions {
  readonly laneId: string;
  readonly speed: number;
  /** Whether the transport says who listens. */
  readonly knowsListeners: boolean;
}

export function startLaneLedger({ laneId, speed, knowsListeners }: LaneLedgerOptions): LaneLedger {
  return {
    laneId,
    speed,
    bytes: 0,
    listening: knowsListeners ? { open: 0, newest: 0 } : null,
    vehicle: { cargo: "nothing", strength: 1 },
    open: null,
    unheard: null,
    spoiling: [],
    halving: false,
  };
}

type Stepped = readonly [LaneLedger, readonly LedgerEntry[]];

/** Takes what happened at `at`, wall-clock milliseconds, and says what is to be written of it. */
export function laneLedgerStep(ledger: LaneLedger, at: number, happening: LaneHappening): Stepped {
  switch (happening.kind) {
    case "emission":
      return emissionStep(ledger, at, happening.emission);
    case "connection":
      return connectionStep(ledger, at, happening);
    case "end":
      return closeUnheard(ledger);
  }
}

function emissionStep(ledger: LaneLedger, at: number, emission: Emission): Stepped {
  switch (emission.kind) {
    case "bytes":
      return bytesStep(ledger, at, emission.bytes);
    case "truth":
      return truthStep(ledger, at, emission.truth);
    // The transport says which connections it drops.
    case "link":
      return [ledger, []];
  }
}

const isHeard = ({ listening }: LaneLedger): boolean => listening === null || listening.open > 0;

function bytesStep(ledger: LaneLedger, at: number, bytes: Uint8Array): Stepped {
  const heard = isHeard(ledger);
  const [before, entries] = heard || hasLongBeenUnheard(ledger, at) ? closeUnheard(ledger) : [ledger, []];
  const unheard = heard ? null : { ...(before.unheard ?? { from: at, fromByte: ledger.bytes }), to: at };
  const open = before.open === null ? null : occupancyWith(before.open, { at, bytes, heard });
  return [{ ...before, bytes: ledger.bytes + bytes.length, unheard, open }, entries];
}

const hasLongBeenUnheard = ({ unheard }: LaneLedger, at: number): boolean =>
  unheard !== null && at - unheard.from >= UNHEARD_IN_MS_MAX;

function closeUnheard(ledger: LaneLedger): Stepped {
  const { laneId, unheard, bytes } = ledger;
  return unheard === null
    ? [ledger, []]
    : [{ ...ledger, unheard: null }, [{ kind: "unheard", laneId, ...unheard, toByte: bytes }]];
}

interface Said {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly heard: boolean;
}

const [G, S, A] = [0x47, 0x53, 0x41];

function occupancyWith(open: OpenOccupancy, { at, bytes, heard }: Said): OpenOccupancy {
  const heardBytes = open.heardBytes + (heard ? bytes.length : 0);
  const isInterval = bytes[0] === G && (bytes[1] === S || bytes[1] === A);
  if (!isInterval) return { ...open, heardBytes };
  return { ...open, heardBytes, firstIntervalAt: open.firstIntervalAt ?? at, lastIntervalAt: at };
}

function connectionStep(
  ledger: LaneLedger,
  at: number,
  { change, connection }: Extract<LaneHappening, { kind: "connection" }>,
): Stepped {
  const { laneId, bytes } = ledger;
  const before = ledger.listening ?? { open: 0, newest: 0 };
  const listening = {
    open: Math.max(0, before.open + (change === "opened" ? 1 : -1)),
    newest: Math.max(before.newest, connection),
  };
  const open = ledger.open === null ? null : { ...ledger.open, interrupted: true };
  return [
    { ...ledger, listening, open },
    [{ kind: "connection", laneId, connection, change, at, byte: bytes }],
  ];
}

function truthStep(ledger: LaneLedger, at: number, truth: Truth): Stepped {
  const { laneId } = ledger;
  switch (truth.kind) {
    case "vehicle-arrived":
      return vehicleStep(ledger, at, truth);
    case "occupancy-began": {
      const vehicleId = vehicleIdOf(laneId, truth.vehicleNumber);
      const fromByte = ledger.bytes;
      const began: LedgerEntry = { kind: "occupancy-began", vehicleId, laneId, at, fromByte };
      return [{ ...ledger, open: openedAt(ledger, at) }, [began]];
    }
    case "occupancy-ended":
      return [{ ...ledger, open: null, halving: false }, [occupancyEntry(ledger, at, truth)]];
    case "fault-began":
      return [
        faultBegan(ledger, truth.fault),
        [{ kind: "fault", laneId, fault: truth.fault, change: "began", at }],
      ];
    case "fault-ended": {
      const spoiling = ledger.spoiling.filter((fault) => fault !== truth.fault);
      return [{ ...ledger, spoiling }, [{ kind: "fault", laneId, fault: truth.fault, change: "ended", at }]];
    }
  }
}

const vehicleIdOf = (laneId: string, vehicleNumber: number): string => `${laneId}#${vehicleNumber}`;

function vehicleStep(
  ledger: LaneLedger,
  at: number,
  truth: Extract<Truth, { kind: "vehicle-arrived" }>,
): Stepped {
  const { laneId, speed } = ledger;
  const { cargo, strength, speedKph, lengthM } = truth;
  const load = cargo === "nothing" ? undefined : LOADS[cargo];
  const entry: LedgerEntry = {
    kind: "vehicle",
    vehicleId: vehicleIdOf(laneId, truth.vehicleNumber),
    laneId,
    from: at,
    to: at + (truth.presentInS * 1000) / speed,
    load: cargo,
    loadClass: load?.class ?? "nothing",
    strength,
    gammaPeakBackgrounds: (load?.peakExcess ?? 0) * strength,
    neutronPeakCps: (load?.neutronPeakCps ?? 0) * strength,
    speedKph,
    lengthM,
  };
  return [{ ...ledger, vehicle: { cargo, strength } }, [entry]];
}

function openedAt({ bytes, listening, spoiling, halving }: LaneLedger, at: number): OpenOccupancy {
  return {
    from: at,
    fromByte: bytes,
    firstIntervalAt: null,
    lastIntervalAt: null,
    heardBytes: 0,
    firstConnection: listening?.newest ?? 0,
    interrupted: false,
    spoiled: halving || spoiling.length > 0,
  };
}

/** Faults of the panels and the door are in what the portal says, and do not spoil how it says it. */
function faultBegan(ledger: LaneLedger, fault: FaultKind): LaneLedger {
  const open = ledger.open === null ? null : { ...ledger.open, spoiled: true };
  switch (fault) {
    case "dead-panel":
    case "stuck-counts":
    case "tamper":
      return ledger;
    case "noise-bytes":
    case "megabyte-line":
      return { ...ledger, open };
    case "half-line":
      return { ...ledger, open, halving: true };
    case "wrong-baud":
    case "silence":
    case "power-cycle":
    case "disconnect":
      return { ...ledger, open, spoiling: [...ledger.spoiling, fault] };
  }
}

function occupancyEntry(
  ledger: LaneLedger,
  at: number,
  truth: Extract<Truth, { kind: "occupancy-ended" }>,
): OccupancyEntry {
  const { laneId, bytes, listening, vehicle } = ledger;
  const { flags, neutronTestPeak, cargo } = truth;
  const open = ledger.open ?? openedAt(ledger, at);
  const { interrupted, firstConnection, spoiled, ...said } = open;
  const emitted = bytes - open.fromByte;
  const heard =
    listening === null
      ? "unknown"
      : open.heardBytes === 0
        ? "unheard"
        : open.heardBytes < emitted || interrupted
          ? "partly"
          : "whole";
  const isCutOff = heard === "partly" || spoiled || truth.occupancyNumber === undefined;
  const expected: readonly ExpectedAlarm[] =
    heard === "unheard" ? [] : expectedAlarms({ flags, neutronTestPeak, cargo, isCutOff });
  return {
    kind: "occupancy",
    vehicleId: vehicleIdOf(laneId, truth.vehicleNumber),
    laneId,
    occupancyNumber: truth.occupancyNumber ?? null,
    load: cargo,
    strength: vehicle.strength,
    ...said,
    to: at,
    toByte: bytes,
    intervals: truth.intervals,
    heard,
    connections: listening === null ? null : [firstConnection, listening.newest],
    spoiled,
    expected,
  };
}
