import type { SeriesPositions } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";

/**
 * What a database has acknowledged, and what of it is safe to go on from. A database that is killed may lose what it
 * acknowledged a moment before, so a position is noted only when it is older than that moment.
 */
export interface Settling {
  /** Acknowledged, and not settled yet; oldest first. One a second: 11 entries at the default of 10 s. */
  readonly waiting: readonly { readonly atMs: number; readonly positions: SeriesPositions }[];
  /** Of everything acknowledged. */
  readonly newest: SeriesPositions;
}

export const nothingAcknowledged: Settling = { waiting: [], newest: new Map() };

const entryEveryMs = 1_000;

/** `later` over `earlier`. */
export const merged = (earlier: SeriesPositions, later: SeriesPositions): SeriesPositions => {
  const all = new Map<Topic, ReadonlyMap<number, number>>(earlier);
  for (const [topic, offsets] of later) all.set(topic, new Map([...(all.get(topic) ?? []), ...offsets]));
  return all;
};

/** With what was acknowledged at a time of the monotonic clock. */
export const acknowledged = (state: Settling, positions: SeriesPositions, atMs: number): Settling => {
  const newest = merged(state.newest, positions);
  const last = state.waiting.at(-1);
  const isSoon = last !== undefined && atMs - last.atMs < entryEveryMs;
  return { newest, waiting: isSoon ? state.waiting : [...state.waiting, { atMs, positions: newest }] };
};

/** What has settled by now, null where nothing has since; and the state without it. */
export const settled = (
  state: Settling,
  { atMs, settleInMs }: { readonly atMs: number; readonly settleInMs: number },
): readonly [Settling, SeriesPositions | null] => {
  const due = state.waiting.filter((entry) => atMs - entry.atMs >= settleInMs);
  const positions = due.at(-1)?.positions ?? null;
  return [{ ...state, waiting: state.waiting.slice(due.length) }, positions];
};
