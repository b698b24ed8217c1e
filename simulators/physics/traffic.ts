import type { Chance } from "../chance.ts";
import type { Mix } from "./loads.ts";
import { drawVehicle, transitInS, type Vehicle, type VehicleRequest } from "./vehicles.ts";

export interface TrafficPlan {
  readonly arrivalsPerHour: number;
  readonly mix: Mix;
  /** Explicit vehicles, in any order. */
  readonly vehicles: readonly VehicleRequest[];
  /** Explicit vehicles without end. */
  readonly convoy?: Convoy | undefined;
}

/** The same vehicles over and over, one every so many seconds. */
export interface Convoy {
  readonly firstAtS: number;
  readonly everyS: number;
  /** At least one. */
  readonly vehicles: readonly Omit<VehicleRequest, "atS">[];
}

/** Seconds between one vehicle leaving and the next arriving: the hold-in, GX and one more background. */
export const GAP_IN_S_MIN = 8;

/**
 * The vehicles of one lane in order of arrival, without end while there are random arrivals. Two never overlap: a random vehicle that
 * would still be there when a scripted one is due does not come, and a scripted one that is due too early waits.
 */
export function* arrivals(chance: Chance, plan: TrafficPlan): Generator<Vehicle, undefined> {
  const scripted = requests(plan);
  const scriptedChance = chance.stream("scripted");
  const randomChance = chance.stream("random");
  const nextRandomAfter = (timeInS: number): number =>
    plan.arrivalsPerHour > 0 ? timeInS + randomChance.exponential(3600 / plan.arrivalsPerHour) : Infinity;
  let freeAtS = 0;
  let randomAtS = nextRandomAfter(0);
  let request = scripted.next().value;
  for (;;) {
    if (request !== undefined && request.atS <= randomAtS) {
      const vehicle = drawVehicle(scriptedChance, plan.mix, {
        ...request,
        atS: Math.max(request.atS, freeAtS),
      });
      freeAtS = vehicle.atS + transitInS(vehicle) + GAP_IN_S_MIN;
      request = scripted.next().value;
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

/** Explicit vehicles and those of the convoy in the order of their times; without end where there is a convoy. */
function* requests({ vehicles, convoy }: TrafficPlan): Generator<VehicleRequest, undefined> {
  const waiting = [...vehicles].sort((left, right) => left.atS - right.atS);
  const rounds = convoy === undefined || convoy.vehicles.length === 0 ? 0 : Infinity;
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, vehicle] of (convoy?.vehicles ?? []).entries()) {
      const count = round * (convoy?.vehicles.length ?? 0) + place;
      const atS = (convoy?.firstAtS ?? 0) + count * (convoy?.everyS ?? 0);
      for (let next = waiting[0]; next !== undefined && next.atS <= atS; next = waiting[0]) {
        waiting.shift();
        yield next;
      }
      yield { ...vehicle, atS };
    }
  }
  yield* waiting;
  return undefined;
}
