import type { Chance } from "../chance.ts";
import { addFour, INTERVALS_PER_S, mapFour, sumFour, ZERO_FOUR, type Four } from "../physics/columns.ts";
import type { IntervalCounts } from "../physics/field.ts";
import type { Firmware } from "./lane.ts";
import {
  countsLine,
  floatsLine,
  GAMMA_HIGH_FAULT_CPS,
  GAMMA_LOW_FAULT_CPS,
  NEUTRON_HIGH_FAULT_CPS,
  RESERVED_LINE,
  sharesLine,
} from "./rapiscan-lines.ts";
import { hardRatio, softRatio, SPRT_LOWER, SPRT_UPPER, sprtTerms } from "./rapiscan-rules.ts";

/** Gamma and windows are averaged over 20 s, neutrons over 120 s of vacancy (granularity of recorded GB, AB1 and NB1). */
const GAMMA_INTERVALS = 20 * INTERVALS_PER_S;
export const NEUTRON_INTERVALS = 120 * INTERVALS_PER_S;

/** The portal's running averages, cps. Zero on a portal that has counted nothing yet. */
export interface Background {
  readonly gammaCps: Four;
  readonly windowsCps: Four;
  readonly neutronCps: Four;
}

export interface BackgroundAverage {
  readonly add: (counts: IntervalCounts) => void;
  readonly read: () => Background;
}

/** Running sums are kept, so that one interval costs the same whatever the window: the only state is here. */
export function createBackgroundAverage(): BackgroundAverage {
  const gamma = runningSum(GAMMA_INTERVALS);
  const windows = runningSum(GAMMA_INTERVALS);
  const neutron = runningSum(NEUTRON_INTERVALS);
  return {
    add: (counts) => {
      gamma.add(counts.gamma);
      windows.add(counts.windows);
      neutron.add(counts.neutron);
    },
    read: () => ({
      gammaCps: mapFour(gamma.rateCps(), Math.round),
      windowsCps: windows.rateCps(),
      neutronCps: neutron.rateCps(),
    }),
  };
}

/** A record of a block and how long after the block's beginning it is sent, milliseconds. */
export interface TimedText {
  readonly afterMs: number;
  readonly text: string;
}

/** The records of one vacant block in the order of each firmware, with the recorded delays (the port pauses once for 55 ms). */
export function backgroundBlock(
  firmware: Firmware,
  background: Background,
  chance: Chance,
): readonly TimedText[] {
  const neutron = countsLine(neutronTag(background), mapFour(background.neutronCps, Math.floor));
  const gamma = countsLine(gammaTag(background), background.gammaCps);
  switch (firmware) {
    case "base":
      return timed([neutron, gamma], [0, 3], chance);
    case "extended": {
      const pausesEarly = chance.happens(0.5);
      const delays = pausesEarly ? [0, 73, 4, 3, 3, 5, 20, 2, 4] : [0, 16, 3, 3, 55, 20, 4, 2, 9];
      const { c0, c1 } = sprtTerms(sumFour(background.neutronCps));
      const { windowsCps } = background;
      const total = Math.max(1e-9, sumFour(windowsCps));
      const lines = [
        floatsLine("NC", [c0, c1]),
        floatsLine("NX", [SPRT_UPPER, SPRT_LOWER]),
        neutron,
        floatsLine("NB1", background.neutronCps),
        gamma,
        RESERVED_LINE,
        floatsLine("AC", [hardRatio(windowsCps), softRatio(windowsCps)]),
        floatsLine("AB1", windowsCps),
        sharesLine(mapFour(windowsCps, (rate) => rate / total)),
      ];
      return timed(lines, delays, chance);
    }
  }
}

function timed(lines: readonly string[], delays: readonly number[], chance: Chance): readonly TimedText[] {
  let afterMs = 0;
  return lines.map((text, index) => {
    afterMs += (delays[index] ?? 0) * chance.between(0.8, 1.2);
    return { afterMs, text };
  });
}

function gammaTag({ gammaCps }: Background): "GB" | "GH" | "GL" {
  if (gammaCps.some((rate) => rate > GAMMA_HIGH_FAULT_CPS)) return "GH";
  return gammaCps.some((rate) => rate < GAMMA_LOW_FAULT_CPS) ? "GL" : "GB";
}

function neutronTag({ neutronCps }: Background): "NB" | "NH" {
  return sumFour(neutronCps) > NEUTRON_HIGH_FAULT_CPS ? "NH" : "NB";
}

interface RunningSum {
  readonly add: (counts: Four) => void;
  readonly rateCps: () => Four;
}

/** Holds the last `size` intervals (at most 600 of four numbers). */
function runningSum(size: number): RunningSum {
  const held: Four[] = [];
  let next = 0;
  let sum = ZERO_FOUR;
  return {
    add: (counts) => {
      sum = addFour(
        sum,
        mapFour(counts, (count, column) => count - (held[next]?.[column] ?? 0)),
      );
      held[next] = counts;
      next = (next + 1) % size;
    },
    rateCps: () =>
      mapFour(sum, (counts) => (held.length === 0 ? 0 : (counts * INTERVALS_PER_S) / held.length)),
  };
}
