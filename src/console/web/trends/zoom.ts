/** Spans of time and what zooming makes of them; milliseconds since 1970. */
export interface Moments {
  readonly from: number;
  readonly to: number;
}

export const spanInMsMin = 1_000;
/** 366 days: what the server answers. */
export const spanInMsMax = 366 * 86_400_000;

/** Within what can be asked for, around the same middle; never before 1970. */
export const bounded = ({ from, to }: Moments): Moments => {
  const span = Math.min(spanInMsMax, Math.max(spanInMsMin, to - from));
  const begin = Math.max(0, Math.round((from + to) / 2 - span / 2));
  return { from: begin, to: Math.round(begin + span) };
};

/** The span around its middle made `factor` times as long. */
export const scaled = ({ from, to }: Moments, factor: number): Moments => {
  const middle = (from + to) / 2;
  const half = ((to - from) / 2) * factor;
  return bounded({ from: middle - half, to: middle + half });
};

/** The same length, `share` of it later; earlier where it is negative. */
export const shifted = ({ from, to }: Moments, share: number): Moments => {
  const by = (to - from) * share;
  return bounded({ from: from + by, to: to + by });
};

/** 30 spans. Beyond, the oldest are forgotten. */
const stepsBackMax = 30;

export const remembered = <T>(past: readonly T[], left: T): readonly T[] =>
  [...past, left].slice(-stepsBackMax);
