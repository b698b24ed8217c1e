import type { Chance } from "../chance.ts";
import { INTERVALS_PER_S } from "../physics/columns.ts";
import { arrivals, type TrafficPlan } from "../physics/traffic.ts";
import { transitInS, type Vehicle } from "../physics/vehicles.ts";
import { HOLD_IN_INTERVALS } from "./rapiscan-lines.ts";

/** A vehicle that holds the portal occupied. */
export interface Present {
  readonly vehicle: Vehicle;
  readonly vehicleNumber: number;
}

export interface RoadView {
  /** The vehicle near enough to matter to the detectors. */
  readonly near: Vehicle | undefined;
  /** The same one while its body is between the beams or the hold-in lasts. */
  readonly present: Present | undefined;
  /** Set once, in the first view in which its front has broken the beam. */
  readonly arrived: Present | undefined;
}

/** Seconds before arrival and after the hold-in in which a vehicle's load still reaches the detectors; together below the least gap. */
const APPROACH_IN_S = 4;
const TAIL_IN_S = 1;

/** When the portal lets go of a vehicle, seconds. */
export function releasedAtS(vehicle: Vehicle): number {
  return vehicle.atS + transitInS(vehicle) + HOLD_IN_INTERVALS / INTERVALS_PER_S;
}

/** The road before one portal. Ask with times that do not go back. */
export function createRoad(chance: Chance, plan: TrafficPlan): (timeInS: number) => RoadView {
  const coming = arrivals(chance, plan);
  let vehicle = coming.next().value;
  let vehicleNumber = 1;
  let isAnnounced = false;
  return (timeInS) => {
    if (vehicle !== undefined && timeInS > releasedAtS(vehicle) + TAIL_IN_S) {
      vehicle = coming.next().value;
      vehicleNumber += 1;
      isAnnounced = false;
    }
    if (vehicle === undefined || timeInS < vehicle.atS - APPROACH_IN_S) {
      return { near: undefined, present: undefined, arrived: undefined };
    }
    const here: Present = { vehicle, vehicleNumber };
    const arrived = !isAnnounced && vehicle.atS < timeInS ? here : undefined;
    isAnnounced ||= arrived !== undefined;
    const isPresent = vehicle.atS < timeInS && timeInS < releasedAtS(vehicle);
    return { near: vehicle, present: isPresent ? here : undefined, arrived };
  };
}
