import type { OccupancyBackground } from "../../../src/core/rules/rule.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { type Chance, createChance } from "../../../simulators/chance.ts";
import { mapFour, sumFour, type Four } from "../../../simulators/physics/columns.ts";
import { drawCounts, drawSite, type Rates, ratesAt, type Site } from "../../../simulators/physics/field.ts";
import { panelResponse } from "../../../simulators/physics/geometry.ts";
import { LOADS, type LoadName } from "../../../simulators/physics/loads.ts";
import { CALM } from "../../../simulators/physics/slow-effects.ts";
import { drawVehicle, frontAtM, transitInS, type Vehicle } from "../../../simulators/physics/vehicles.ts";

/** A load of the simulator's library, or one of the test's own. */
export interface TestLoad {
  readonly windows: Four;
  readonly lengthM: number;
  readonly peakExcess: number;
  readonly neutronPeakCps: number;
}

/** 122 keV: all but all of it in the lowest window, like 99mTc with its 140 keV. */
export const cobalt57: TestLoad = {
  windows: [0.985, 0.015, 0, 0],
  lengthM: 0,
  peakExcess: 3,
  neutronPeakCps: 0,
};

export interface PassPlan {
  /** Absent: nothing. */
  readonly load?: LoadName | TestLoad;
  readonly strength?: number;
  readonly speedKph?: number;
  /** Mean depth of the dip in the background; 0 for none. */
  readonly depth?: number;
  /** Depth of each energy window relative to the mean depth, as recorded; absent: the same for all. */
  readonly windowDepths?: Four;
}

export interface SimulatedPass {
  readonly background: OccupancyBackground;
  readonly gamma: readonly PerPanel[];
  readonly energy: readonly PerPanel[];
  readonly neutron: readonly PerPanel[];
  readonly speedKph: number;
}

/** Recorded mean depths .27, .19, .12, .05 relative to their mean over the gross counts. */
export const recordedWindowDepths: Four = [1.51, 1.06, 0.67, 0.28];

const intervalInS = 0.2;
const gammaBefore = 5;
const energyBefore = 15;
const arrivalAtS = 100;

/** A truck's pass as the portal of the simulator would count it: opening burst, hold-in, averaged background. */
export const simulatedPass = (seed: string, plan: PassPlan = {}): SimulatedPass => {
  const chance = createChance(seed);
  const site = siteOf(chance.stream("site"), plan.depth ?? 0.21);
  const vehicle = vehicleOf(chance.stream("vehicle"), plan);
  const counts = chance.stream("counts");
  const intervals = Math.round(transitInS(vehicle) / intervalInS) + 5;
  const gamma: PerPanel[] = [];
  const energy: PerPanel[] = [];
  const neutron: PerPanel[] = [];
  let second: Four = [0, 0, 0, 0];
  for (let at = -energyBefore; at < intervals; at += 1) {
    const timeInS = arrivalAtS + at * intervalInS;
    const drawn = drawCounts(counts, ratesOf({ site, vehicle, plan }, timeInS), 0);
    energy.push(drawn.windows);
    if (at < -gammaBefore) continue;
    gamma.push(drawn.gamma);
    second = mapFour(second, (sum, bank) => sum + drawn.neutron[bank]);
    if (gamma.length % 5 > 0) continue;
    neutron.push(second);
    second = [0, 0, 0, 0];
  }
  return {
    background: averaged(chance.stream("background"), site),
    gamma,
    energy,
    neutron,
    speedKph: vehicle.speedKph,
  };
};

const siteOf = (chance: Chance, depth: number): Site => {
  const site = drawSite(chance);
  const mean = sumFour(site.depths) / 4;
  return { ...site, depths: mapFour(site.depths, (each) => (each * depth) / mean) };
};

const loadOf = ({ load }: PassPlan): TestLoad | undefined => (typeof load === "string" ? LOADS[load] : load);

const vehicleOf = (chance: Chance, plan: PassPlan): Vehicle => {
  const name = typeof plan.load === "string" ? plan.load : "137Cs";
  const mix = { nothing: 1, norm: 0, medical: 0, industrial: 0, neutron: 0 };
  const drawn = drawVehicle(chance, mix, { atS: arrivalAtS, load: name, speedKph: plan.speedKph });
  const isShort = drawn.lengthM < 10;
  const lengthM = isShort ? 17.3 : drawn.lengthM;
  return {
    ...drawn,
    lengthM,
    mass: 1,
    cargo: "nothing",
    strength: plan.strength ?? 1,
    loadAtM: isShort ? (drawn.loadAtM * lengthM) / drawn.lengthM : drawn.loadAtM,
  };
};

interface Scene {
  readonly site: Site;
  readonly vehicle: Vehicle;
  readonly plan: PassPlan;
}

/** The simulator's own background and dip, and the load over it. */
const ratesOf = ({ site, vehicle, plan }: Scene, timeInS: number): Rates => {
  const rates = ratesAt(site, CALM, vehicle, timeInS);
  const load = loadOf(plan);
  const alongM = frontAtM(vehicle, timeInS + intervalInS / 2 - vehicle.atS) - vehicle.loadAtM;
  const response = load === undefined ? undefined : panelResponse(vehicle.place, alongM, load.lengthM);
  const gross = (load?.peakExcess ?? 0) * vehicle.strength * sumFour(site.background.gammaRatesCps);
  const windowOf = (window: 0 | 1 | 2 | 3): Four =>
    mapFour(rates.windows[window], (suppressed, panel) => {
      const vacant = site.background.gammaRatesCps[panel] * site.background.windowShares[window];
      const dip = (vacant - suppressed) * (plan.windowDepths?.[window] ?? 1);
      return vacant - dip + gross * (load?.windows[window] ?? 0) * (response?.[panel] ?? 0);
    });
  const pillars = [(response?.[0] ?? 0) + (response?.[1] ?? 0), (response?.[2] ?? 0) + (response?.[3] ?? 0)];
  return {
    windows: [windowOf(0), windowOf(1), windowOf(2), windowOf(3)],
    neutron: mapFour(rates.neutron, (rate, bank) =>
      rate === 0
        ? 0
        : rate + (load?.neutronPeakCps ?? 0) * vehicle.strength * (pillars[bank < 2 ? 0 : 1] ?? 0),
    ),
  };
};

/** What the portal has averaged before: 20 s of gamma, rounded, and of the windows; 120 s of neutrons. */
const averaged = (chance: Chance, { background }: Site): OccupancyBackground => {
  const gross = sumFour(background.gammaRatesCps);
  return {
    gammaCps: mapFour(background.gammaRatesCps, (cps) => Math.round(chance.poisson(cps * 20) / 20)),
    neutronCps: mapFour(background.neutronRatesCps, (cps) => chance.poisson(cps * 120) / 120),
    energyCps: mapFour(background.windowShares, (share) => chance.poisson(share * gross * 1.027 * 20) / 20),
  };
};
