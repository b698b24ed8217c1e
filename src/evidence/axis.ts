/** A scale from values to places, with steps a person can read. */
export interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From 0 to a little above `max`, on places from `start` to `end`, with about `steps` steps of 1, 2 or 5 times a power of ten. */
export const axisFromZero = (
  max: number,
  { start, end, steps }: { readonly start: number; readonly end: number; readonly steps: number },
): Axis => {
  const top = max > 0 && Number.isFinite(max) ? max : 1;
  const rough = top / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.max(1, Math.ceil(top / step));
  const whole = count * step;
  return {
    at: (value) => start + ((end - start) * value) / whole,
    ticks: Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(12))),
  };
};
