import { type LatencyStage, latencyStageNames, type StageTime } from "./latency.ts";

/** Eight buckets for each doubling: a quantile is at most 9.1 % above the truth, and never below it. */
const bucketsPerDoubling = 8;
/**
 * Upper bounds in milliseconds: 1, 1.09, … 2, … up to 2^20 ≈ 17.5 min. 161 buckets and one for what took longer ≈ 1.3 kB;
 * the number of latencies does not matter.
 */
export const bucketBoundsMs: readonly number[] = Array.from(
  { length: 20 * bucketsPerDoubling + 1 },
  (_, bucket) => 2 ** (bucket / bucketsPerDoubling),
);

/** Plain data. */
export interface LatencyHistogram {
  readonly count: number;
  readonly sumMs: number;
  readonly maxMs: number;
  /** How many fell in each bucket of `bucketBoundsMs`, each with its bound included, and how many above all. */
  readonly buckets: readonly number[];
}

export const emptyHistogram: LatencyHistogram = {
  count: 0,
  sumMs: 0,
  maxMs: 0,
  buckets: Array<number>(bucketBoundsMs.length + 1).fill(0),
};

const bucketOf = (ms: number): number => {
  if (ms <= 1) return 0;
  const near = Math.min(Math.ceil(Math.log2(ms) * bucketsPerDoubling), bucketBoundsMs.length);
  // The logarithm of a bound itself may come out a hair above it.
  return near > 0 && ms <= (bucketBoundsMs[near - 1] ?? 0) ? near - 1 : near;
};

/** The histogram with one more latency; what is negative counts as 0, and what is no number does not count. */
export const latencyHistogram = (histogram: LatencyHistogram, latencyMs: number): LatencyHistogram => {
  if (Number.isNaN(latencyMs)) return histogram;
  const ms = Math.max(0, latencyMs);
  const bucket = bucketOf(ms);
  return {
    count: histogram.count + 1,
    sumMs: histogram.sumMs + ms,
    maxMs: Math.max(histogram.maxMs, ms),
    buckets: histogram.buckets.with(bucket, (histogram.buckets[bucket] ?? 0) + 1),
  };
};

/** All of both, such as of several consoles or hours. */
export const mergedHistogram = (a: LatencyHistogram, b: LatencyHistogram): LatencyHistogram => ({
  count: a.count + b.count,
  sumMs: a.sumMs + b.sumMs,
  maxMs: Math.max(a.maxMs, b.maxMs),
  buckets: a.buckets.map((count, bucket) => count + (b.buckets[bucket] ?? 0)),
});

/**
 * The latency in milliseconds that a share `q` of all did not exceed, to the bucket's upper bound; null where there is
 * none.
 */
export const latencyQuantileMs = (histogram: LatencyHistogram, q: number): number | null => {
  const { count, maxMs, buckets } = histogram;
  if (count === 0) return null;
  const rank = Math.max(1, Math.ceil(count * q));
  let seen = 0;
  const bucket = buckets.findIndex((inBucket) => (seen += inBucket) >= rank);
  return Math.min(maxMs, bucketBoundsMs[bucket] ?? maxMs);
};

export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** Null where there is no latency. */
export const latencySummary = (histogram: LatencyHistogram): LatencySummary | null => {
  const at = (q: number): number => latencyQuantileMs(histogram, q) ?? 0;
  const { count, maxMs } = histogram;
  return count === 0 ? null : { count, p50Ms: at(0.5), p99Ms: at(0.99), p999Ms: at(0.999), maxMs };
};

/** A histogram for each stage. */
export type StageHistograms = Readonly<Record<LatencyStage, LatencyHistogram>>;

export const emptyStageHistograms: StageHistograms = {
  "captured-to-logged": emptyHistogram,
  "logged-to-decided": emptyHistogram,
  "decided-to-delivered": emptyHistogram,
  "delivered-to-shown": emptyHistogram,
  total: emptyHistogram,
};

/** With the stages of one alarm; a skewed one, whose time is not known, is left out. */
export const withStages = (histograms: StageHistograms, stages: readonly StageTime[]): StageHistograms =>
  stages.reduce(
    (next, { stage, ms, isSkewed }) =>
      isSkewed ? next : { ...next, [stage]: latencyHistogram(next[stage], ms) },
    histograms,
  );

export const mergedStages = (a: StageHistograms, b: StageHistograms): StageHistograms =>
  latencyStageNames.reduce((next, stage) => ({ ...next, [stage]: mergedHistogram(a[stage], b[stage]) }), a);
