import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketBoundsMs,
  emptyHistogram,
  emptyStageHistograms,
  type LatencyHistogram,
  latencyHistogram,
  latencyQuantileMs,
  latencySummary,
  mergedHistogram,
  mergedStages,
  withStages,
} from "../../src/core/latency-histogram.ts";

const of = (latencies: readonly number[]): LatencyHistogram =>
  latencies.reduce(latencyHistogram, emptyHistogram);

const anyLatencies = fc.array(
  fc.oneof(fc.double({ min: 0, max: 3_000_000, noNaN: true }), fc.constantFrom(...bucketBoundsMs)),
  { minLength: 1, maxLength: 200 },
);

describe("a histogram of latencies", () => {
  it("has no quantile of nothing", () => {
    expect(latencyQuantileMs(emptyHistogram, 0.5)).toBeNull();
    expect(latencySummary(emptyHistogram)).toBeNull();
  });

  it("says of a thousand latencies what most, nearly all and the last took", () => {
    const summary = latencySummary(of([...Array<number>(980).fill(4), ...Array<number>(19).fill(90), 700]));
    expect(summary).toMatchObject({ count: 1_000, p50Ms: 4, maxMs: 700 });
    expect(summary?.p99Ms).toBeGreaterThanOrEqual(90);
    expect(summary?.p99Ms).toBeLessThan(90 * 1.1);
    expect(summary?.p999Ms).toBeLessThan(90 * 1.1);
  });

  it("never says less than the truth, nor a tenth more", () => {
    fc.assert(
      fc.property(anyLatencies, fc.double({ min: 0, max: 1, noNaN: true }), (latencies, q) => {
        const sorted = latencies.toSorted((a, b) => a - b);
        const truth = sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? 0;
        const told = latencyQuantileMs(of(latencies), q) ?? -1;
        expect(told).toBeGreaterThanOrEqual(truth);
        const isInLastBucket = truth > (bucketBoundsMs.at(-1) ?? 0);
        if (!isInLastBucket) expect(told).toBeLessThanOrEqual(Math.max(1, truth * 1.1));
      }),
    );
  });

  it("is the same of the parts as of the whole", () => {
    fc.assert(
      fc.property(anyLatencies, anyLatencies, (some, others) => {
        const { sumMs, ...merged } = mergedHistogram(of(some), of(others));
        const { sumMs: sum, ...whole } = of([...some, ...others]);
        expect(merged).toEqual(whole);
        expect(sumMs).toBeCloseTo(sum, 3);
      }),
    );
  });

  it("keeps its size, and stands what no latency is", () => {
    const odd = of([-5, Number.NaN, Number.POSITIVE_INFINITY, 0]);
    expect(odd.buckets).toHaveLength(emptyHistogram.buckets.length);
    expect(odd).toMatchObject({ count: 3, maxMs: Number.POSITIVE_INFINITY });
    expect(latencyQuantileMs(odd, 0.5)).toBe(1);
  });
});

describe("histograms of the stages", () => {
  const told = withStages(emptyStageHistograms, [
    { stage: "captured-to-logged", ms: 0, isSkewed: true },
    { stage: "logged-to-decided", ms: 8, isSkewed: false },
    { stage: "total", ms: 30, isSkewed: false },
  ]);

  it("take each stage, but for a skewed one", () => {
    expect(told["captured-to-logged"].count).toBe(0);
    expect(told["logged-to-decided"]).toMatchObject({ count: 1, maxMs: 8 });
    expect(told.total).toMatchObject({ count: 1, maxMs: 30 });
  });

  it("merge stage by stage", () => {
    const both = mergedStages(told, told);
    expect(both.total.count).toBe(2);
    expect(both["delivered-to-shown"]).toEqual(emptyHistogram);
  });
});
