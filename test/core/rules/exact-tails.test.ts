import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alphaMin,
  binomialUpperTail,
  chiSquareQuantile,
  clopperPearson,
  normalQuantile,
  onOffThreshold,
  poissonThreshold,
  poissonUpperTail,
} from "../../../src/core/rules/exact-tails.ts";

/** A ratio of big integers as a number, with all its digits. */
const ratio = (numerator: bigint, denominator: bigint): number => {
  if (numerator === 0n) return 0;
  // 60 significant bits of the quotient, wherever they begin.
  const shift = BigInt(numerator.toString(2).length - denominator.toString(2).length - 60);
  const bits = shift >= 0n ? numerator / (denominator << shift) : (numerator << -shift) / denominator;
  return Number(bits) * 2 ** Number(shift);
};

/** Σ_{x ≥ k} m^x/x! over Σ_{x ≥ 0} m^x/x!, m = numerator/denominator, in fixed point of 400 bits. */
const exactPoissonTail = (k: number, numerator: number, denominator: number): number => {
  let term = 1n << 400n;
  let [tail, all] = [0n, 0n];
  for (let x = 0; term > 0n; x += 1) {
    all += term;
    if (x >= k) tail += term;
    term = (term * BigInt(numerator)) / (BigInt(denominator) * BigInt(x + 1));
  }
  return ratio(tail, all);
};

/** Σ_{x ≥ k} C(n, x) a^x (b − a)^(n − x) over b^n, probability a/b. */
const exactBinomialTail = (k: number, n: number, [a, b]: readonly [number, number]): number => {
  const [p, q] = [BigInt(a), BigInt(b - a)];
  let choose = 1n;
  let tail = 0n;
  for (let x = 0; x <= n; x += 1) {
    if (x >= k) tail += choose * p ** BigInt(x) * q ** BigInt(n - x);
    choose = (choose * BigInt(n - x)) / BigInt(x + 1);
  }
  return ratio(tail, BigInt(b) ** BigInt(n));
};

const expectSame = (actual: number, exact: number): void => {
  if (exact < 1e-100) expect(actual).toBeLessThan(1e-99);
  else expect(Math.abs(actual / exact - 1)).toBeLessThan(1e-10);
};

