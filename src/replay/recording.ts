import { frameFold } from "../core/frame-fold.ts";
import type { Codec } from "../domain/codec.ts";
import type { LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import { bootId, laneId } from "../domain/ids.ts";
import { monotonicMs, wallMs } from "../domain/units.ts";
import type { LaneSettings } from "../core/lane-settings.ts";

/** How a recording is judged. */
export interface Judging {
  readonly codec: Codec;
  readonly settings: LaneSettings;
}

/** Runs a recording's bytes through the very fold that live lanes run, on the recording's own clock. */
export interface RecordingFold {
  readonly take: (chunk: Uint8Array) => readonly LaneEvent[];
  /** The bytes are at an end. An occupancy under way is not closed: the recording does not say how it ended. */
  readonly end: () => readonly LaneEvent[];
}

/** The identities of a replay: fixed, so that the same recording gives the same events byte by byte. */
export const replayedLane = laneId("replay");
const boot = bootId("00000000");

export const foldRecording = (judging: Judging): RecordingFold => {
  const fold = frameFold({
    laneId: replayedLane,
    codec: judging.codec,
    settings: judging.settings,
    time: "recorded",
  });
  const state = fold.start();
  let sequence = 0;
  let byteOffset = 0;
  return {
    take: (bytes) => {
      const body = { kind: "bytes", bytes } as const;
      const frame: Frame = {
        laneId: replayedLane,
        bootId: boot,
        sequence,
        byteOffset,
        wall: wallMs(0),
        monotonic: monotonicMs(0),
        body,
      };
      sequence += 1;
      byteOffset += bytes.length;
      return fold.step(state, frame);
    },
    end: () => fold.end(state),
  };
};
