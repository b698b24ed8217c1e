import type { Profile } from "../../../../domain/alarms.ts";
import { type PerPanel, totalOf } from "../../../../domain/panels.ts";
import { energyExcess } from "../../../../core/energy-excess.ts";

/** One of four energy windows over the time in which all together counted most. */
export interface EnergyWindow {
  /** By their names in the texts, the lowest energies first. */
  readonly name: "w1" | "w2" | "w3" | "w4";
  readonly counts: number;
  /** Expected from the background in the same time; null where that is not known. */
  readonly background: number | null;
  /** Counts over background. */
  readonly ratio: number | null;
  /** Of what the load adds at its peak; null where it adds too little to tell. */
  readonly share: number | null;
}

const windows = [0, 1, 2, 3] as const;
const names = ["w1", "w2", "w3", "w4"] as const;
const recordsPerSecond = 5;

/** Sums of the four windows over the `records` neighbouring records that have most together. */
const fullest = (energy: readonly PerPanel[], records: number): PerPanel => {
  const totals = energy.map(totalOf);
  let running = 0;
  let best = { at: 0, total: -1 };
  totals.forEach((total, at) => {
    running += total - (totals[at - records] ?? 0);
    if (at + 1 >= records && running > best.total) best = { at, total: running };
  });
  const inside = energy.slice(best.at + 1 - records, best.at + 1);
  const sum = (window: 0 | 1 | 2 | 3): number => inside.reduce((all, counts) => all + counts[window], 0);
  return [sum(0), sum(1), sum(2), sum(3)];
};

/** The windows at the peak of the passage; null where the portal has none, or too few records came. */
export const energyWindows = (profile: Profile): readonly EnergyWindow[] | null => {
  const { energy, energyBackgroundCps, windowIntervals } = profile;
  if (energy.length < windowIntervals || energy.length === 0) return null;
  const counts = fullest(energy, windowIntervals);
  const excess = energyExcess({ energy, energyCps: energyBackgroundCps, widthIntervals: null });
  return windows.map((window) => {
    const background =
      energyBackgroundCps === null
        ? null
        : (energyBackgroundCps[window] * windowIntervals) / recordsPerSecond;
    return {
      name: names[window],
      counts: counts[window],
      background,
      ratio: background === null || background <= 0 ? null : counts[window] / background,
      share: excess?.shares[window] ?? null,
    };
  });
};
