import { type FrameFold, frameFold, type FrameFoldState } from "../core/frame-fold.ts";
import type { LaneSettings } from "../core/lane-settings.ts";
import type { Codec } from "../domain/codec.ts";
import { eventClass, type LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import type { LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import type { Checkpoint } from "../wire/checkpoint.ts";

/** A lane as the core runs it: its identity, its driver's codec, and how it is judged. */
export interface JudgedLane {
  readonly laneId: LaneId;
  readonly codec: Codec;
  readonly settings: LaneSettings;
}

/**
 * At most so many frames or so much of a lane's time are folded again after a crash; and a lane that says nothing makes
 * nobody read more than so many records of its neighbours again.
 */
export const checkpointEvery = { frames: 250, laneMs: 5000, offsets: 10_000 };

/** What a frame has said. */
export interface Taken {
  readonly events: readonly LaneEvent[];
  /** It came behind what is live: news of then, not of now. */
  readonly isLate: boolean;
}

const nothingTaken: Taken = { events: [], isLate: false };

/**
 * One lane's fold with its state and its place in the log. The only mutable thing about a lane; everything it does is
 * decided by the pure fold.
 */
export interface LaneWorker {
  readonly laneId: LaneId;
  /** Every frame of the lane at this offset or before it is folded; -1 where none is. */
  readonly frameOffset: () => number;
  /** Folds a frame of the log; nothing for one that is folded already. */
  readonly take: (frame: Frame, frameOffset: number, loggedAt?: WallMs | null) => Taken;
  /** The partition has been read to this offset: there are no more frames of this lane before it. */
  readonly readTo: (offset: number) => void;
  /** A checkpoint where one is due, and undefined where it is not. Its state goes on with the next frame: encode it at once. */
  readonly dueCheckpoint: () => Checkpoint | undefined;
}

export const laneWorker = (lane: JudgedLane, restored: Checkpoint | undefined): LaneWorker => {
  const fold: FrameFold = frameFold({ ...lane, time: "frame" });
  const state: FrameFoldState = restored?.state ?? fold.start();
  let frameOffset = restored?.frameOffset ?? -1;
  let frames = 0;
  let saidSomething = false;
  let covered = { laneMs: state.laneMs, frameOffset };
  return {
    laneId: lane.laneId,
    frameOffset: () => frameOffset,
    take: (frame, offset, loggedAt = null) => {
      if (offset <= frameOffset) return nothingTaken;
      const isLate = fold.isLate(state, frame);
      const events = fold.step(state, frame, loggedAt);
      frameOffset = offset;
      frames += 1;
      // What is kept for a year is said together with the checkpoint that covers it, so that it is not said again.
      saidSomething ||= events.some((event) => eventClass[event.kind] === "record");
      return { events, isLate };
    },
    readTo: (offset) => {
      frameOffset = Math.max(frameOffset, offset);
    },
    dueCheckpoint: () => {
      const isDue =
        saidSomething ||
        frames >= checkpointEvery.frames ||
        state.laneMs - covered.laneMs >= checkpointEvery.laneMs ||
        frameOffset - covered.frameOffset >= checkpointEvery.offsets;
      if (!isDue) return undefined;
      covered = { laneMs: state.laneMs, frameOffset };
      frames = 0;
      saidSomething = false;
      return { laneId: lane.laneId, frameOffset, state };
    },
  };
};
