import { shelvedAt } from "../core/lane-shelf.ts";
import type { LaneShelf, Shelf } from "../domain/adjudication.ts";
import type { LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";

/** Each lane's shelved faults, as the core last said them: at most one entry a lane of the site. */
export interface Shelves {
  /** True where it is news. */
  readonly take: (shelf: LaneShelf) => boolean;
  readonly of: (laneId: LaneId, at: WallMs) => readonly Shelf[];
  /** The lanes of which something has come back since it was last asked. */
  readonly expired: (at: WallMs) => readonly LaneId[];
}

export const openShelves = (): Shelves => {
  const shelves = new Map<LaneId, LaneShelf>();
  return {
    take: (shelf) => {
      const held = shelves.get(shelf.laneId);
      if (held !== undefined && held.version >= shelf.version) return false;
      shelves.set(shelf.laneId, shelf);
      return true;
    },
    of: (laneId, at) => {
      const shelf = shelves.get(laneId);
      return shelf === undefined ? [] : shelvedAt(shelf, at);
    },
    expired: (at) => {
      const lanes: LaneId[] = [];
      for (const [laneId, shelf] of shelves) {
        const standing = shelvedAt(shelf, at);
        if (standing.length === shelf.shelved.length) continue;
        shelves.set(laneId, { ...shelf, shelved: standing });
        lanes.push(laneId);
      }
      return lanes;
    },
  };
};
