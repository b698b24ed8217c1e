import type { MonotonicMs, WallMs } from "../src/domain/units.ts";
import { monotonicMs, wallMs } from "../src/domain/units.ts";
import type { Clock } from "../src/ports.ts";

export interface ManualClock extends Clock {
  /** Moves time on, sleeper by sleeper in the order they are due, and lets each run until it waits again. */
  advance(byInMs: number): Promise<void>;
  /** Lets everything run that needs no time to pass. */
  settle(): Promise<void>;
  /** Steps the wall clock, and only it. */
  stepWall(byInMs: number): void;
  /** How many sleep. */
  sleepers(): number;
}

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/** Promise jobs run to the last one before a macrotask does; two rounds let a `setImmediate` in between have its say. */
const settle = async (): Promise<void> => {
  for (let round = 0; round < 2; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A clock that stands still until it is told. Monotonic time begins at 0, wall time at 2024-01-01T00:00:00Z. */
export const manualClock = (startInMs = Date.UTC(2024, 0, 1)): ManualClock => {
  let now = 0;
  let wallOffset = startInMs;
  const sleeping = new Set<Sleeper>();

  const nextDueBy = (limit: number): Sleeper | undefined => {
    let next: Sleeper | undefined;
    for (const sleeper of sleeping) {
      if (sleeper.due <= limit && (next === undefined || sleeper.due < next.due)) next = sleeper;
    }
    return next;
  };

  return {
    wall: (): WallMs => wallMs(wallOffset + now),
    monotonic: (): MonotonicMs => monotonicMs(now),
    sleep: (delayInMs, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const wake = (): void => {
          sleeping.delete(sleeper);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper: Sleeper = { due: now + delayInMs, wake };
        sleeping.add(sleeper);
        signal.addEventListener("abort", wake);
      }),
    advance: async (byInMs) => {
      const end = now + byInMs;
      await settle();
      for (let next = nextDueBy(end); next !== undefined; next = nextDueBy(end)) {
        now = Math.max(now, next.due);
        next.wake();
        await settle();
      }
      now = end;
    },
    settle,
    stepWall: (byInMs) => {
      wallOffset += byInMs;
    },
    sleepers: () => sleeping.size,
  };
};
