import type { Chance } from "../ports.ts";

/**
 * Waiting before another attempt: full jitter (a uniform draw below a ceiling that doubles), so that many lanes behind
 * one failed switch do not come back in step.
 */
export const firstCeilingInMs = 250;
export const lastCeilingInMs = 15_000;
/** A connection that lived so long was a good one: the next failure starts over. */
export const goodLifeInMs = 10_000;

/** The longest wait after `attempt` failures in a row, counted from 0: 250, 500, … 8,000, then 15,000 ms. */
export const ceilingInMs = (attempt: number): number =>
  Math.min(lastCeilingInMs, firstCeilingInMs * 2 ** attempt);

/** A draw from [0, ceiling) in milliseconds. */
export const backoffDelayInMs = (attempt: number, chance: Chance): number => chance() * ceilingInMs(attempt);

/**
 * The attempt whose delay is due after a connection attempt has ended. `livedInMs` is how long the connection was
 * open, null where it never was.
 */
export const attemptAfter = (attempt: number, livedInMs: number | null): number =>
  livedInMs !== null && livedInMs >= goodLifeInMs ? 0 : attempt;
