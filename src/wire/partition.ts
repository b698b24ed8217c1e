import type { LaneId } from "../domain/ids.ts";

/** The partition of a lane: 32-bit FNV-1a of its id modulo the count, the same in every engine and language. */
export const partitionOf = (lane: LaneId, partitionCount: number): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < lane.length; at += 1) {
    hash ^= lane.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % partitionCount;
};
