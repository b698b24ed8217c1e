import type { Chance } from "../chance.ts";
import type { Mix } from "./loads.ts";
import { drawVehicle, transitInS, type Vehicle, type VehicleRequest } from "./vehicles.ts";

export interface TrafficPlan {
  readonly arrivalsPerHour: number;
  readonly mix: Mix;
  /** Explicit vehicles, in any order. */
  readonly vehicles: readonly VehicleRequest[];
}

/** Seconds between one vehicle leaving and the next arriving: the hold-in, GX and one more background. */
export const GAP_IN_S_MIN = 8;

/**
 * The vehicles of one lane in order of arrival, without end while there are random arrivals. Two never overlap: a random vehicle that
 * would still be there when a scripted one is due does not come, and a scripted one that is due too early waits.
 */
export function* arrivals(chance: Chance, plan: TrafficPlan): Generator<Vehicle, undefined> {
  const scripted = [...plan.vehicles].sort((left, right) => left.atS - right.atS);
  const scriptedChance = chance.stream("scripted");
  const randomChance = chance.stream("random");
  const nextRandomAfter = (timeInS: number): number =>
    plan.arrivalsPerHour > 0 ? timeInS + randomChance.exponential(3600 / plan.arrivalsPerHour) : Infinity;
  let freeAtS = 0;
  let randomAtS = nextRandomAfter(0);
  for (let index = 0; ;) {
    const request = scripted[index];
    if (request !== undefined && request.atS <= randomAtS) {
      const vehicle = drawVehicle(scriptedChance, plan.mix, {
        ...request,
        atS: Math.max(request.atS, freeAtS),
      });
      freeAtS = vehicle.atS + transitInS(vehicle) + GAP_IN_S_MIN;
      index += 1;
      yield vehicle;
      continue;
    }
    if (randomAtS === Infinity) return undefined;
    const atS = Math.max(randomAtS, freeAtS);
    randomAtS = nextRandomAfter(atS);
    const vehicle = drawVehicle(randomChance, plan.mix, { atS });
    const endsAtS = atS + transitInS(vehicle) + GAP_IN_S_MIN;
    if (request !== undefined && endsAtS > request.atS) continue;
    freeAtS = endsAtS;
    yield vehicle;
  }
}
