import type { WallMs } from "../domain/units.ts";

/** A reducer: what was, what happened → what is, and what is to be said about it. Pure. */
export type Step<State, Input, Event> = (state: State, input: Input) => readonly [State, readonly Event[]];

/**
 * When something happened, as the fold knows it. `wall` is for people and may step; `laneMs` counts the milliseconds of
 * a lane's life by the edge's monotonic clock and never goes back: every duration is measured with it.
 */
export interface Moment {
  readonly wall: WallMs;
  readonly laneMs: number;
}
