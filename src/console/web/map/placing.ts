import type { LaneId } from "../../../domain/ids.ts";
import type { SiteView } from "../../../wire/site.ts";

export interface Placed {
  readonly laneId: LaneId;
  /** Shares of the map's width from the left and of its height from the top. */
  readonly x: number;
  readonly y: number;
}

export interface Placing {
  readonly placed: readonly Placed[];
  /** Lanes that the site's map does not have, in the site's order: they stand in rows. */
  readonly inRows: readonly LaneId[];
}

/** Where the lanes of the board stand. A lane that the map leaves out is shown all the same. */
export const placeLanes = (lanes: Iterable<LaneId>, site: SiteView | null): Placing => {
  const places = new Map(site?.lanes.map(({ laneId, at }) => [laneId, at]));
  const placed: Placed[] = [];
  const inRows: LaneId[] = [];
  for (const laneId of lanes) {
    const at = places.get(laneId);
    if (at === undefined || at === null) inRows.push(laneId);
    else placed.push({ laneId, ...at });
  }
  return { placed, inRows };
};

export type Direction = "left" | "right" | "up" | "down";

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Which of the points is next in a direction: the nearest one that lies more in that direction than beside it. −1 where
 * there is none.
 */
export const nextTowards = (points: readonly Point[], from: number, direction: Direction): number => {
  const here = points[from];
  if (here === undefined) return -1;
  let best = -1;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const [at, point] of points.entries()) {
    const dx = point.x - here.x;
    const dy = point.y - here.y;
    const along = { left: -dx, right: dx, up: -dy, down: dy }[direction];
    const beside = direction === "left" || direction === "right" ? Math.abs(dy) : Math.abs(dx);
    if (at === from || along <= 0 || beside > along) continue;
    const distance = along + 2 * beside;
    if (distance < bestDistance) {
      best = at;
      bestDistance = distance;
    }
  }
  return best;
};
