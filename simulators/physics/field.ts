import type { Chance } from "../chance.ts";
import { drawSiteBackground, WINDOW_ONLY_SHARE, type SiteBackground } from "./background.ts";
import { INTERVAL_IN_MS, mapFour, sumFour, ZERO_FOUR, type Four } from "./columns.ts";
import { panelResponse } from "./geometry.ts";
import { LOADS, type Radiation } from "./loads.ts";
import { drawCosmicCounts, gainFactors, rainFactor, type SlowEffects } from "./slow-effects.ts";
import { dipAt, drawDepths, windowWeights } from "./suppression.ts";
import { BEAM_TO_DETECTOR_IN_M, frontAtM, type Vehicle } from "./vehicles.ts";

/** Everything about a site that does not change: drawn once from its seed. */
export interface Site {
  readonly background: SiteBackground;
  /** Depth a truck's dip has in the gross counts of each panel, fractions. */
  readonly depths: Four;
  /** Depth of each energy window's dip relative to that of the gross counts. */
  readonly windowWeights: Four;
  readonly gainPhases: Four;
}

/** What there is to be counted. */
export interface Scene {
  readonly site: Site;
  readonly effects: SlowEffects;
  readonly vehicle: Vehicle | undefined;
  /** What the vehicle carries; its strength and place are the vehicle's. */
  readonly load: Radiation | undefined;
}

/** Mean rates of one interval, cps. `windows[w]` are the four panels' gross rates in energy window w. */
export interface Rates {
  readonly windows: readonly [Four, Four, Four, Four];
  readonly neutron: Four;
}

/** Counts of one interval: gross gamma a panel, energy windows over all panels, neutrons a bank. */
export interface IntervalCounts {
  readonly gamma: Four;
  readonly windows: Four;
  readonly neutron: Four;
}

const INTERVAL_IN_S = INTERVAL_IN_MS / 1000;

export function drawSite(chance: Chance): Site {
  const background = drawSiteBackground(chance);
  return {
    background,
    depths: drawDepths(chance),
    windowWeights: windowWeights(background.windowShares),
    gainPhases: mapFour(ZERO_FOUR, () => chance.between(0, 2 * Math.PI)),
  };
}

/** The mean rates at the middle of an interval that begins at `timeInS`, with the load that the vehicle carries. */
export function ratesAt(
  site: Site,
  effects: SlowEffects,
  vehicle: Vehicle | undefined,
  timeInS: number,
): Rates {
  const cargo = vehicle?.cargo ?? "nothing";
  const load = cargo === "nothing" ? undefined : LOADS[cargo];
  return sceneRates({ site, effects, vehicle, load }, timeInS);
}

/** The mean rates at the middle of an interval that begins at `timeInS`. */
export function sceneRates(scene: Scene, timeInS: number): Rates {
  const { site, effects, vehicle } = scene;
  const { background } = site;
  const middleInS = timeInS + INTERVAL_IN_S / 2;
  const gains = gainFactors(effects.gainDriftPctPerDay, site.gainPhases, timeInS);
  const rain = rainFactor(effects.rain, timeInS);
  const dip = vehicle === undefined ? 0 : vehicle.mass * vehicleDip(vehicle, middleInS);
  const vacant = mapFour(background.gammaRatesCps, (rate, column) => rate * gains[column] * rain);
  const source = sourceRates(scene, middleInS);
  const windowRates = (window: 0 | 1 | 2 | 3): Four => {
    const share = background.windowShares[window];
    const depth = dip * site.windowWeights[window];
    return mapFour(vacant, (rate, column) => {
      const left = Math.max(0, 1 - depth * site.depths[column]);
      return rate * share * left + (source?.gamma[column] ?? 0) * (source?.windows[window] ?? 0);
    });
  };
  return {
    windows: [windowRates(0), windowRates(1), windowRates(2), windowRates(3)],
    neutron: mapFour(background.neutronRatesCps, (rate, column) => rate + (source?.neutron[column] ?? 0)),
  };
}

/**
 * Poisson counts of one interval. The windows also see a little that the gross columns do not, so that their sum is 1.027 times theirs as on
 * recordings. Cosmic bursts fall on one of the live banks.
 */
export function drawCounts(chance: Chance, rates: Rates, cosmicBurstsPerHour: number): IntervalCounts {
  const byWindow = rates.windows.map((panels) =>
    mapFour(panels, (rate) => chance.poisson(rate * INTERVAL_IN_S)),
  );
  const gamma = mapFour(ZERO_FOUR, (_, column) => byWindow.reduce((sum, panels) => sum + panels[column], 0));
  const windows = mapFour(ZERO_FOUR, (_, window) => {
    const meanExtra = sumFour(rates.windows[window]) * INTERVAL_IN_S * WINDOW_ONLY_SHARE;
    return sumFour(byWindow[window] ?? ZERO_FOUR) + chance.poisson(meanExtra);
  });
  const cosmic = drawCosmicCounts(chance, cosmicBurstsPerHour, INTERVAL_IN_S);
  const struck = cosmic > 0 && chance.happens(0.5) ? 2 : 0;
  const neutron = mapFour(rates.neutron, (rate, bank) => {
    if (rate === 0) return 0;
    return chance.poisson(rate * INTERVAL_IN_S) + (bank === struck ? cosmic : 0);
  });
  return { gamma, windows, neutron };
}

function vehicleDip(vehicle: Vehicle, timeInS: number): number {
  const frontM = frontAtM(vehicle, timeInS - vehicle.atS) + BEAM_TO_DETECTOR_IN_M;
  return dipAt(frontM, vehicle.lengthM + 2 * BEAM_TO_DETECTOR_IN_M);
}

interface SourceRates {
  readonly gamma: Four;
  readonly windows: Four;
  readonly neutron: Four;
}

function sourceRates({ site, vehicle, load }: Scene, timeInS: number): SourceRates | undefined {
  if (vehicle === undefined || load === undefined) return undefined;
  const alongM = frontAtM(vehicle, timeInS - vehicle.atS) - vehicle.loadAtM;
  const response = panelResponse(vehicle.place, alongM, load.lengthM);
  const gammaCps = load.peakExcess * vehicle.strength * sumFour(site.background.gammaRatesCps);
  const neutronCps = load.neutronPeakCps * vehicle.strength;
  const pillars = [response[0] + response[1], response[2] + response[3]] as const;
  return {
    gamma: mapFour(response, (share) => share * gammaCps),
    windows: load.windows,
    neutron: mapFour(site.background.neutronRatesCps, (rate, bank) =>
      rate === 0 ? 0 : neutronCps * pillars[bank < 2 ? 0 : 1],
    ),
  };
}
