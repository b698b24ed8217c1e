import { maxLanes } from "../core/alarm-board.ts";
import type { LaneId } from "../domain/ids.ts";
import { wallMs } from "../domain/units.ts";
import type { MonotonicMs, WallMs } from "../domain/units.ts";
import type { LaneData } from "../wire/console.ts";

/**
 * Whether what the console shows of a lane is of now, from what the log brings and nothing else: its edge's frames, and
 * the core's words on them (events, measurements, checkpoints). Only the lane and the time of a record matter, so
 * that no value is decoded for it.
 */

/** An edge says something of each lane at least every 1.5 s: a heartbeat where there is nothing else. */
const heartbeatInMs = 1500;
/** How much later than the one before it a frame may be: the edge's timer and queue, the log's commit, the fetch. */
const jitterInMs = 500;
/** The console looks every 100 ms and tells browsers at once. */
export const lookInMs = 100;
/**
 * No frame for longer than this: the lane is cut off. 1.5 s + 0.5 s = 2.0 s, seen 0.1 s later at the latest. The last
 * frame before a cut may have been some 0.3 s on its way, and the picture takes a moment: a cut shows within 3 s of it,
 * on a busy machine too.
 */
export const staleAfterInMs = heartbeatInMs + jitterInMs;

/** The core writes a checkpoint with the first frame of a lane that comes 5 s of its time after the last one. */
const checkpointInMs = 5000;
/**
 * A frame that the core has had for longer than this without a word on its lane: 5 s until a checkpoint is due, up to
 * 1.5 s until the frame that brings it, and 1.5 s for both ways. 8 s.
 */
export const unjudgedAfterInMs = checkpointInMs + heartbeatInMs + 1500;

/**
 * A look that comes so late says nothing for a while: the console itself was held up, and what the log brought meanwhile
 * is still to be read.
 */
const heldUpInMs = 300;
const catchUpInMs = 1000;

/** Times of the console's monotonic clock; history comes with times before it started. */
interface Known {
  frameMs: number | null;
  /** The first frame since the core's last word, of frames without a break; null where all are answered. */
  unansweredMs: number | null;
  wordMs: number | null;
  data: LaneData;
}

/** The console's clocks, read together. */
export interface Now {
  readonly monotonic: MonotonicMs;
  readonly wall: WallMs;
}

export interface LaneWatch {
  /** Frames or words of a lane have come. True where that changes what is told of the lane. */
  readonly frame: (laneId: LaneId, now: Now) => boolean;
  readonly word: (laneId: LaneId, now: Now) => boolean;
  /** The same for records that were there before the console started, by the time the log took them; then `look`. */
  readonly oldFrame: (laneId: LaneId, loggedAt: WallMs, now: Now) => void;
  readonly oldWord: (laneId: LaneId, loggedAt: WallMs, now: Now) => void;
  /** The lanes of which something else is told from now on. */
  readonly look: (now: Now) => readonly LaneId[];
  readonly dataOf: (laneId: LaneId) => LaneData;
}

const never: LaneData = { kind: "never" };
const current: LaneData = { kind: "current" };

/** At most `maxLanes` lanes; of more nothing is told but `never`, as the board does not show them. */
export const openLaneWatch = (): LaneWatch => {
  const lanes = new Map<LaneId, Known>();
  let lookedMs: number | null = null;
  let trustedFromMs = -Infinity;

  const knownOf = (laneId: LaneId): Known | undefined => {
    const held = lanes.get(laneId);
    if (held !== undefined || lanes.size >= maxLanes) return held;
    const fresh: Known = { frameMs: null, unansweredMs: null, wordMs: null, data: never };
    lanes.set(laneId, fresh);
    return fresh;
  };

  /** Where what is told of the lane has to change, it is changed. */
  const settle = (known: Known, now: Now): boolean => {
    const kind = kindAt(known, now.monotonic);
    if (kind === known.data.kind) return false;
    known.data = dataAs(kind, known, now);
    return true;
  };

  const takeFrame = (known: Known, atMs: number): void => {
    const isBroken = known.frameMs === null || atMs - known.frameMs > staleAfterInMs;
    if (isBroken) known.unansweredMs = atMs;
    else known.unansweredMs ??= atMs;
    known.frameMs = Math.max(known.frameMs ?? atMs, atMs);
  };

  const takeWord = (known: Known, atMs: number): void => {
    known.wordMs = Math.max(known.wordMs ?? atMs, atMs);
    if (known.unansweredMs !== null && known.unansweredMs <= atMs) known.unansweredMs = null;
  };

  const isHeldUp = ({ monotonic }: Now): boolean => {
    const late = lookedMs === null ? 0 : monotonic - lookedMs - lookInMs;
    lookedMs = monotonic;
    if (late > heldUpInMs) trustedFromMs = monotonic + catchUpInMs;
    return monotonic < trustedFromMs;
  };

  // What has come is news at once; what has not come is for `look` to say.
  const frame: LaneWatch["frame"] = (laneId, now) => {
    const known = knownOf(laneId);
    if (known === undefined) return false;
    takeFrame(known, now.monotonic);
    return known.data.kind !== "current" && settle(known, now);
  };
  const word: LaneWatch["word"] = (laneId, now) => {
    const known = knownOf(laneId);
    if (known === undefined) return false;
    takeWord(known, now.monotonic);
    return known.data.kind === "unjudged" && settle(known, now);
  };
  const old =
    (take: typeof takeFrame) =>
    (laneId: LaneId, loggedAt: WallMs, now: Now): void => {
      const known = knownOf(laneId);
      // The log's clock may be a little ahead.
      if (known !== undefined) take(known, now.monotonic - Math.max(0, now.wall - loggedAt));
    };

  return {
    frame,
    word,
    oldFrame: old(takeFrame),
    oldWord: old(takeWord),
    look: (now) => {
      const changed: LaneId[] = [];
      if (isHeldUp(now)) return changed;
      for (const [laneId, known] of lanes) if (settle(known, now)) changed.push(laneId);
      return changed;
    },
    dataOf: (laneId) => lanes.get(laneId)?.data ?? never,
  };
};

const kindAt = ({ frameMs, unansweredMs, wordMs }: Known, monotonic: MonotonicMs): LaneData["kind"] => {
  if (frameMs === null && wordMs === null) return "never";
  if (frameMs === null || monotonic - frameMs > staleAfterInMs) return "stale";
  return unansweredMs !== null && monotonic - unansweredMs > unjudgedAfterInMs ? "unjudged" : "current";
};

const dataAs = (
  kind: LaneData["kind"],
  { frameMs, unansweredMs, wordMs }: Known,
  { monotonic, wall }: Now,
): LaneData => {
  const wallOf = (atMs: number | null): WallMs => wallMs(atMs === null ? wall : wall - (monotonic - atMs));
  switch (kind) {
    case "never":
      return never;
    case "current":
      return current;
    case "stale":
      return { kind, since: wallOf(frameMs ?? wordMs) };
    case "unjudged":
      return { kind, since: wallOf(wordMs ?? unansweredMs) };
  }
};
