import { type FrameFold, frameFold, type FrameFoldState } from "../core/frame-fold.ts";
import type { LaneSettings } from "../core/lane-settings.ts";
import type { Codec } from "../domain/codec.ts";
import { eventClass, type LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import type { LaneId } from "../domain/ids.ts";
import type { Checkpoint } from "../wire/checkpoint.ts";

/** A lane as the core runs it: its identity, its driver's codec, and how it is judged. */
export interface JudgedLane {
  readonly laneId: LaneId;
  readonly codec: Codec;
  readonly settings: LaneSettings;
}

/** At most so many frames or so much of a lane's time are folded again after a crash. */
export const checkpointEvery = { frames: 250, laneMs: 5000 };

/**
 * One lane's fold with its state and its place in the log. The only mutable thing about a lane; everything it does is
 * decided by the pure fold.
 */
export interface LaneWorker {
  readonly laneId: LaneId;
  /** Offset of the last frame folded, or -1. */
  readonly frameOffset: () => number;
  /** Folds a frame of the log; nothing for one that is folded already. */
  readonly take: (frame: Frame, frameOffset: number) => readonly LaneEvent[];
  /** A checkpoint where one is due, and undefined where it is not. */
  readonly dueCheckpoint: () => Checkpoint | undefined;
}

export const laneWorker = (lane: JudgedLane, restored: Checkpoint | undefined): LaneWorker => {
  const fold: FrameFold = frameFold({ ...lane, time: "frame" });
  let state: FrameFoldState = restored?.state ?? fold.start;
  let frameOffset = restored?.frameOffset ?? -1;
  let covered = { laneMs: state.laneMs, frames: 0, saidSomething: false };
  return {
    laneId: lane.laneId,
    frameOffset: () => frameOffset,
    take: (frame, offset) => {
      if (offset <= frameOffset) return [];
      const [next, events] = fold.step(state, frame);
      state = next;
      frameOffset = offset;
      // What is kept for a year is said together with the checkpoint that covers it, so that it is not said again.
      const saidSomething =
        covered.saidSomething || events.some((event) => eventClass[event.kind] === "record");
      covered = { ...covered, frames: covered.frames + 1, saidSomething };
      return events;
    },
    dueCheckpoint: () => {
      const isDue =
        covered.saidSomething ||
        covered.frames >= checkpointEvery.frames ||
        (covered.frames > 0 && state.laneMs - covered.laneMs >= checkpointEvery.laneMs);
      if (!isDue) return undefined;
      covered = { laneMs: state.laneMs, frames: 0, saidSomething: false };
      return { laneId: lane.laneId, frameOffset, state };
    },
  };
};
