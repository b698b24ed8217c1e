import type { Four } from "../physics/columns.ts";

/**
 * The text of each record, without terminator. Formats are those of recorded traffic: six-digit integers, 32-bit floats with eight
 * decimals, AX right-aligned in eight.
 */

export function countsLine(
  tag: "GB" | "GH" | "GL" | "GS" | "GA" | "NB" | "NH" | "NS" | "NA" | "AS" | "AM",
  counts: Four,
): string {
  return `${tag},${counts.map(six).join(",")}`;
}

export function floatsLine(
  tag: "NB1" | "AB1" | "NC" | "NX" | "NZ" | "AC",
  values: readonly number[],
): string {
  return `${tag},${values.map(float32).join(",")}`;
}

export function sharesLine(shares: Four): string {
  return `AR,${shares.map((share) => share.toFixed(4)).join(",")}`;
}

export function statisticsLine(statistics: readonly number[]): string {
  return `AX,${statistics.map((value) => value.toFixed(4).padStart(8)).join(",")}`;
}

export function energyAlarmLine(channel: 1 | 2 | 3): string {
  return `AA,${six(channel)},${six(channel)},${six(channel)},11111A`;
}

/** Speed from the time between the two beams, seconds a foot; the portal caps mph at 99.999. */
export function speedLine(secondsPerFoot: number): string {
  const shown = Number(secondsPerFoot.toFixed(4));
  const mph = shown > 0 ? Math.min(99.999, 0.681818 / shown) : 99.999;
  const kph = mph * 1.609344;
  return `SP,${shown.toFixed(4)},${mph.toFixed(3).padStart(6, "0")},${kph.toFixed(2).padStart(6, "0")},000000`;
}

/** `neutronBackgroundCps` travels as thousandths. */
export function occupancyEndLine(occupancyNumber: number, neutronBackgroundCps: number): string {
  return `GX,${six(occupancyNumber % 1_000_000)},${six(Math.round(neutronBackgroundCps * 1000))},000000,000000`;
}

export const RESERVED_LINE = "RW,000000,000000,000000,000000";
export const TAMPER_SET_LINE = "TT,000000,000000,000000,000000";
export const TAMPER_CLEARED_LINE = "TC,111111,111111,111111,111111";

/** Which sums of panels the gamma rule looks at, in the order of the algorithm mask. */
export const GROUPS = ["SUM", "HORIZONTAL", "VERTICAL", "SINGLE"] as const;
export type Group = (typeof GROUPS)[number];

/** Faults of the background, cps (SG1, SN1). */
export const GAMMA_HIGH_FAULT_CPS = 2000;
export const GAMMA_LOW_FAULT_CPS = 68;
export const NEUTRON_HIGH_FAULT_CPS = 100;

/** Intervals the gamma rule sums, and intervals the portal stays occupied after the beam is free (SG1). */
export const RULE_INTERVALS = 5;
export const HOLD_IN_INTERVALS = 10;

/** What a portal says when it powers up. `nSigma` at one decimal. */
export function setupLines(nSigma: number, groups: readonly Group[]): readonly string[] {
  const mask = GROUPS.map((group) => (groups.includes(group) ? "1" : "0")).join("");
  const sigma = nSigma.toFixed(1).padStart(4, "0");
  return [
    `SG1,${six(GAMMA_HIGH_FAULT_CPS)},${six(GAMMA_LOW_FAULT_CPS)},05,10,${sigma},P`,
    `SG2,1111,0.068,4.990,1,${mask},1.10.1`,
    "SG3,0.068,4.990,020,00.0,1.10.1",
    `SN1,${six(NEUTRON_HIGH_FAULT_CPS)},05,0000047,05.00,03,120`,
    "SN2,0.500,4.990,0.500,4.990,P",
  ];
}

function six(value: number): string {
  return String(value).padStart(6, "0");
}

/**
 * The portal calculates in 32-bit floats and cuts them off after nine significant digits, or eight when they begin high (from 4.0 up, and from
 * 500 up), then fills up to eight decimals. Recorded: 3.58333373, 4.01666680, 408.55001800, 585.70001000. Of recorded values all but the
 * last decimal of some NZ below 1 are printed alike.
 */
function float32(value: number): string {
  const single = Math.fround(value);
  if (single === 0) return "0.00000000";
  const exponent = Math.floor(Math.log10(Math.abs(single)));
  const beginsHighFrom = exponent === 0 ? 4 : 5;
  const significant = Math.abs(single) / 10 ** exponent < beginsHighFrom ? 9 : 8;
  const [whole = "0", fraction = ""] = single.toFixed(12).split(".");
  const decimals = Math.min(8, Math.max(0, significant - 1 - exponent));
  return `${whole}.${fraction.slice(0, decimals).padEnd(8, "0")}`;
}
