import type { Chance as Draws } from "../../simulators/chance.ts";
import { monotonicMs, wallMs } from "../../src/domain/units.ts";
import type { Clock } from "../../src/ports.ts";

/** Virtual time zero as wall-clock time: 2026-03-01T00:00:00Z. */
const epochInMs = Date.UTC(2026, 2, 1);

/** A program of the simulated site: what it waits for comes only while it lives and is not paused. */
export interface Process {
  readonly name: string;
  readonly clock: Clock;
  readonly isAlive: () => boolean;
  /** Calls back after so long, or never when the process is killed before. Equal times are drawn by lot. */
  readonly after: (delayInMs: number, act: () => void) => Cancel;
  /** As `after`; never resolves in a killed process. */
  readonly wait: (delayInMs: number) => Promise<void>;
  /** As `kill -9`: nothing of it runs any more, and nothing it has asked for is ever answered. */
  readonly kill: () => void;
  readonly onKill: (act: () => void) => void;
  /** As SIGSTOP and SIGCONT: what comes meanwhile waits and keeps its order. */
  readonly pause: (forMs: number) => void;
  /** Steps the process's wall clock, and only it. */
  readonly stepWall: (byMs: number) => void;
}

export type Cancel = () => void;

export interface World {
  readonly now: () => number;
  readonly chance: Draws;
  /** Of no process: portals, networks, disks, the plan of faults. */
  readonly at: (delayInMs: number, act: () => void) => Cancel;
  readonly process: (name: string) => Process;
  /** Work that needs turns of the real event loop: time stands still until it is done. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
  /** Lets virtual time go on to `untilMs`, one event at a time; between two everything runs until it waits again. */
  readonly run: (untilMs: number) => Promise<void>;
  readonly steps: () => number;
}

interface Timer {
  readonly dueMs: number;
  /** Decides between timers of one moment. */
  readonly lot: number;
  readonly owner: Owner | null;
  act: (() => void) | null;
}

/** Timers of a paused process wait here, in the order in which they came due. */
interface Owner {
  isAlive: boolean;
  pausedUntilMs: number;
  deferred: Timer[];
}

const isBefore = (a: Timer, b: Timer): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.lot < b.lot);

/** A binary heap. */
const timerQueue = (): { push(timer: Timer): void; pop(): Timer | undefined; dueMs(): number } => {
  const heap: Timer[] = [];
  const swap = (a: number, b: number): void => {
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  };
  const goesFirst = (a: number, b: number): boolean => {
    const [first, second] = [heap[a], heap[b]];
    return first !== undefined && (second === undefined || isBefore(first, second));
  };
  return {
    push: (timer) => {
      heap.push(timer);
      for (let at = heap.length - 1; at > 0;) {
        const parent = (at - 1) >> 1;
        if (!goesFirst(at, parent)) return;
        swap(at, parent);
        at = parent;
      }
    },
    pop: () => {
      const [top] = heap;
      const last = heap.pop();
      if (top === undefined || last === undefined || heap.length === 0) return top;
      heap[0] = last;
      for (let at = 0; ;) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        const child = goesFirst(right, left) ? right : left;
        if (!goesFirst(child, at)) return top;
        swap(at, child);
        at = child;
      }
    },
    dueMs: () => heap[0]?.dueMs ?? Infinity,
  };
};

/** Before every lot that is drawn. */
const resumedLot = (place: number): number => place - 1e9;

export const openWorld = (chance: Draws): World => {
  const timers = timerQueue();
  const lots = chance.stream("lots");
  let nowMs = 0;
  let underWay = 0;
  let steps = 0;

  const at = (delayInMs: number, act: () => void, owner: Owner | null = null): Cancel => {
    const timer: Timer = { dueMs: nowMs + Math.max(0, delayInMs), lot: lots.uniform(), owner, act };
    timers.push(timer);
    return () => {
      timer.act = null;
    };
  };

  const resume = (owner: Owner): void => {
    if (owner.pausedUntilMs > nowMs) return;
    for (const [place, { act }] of owner.deferred.splice(0).entries())
      timers.push({ dueMs: nowMs, lot: resumedLot(place), owner, act });
  };

  const pause = (owner: Owner, forMs: number): void => {
    owner.pausedUntilMs = Math.max(owner.pausedUntilMs, nowMs + forMs);
    at(forMs, () => resume(owner));
  };

  const step = (timer: Timer): void => {
    const { owner, act } = timer;
    if (act === null || owner?.isAlive === false) return;
    if (owner !== null && owner.pausedUntilMs > nowMs) {
      owner.deferred.push(timer);
      return;
    }
    steps += 1;
    act();
  };

  const settle = async (): Promise<void> => {
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (underWay > 0);
  };

  const run: World["run"] = async (untilMs) => {
    await settle();
    while (timers.dueMs() <= untilMs) {
      const timer = timers.pop();
      if (timer === undefined) break;
      nowMs = Math.max(nowMs, timer.dueMs);
      const before = steps;
      step(timer);
      if (steps > before) await settle();
    }
    nowMs = Math.max(nowMs, untilMs);
  };

  const process: World["process"] = (name) => {
    const owner: Owner = { isAlive: true, pausedUntilMs: 0, deferred: [] };
    const killed: (() => void)[] = [];
    let wallOffsetMs = epochInMs;
    const after: Process["after"] = (delayInMs, act) => at(delayInMs, act, owner);
    const clock: Clock = {
      wall: () => wallMs(wallOffsetMs + nowMs),
      monotonic: () => monotonicMs(nowMs),
      sleep: (delayInMs, signal) =>
        new Promise((resolve) => {
          if (signal.aborted) {
            resolve();
            return;
          }
          const wake = (): void => {
            signal.removeEventListener("abort", wake);
            cancel();
            resolve();
          };
          const cancel = after(delayInMs, wake);
          signal.addEventListener("abort", wake);
        }),
    };
    return {
      name,
      clock,
      isAlive: () => owner.isAlive,
      after,
      wait: (delayInMs) => new Promise((resolve) => void after(delayInMs, resolve)),
      kill: () => {
        if (!owner.isAlive) return;
        owner.isAlive = false;
        for (const act of killed) act();
      },
      onKill: (act) => {
        killed.push(act);
      },
      pause: (forMs) => pause(owner, forMs),
      stepWall: (byMs) => {
        wallOffsetMs += byMs;
      },
    };
  };

  return {
    now: () => nowMs,
    chance,
    at: (delayInMs, act) => at(delayInMs, act),
    process,
    track: async (work) => {
      underWay += 1;
      try {
        return await work;
      } finally {
        underWay -= 1;
      }
    },
    run,
    steps: () => steps,
  };
};
