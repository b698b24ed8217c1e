import { INTERVAL_IN_MS, sumFour, type Four } from "../physics/columns.ts";
import { RULE_INTERVALS, type Group } from "./rapiscan-lines.ts";

/**
 * The portal's own alarm rules. They are written again here, apart from those of the pipeline, so that one can be tested with the other.
 */

const GROUP_COLUMNS: Readonly<Record<Group, readonly (readonly (0 | 1 | 2 | 3)[])[]>> = {
  SUM: [[0, 1, 2, 3]],
  HORIZONTAL: [
    [0, 2],
    [1, 3],
  ],
  VERTICAL: [
    [0, 1],
    [2, 3],
  ],
  SINGLE: [[0], [1], [2], [3]],
};

/** The settings of the gamma rule: threshold in sigma, and which groups of panels are summed. */
export interface GammaRule {
  readonly nSigma: number;
  readonly groups: readonly Group[];
}

/** Seconds the gamma rule's window lasts: its background is as many seconds of GB. */
const WINDOW_IN_S = (RULE_INTERVALS * INTERVAL_IN_MS) / 1000;

/**
 * True when, in some group of panels, the counts of the last five intervals exceed B + ceil(N·√B) (708 of 708 flags of recorded traffic).
 * `recent` are the occupancy's GS and GA records so far; fewer than five never alarm.
 */
export function isGammaAlarm(
  recent: readonly Four[],
  backgroundCps: Four,
  { nSigma, groups }: GammaRule,
): boolean {
  if (recent.length < RULE_INTERVALS) return false;
  const window = recent.slice(-RULE_INTERVALS);
  return groups
    .flatMap((group) => GROUP_COLUMNS[group])
    .some((columns) => {
      const overGroup = (four: Four): number =>
        columns.reduce<number>((sum, column) => sum + four[column], 0);
      const background = overGroup(backgroundCps) * WINDOW_IN_S;
      const counts = window.reduce((sum, four) => sum + overGroup(four), 0);
      return counts > background + Math.ceil(nSigma * Math.sqrt(background));
    });
}

/** Wald's bounds as recorded: ln((1−β)/α) and ln(β/(1−α)). */
export const SPRT_UPPER = 9.5043764;
export const SPRT_LOWER = -0.99599343;

/** SN1's `sequentialIntervals`: a test that has not ended after this many seconds starts again (282 of 282 recorded NZ records). */
const SPRT_SECONDS_MAX = 3;

/** One second of neutrons adds c0 + c1·n. */
export interface SprtTerms {
  readonly c0: number;
  readonly c1: number;
}

/**
 * The alarm level is worked out over 5 s: m + 5·√m counts for a background of m whole counts (recorded NC records; within one count in the
 * few per cent where m is an exact integer).
 */
export function sprtTerms(backgroundCps: number): SprtTerms {
  const background = Math.max(0.2, backgroundCps);
  const counts = Math.floor(background * 5);
  const level = Math.floor(counts + 5 * Math.sqrt(counts) + 0.35) / 5;
  return { c0: -(level - background), c1: Math.log(level / background) };
}

/** The running test: its statistic and how many seconds it holds. */
export interface Sprt {
  readonly z: number;
  readonly seconds: number;
}

export const SPRT_START: Sprt = { z: 0, seconds: 0 };

export function sprtStep(sprt: Sprt, neutrons: Four, terms: SprtTerms): Sprt {
  const isOver = sprt.z <= SPRT_LOWER || sprt.z >= SPRT_UPPER || sprt.seconds >= SPRT_SECONDS_MAX;
  const from = isOver ? SPRT_START : sprt;
  return { z: from.z + terms.c0 + terms.c1 * sumFour(neutrons), seconds: from.seconds + 1 };
}

export function isNeutronAlarm(sprt: Sprt): boolean {
  return sprt.z >= SPRT_UPPER;
}

/** Intervals the energy rule sums: 3 s. */
export const ENERGY_INTERVALS = 15;
const ENERGY_LIMIT = 0.19;

/** (W1+W2)/(W3+W4) */
export function softRatio(windows: Four): number {
  return ratio(windows[0] + windows[1], windows[2] + windows[3]);
}

/** (W3+W4)/W1 */
export function hardRatio(windows: Four): number {
  return ratio(windows[2] + windows[3], windows[0]);
}

/** Channel 1 of the energy rule: `windows` are sums over the last 3 s (2,757 of 2,759 recorded intervals). */
export function isEnergyAlarm(windows: Four, backgroundCps: Four): boolean {
  return softRatio(windows) - softRatio(backgroundCps) > ENERGY_LIMIT;
}

/** A portal with nothing in the denominator prints 0. */
function ratio(over: number, under: number): number {
  return under === 0 ? 0 : over / under;
}
