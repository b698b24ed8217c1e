import type { Cargo } from "../physics/loads.ts";
import type { FaultKind } from "./faults.ts";

/** What really happened, beside what the portal said: the oracle a test or a ledger compares with. */
export type Truth =
  | {
      readonly kind: "vehicle-arrived";
      readonly vehicleNumber: number;
      readonly speedKph: number;
      readonly lengthM: number;
      /** From its front breaking the first beam to its rear leaving the second. */
      readonly presentInS: number;
      readonly cargo: Cargo;
      readonly strength: number;
    }
  /** Before the first line of the occupancy. */
  | { readonly kind: "occupancy-began"; readonly vehicleNumber: number }
  /** After the last line of the occupancy. */
  | {
      readonly kind: "occupancy-ended";
      readonly vehicleNumber: number;
      /** The number in GX; absent when power failed before it was sent. */
      readonly occupancyNumber: number | undefined;
      readonly cargo: Cargo;
      /** GS and GA records of the occupancy, opening burst included. */
      readonly intervals: number;
      /** Largest gross of one interval, all panels, counts. */
      readonly grossPeak: number;
      /** Largest value of the portal's neutron test, as a share of its bound: 1 and more is a flag. */
      readonly neutronTestPeak: number;
      readonly flags: PortalFlags;
    }
  | { readonly kind: "fault-began"; readonly fault: FaultKind }
  | { readonly kind: "fault-ended"; readonly fault: FaultKind };

/** What the portal's own rules flagged; each is the index of the first interval (or neutron second) it flagged, from 0. */
export interface PortalFlags {
  readonly gamma: number | undefined;
  readonly neutron: number | undefined;
  readonly energy: number | undefined;
}

/**
 * One thing a simulated portal does, at `atMs` of simulated time since the start. `bytes` is wire form; `link` tells the transport to drop its
 * connections, or to take them again.
 */
export type Emission =
  | { readonly kind: "bytes"; readonly atMs: number; readonly bytes: Uint8Array }
  | { readonly kind: "link"; readonly atMs: number; readonly up: boolean }
  | { readonly kind: "truth"; readonly atMs: number; readonly truth: Truth };

/** A line before it is put on the wire: no terminator. */
export interface Line {
  readonly kind: "line";
  readonly atMs: number;
  readonly text: string;
}

/** What the portal itself produces: lines and truths. */
export type Utterance = Line | Extract<Emission, { kind: "truth" }>;
