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
}

export type FrameBody =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** Said while the link is quiet, so that silence can be decided from the log alone. */
  | { readonly kind: "heartbeat" }
  | { readonly kind: "link-up"; readonly endpoint: string }
  | { readonly kind: "link-down"; readonly reason: string };
