import type { BootId, LaneId } from "./ids.ts";
import type { MonotonicMs, WallMs } from "./units.ts";

/**
 * What an edge agent captured, stamped and numbered, before anyone parsed it. `sequence` counts the frames of one lane
 * in one boot from 0 without holes: a hole is a loss, and `byteOffset` says how many bytes it cost.
 */
export interface Frame {
  readonly laneId: LaneId;
  readonly bootId: BootId;
  readonly sequence: number;
  /** Bytes captured on this lane in this boot before this frame. */
  readonly byteOffset: number;
  readonly wall: WallMs;
  readonly monotonic: MonotonicMs;
  readonly body: FrameBody;
  /** Sent after later frames of its lane: the edge was cut off, and what is live went first. */
  readonly historical?: true;
}

export type FrameBody =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** Said while the link is quiet, so that silence can be decided from the log alone. */
  | { readonly kind: "heartbeat" }
  | { readonly kind: "link-up"; readonly endpoint: string }
  | { readonly kind: "link-down"; readonly reason: string }
  /** Frames that the edge had captured and gave up before the log had them: the exact range, and what it cost. */
  | {
      readonly kind: "frames-dropped";
      /** The boot that captured them, which may be an earlier one. */
      readonly bootId: BootId;
      readonly firstSequence: number;
      readonly lastSequence: number;
      readonly bytes: number;
      readonly reason: DropReason;
    };

/** Why an edge gave frames up. */
export const dropReasons = {
  "spool-full": "the spool on the edge's disk was full",
  "spool-damaged": "the spool on the edge's disk was damaged",
  "queue-full": "the edge's memory was full while its spool could not be written",
} as const;
export type DropReason = keyof typeof dropReasons;
