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

/**
 * A reducer on a state that it owns, for what runs at every line a portal says: `state` is advanced in place, and what
 * happened is added to `events`. The result depends on state and input alone, as with `Step`; whoever needs the earlier
 * state takes a copy first (`structuredClone`).
 */
export type Fold<State, Input, Event> = (state: State, input: Input, events: Told<Event>) => void;

/** Where what happened is put down, in order: an array, seen by those who only add to it. */
export interface Told<Event> {
  push(event: Event): unknown;
}
