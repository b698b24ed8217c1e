import { setTimeout as sleep } from "node:timers/promises";

/** Asks again until the answer is true; false when the deadline passed first. */
export const isSoon = async (ask: () => Promise<boolean> | boolean, withinMs: number): Promise<boolean> => {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    if (await ask()) return true;
    await sleep(20);
  }
  return false;
};

/** As {@link isSoon}, and an error that says what did not come when the deadline passed first. */
export const waitUntil = async (
  what: string,
  ask: () => Promise<boolean> | boolean,
  withinMs: number,
): Promise<void> => {
  if (!(await isSoon(ask, withinMs))) throw new Error(`Not within ${withinMs} ms: ${what}.`);
};
