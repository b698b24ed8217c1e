/**
 * The four gamma columns of a record: 1 and 2 are the master pillar's panels, 3 and 4 the slave's; here the first of each pair is the
 * lower panel. Neutron banks and energy windows come in fours as well.
 */
export type Four = readonly [number, number, number, number];

export const COLUMNS = [0, 1, 2, 3] as const;
export type Column = (typeof COLUMNS)[number];

/** One measuring interval, milliseconds. */
export const INTERVAL_IN_MS = 200;
export const INTERVALS_PER_S = 5;

export function mapFour(four: Four, f: (value: number, column: Column) => number): Four {
  return [f(four[0], 0), f(four[1], 1), f(four[2], 2), f(four[3], 3)];
}

export function sumFour(four: Four): number {
  return four[0] + four[1] + four[2] + four[3];
}

export function addFour(left: Four, right: Four): Four {
  return mapFour(left, (value, column) => value + right[column]);
}

export function withColumn(four: Four, changed: Column, value: number): Four {
  return mapFour(four, (old, column) => (column === changed ? value : old));
}

export const ZERO_FOUR: Four = [0, 0, 0, 0];
