import { intervalsPerSecond } from "../core/rules/interval-window.ts";
import { type PerPanel, totalOf } from "../domain/panels.ts";
import type { SeededChance } from "./chance.ts";
import type { PortalGeometry, Source } from "./source-library.ts";
import type { VehicleProfile } from "./vehicle-profile.ts";

/** A source to be injected, with its counts at closest approach, at its own place and behind its shielding. */
export interface Dose {
  readonly source: Source;
  /** All panels, counts per second above background. */
  readonly gammaPeakCps: number;
  /** All banks, counts per second above background. */
  readonly neutronPeakCps: number;
}

const intervalInS = 0.2;
/** Recorded traffic; for profiles without a plausible speed. */
const ordinarySpeedKph = 8;
/** Points that a distributed load is summed over: the profile is smooth over a metre. */
const slices = 9;

/**
 * What each panel sees of a source at `alongInM` from the portal's middle, in an arbitrary unit:
 *
 *     cosᵖ(elevation) · d/(d² + x²)^{3/2}      d² = across² + (height above the panel)²
 *
 * summed over the length of a distributed load. Runkle et al., IEEE TNS 52 (2005) 3020.
 */
export const couplingAt = (
  portal: PortalGeometry,
  source: Pick<Source, "position" | "lengthInM">,
  alongInM: number,
): PerPanel => {
  const sum: [number, number, number, number] = [0, 0, 0, 0];
  const count = source.lengthInM === 0 ? 1 : slices;
  for (let slice = 0; slice < count; slice += 1) {
    const x = alongInM + source.lengthInM * ((slice + 0.5) / count - 0.5);
    for (const column of [0, 1, 2, 3] as const) {
      const { toMasterInM, heightInM } = source.position;
      const acrossInM = column < 2 ? toMasterInM : portal.laneWidthInM - toMasterInM;
      const d2 = acrossInM ** 2 + (heightInM - portal.panelHeightsInM[column]) ** 2;
      const d = Math.sqrt(d2);
      sum[column] += ((acrossInM / d) ** portal.elevationPower * d) / (d2 + x * x) ** 1.5 / count;
    }
  }
  return sum;
};

/** How the place of a source changes its counts at closest approach from those of the middle of the lane. */
const placeFactor = (portal: PortalGeometry, source: Source): number => {
  const middle = { ...source.position, toMasterInM: portal.laneWidthInM / 2, heightInM: 1.2 };
  const reference = couplingAt(portal, { ...source, position: middle }, 0);
  return totalOf(couplingAt(portal, source, 0)) / totalOf(reference);
};

/** Gamma counts per second at closest approach of one unit of strength, at the source's place and shielding. */
export const gammaPeakCpsPerUnit = (portal: PortalGeometry, source: Source): number =>
  source.gammaCps * source.shielding * placeFactor(portal, source);

export const doseOf = (portal: PortalGeometry, source: Source, strength: number): Dose => ({
  source,
  gammaPeakCps: strength * gammaPeakCpsPerUnit(portal, source),
  neutronPeakCps: strength * source.neutronCps * placeFactor(portal, source),
});

/** Means below this are nothing: all intervals of a pass together come to less than 0.001 counts. */
const meanMin = 1e-7;

/**
 * A profile with a source in the vehicle: Poisson counts are added to its own. Gamma and energy counts of an interval
 * are of the same photons. The vehicle keeps its speed; the source passes at a place drawn within `position.along`.
 */
export const inject = (
  profile: VehicleProfile,
  dose: Dose,
  portal: PortalGeometry,
  chance: SeededChance,
): VehicleProfile => {
  const { source } = dose;
  const [from, to] = source.position.along;
  const nearest = (from + (to - from) * chance.uniform()) * profile.gamma.length;
  const metresPerInterval = ((profile.speedKph ?? ordinarySpeedKph) / 3.6) * intervalInS;
  const peak = totalOf(couplingAt(portal, source, 0));
  const sharesAt = (interval: number): PerPanel => {
    const seen = couplingAt(portal, source, (interval - nearest) * metresPerInterval);
    return [seen[0] / peak, seen[1] / peak, seen[2] / peak, seen[3] / peak];
  };
  const burst = profile.energy.length - profile.gamma.length;
  const first = Math.min(0, -burst);
  const gamma = [...profile.gamma];
  const energy = [...profile.energy];
  if (dose.gammaPeakCps > 0) {
    for (let interval = first; interval < gamma.length; interval += 1) {
      const seen = drawPhotons(sharesAt(interval + 0.5), dose, chance);
      const before = gamma[interval];
      if (before !== undefined) gamma[interval] = added(before, seen.panels);
      const windowsBefore = energy[interval + burst];
      if (windowsBefore !== undefined) energy[interval + burst] = added(windowsBefore, seen.windows);
    }
  }
  const isLive = liveBanks(profile);
  const neutron = profile.neutron.map((counts, second) =>
    dose.neutronPeakCps > 0
      ? added(counts, drawNeutrons(sharesAt((second + 0.5) * intervalsPerSecond), dose, isLive, chance))
      : counts,
  );
  return { ...profile, gamma, energy, neutron };
};

const added = (a: PerPanel, b: PerPanel): PerPanel => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];

/** Hot loop: sums are local arrays. */
const drawPhotons = (
  shares: PerPanel,
  { source, gammaPeakCps }: Dose,
  chance: SeededChance,
): { readonly panels: PerPanel; readonly windows: PerPanel } => {
  const panels: [number, number, number, number] = [0, 0, 0, 0];
  const windows: [number, number, number, number] = [0, 0, 0, 0];
  for (const panel of [0, 1, 2, 3] as const) {
    const mean = gammaPeakCps * intervalInS * shares[panel];
    if (mean < meanMin) continue;
    for (const window of [0, 1, 2, 3] as const) {
      const count = chance.poisson(mean * source.windows[window]);
      panels[panel] += count;
      windows[window] += count;
    }
  }
  return { panels, windows };
};

/** Banks with a background: what is not installed counts nothing. */
const liveBanks = ({ background }: VehicleProfile): readonly boolean[] =>
  [0, 1, 2, 3].map((bank) => (background.neutronCps?.[bank] ?? 1) > 0);

/** A pillar's neutrons are shared by its live banks. */
const drawNeutrons = (
  shares: PerPanel,
  { neutronPeakCps }: Dose,
  isLive: readonly boolean[],
  chance: SeededChance,
): PerPanel => {
  const bank = (column: 0 | 1 | 2 | 3): number => {
    if (isLive[column] !== true) return 0;
    const pillar = column < 2 ? ([0, 1] as const) : ([2, 3] as const);
    const live = pillar.filter((each) => isLive[each] === true).length;
    return chance.poisson((neutronPeakCps * (shares[pillar[0]] + shares[pillar[1]])) / live);
  };
  return [bank(0), bank(1), bank(2), bank(3)];
};
