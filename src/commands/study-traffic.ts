import { type Chance, createChance } from "../../simulators/chance.ts";
import { type Four, mapFour, sumFour } from "../../simulators/physics/columns.ts";
import { drawCounts, drawSite, type Rates, ratesAt, type Site } from "../../simulators/physics/field.ts";
import { CALM } from "../../simulators/physics/slow-effects.ts";
import { drawVehicle, transitInS, type Vehicle } from "../../simulators/physics/vehicles.ts";
import type { OccupancyBackground } from "../core/rules/rule.ts";
import type { TrafficPlan } from "../study/study-file.ts";
import type { VehicleProfile } from "../study/vehicle-profile.ts";
import type { PerPanel } from "../domain/panels.ts";

const intervalInS = 0.2;
const intervalsPerSecond = 5;
/** Intervals of the opening burst, and of the hold-in after the vehicle. */
const gammaBefore = 5;
const energyBefore = 15;
const holdIn = 5;
const arrivalAtS = 100;
/** Seconds over which portals average their backgrounds. */
const gammaAveragedInS = 20;
const neutronAveragedInS = 120;

/** The numbered vehicle of a study's simulated traffic: the same whoever asks, and in whatever order. */
export const simulatedProfile = (seed: string, plan: TrafficPlan, number: number): VehicleProfile => {
  const chance = createChance(`${seed}/vehicle ${number}`);
  const site = siteOf(chance.stream("site"), plan.depth);
  const vehicle = vehicleOf(chance.stream("vehicle"), plan);
  const counts = chance.stream("counts");
  const intervals = Math.round(transitInS(vehicle) / intervalInS) + holdIn;
  const gamma: PerPanel[] = [];
  const energy: PerPanel[] = [];
  const neutron: PerPanel[] = [];
  let second: Four = [0, 0, 0, 0];
  for (let at = -energyBefore; at < intervals; at += 1) {
    const drawn = drawCounts(counts, ratesOf(site, vehicle, plan, arrivalAtS + at * intervalInS), 0);
    energy.push(drawn.windows);
    if (at < -gammaBefore) continue;
    gamma.push(drawn.gamma);
    second = mapFour(second, (sum, bank) => sum + drawn.neutron[bank]);
    if (gamma.length % intervalsPerSecond > 0) continue;
    neutron.push(second);
    second = [0, 0, 0, 0];
  }
  const background = averaged(chance.stream("background"), site);
  return { background, gamma, energy, neutron, speedKph: vehicle.speedKph };
};

const siteOf = (chance: Chance, depth: number): Site => {
  const site = drawSite(chance);
  const mean = sumFour(site.depths) / 4;
  return { ...site, depths: mapFour(site.depths, (each) => (each * depth) / mean) };
};

const empty = { nothing: 1, norm: 0, medical: 0, industrial: 0, neutron: 0 };
const truckLengthInM = 17.3;

/** A vehicle without a load that passes without a stop; the depth of its dip is the plan's, whatever its length. */
const vehicleOf = (chance: Chance, { speedKph, lengthInM }: TrafficPlan): Vehicle => {
  const drawn = drawVehicle(chance, empty, {
    atS: arrivalAtS,
    load: "nothing",
    speedKph,
    lengthM: lengthInM,
  });
  const isCar = lengthInM === undefined && drawn.lengthM < 10;
  return { ...drawn, lengthM: isCar ? truckLengthInM : drawn.lengthM, mass: 1 };
};

/** The simulator's rates, with a dip that differs between the energy windows. */
const ratesOf = (site: Site, vehicle: Vehicle, plan: TrafficPlan, timeInS: number): Rates => {
  const rates = ratesAt(site, CALM, vehicle, timeInS);
  const { gammaRatesCps, windowShares } = site.background;
  const windowOf = (window: 0 | 1 | 2 | 3): Four =>
    mapFour(rates.windows[window], (suppressed, panel) => {
      const vacant = gammaRatesCps[panel] * windowShares[window];
      return vacant - (vacant - suppressed) * plan.windowDepths[window];
    });
  return { ...rates, windows: [windowOf(0), windowOf(1), windowOf(2), windowOf(3)] };
};

const averaged = (chance: Chance, { background }: Site): OccupancyBackground => {
  const { gammaRatesCps, windowShares, neutronRatesCps } = background;
  const gross = sumFour(gammaRatesCps) * 1.027;
  const over = (cps: number, seconds: number): number => chance.poisson(cps * seconds) / seconds;
  return {
    gammaCps: mapFour(gammaRatesCps, (cps) => Math.round(over(cps, gammaAveragedInS))),
    neutronCps: mapFour(neutronRatesCps, (cps) => over(cps, neutronAveragedInS)),
    energyCps: mapFour(windowShares, (share) => over(share * gross, gammaAveragedInS)),
  };
};
