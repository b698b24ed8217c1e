/** Values above this have memory of their own. */
const sharedBytesMax = 4_096;
const slabBytes = 65_536;

/**
 * Memory for many small values: some hundred of them share one piece, since each piece costs the collector as much as a
 * thousand plain objects. A value that is kept keeps its slab, 64 KiB at the most.
 * @returns gives so many bytes, zero and nobody else's.
 */
export const byteSlab = (): ((byteLength: number) => Uint8Array) => {
  let slab = new Uint8Array(0);
  let used = 0;
  return (byteLength) => {
    if (byteLength > sharedBytesMax) return new Uint8Array(byteLength);
    if (used + byteLength > slab.length) {
      slab = new Uint8Array(slabBytes);
      used = 0;
    }
    used += byteLength;
    return slab.subarray(used - byteLength, used);
  };
};
