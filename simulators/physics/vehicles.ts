import type { Chance } from "../chance.ts";
import { drawCargo, LOADS, type Cargo, type Mix } from "./loads.ts";
import type { SourcePlace } from "./geometry.ts";

/** A vehicle on its way through. Times are seconds of the simulation; the front breaks the beam at `atS`. */
export interface Vehicle {
  readonly atS: number;
  readonly speedKph: number;
  readonly lengthM: number;
  /** How much of a truck's dip in the background it makes, 0 to 1. */
  readonly mass: number;
  /** Seconds it stands still with the middle of its load abreast of the portal; 0 for nearly all. */
  readonly stopInS: number;
  readonly cargo: Cargo;
  /** Multiplies the strength in the table of loads. */
  readonly strength: number;
  /** Middle of the load from the front, metres. */
  readonly loadAtM: number;
  readonly place: SourcePlace;
}

/** What a scenario may fix of a vehicle; the rest is drawn. */
export interface VehicleRequest {
  readonly atS: number;
  readonly speedKph?: number | undefined;
  readonly lengthM?: number | undefined;
  readonly stopS?: number | undefined;
  readonly load?: Cargo | undefined;
  readonly strength?: number | undefined;
}

/** Entry speed on recordings, km/h. */
const SPEED_KPH_MEAN = 8;
const SPEED_KPH_SD = 0.5;
/** Chance of a vehicle that creeps through, and of one that stops in the portal. */
const SLOW_SHARE = 0.04;
const STOPPED_SHARE = 0.01;
const CAR_SHARE = 0.1;
/** Trucks of 17.3 m at 8 km/h between beams 3 m apart, with the hold-in, make occupancies of about 60 intervals, as recorded. */
const TRUCK_LENGTH_M_MEAN = 17.3;
const TRUCK_LENGTH_M_SD = 0.6;

export function drawVehicle(chance: Chance, mix: Mix, request: VehicleRequest): Vehicle {
  const cargo = request.load ?? drawCargo(chance, mix);
  const speedKph = drawSpeedKph(chance);
  const stopInS = chance.happens(STOPPED_SHARE) ? chance.between(2, 6) : 0;
  const isCar = chance.happens(CAR_SHARE) && (cargo === "nothing" || LOADS[cargo].class === "medical");
  const truckLengthM = chance.normal(TRUCK_LENGTH_M_MEAN, TRUCK_LENGTH_M_SD);
  const lengthM = request.lengthM ?? (isCar ? chance.between(4.2, 5.2) : truckLengthM);
  const placeFraction = chance.uniform();
  const [low, high] = cargo === "nothing" ? ([0.5, 0.5] as const) : LOADS[cargo].place;
  return {
    atS: request.atS,
    speedKph: request.speedKph ?? speedKph,
    lengthM,
    mass: Math.min(1, Math.max(0.15, (lengthM - 3) / 12)),
    stopInS: request.stopS ?? (request.load === undefined ? stopInS : 0),
    cargo,
    strength: request.strength ?? (request.load === undefined ? chance.between(0.6, 1.6) : 1),
    loadAtM: lengthM * (low + (high - low) * placeFraction),
    place: { acrossM: chance.between(-0.5, 0.5), upM: chance.between(0.8, 1.5) },
  };
}

/** The beams stand this far before and behind the detectors, metres, so that a vehicle is seen before its load is felt. */
export const BEAM_TO_DETECTOR_IN_M = 1.5;

/** The front's distance beyond the detectors, metres, `elapsedInS` after it broke the first beam. */
export function frontAtM(vehicle: Vehicle, elapsedInS: number): number {
  const speedMps = vehicle.speedKph / 3.6;
  const stopsAfterInS = (BEAM_TO_DETECTOR_IN_M + vehicle.loadAtM) / speedMps;
  const heldInS = Math.min(vehicle.stopInS, Math.max(0, elapsedInS - stopsAfterInS));
  return speedMps * (elapsedInS - heldInS) - BEAM_TO_DETECTOR_IN_M;
}

/** Seconds from the front breaking the first beam to the rear leaving the second. */
export function transitInS(vehicle: Vehicle): number {
  return (vehicle.lengthM + 2 * BEAM_TO_DETECTOR_IN_M) / (vehicle.speedKph / 3.6) + vehicle.stopInS;
}

function drawSpeedKph(chance: Chance): number {
  const ordinaryKph = Math.max(6, chance.normal(SPEED_KPH_MEAN, SPEED_KPH_SD));
  const slowKph = chance.between(4, 6);
  return chance.happens(SLOW_SHARE) ? slowKph : ordinaryKph;
}
