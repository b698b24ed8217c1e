import { createChance, type Chance } from "../chance.ts";
import { WINDOW_ONLY_SHARE } from "./background.ts";
import { INTERVAL_IN_MS, INTERVALS_PER_S, mapFour, sumFour, ZERO_FOUR, type Four } from "./columns.ts";
import { drawCounts, drawSite, sceneRates, type Scene, type Site } from "./field.ts";
import { drawCargo, LOADS, type Cargo, type LoadName, type Mix, type Radiation } from "./loads.ts";
import { CALM } from "./slow-effects.ts";
import { windowWeights } from "./suppression.ts";
import { drawVehicle, transitInS, type Vehicle } from "./vehicles.ts";

/** What is fixed of a pass; the rest is drawn. */
export interface PassPlan {
  /** A load of the table, one of the caller's own, or one drawn from a mix; absent: nothing. */
  readonly load?: LoadName | Radiation | { readonly mix: Mix };
  /** Absent: 1, or drawn for a load from a mix. */
  readonly strength?: number;
  readonly speedKph?: number | undefined;
  /** Absent: a truck of about 17.3 m. */
  readonly lengthM?: number | undefined;
  /** Depth of the dip in the gross counts in mid-vehicle, mean of the panels; 0 for none. Absent: the site's own. */
  readonly depth?: number;
  /** Depths of the energy windows, in proportion. Absent: as recorded. */
  readonly windowDepths?: Four;
}

/** One occupancy: what the portal had averaged before, and its counts. */
export interface SimulatedPass {
  readonly background: { readonly gammaCps: Four; readonly neutronCps: Four; readonly energyCps: Four };
  /** Counts per panel and interval; begins with the opening burst of a second. */
  readonly gamma: readonly Four[];
  /** Counts per energy window and interval; ends with `gamma`, and begins two seconds before it. */
  readonly energy: readonly Four[];
  /** Counts per bank and second; begins with `gamma`. */
  readonly neutron: readonly Four[];
  readonly speedKph: number;
  readonly cargo: Cargo;
}

const INTERVAL_IN_S = INTERVAL_IN_MS / 1000;
/** Intervals of the opening burst, and of the hold-in after the vehicle. */
const GAMMA_BEFORE = 5;
const ENERGY_BEFORE = 15;
const HOLD_IN = 5;
const ARRIVAL_AT_S = 100;
/** Seconds over which portals average their backgrounds. */
const GAMMA_AVERAGED_IN_S = 20;
const NEUTRON_AVERAGED_IN_S = 120;
const TRUCK_LENGTH_IN_M = 17.3;
const NOTHING: Mix = { nothing: 1, norm: 0, medical: 0, industrial: 0, neutron: 0 };

/**
 * A truck's pass without a stop at a site of its own, as a portal counts it. The same seed and plan give the same counts; without the portal's
 * wire and its clock, so that studies and tests can have thousands.
 */
export function simulatePass(seed: string, plan: PassPlan = {}): SimulatedPass {
  const chance = createChance(seed);
  const site = siteOf(chance.stream("site"), plan);
  const { vehicle, load } = passingOf(chance, plan);
  const scene = { site, effects: CALM, vehicle, load };
  const counted = countPass(chance.stream("counts"), scene);
  const background = averaged(chance.stream("background"), site);
  return { background, ...counted, speedKph: vehicle.speedKph, cargo: vehicle.cargo };
}

function countPass(
  chance: Chance,
  scene: Scene & { readonly vehicle: Vehicle },
): Pick<SimulatedPass, "gamma" | "energy" | "neutron"> {
  const intervals = Math.round(transitInS(scene.vehicle) / INTERVAL_IN_S) + HOLD_IN;
  const gamma: Four[] = [];
  const energy: Four[] = [];
  const neutron: Four[] = [];
  let second = ZERO_FOUR;
  for (let at = -ENERGY_BEFORE; at < intervals; at += 1) {
    const drawn = drawCounts(chance, sceneRates(scene, ARRIVAL_AT_S + at * INTERVAL_IN_S), 0);
    energy.push(drawn.windows);
    if (at < -GAMMA_BEFORE) continue;
    gamma.push(drawn.gamma);
    second = mapFour(second, (sum, bank) => sum + drawn.neutron[bank]);
    if (gamma.length % INTERVALS_PER_S > 0) continue;
    neutron.push(second);
    second = ZERO_FOUR;
  }
  return { gamma, energy, neutron };
}

function siteOf(chance: Chance, { depth, windowDepths }: PassPlan): Site {
  const site = drawSite(chance);
  const mean = sumFour(site.depths) / 4;
  return {
    ...site,
    depths: depth === undefined ? site.depths : mapFour(site.depths, (each) => (each * depth) / mean),
    windowWeights: windowWeights(site.background.windowShares, windowDepths),
  };
}

interface Passing {
  readonly vehicle: Vehicle;
  readonly load: Radiation | undefined;
}

/** A vehicle that dips the background as deep as a truck does, whatever its length. */
function passingOf(chance: Chance, plan: PassPlan): Passing {
  const cargo = cargoOf(chance.stream("cargo"), plan);
  const own = typeof plan.load === "object" && "windows" in plan.load ? plan.load : undefined;
  const load = own ?? (cargo === "nothing" ? undefined : LOADS[cargo]);
  const drawn = drawVehicle(chance.stream("vehicle"), NOTHING, {
    atS: ARRIVAL_AT_S,
    // A load of the caller's own lies where a point source would.
    load: own === undefined ? cargo : "137Cs",
    speedKph: plan.speedKph,
    lengthM: plan.lengthM,
  });
  const isCar = plan.lengthM === undefined && drawn.lengthM < 10;
  const lengthM = isCar ? TRUCK_LENGTH_IN_M : drawn.lengthM;
  const isMixed = typeof plan.load === "object" && "mix" in plan.load;
  const strength = plan.strength ?? (isMixed ? chance.stream("strength").between(0.6, 1.6) : 1);
  const loadAtM = (drawn.loadAtM * lengthM) / drawn.lengthM;
  return { vehicle: { ...drawn, lengthM, loadAtM, mass: 1, cargo, strength }, load };
}

function cargoOf(chance: Chance, { load }: PassPlan): Cargo {
  if (load === undefined) return "nothing";
  if (typeof load === "string") return load;
  return "mix" in load ? drawCargo(chance, load.mix) : "nothing";
}

/** What the portal has averaged before: gamma, rounded to whole counts as GB is, and the windows; neutrons for longer. */
function averaged(chance: Chance, { background }: Site): SimulatedPass["background"] {
  const { gammaRatesCps, windowShares, neutronRatesCps } = background;
  const windowsCps = sumFour(gammaRatesCps) * (1 + WINDOW_ONLY_SHARE);
  const over = (cps: number, seconds: number): number => chance.poisson(cps * seconds) / seconds;
  return {
    gammaCps: mapFour(gammaRatesCps, (cps) => Math.round(over(cps, GAMMA_AVERAGED_IN_S))),
    neutronCps: mapFour(neutronRatesCps, (cps) => over(cps, NEUTRON_AVERAGED_IN_S)),
    energyCps: mapFour(windowShares, (share) => over(share * windowsCps, GAMMA_AVERAGED_IN_S)),
  };
}
