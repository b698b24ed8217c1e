/** How fine a series is kept, and for how long. */
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/**
 * The steps a file keeps beside the single points. Each is made of all points, not of the step before it. 10 min and 1 h
 * cost a tenth and a sixtieth of 1 min, and let a year be drawn from 8 784 rows in place of 527 040.
 */
export const steps = [
  { name: "second", stepInMs: second },
  { name: "minute", stepInMs: minute },
  { name: "ten-minutes", stepInMs: 10 * minute },
  { name: "hour", stepInMs: hour },
] as const;
export type StepName = (typeof steps)[number]["name"];
export type Resolution = "full" | StepName;

/**
 * How long each resolution is kept. A row is a key of some 10 bytes and 20 bytes a part that was measured, so that four
 * panels take 90. A second, a minute or an hour in which nothing was measured has no row.
 *
 * Full rate, 24 h: 78 000 lines are a busy lane's day; 78 000 × 30 B ≈ 2.4 MB a lane.
 * 1 s, 72 h: at most 259 200 seconds; a lane that is occupied for a third of them ≈ 86 400 × 240 B (gamma, neutron, σ) and
 * its vacant ones every 5 s ≈ 35 000 × 90 B: 24 MB a lane.
 * 1 min, 365 d: 525 600 × some 500 B for all series of a lane that never rests ≈ 260 MB a lane and year; 10 min and 1 h add
 * 12 %. 40 lanes: 12 GB a year. For hundreds of lanes there is InfluxDB, or `minutesInDays` is made smaller.
 */
export interface SeriesRetention {
  readonly fullInHours: number;
  readonly secondsInHours: number;
  readonly minutesInDays: number;
}

export const defaultRetention: SeriesRetention = { fullInHours: 24, secondsInHours: 72, minutesInDays: 365 };

export const retentionInMs = (resolution: Resolution, retention: SeriesRetention): number => {
  switch (resolution) {
    case "full":
      return retention.fullInHours * hour;
    case "second":
      return retention.secondsInHours * hour;
    case "minute":
    case "ten-minutes":
    case "hour":
      return retention.minutesInDays * 24 * hour;
  }
};

export interface Reading {
  readonly resolution: Resolution;
  /** 0: every single point. */
  readonly stepInMs: number;
}

export interface ReadingRequest {
  readonly from: number;
  readonly to: number;
  readonly points: number;
}

/** Full-rate points are some five a second and part. */
const fullRate = 5;

/**
 * The coarsest resolution that still answers with as many points as asked, of those that go back to `from`; a finer one is
 * added up to the step. Read are at most `points` × 60 rows.
 */
export const readingOf = (
  { from, to, points }: ReadingRequest,
  { retention, now }: { readonly retention: SeriesRetention; readonly now: number },
): Reading => {
  const wanted = (to - from) / points;
  const reachesBack = (resolution: Resolution): boolean => from >= now - retentionInMs(resolution, retention);
  if (reachesBack("full") && wanted * fullRate <= second) return { resolution: "full", stepInMs: 0 };
  const kept = steps.filter(({ name }) => reachesBack(name));
  // Of a span that begins before anything is kept, what is kept.
  const usable = kept.length === 0 ? steps.slice(1) : kept;
  const chosen = usable.findLast(({ stepInMs }) => stepInMs <= wanted) ?? usable[0] ?? steps[3];
  return {
    resolution: chosen.name,
    stepInMs: Math.ceil(wanted / chosen.stepInMs) * chosen.stepInMs || chosen.stepInMs,
  };
};

/** Beginnings of the stretches that cover the span; multiples of the step. */
export const stretchesOf = (
  { from, to }: { readonly from: number; readonly to: number },
  stepInMs: number,
): readonly number[] => {
  const first = Math.floor(from / stepInMs) * stepInMs;
  return Array.from({ length: Math.ceil((to - first) / stepInMs) }, (_, index) => first + index * stepInMs);
};
