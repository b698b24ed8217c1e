import type { Frame, FrameBody } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { MonotonicMs } from "../domain/units.ts";

/** Frames of one lane and boot that the log will never have. */
export type DroppedRange = Omit<Extract<FrameBody, { kind: "frames-dropped" }>, "kind"> & {
  readonly laneId: LaneId;
};

/** A frame as it stands in the spool. */
export interface SpooledFrame {
  readonly laneId: LaneId;
  readonly bootId: BootId;
  readonly sequence: number;
  readonly monotonic: MonotonicMs;
  /** What `encodeFrame` made of it. */
  readonly value: Uint8Array;
}

/** `live` is sent first; `backlog` is what was left behind an outage, the oldest first. */
export type SpoolStream = "live" | "backlog";

/** Frames on their way to the log. Exactly one of the two ends it. */
export interface SpoolBatch {
  readonly frames: readonly SpooledFrame[];
  /** The log has them. The spool forgets them; resolves when that is written down as well as the disk allows. */
  stored(): Promise<void>;
  /** The log may not have them: the next batch of the stream begins with them. */
  putBack(): void;
}

export interface SpoolFigures {
  /** Unsent, both streams. */
  readonly frames: number;
  readonly backlogFrames: number;
  /** Unsent, with what the spool writes around frames. */
  readonly liveBytes: number;
  readonly backlogBytes: number;
  /** What the spool takes of the disk. */
  readonly diskBytes: number;
}

/** What an earlier run of the agent left unsent. */
export interface Leftover {
  readonly frames: number;
  readonly bytes: number;
  /** Between its first and its last frame by the monotonic clock; null where it is of several boots. */
  readonly spanInMs: number | null;
}

/** What happened to the spool; counts since the last time it was told. */
export type SpoolProblem =
  /** Found at the opening. */
  | ({ readonly kind: "spool-recovered"; readonly tornBytes: number } & Leftover)
  /** The oldest frames went, because the disk or the spool is full. */
  | {
      readonly kind: "spool-dropped";
      readonly frames: number;
      readonly bytes: number;
      readonly lanes: number;
    }
  /** Bytes of the spool's files are not what was written. `frames`: those known to be lost by it. */
  | {
      readonly kind: "spool-damaged";
      readonly damagedBytes: number;
      readonly frames: number;
      readonly lanes: number;
    };

/**
 * Frames on disk between the lanes and the log; one an agent. At the bound of the disk the oldest frames go; exactly
 * which is told by `takeDropped`.
 *
 * What is on its way to the log is not given up: an append that needs the room of such a batch waits for its end.
 *
 * Memory: one place (about 100 bytes) for each lane and boot, a group being written and a batch of each stream.
 */
export interface FrameSpool {
  /**
   * Durable when it resolves; frames of a lane and boot in the order of the calls.
   * @throws LanewatchError `spool-failed`: they are not stored, as far as is known.
   */
  append(frames: readonly Frame[]): Promise<void>;
  /**
   * The oldest unsent frames of a stream: 512 frames or 512 KiB at most, one at least; null where none is durable. At
   * most one batch of a stream is out.
   * @throws LanewatchError `spool-failed` where the disk cannot be read for now.
   */
  next(stream: SpoolStream): Promise<SpoolBatch | null>;
  /**
   * Everything unsent becomes backlog; live is what is appended from now on. False where nothing was unsent, or where
   * 256 stretches of backlog lie apart already.
   */
  divert(): Promise<boolean>;
  figures(): SpoolFigures;
  /** What an earlier run left in the live stream. */
  readonly leftover: Leftover;
  /**
   * Ranges given up, each once, for the caller to append a `frames-dropped` frame for. Until that is durable the spool
   * keeps the range, and hands it out again at the next opening.
   */
  takeDropped(): readonly DroppedRange[];
  /** What happened since the last call. */
  takeProblems(): readonly SpoolProblem[];
  /** Resolves at the next change of anything above. */
  changed(): Promise<void>;
  /** Finishes what is being written and lets go of the folder. */
  close(): Promise<void>;
}
