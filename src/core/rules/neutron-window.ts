import { z } from "zod";
import { type PerPanel, totalOf } from "../../domain/panels.ts";

/** Settings that several neutron rules have in common, and what they share: the sum of the banks over a time. */

/**
 * Base records cut the fraction of each bank's background off, so that the true sum is up to 1 cps a working bank
 * higher than the sum of the records, and a rule that believes them gives more false alarms than its α promises. This
 * is added to the sum where all four banks are whole numbers: half the number of working banks makes the mean right, the
 * number itself keeps α in any case. 0 takes the records as they are.
 */
export const truncationAllowanceCps = z.number().min(0).max(4).default(0);

/** No field of a portal holds more; a background beyond it is garbage and judged as this. */
const bankCpsMax = 999_999;

/** Expected counts per second of all banks together, or null where the background is not known. */
export const expectedNeutronCps = (banksCps: PerPanel | null, allowanceCps: number): number | null => {
  if (banksCps === null) return null;
  let sum = 0;
  for (const cps of banksCps) sum += Math.min(Math.max(cps, 0), bankCpsMax);
  return banksCps.every(Number.isInteger) ? sum + allowanceCps : sum;
};

/** Counts of all banks in the last seconds, at most the rule's `windowSeconds`: a ring, and their sum. */
export const secondWindowState = z.strictObject({
  recent: z.array(z.number()).max(60),
  oldest: z.int().min(0),
  counts: z.number(),
});
export type SecondWindow = z.infer<typeof secondWindowState>;

export const windowSeconds = z.int().min(1).max(60).default(2);

export const emptySeconds = (): SecondWindow => ({ recent: [], oldest: 0, counts: 0 });

/** Puts a second into the window, and says whether it is full. */
export const slideSeconds = (window: SecondWindow, banks: PerPanel, seconds: number): boolean => {
  const { recent, oldest } = window;
  const counts = totalOf(banks);
  window.counts += counts;
  if (recent.length < seconds) return recent.push(counts) === seconds;
  window.counts -= recent[oldest] ?? 0;
  recent[oldest] = counts;
  window.oldest = oldest + 1 === seconds ? 0 : oldest + 1;
  return true;
};

/** (k − m)/√v for people to read; a variance below 1 counts as 1, so that it stays finite without a background. */
export const standardScore = (counts: number, mean: number, variance: number): number =>
  (counts - mean) / Math.sqrt(Math.max(variance, 1));
