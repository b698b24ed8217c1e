import type { Column } from "../physics/columns.ts";

/** Every way a simulated portal or its line can fail, and whether it lasts. */
export const FAULT_KINDS = [
  "dead-panel",
  "stuck-counts",
  "noise-bytes",
  "half-line",
  "wrong-baud",
  "megabyte-line",
  "silence",
  "tamper",
  "power-cycle",
  "disconnect",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

interface Lasting {
  readonly atS: number;
  /** Seconds it lasts. */
  readonly durationS: number;
}

/**
 * - `dead-panel`: the panel counts zero. `stuck-counts`: the panel repeats the count it had when the fault began.
 * - `noise-bytes`: this many random bytes at once. `half-line`: this many lines lose their second half and their terminator.
 * - `wrong-baud`: every byte arrives garbled. `megabyte-line`: this many characters without a terminator, then one.
 * - `silence`: nothing is sent. `tamper`: TT, and TC when it ends. `power-cycle`: off, then the setup block and occupancy numbers from 1.
 * - `disconnect`: the transport drops its connections and takes none.
 */
export type Fault =
  | (Lasting & { readonly kind: "dead-panel" | "stuck-counts"; readonly column: Column })
  | (Lasting & { readonly kind: "wrong-baud" | "silence" | "tamper" | "power-cycle" | "disconnect" })
  | {
      readonly kind: "noise-bytes" | "half-line" | "megabyte-line";
      readonly atS: number;
      readonly count: number;
    };

export function startsAtMs(fault: Fault): number {
  return fault.atS * 1000;
}

/** Faults of an instant end when they begin. */
export function endsAtMs(fault: Fault): number {
  return "durationS" in fault ? (fault.atS + fault.durationS) * 1000 : fault.atS * 1000;
}

export function isActive(fault: Fault, timeInMs: number): boolean {
  return startsAtMs(fault) <= timeInMs && timeInMs < endsAtMs(fault);
}
