/**
 * Lets tasks of one agent wait for a change that another makes. Whoever waits checks its condition before and after:
 * `while (!condition()) await wakeup.next()`.
 */
export interface Wakeup {
  /** Resolves at the next `notify`. */
  readonly next: () => Promise<void>;
  readonly notify: () => void;
}

export const wakeup = (): Wakeup => {
  let waiting: (() => void)[] = [];
  return {
    next: () => new Promise((resolve) => waiting.push(resolve)),
    notify: () => {
      const resolved = waiting;
      waiting = [];
      for (const resolve of resolved) resolve();
    },
  };
};
