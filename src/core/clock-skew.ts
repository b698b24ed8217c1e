import { z } from "zod";
import type { WallMs } from "../domain/units.ts";

/**
 * The edge's clock against the log's, from the time each frame was stamped and the time it was logged. A frame takes
 * some time to the log and never less than none, so that the least difference of many frames is the skew and the
 * shortest way. Order never depends on it: frames have sequence numbers.
 */
export const clockSkewSettings = z.strictObject({
  /** A difference of more than this is a fault. Edges that keep time by NTP are within 0.1 s. */
  limitInMs: z.int().min(100).max(86_400_000).default(2_000),
});
export type ClockSkewSettings = z.infer<typeof clockSkewSettings>;

/** Advanced in place, see `Fold`. */
export interface ClockSkew {
  /** When the window of frames began, by the log's clock; null before the first. */
  sinceLoggedAt: number | null;
  frames: number;
  /** The least of logged − stamped in the window, in milliseconds. */
  leastMs: number;
}

export const noSkew = (): ClockSkew => ({ sinceLoggedAt: null, frames: 0, leastMs: 0 });

/** Frames that came together after a short outage are all late: a window must be longer than those, and have some more. */
const windowInMs = 20_000;
const framesMin = 8;

/** Takes a live frame; the skew in milliseconds where a window is full, positive where the edge is behind the log. */
export const takeSkew = (
  skew: ClockSkew,
  frame: { readonly stampedAt: WallMs; readonly loggedAt: WallMs },
): number | null => {
  const lateMs = frame.loggedAt - frame.stampedAt;
  if (skew.sinceLoggedAt === null) {
    skew.sinceLoggedAt = frame.loggedAt;
    skew.leastMs = lateMs;
    skew.frames = 1;
    return null;
  }
  skew.frames += 1;
  skew.leastMs = Math.min(skew.leastMs, lateMs);
  if (frame.loggedAt - skew.sinceLoggedAt < windowInMs || skew.frames < framesMin) return null;
  skew.sinceLoggedAt = null;
  return skew.leastMs;
};

/** `The edge's clock is 3.2 s behind the log's.` */
export const skewSentence = (skewMs: number): string =>
  `The edge's clock is ${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs > 0 ? "behind" : "ahead of"} the log's.`;
