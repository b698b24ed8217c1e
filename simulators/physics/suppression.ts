import type { Chance } from "../chance.ts";
import { mapFour, sumFour, type Four } from "./columns.ts";

/** Depth of the dip a heavy vehicle makes in the background, fraction: mean and site-to-site sd (recorded traffic). */
export const DEPTH_MEAN = 0.21;
export const DEPTH_SD = 0.015;

/** Intervals the dip takes to build up and to fill again (recorded traffic; 200 ms each). */
export const RAMP_INTERVALS = 20;
export const RECOVERY_INTERVALS = 10;

/** Depth of each panel relative to the mean: the lower panels look at wheels and engine, so that factors spread over .74–.88. */
const PANEL_WEIGHTS: Four = [1.14, 0.87, 1.18, 0.81];

/** Depth per panel of one site, fractions whose mean is the site's depth. */
export function drawDepths(chance: Chance): Four {
  const depth = Math.min(0.255, Math.max(0.165, chance.normal(DEPTH_MEAN, DEPTH_SD)));
  const weights = mapFour(PANEL_WEIGHTS, (weight) => weight * chance.between(0.98, 1.02));
  const mean = sumFour(weights) / 4;
  return mapFour(weights, (weight) => (depth * weight) / mean);
}

/**
 * How much of the dip is there, 0 to 1. Intervals are counted from the first one with the vehicle in the portal; the vehicle leaves it at
 * `leavesAtInterval`.
 */
export function dipAt(interval: number, leavesAtInterval: number): number {
  if (interval < 0) return 0;
  const built = Math.min(1, (interval + 1) / RAMP_INTERVALS);
  if (interval < leavesAtInterval) return built;
  const builtAtLeaving = Math.min(1, leavesAtInterval / RAMP_INTERVALS);
  return builtAtLeaving * Math.max(0, 1 - (interval - leavesAtInterval + 1) / RECOVERY_INTERVALS);
}

/** What each panel's background is multiplied by; `mass` is 1 for a truck and less for a car. */
export function suppressionFactors(depths: Four, dip: number, mass: number): Four {
  return mapFour(depths, (depth) => 1 - depth * dip * mass);
}
