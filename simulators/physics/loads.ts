import { pickWeighted, type Chance } from "../chance.ts";
import type { Four } from "./columns.ts";

/** Why a load radiates; the mix of traffic is given over these. */
export const LOAD_CLASSES = ["nothing", "norm", "medical", "industrial", "neutron"] as const;
export type LoadClass = (typeof LOAD_CLASSES)[number];

/** How a load radiates; the fields are those of the table of loads. */
export interface Radiation {
  readonly windows: Four;
  readonly lengthM: number;
  readonly peakExcess: number;
  readonly neutronPeakCps: number;
}

/**
 * One row a load.
 * - `windows`: share of its gamma counts in each energy window, low energy first. Granite's is measured on a recorded NORM pass; the others
 *   are drawn after it from the line energies and the Compton continuum of plastic scintillator (approximate).
 * - `lengthM`: 0 is a point source; otherwise the load is spread evenly over this length, metres.
 * - `peakExcess`: gamma counts above background at closest approach, in backgrounds of the whole portal, for strength 1.
 * - `neutronPeakCps`: neutrons above background at closest approach, both live banks together, cps, for strength 1.
 * - `place`: where in the vehicle, as a fraction of its length from the front.
 * - `weight`: how often within its class.
 */
interface Load extends Radiation {
  readonly class: Exclude<LoadClass, "nothing">;
  readonly isotopes: string;
  readonly place: readonly [low: number, high: number];
  readonly weight: number;
}

const TRAILER = [0.55, 0.8] as const;
const CAB = [0.06, 0.12] as const;
const BEHIND_CAB = [0.4, 0.85] as const;

export const LOADS = {
  granite: norm("232Th 238U 40K", [0.506, 0.427, 0.061, 0.006], 1.5, 4.6, 2),
  tile: norm("232Th 238U 40K", [0.47, 0.42, 0.08, 0.03], 7, 1.1, 3),
  "cat-litter": norm("232Th 238U 40K", [0.48, 0.42, 0.075, 0.025], 6, 0.7, 2),
  potash: norm("40K", [0.3, 0.36, 0.19, 0.15], 9, 0.9, 2),
  fertilizer: norm("40K 238U", [0.34, 0.37, 0.17, 0.12], 8, 0.6, 3),
  bananas: norm("40K", [0.3, 0.36, 0.19, 0.15], 9, 0.05, 2),
  "99mTc": medical("99mTc, 140 keV", [0.97, 0.03, 0, 0], 6, 6),
  "131I": medical("131I, 364 keV", [0.62, 0.37, 0.01, 0], 5, 2),
  "18F": medical("18F, 511 keV", [0.5, 0.46, 0.04, 0], 5, 2),
  "201Tl": medical("201Tl, 70–167 keV", [0.98, 0.02, 0, 0], 2, 1),
  "137Cs": industrial("137Cs, 662 keV", [0.4, 0.55, 0.05, 0], 3),
  "60Co": industrial("60Co, 1173 and 1332 keV", [0.27, 0.42, 0.28, 0.03], 3),
  "252Cf": neutron("252Cf", [0.36, 0.38, 0.18, 0.08], 0.35, 60),
  AmBe: neutron("241Am-Be, 60 keV and 4.4 MeV", [0.5, 0.25, 0.13, 0.12], 0.25, 45),
} as const satisfies Record<string, Load>;

export type LoadName = keyof typeof LOADS;
export type Cargo = LoadName | "nothing";
export type { Load };

/** Weight of each class of load; only proportions matter. */
export type Mix = Readonly<Record<LoadClass, number>>;

/** Ordinary commerce: 95 % nothing, some 3 % NORM, .04 % medical, real sources only where a scenario says so. */
export const ORDINARY_MIX: Mix = { nothing: 95, norm: 3, medical: 0.04, industrial: 0, neutron: 0 };

export function isLoadName(name: string): name is LoadName {
  return Object.hasOwn(LOADS, name);
}

export const LOAD_NAMES: readonly LoadName[] = Object.keys(LOADS).filter(isLoadName);

/** What the next vehicle carries. */
export function drawCargo(chance: Chance, mix: Mix): Cargo {
  const drawn = pickWeighted(
    chance,
    LOAD_CLASSES.map((each) => [each, mix[each]]),
  );
  if (drawn === undefined || drawn === "nothing") return "nothing";
  const rows = LOAD_NAMES.filter((name) => LOADS[name].class === drawn);
  return (
    pickWeighted(
      chance,
      rows.map((name) => [name, LOADS[name].weight]),
    ) ?? "nothing"
  );
}

// Each row below is (isotopes, windows, …) for one class; a class fixes the columns that are the same for all its loads.

function norm(
  isotopes: string,
  windows: Four,
  lengthM: number,
  ...[peakExcess, weight]: [number, number]
): Load {
  return { class: "norm", isotopes, windows, lengthM, peakExcess, neutronPeakCps: 0, place: TRAILER, weight };
}

function medical(isotopes: string, windows: Four, peakExcess: number, weight: number): Load {
  return {
    class: "medical",
    isotopes,
    windows,
    lengthM: 0,
    peakExcess,
    neutronPeakCps: 0,
    place: CAB,
    weight,
  };
}

function industrial(isotopes: string, windows: Four, peakExcess: number): Load {
  const point = { lengthM: 0, neutronPeakCps: 0, place: BEHIND_CAB, weight: 1 };
  return { class: "industrial", isotopes, windows, peakExcess, ...point };
}

function neutron(isotopes: string, windows: Four, peakExcess: number, neutronPeakCps: number): Load {
  return {
    class: "neutron",
    isotopes,
    windows,
    lengthM: 0,
    peakExcess,
    neutronPeakCps,
    place: BEHIND_CAB,
    weight: 1,
  };
}
