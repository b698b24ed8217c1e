import type { Chance } from "../chance.ts";
import { mapFour, type Four } from "./columns.ts";

/** One shower: radon daughters washed to the ground. */
export interface Rain {
  readonly atS: number;
  /** Gamma excess at its height, as a fraction of background; +20 % is a heavy shower. */
  readonly peak: number;
  /** Effective decay time once the rain stops, minutes; 214Pb and 214Bi together 30–40. */
  readonly decayInMin: number;
}

export interface SlowEffects {
  readonly rain: readonly Rain[];
  /** Amplitude of the daily swing of a panel's gain, per cent. A few per cent on real portals. */
  readonly gainDriftPctPerDay: number;
  /** Showers of neutrons from cosmic rays in the pillar's steel, an hour. */
  readonly cosmicBurstsPerHour: number;
}

export const CALM: SlowEffects = { rain: [], gainDriftPctPerDay: 0, cosmicBurstsPerHour: 0 };

/** Rain builds up over about ten minutes. */
const RAIN_ONSET_IN_S = 600;
const S_PER_DAY = 86_400;

/** Mean neutrons counted in one cosmic burst; they arrive within one interval. */
const COSMIC_BURST_COUNTS_MEAN = 6;

/** What rain multiplies the gamma background by at a time. */
export function rainFactor(rain: readonly Rain[], timeInS: number): number {
  return rain.reduce((factor, shower) => {
    const elapsedInS = timeInS - shower.atS;
    if (elapsedInS <= 0) return factor;
    const excess =
      elapsedInS < RAIN_ONSET_IN_S
        ? elapsedInS / RAIN_ONSET_IN_S
        : Math.exp(-(elapsedInS - RAIN_ONSET_IN_S) / (shower.decayInMin * 60));
    return factor + shower.peak * excess;
  }, 1);
}

/** What gain drift multiplies each panel's counts by: a daily swing, each panel at its own phase. Phases are in radians. */
export function gainFactors(driftPctPerDay: number, phases: Four, timeInS: number): Four {
  const amplitude = driftPctPerDay / 100;
  return mapFour(phases, (phase) => 1 + amplitude * Math.sin((2 * Math.PI * timeInS) / S_PER_DAY + phase));
}

/** Neutrons of a cosmic burst in this span of time, counts; nearly always zero. */
export function drawCosmicCounts(chance: Chance, burstsPerHour: number, spanInS: number): number {
  if (burstsPerHour <= 0) return 0;
  return chance.happens((burstsPerHour * spanInS) / 3600) ? 1 + chance.poisson(COSMIC_BURST_COUNTS_MEAN) : 0;
}
