import type { Chance } from "../chance.ts";
import { WINDOW_SHARES } from "./background.ts";
import { mapFour, sumFour, type Four } from "./columns.ts";

/**
 * What a truck takes away of each energy window in mid-vehicle, low energy first. Soft gammas are shielded more. Measured over the middle 16 to
 * 19 intervals of the twelve recorded passes with nothing aboard: .268, .185, .112 and .040, each ± .006 to .010.
 */
export const WINDOW_DEPTHS: Four = [0.27, 0.19, 0.12, 0.05];

/**
 * Depth of the dip in the gross counts in mid-vehicle, fraction: the windows' depths by their shares, .173. Recorded passes are said to dip by
 * .21 (sd .015): that is the deepest *second* of a pass, which counting scatter makes deeper than the dip itself.
 */
export const DEPTH_MEAN = sumFour(mapFour(WINDOW_SHARES, (share, window) => share * WINDOW_DEPTHS[window]));
/** From site to site. Small: the scatter of recorded passes is that of counting alone. */
export const DEPTH_SD = 0.005;
const DEPTH_SDS_MAX = 3;

/**
 * How far a vehicle drives while its dip builds up, and while it fills again: 20 and 10 intervals of 200 ms at the 8 km/h of recorded traffic. By
 * distance, because it is the vehicle's body that shields.
 */
export const RAMP_IN_M = 8.9;
export const RECOVERY_IN_M = 4.4;

/** Depth of each panel relative to the mean: the lower panels look at wheels and engine. */
const PANEL_WEIGHTS: Four = [1.14, 0.87, 1.18, 0.81];

/** Depth of the gross counts per panel of one site, fractions whose mean is the site's depth. */
export function drawDepths(chance: Chance): Four {
  const sds = Math.min(DEPTH_SDS_MAX, Math.max(-DEPTH_SDS_MAX, chance.normal(0, 1)));
  const depth = DEPTH_MEAN + sds * DEPTH_SD;
  const weights = mapFour(PANEL_WEIGHTS, (weight) => weight * chance.between(0.98, 1.02));
  const mean = sumFour(weights) / 4;
  return mapFour(weights, (weight) => (depth * weight) / mean);
}

/**
 * Depth of each energy window relative to that of the gross counts, for a site with these window shares: weighted with them, the sum is 1, so
 * that the windows together dip as deep as the gross counts. `windowDepths` need only be in proportion.
 */
export function windowWeights(shares: Four, windowDepths: Four = WINDOW_DEPTHS): Four {
  const mean = sumFour(mapFour(shares, (share, window) => share * windowDepths[window]));
  return mapFour(windowDepths, (depth) => (mean === 0 ? 0 : depth / mean));
}

/**
 * How much of the dip is there, 0 to 1, when the front is `frontM` beyond the first beam of a vehicle that has left the second one after
 * `passageM`.
 */
export function dipAt(frontM: number, passageM: number): number {
  const builtAt = (distanceM: number): number => Math.min(1, Math.max(0, distanceM / RAMP_IN_M));
  if (frontM <= passageM) return builtAt(frontM);
  return builtAt(passageM) * Math.max(0, 1 - (frontM - passageM) / RECOVERY_IN_M);
}
