import { describe, expect, it } from "vitest";
import { createChance } from "../../simulators/chance.ts";
import { cusumStep } from "../../src/core/rules/cusum.ts";
import { say } from "./say.ts";

/** Average run lengths at k = 0.5, by h and the shift of the mean: one-sided, from 0, by a Markov chain. */
const reference = [
  { h: 4, shift: 0, runLength: 335 },
  { h: 4, shift: 0.5, runLength: 26.7 },
  { h: 4, shift: 1, runLength: 8.38 },
  { h: 5, shift: 0, runLength: 931 },
  { h: 5, shift: 0.5, runLength: 38.0 },
  { h: 5, shift: 1, runLength: 10.38 },
] as const;

interface Course {
  readonly runs: number;
  readonly seed: string;
}

const averageRunLength = ({ h, shift }: (typeof reference)[number], { runs, seed }: Course): number => {
  const { normal } = createChance(`${seed}, h = ${h}, shift ${shift}`);
  let steps = 0;
  for (let run = 0; run < runs; run += 1) {
    for (let sum = 0; sum <= h; steps += 1) sum = cusumStep(sum, normal(shift, 1), 0.5);
  }
  return steps / runs;
};

const expectWithin = (tolerance: number, course: Course): void => {
  for (const each of reference) {
    const found = averageRunLength(each, course);
    const off = found / each.runLength - 1;
    say(
      `h = ${each.h}, shift ${each.shift}: ${found.toFixed(2)} (reference ${each.runLength}, ${(100 * off).toFixed(2)} %), seed "${course.seed}"`,
    );
    expect(Math.abs(off)).toBeLessThan(tolerance);
  }
};

describe("average run lengths of the CUSUM", () => {
  it("are those of reference within 10 %, in 2 000 runs", () =>
    expectWithin(0.1, { runs: 2_000, seed: "cusum" }));
});

describe.skipIf(process.env["LANEWATCH_SLOW"] !== "1")("the same at length", () => {
  it(
    "are those of reference within 3 %, in 100 000 runs",
    () => expectWithin(0.03, { runs: 100_000, seed: "cusum at length" }),
    600_000,
  );
});
