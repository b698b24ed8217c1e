/**
 * Seeded chance. One generator is a 32-bit `sfc32` (Chris Doty-Humphrey, PractRand) behind closures; the same seed gives the same numbers
 * on every machine. `stream(name)` derives an independent generator from the *seed*, not from the position, so that adding a draw in one
 * place does not move the numbers of another.
 */
export interface Chance {
  /** Uniform on [0, 1). */
  readonly uniform: () => number;
  /** Uniform on [low, high). */
  readonly between: (low: number, high: number) => number;
  readonly normal: (mean: number, sd: number) => number;
  readonly exponential: (mean: number) => number;
  /** Poisson, exact for every mean from 0 to about 1e9. */
  readonly poisson: (mean: number) => number;
  /** Bernoulli: true with this probability. */
  readonly happens: (probability: number) => boolean;
  readonly stream: (name: string) => Chance;
}

/** Beyond this mean, transformed rejection is faster than multiplying uniforms; PTRS itself is valid from 10 up. */
const POISSON_REJECTION_MEAN_MIN = 10;

export function createChance(seed: string | number): Chance {
  const next = sfc32(hash128(String(seed)));
  const uniform = (): number => next() / 4_294_967_296;
  const between = (low: number, high: number): number => low + (high - low) * uniform();
  return {
    uniform,
    between,
    normal: (mean, sd) =>
      mean + sd * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    poisson: (mean) => drawPoisson(mean, uniform),
    happens: (probability) => uniform() < probability,
    stream: (name) => createChance(`${String(seed)}/${name}`),
  };
}

/** An item drawn by weight, or undefined when no weight is positive. */
export function pickWeighted<T>(
  chance: Chance,
  items: readonly (readonly [item: T, weight: number])[],
): T | undefined {
  const total = items.reduce((sum, [, weight]) => sum + weight, 0);
  let left = chance.uniform() * total;
  for (const [item, weight] of items) {
    left -= weight;
    if (left < 0 && weight > 0) return item;
  }
  return undefined;
}

function drawPoisson(mean: number, uniform: () => number): number {
  if (!(mean > 0)) return 0;
  return mean < POISSON_REJECTION_MEAN_MIN
    ? poissonByProduct(mean, uniform)
    : poissonByRejection(mean, uniform);
}

/** Knuth, The Art of Computer Programming, volume 2, 3.4.1. */
function poissonByProduct(mean: number, uniform: () => number): number {
  const limit = Math.exp(-mean);
  let product = uniform();
  let count = 0;
  while (product > limit) {
    product *= uniform();
    count += 1;
  }
  return count;
}

/** Algorithm PTRS of W. Hörmann, "The transformed rejection method for generating Poisson random variables", 1993. */
function poissonByRejection(mean: number, uniform: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const accept = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (accept <= count * Math.log(mean) - mean - logFactorial(count)) return count;
  }
}

/** ln(n!) by Stirling's series with three terms; below 10 by the product, where the series is not exact enough. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let factor = 2; factor <= n; factor += 1) product *= factor;
    return Math.log(product);
  }
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

type Words = readonly [number, number, number, number];

/** Hot loop: the state is four local integers. */
function sfc32([w0, w1, w2, w3]: Words): () => number {
  let a = w0 | 0;
  let b = w1 | 0;
  let c = w2 | 0;
  let counter = w3 | 0;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 16; warmUp += 1) next();
  return next;
}

/** Four 32-bit words of a text: FNV-1a from four offsets, each finished as MurmurHash3 does. Not for secrets. */
function hash128(text: string): Words {
  const word = (offset: number): number => {
    let hash = offset;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  };
  return [word(0x811c9dc5), word(0x9e3779b9), word(0x7f4a7c15), word(0x6a09e667)];
}
