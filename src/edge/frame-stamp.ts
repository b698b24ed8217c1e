import type { Frame, FrameBody } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { Clock } from "../ports.ts";

/** Makes the lane's next frame: numbered without holes, and stamped with both clocks. One a lane and boot. */
export type FrameStamp = (body: FrameBody) => Frame;

export const frameStamp = (options: {
  readonly laneId: LaneId;
  readonly bootId: BootId;
  readonly clock: Clock;
}): FrameStamp => {
  const { laneId, bootId, clock } = options;
  let sequence = 0;
  let byteOffset = 0;
  return (body) => {
    const frame: Frame = {
      laneId,
      bootId,
      sequence,
      byteOffset,
      wall: clock.wall(),
      monotonic: clock.monotonic(),
      body,
    };
    sequence += 1;
    if (body.kind === "bytes") byteOffset += body.bytes.length;
    return frame;
  };
};
