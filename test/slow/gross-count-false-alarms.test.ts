import { describe, expect, it } from "vitest";
import { type Chance, createChance } from "../../simulators/chance.ts";
import { grossCountLimits, grossCountSettings, judgeGrossCount } from "../../src/core/gross-count.ts";
import { emptyWindow, slide } from "../../src/core/rules/interval-window.ts";
import { say } from "./say.ts";

/** Probability of a false alarm in an occupancy, by N. Worked out once with 4·10⁵ trials. */
const reference = [
  [3, 0.0651],
  [3.5, 0.0149],
  [4, 0.0026],
  [4.5, 0.00032],
] as const;

const intervals = 60;
const windowIntervals = 5;
const trueCps = 1535;
const backgroundSeconds = 20;

/**
 * The largest N of `reference` at which one occupancy without source or vehicle gives an alarm, as its place in the
 * list from 1; 0 for none. An alarm at one N is an alarm at all below it, so each interval is judged only by the next.
 */
const highestAlarm = (chance: Chance): number => {
  const cps = chance.poisson(backgroundSeconds * trueCps) / backgroundSeconds;
  const limits = reference.map(([nSigma]) =>
    grossCountLimits(grossCountSettings.parse({ nSigma, groups: ["sum"] }), [cps, 0, 0, 0]),
  );
  const window = emptyWindow();
  let highest = 0;
  for (let interval = 0; interval < intervals; interval += 1) {
    slide(window, [chance.poisson(trueCps / 5), 0, 0, 0], windowIntervals);
    for (let limit = limits[highest]; limit !== undefined; limit = limits[highest]) {
      const verdict = judgeGrossCount(window, limit, windowIntervals);
      if (verdict.kind !== "decided" || !verdict.alarm) break;
      highest += 1;
    }
  }
  return highest;
};

const expectReference = (trials: number, seed: string): void => {
  const chance = createChance(seed);
  const alarms = reference.map(() => 0);
  for (let trial = 0; trial < trials; trial += 1) {
    const highest = highestAlarm(chance);
    for (let at = 0; at < highest; at += 1) alarms[at] = (alarms[at] ?? 0) + 1;
  }
  for (const [at, [nSigma, probability]] of reference.entries()) {
    const found = (alarms[at] ?? 0) / trials;
    const standardError = Math.sqrt((probability * (1 - probability)) / trials);
    const distance = (found - probability) / standardError;
    say(
      `N = ${nSigma}: ${found} (reference ${probability}, ${distance.toFixed(2)} standard errors), seed "${seed}"`,
    );
    expect(Math.abs(distance)).toBeLessThan(3);
  }
};

describe("false alarms of the gross count in an occupancy of 60 intervals", () => {
  it("are those of reference, in 10 000 occupancies", () => expectReference(10_000, "gross count"));
});

describe.skipIf(process.env["LANEWATCH_SLOW"] !== "1")("the same at length", () => {
  it(
    "are those of reference, in 400 000 occupancies",
    () => expectReference(400_000, "gross count at length"),
    600_000,
  );
});
