import type { Chance } from "../chance.ts";
import type { Truth, Utterance } from "./emission.ts";

/** The one serial port of a portal: lines leave it one after another, never two at once. */
export interface Voice {
  /** Says these lines, the first at `atMs` or as soon as the port is free. Returns when the port is free again. */
  readonly say: (atMs: number, texts: readonly string[]) => number;
  readonly tell: (atMs: number, truth: Truth) => void;
  /** What was said since the last call, in time order, up to but without `beforeMs`; the rest is kept. */
  readonly takeBefore: (beforeMs: number) => readonly Utterance[];
}

/** Milliseconds from one line of a burst to the next (recorded traffic: mostly 1 to 5). */
const LINE_GAP_MS_MIN = 1.2;
const LINE_GAP_MS_MAX = 3.6;

export function createVoice(chance: Chance): Voice {
  let freeAtMs = 0;
  let held: readonly Utterance[] = [];
  return {
    say: (atMs, texts) => {
      let nextMs = Math.max(atMs, freeAtMs);
      const lines = texts.map((text): Utterance => {
        const line = { kind: "line", atMs: nextMs, text } as const;
        nextMs += chance.between(LINE_GAP_MS_MIN, LINE_GAP_MS_MAX);
        return line;
      });
      freeAtMs = nextMs;
      held = [...held, ...lines];
      return freeAtMs;
    },
    tell: (atMs, truth) => {
      held = [...held, { kind: "truth", atMs, truth }];
    },
    takeBefore: (beforeMs) => {
      if (held.length === 0) return held;
      const sorted = [...held].sort((left, right) => left.atMs - right.atMs);
      held = sorted.filter((each) => each.atMs >= beforeMs);
      return sorted.filter((each) => each.atMs < beforeMs);
    },
  };
}

/**
 * How late after its tick an interval is sent, milliseconds: mostly 5–35, sometimes up to 150, so that gaps between intervals are
 * 198 ± 31 ms within 25–354 as recorded.
 */
export function drawLatenessMs(chance: Chance): number {
  if (chance.happens(0.07)) return chance.between(40, 150);
  return Math.min(45, Math.max(2, chance.normal(18, 9)));
}
