/**
 * Branded units. A number with a unit cannot be passed where another unit is meant; the constructors below are the
 * only places that brand. Where no brand exists, the unit is the last word of the name (`holdInMs`, `rateCps`).
 */
declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** Registered pulses in a stated time; a non-negative integer. */
export type Counts = Unit<"counts">;
/** Counts per second. */
export type Cps = Unit<"cps">;
/** Distance from an expectation in its standard deviations. */
export type Sigma = Unit<"sigma">;
/** Milliseconds since 1970-01-01T00:00:00Z by some wall clock, which may step. */
export type WallMs = Unit<"wall-ms">;
/** Milliseconds of a monotonic clock; comparable only within one boot of one agent. */
export type MonotonicMs = Unit<"monotonic-ms">;

export const counts = (value: number): Counts => value as Counts;
export const cps = (value: number): Cps => value as Cps;
export const sigma = (value: number): Sigma => value as Sigma;
export const wallMs = (value: number): WallMs => value as WallMs;
export const monotonicMs = (value: number): MonotonicMs => value as MonotonicMs;
