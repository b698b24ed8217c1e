import type { Emission } from "./portals/emission.ts";

export interface Playing {
  readonly stop: () => void;
}

export interface PlayOptions {
  readonly emissions: Iterator<Emission, undefined>;
  /** Simulated milliseconds a real one. */
  readonly speed: number;
  /** Monotonic clock, milliseconds, and what it said when simulated time was zero. */
  readonly now: () => number;
  readonly startedAtMs: number;
  readonly deliver: (emission: Emission) => void;
  readonly onEnd: () => void;
}

/** One turn delivers at most this much, about 2 min of one lane; then others have the event loop. The rest follows at once. */
const EMISSIONS_A_TURN_MAX = 1000;

/** Longest wait a timer takes, milliseconds: 10 min, well below its 31-bit limit. */
const WAIT_MS_MAX = 600_000;

/** Delivers every emission when it is due by the clock. Due times are absolute, so that lateness does not add up. */
export function playInTime(options: PlayOptions): Playing {
  const { emissions, speed, now, startedAtMs, deliver, onEnd } = options;
  let next = emissions.next().value;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const turn = (): void => {
    const simulatedMs = (now() - startedAtMs) * speed;
    for (let played = 0; played < EMISSIONS_A_TURN_MAX && isDue(next, simulatedMs); played += 1) {
      deliver(next);
      // Whatever is delivered may stop the play.
      if (isStopped) return;
      next = emissions.next().value;
    }
    if (next === undefined) onEnd();
    else timer = setTimeout(turn, Math.min(WAIT_MS_MAX, Math.max(0, (next.atMs - simulatedMs) / speed)));
  };
  timer = setTimeout(turn, 0);
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function isDue(emission: Emission | undefined, simulatedMs: number): emission is Emission {
  return emission !== undefined && emission.atMs <= simulatedMs;
}
