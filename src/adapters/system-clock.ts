import type { Clock } from "../ports.ts";
import { monotonicMs, wallMs } from "../domain/units.ts";

/** The longest delay a Node timer takes, about 24 days; longer sleeps end there. */
const maxDelayInMs = 2_147_483_647;

/** This machine's clocks. `monotonic` counts from the start of the process, with a fraction. */
export const systemClock: Clock = {
  wall: () => wallMs(Date.now()),
  monotonic: () => monotonicMs(performance.now()),
  sleep: (delayInMs, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(delayInMs, maxDelayInMs));
      signal.addEventListener("abort", done);
    }),
};
