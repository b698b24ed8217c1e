/** What a stretch of time adds up to, for each part of a series. Changed in place: every point runs through four of them. */
export interface Tally {
  readonly count: number[];
  readonly sum: number[];
  readonly min: number[];
  readonly max: number[];
}

export const emptyTally = (parts: number): Tally => ({
  count: Array<number>(parts).fill(0),
  sum: Array<number>(parts).fill(0),
  min: Array<number>(parts).fill(Infinity),
  max: Array<number>(parts).fill(-Infinity),
});

export const addValues = (tally: Tally, values: readonly (number | null)[]): void => {
  for (let part = 0; part < values.length; part += 1) {
    const value = values[part];
    if (value === null || value === undefined) continue;
    tally.count[part] = (tally.count[part] ?? 0) + 1;
    tally.sum[part] = (tally.sum[part] ?? 0) + value;
    tally.min[part] = Math.min(tally.min[part] ?? Infinity, value);
    tally.max[part] = Math.max(tally.max[part] ?? -Infinity, value);
  }
};

/** All of both. */
export const addTally = (tally: Tally, other: Tally): void => {
  for (let part = 0; part < tally.count.length; part += 1) {
    tally.count[part] = (tally.count[part] ?? 0) + (other.count[part] ?? 0);
    tally.sum[part] = (tally.sum[part] ?? 0) + (other.sum[part] ?? 0);
    tally.min[part] = Math.min(tally.min[part] ?? Infinity, other.min[part] ?? Infinity);
    tally.max[part] = Math.max(tally.max[part] ?? -Infinity, other.max[part] ?? -Infinity);
  }
};

const partBytes = 20;

/**
 * Little-endian: two bytes that say which of at most 16 parts have anything, then of each of those count (u32), sum (f64),
 * min and max (f32).
 */
export const encodeTally = ({ count, sum, min, max }: Tally): Uint8Array => {
  let present = 0;
  let parts = 0;
  for (const [part, many] of count.entries()) {
    if (many === 0) continue;
    present |= 1 << part;
    parts += 1;
  }
  const bytes = new Uint8Array(2 + parts * partBytes);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, present, true);
  let at = 2;
  for (const [part, many] of count.entries()) {
    if (many === 0) continue;
    view.setUint32(at, many, true);
    view.setFloat64(at + 4, sum[part] ?? 0, true);
    view.setFloat32(at + 12, min[part] ?? 0, true);
    view.setFloat32(at + 16, max[part] ?? 0, true);
    at += partBytes;
  }
  return bytes;
};

export const decodeTally = (bytes: Uint8Array, parts: number): Tally => {
  const tally = emptyTally(parts);
  addEncoded(tally, bytes);
  return tally;
};

/** Without an object for each row: a chart of a year is made of thousands. */
export const addEncoded = (tally: Tally, bytes: Uint8Array): void => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const present = view.getUint16(0, true);
  let at = 2;
  for (let part = 0; part < tally.count.length; part += 1) {
    if ((present & (1 << part)) === 0) continue;
    tally.count[part] = (tally.count[part] ?? 0) + view.getUint32(at, true);
    tally.sum[part] = (tally.sum[part] ?? 0) + view.getFloat64(at + 4, true);
    tally.min[part] = Math.min(tally.min[part] ?? Infinity, view.getFloat32(at + 12, true));
    tally.max[part] = Math.max(tally.max[part] ?? -Infinity, view.getFloat32(at + 16, true));
    at += partBytes;
  }
};