describe("the Poisson tail", () => {
  it("is the exact sum, far out too", () => {
    fc.assert(
      fc.property(fc.nat({ max: 120 }), fc.integer({ min: 1, max: 5000 }), (k, hundredths) => {
        expectSame(poissonUpperTail(k, hundredths / 100), exactPoissonTail(k, hundredths, 100));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [0, 3, 1],
    [-1, 3, 1],
    [0, 0, 1],
    [1, 0, 0],
    // P(X ≥ 3 | 1e-7) ≈ m³/6: 1 − cdf would be 0 or noise.
    [3, 1e-7, 1e-21 / 6],
  ])("of %d at %d is %d", (k, mean, tail) => {
    const actual = poissonUpperTail(k, mean);
    if (tail === 0) expect(actual).toBe(0);
    else expect(Math.abs(actual / tail - 1)).toBeLessThan(1e-6);
  });
});

describe("the Poisson threshold", () => {
  it.each([
    [1, 6],
    [2, 9],
    [5, 14],
    [8, 19],
    [20, 36],
    [40, 62],
    [0, 1],
  ])("at mean %d and α = 0.001 is %d", (mean, threshold) => {
    expect(poissonThreshold(mean, 1e-3)).toBe(threshold);
  });

  it("is the smallest count whose tail is α at the most, for any mean and α", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ min: 0, max: 100, noNaN: true }),
          fc.double({ min: 0, max: 240_000_000, noNaN: true }),
        ),
        fc.double({ min: Math.log(alphaMin), max: Math.log(0.5), noNaN: true }),
        (mean, lnAlpha) => {
          const alpha = Math.exp(lnAlpha);
          const threshold = poissonThreshold(mean, alpha);
          expect(Number.isSafeInteger(threshold)).toBe(true);
          expect(threshold).toBeGreaterThanOrEqual(1);
          expect(poissonUpperTail(threshold, mean)).toBeLessThanOrEqual(alpha);
          expect(poissonUpperTail(threshold - 1, mean)).toBeGreaterThan(alpha);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the binomial tail", () => {
  it("is the exact sum, far out too", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 130 }),
        fc.nat({ max: 120 }),
        fc.integer({ min: 1, max: 999 }),
        (k, n, thousandths) => {
          expectSame(
            binomialUpperTail(k, n, thousandths / 1000),
            exactBinomialTail(k, n, [thousandths, 1000]),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("of nothing is sure, and of more than all impossible", () => {
    expect(binomialUpperTail(0, 0, 0.5)).toBe(1);
    expect(binomialUpperTail(1, 0, 0.5)).toBe(0);
    expect(binomialUpperTail(2, 2, 0.25)).toBeCloseTo(0.0625, 15);
  });
});

describe("the on-off threshold", () => {
  // t_on = 2 s, t_off = 120 s. By the tail of the exact sum, counted up from 1.
  it.each([
    [0, 1e-3],
    [1, 1e-3],
    [12, 1e-3],
    [240, 1e-3],
    [780, 1e-3],
    [780, 1e-4],
    [780, 1e-9],
  ])("for %d counts off at α = %d is where the exact p falls to α", (offCounts, alpha) => {
    let expected = 1;
    while (exactBinomialTail(expected, expected + offCounts, [2, 122]) > alpha) expected += 1;
    expect(onOffThreshold({ offCounts, onShare: 2 / 122 }, alpha)).toBe(expected);
  });

  it("is never below that of a background known exactly", () => {
    for (let offCounts = 0; offCounts < 3000; offCounts += 37) {
      const known = poissonThreshold(offCounts / 60, 1e-3);
      expect(onOffThreshold({ offCounts, onShare: 2 / 122 }, 1e-3)).toBeGreaterThanOrEqual(known);
    }
  });

  it("is found for counts that no portal has", () => {
    const offCounts = 4 * 999_999 * 120;
    const threshold = onOffThreshold({ offCounts, onShare: 2 / 122 }, 1e-4);
    const mean = offCounts / 60;
    expect((threshold - mean) / Math.sqrt(mean * (1 + 1 / 60))).toBeCloseTo(normalQuantile(1 - 1e-4), 2);
  });
});

describe("the Clopper–Pearson interval", () => {
  // One-sided bounds at 95 %: none of 2 995 shows less than 1/1000, 59 of 60 shows more than 0.923, 15 of 20 more than 0.5.
  it("gives the known facts", () => {
    expect(clopperPearson(0, 2995, 0.9).upper).toBeLessThan(0.001);
    expect(clopperPearson(0, 2994, 0.9).upper).toBeGreaterThan(0.001);
    expect(clopperPearson(59, 60, 0.9).lower).toBeCloseTo(0.923, 3);
    expect(clopperPearson(15, 20, 0.9).lower).toBeGreaterThan(0.5);
    expect(clopperPearson(14, 20, 0.9).lower).toBeLessThan(0.5);
  });

  it("has the tails of the binomial at its ends", () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.nat({ max: 200 }), (successes, failures) => {
        const trials = successes + failures;
        const { lower, upper } = clopperPearson(successes, trials, 0.95);
        expect(lower).toBeLessThan(upper);
        if (successes > 0) expect(binomialUpperTail(successes, trials, lower)).toBeCloseTo(0.025, 9);
        else expect(lower).toBe(0);
        if (failures > 0) expect(1 - binomialUpperTail(successes + 1, trials, upper)).toBeCloseTo(0.025, 9);
        else expect(upper).toBe(1);
      }),
    );
  });
});

describe("quantiles", () => {
  it.each([
    [0.95, 1, 3.841458820694124],
    [0.999, 10, 29.58829844507442],
    [0.5, 2, 2 * Math.LN2],
  ])("chi-square %d with %d degrees", (probability, degrees, x) =>
    expect(chiSquareQuantile(probability, degrees)).toBeCloseTo(x, 10),
  );
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [1e-6, -4.753424308822899],
  ])("normal %d", (probability, x) => expect(normalQuantile(probability)).toBeCloseTo(x, 8));
});
