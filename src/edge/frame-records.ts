import type { LaneId } from "../domain/ids.ts";
import type { NewRecord } from "../ports.ts";
import { decodeFrame, encodeFrame } from "../wire/frame.ts";
import { partitionOf } from "../wire/partition.ts";

/** The record of a frame in the log. */
export const frameLogRecord = (laneId: LaneId, value: Uint8Array, partitionCount: number): NewRecord => ({
  topic: "lanewatch.frames.v1",
  partition: partitionOf(laneId, partitionCount),
  key: laneId,
  value,
});

/** An encoded frame, marked as sent after later ones. What cannot be decoded goes on as it is: readers set it aside. */
export const asHistorical = (value: Uint8Array): Uint8Array => {
  try {
    return encodeFrame({ ...decodeFrame(value), historical: true });
  } catch {
    return value;
  }
};
