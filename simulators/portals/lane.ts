import type { Mix } from "../physics/loads.ts";
import type { SlowEffects } from "../physics/slow-effects.ts";
import type { Convoy } from "../physics/traffic.ts";
import type { VehicleRequest } from "../physics/vehicles.ts";
import type { Fault } from "./faults.ts";
import type { Group } from "./rapiscan-lines.ts";

export const FIRMWARES = ["base", "extended"] as const;
export type Firmware = (typeof FIRMWARES)[number];

/** Everything that decides what one simulated lane says: same lane, same bytes. */
export interface SimulatedLane {
  readonly id: string;
  readonly seed: string;
  readonly firmware: Firmware;
  readonly nSigma: number;
  readonly groups: readonly Group[];
  readonly arrivalsPerHour: number;
  readonly mix: Mix;
  readonly vehicles: readonly VehicleRequest[];
  readonly convoy?: Convoy | undefined;
  readonly faults: readonly Fault[];
  readonly effects: SlowEffects;
  /** Simulated seconds after which the portal stops; undefined runs for ever. */
  readonly durationS: number | undefined;
}
