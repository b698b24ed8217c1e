import { wallMs } from "../domain/units.ts";
import type { Flood } from "../wire/history.ts";

export const floodWindowInMs = 600_000;
/** As EEMUA 191 and ISA-18.2 have it: more than ten in ten minutes. */
export const floodAlarms = 10;

export interface Floods {
  /** In the order of time. */
  readonly floods: readonly Flood[];
  /** The fullest ten minutes, the first of them where there are several. */
  readonly busiest: { readonly from: number; readonly alarms: number } | null;
}

/** @param raisedAt in ascending order. */
export const floodsOf = (raisedAt: readonly number[]): Floods => {
  const floods: Flood[] = [];
  let busiest: { from: number; alarms: number } | null = null;
  let first = 0;
  let flooded: { from: number; to: number } | null = null;
  const end = ({ from, to }: { from: number; to: number }): void => {
    const since = raisedAt[from];
    const until = raisedAt[to];
    if (since === undefined || until === undefined) return;
    floods.push({ from: wallMs(since), to: wallMs(until), alarms: to - from + 1 });
  };
  for (const [last, at] of raisedAt.entries()) {
    while (at - (raisedAt[first] ?? at) >= floodWindowInMs) first += 1;
    const alarms = last - first + 1;
    if (alarms > (busiest?.alarms ?? 0)) busiest = { from: raisedAt[first] ?? at, alarms };
    if (alarms <= floodAlarms) continue;
    if (flooded !== null && first <= flooded.to) {
      flooded.to = last;
      continue;
    }
    if (flooded !== null) end(flooded);
    flooded = { from: first, to: last };
  }
  if (flooded !== null) end(flooded);
  return { floods, busiest };
};
