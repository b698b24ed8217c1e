import { monotonicMs, wallMs } from "../src/domain/units.ts";
import type { Clock } from "../src/ports.ts";

/** A clock that moves by whole ticks when it is told to, however many sleep. */
export interface TickClock extends Clock {
  readonly tick: () => void;
}

export const tickClock = (tickInMs: number): TickClock => {
  const begunAt = Date.UTC(2024, 0, 1);
  const sleepers = new Map<number, Set<() => void>>();
  let ticks = 0;
  return {
    wall: () => wallMs(begunAt + ticks * tickInMs),
    monotonic: () => monotonicMs(ticks * tickInMs),
    sleep: (delayInMs, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const due = ticks + Math.max(1, Math.ceil(delayInMs / tickInMs));
        const fellows = sleepers.get(due) ?? new Set();
        sleepers.set(due, fellows);
        const wake = (): void => {
          signal.removeEventListener("abort", wake);
          fellows.delete(wake);
          resolve();
        };
        fellows.add(wake);
        signal.addEventListener("abort", wake);
      }),
    tick: () => {
      ticks += 1;
      const due = sleepers.get(ticks);
      sleepers.delete(ticks);
      for (const wake of due ?? []) wake();
    },
  };
};
