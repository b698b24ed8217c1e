/**
 * Seeded chance for injections. The generator is the 32-bit `sfc32` (Chris Doty-Humphrey, PractRand), seeded by a text:
 * the same text gives the same numbers on every machine and in every order of work.
 */
export interface SeededChance {
  /** Uniform on [0, 1). */
  readonly uniform: () => number;
  /** Poisson, exact; takes time in proportion to the mean. */
  readonly poisson: (mean: number) => number;
}

/** Above this mean e^−mean loses precision, and the mean is split: a sum of Poisson counts is a Poisson count. */
const wholeMeanMax = 32;

export const seededChance = (...parts: readonly (string | number)[]): SeededChance => {
  const next = sfc32(JSON.stringify(parts));
  const uniform = (): number => next() / 4_294_967_296;
  const poisson = (mean: number): number => {
    if (!(mean > 0)) return 0;
    let count = 0;
    let left = mean;
    for (; left > wholeMeanMax; left -= wholeMeanMax) count += productPoisson(wholeMeanMax, uniform);
    return count + productPoisson(left, uniform);
  };
  return { uniform, poisson };
};

/** Knuth, The Art of Computer Programming, volume 2, 3.4.1. */
const productPoisson = (mean: number, uniform: () => number): number => {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count += 1;
  return count;
};

/** FNV-1a from another offset for each word, finished as MurmurHash3 does. */
const word = (text: string, offset: number): number => {
  let hash = offset;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
};

/** Hot loop: the state is four local integers. */
const sfc32 = (seed: string): (() => number) => {
  let a = word(seed, 0x811c9dc5);
  let b = word(seed, 0x9e3779b9);
  let c = word(seed, 0x7f4a7c15);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 16; warmUp += 1) next();
  return next;
};
