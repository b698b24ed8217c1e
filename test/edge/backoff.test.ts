import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attemptAfter, backoffDelayInMs, ceilingInMs } from "../../src/edge/backoff.ts";

describe("ceilingInMs", () => {
  it.each([
    [0, 250],
    [1, 500],
    [2, 1_000],
    [3, 2_000],
    [4, 4_000],
    [5, 8_000],
    [6, 15_000],
    [7, 15_000],
    [5_000, 15_000],
  ])("attempt %i waits %i ms at the most", (attempt, ceiling) => {
    expect(ceilingInMs(attempt)).toBe(ceiling);
  });
});

describe("backoffDelayInMs", () => {
  it("is the draw times the ceiling, for any attempt", () => {
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(100_000), draw, (attempt, drawn) => {
        const delay = backoffDelayInMs(attempt, () => drawn);
        expect(delay).toBe(drawn * ceilingInMs(attempt));
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(15_000);
      }),
    );
  });
});

describe("attemptAfter", () => {
  it.each([
    { attempt: 4, livedInMs: null, next: 4 },
    { attempt: 4, livedInMs: 0, next: 4 },
    { attempt: 4, livedInMs: 9_999, next: 4 },
    { attempt: 4, livedInMs: 10_000, next: 0 },
  ])(
    "$attempt failures, then open for $livedInMs ms: attempt $next is due",
    ({ attempt, livedInMs, next }) => {
      expect(attemptAfter(attempt, livedInMs)).toBe(next);
    },
  );
});
