import { LanewatchError } from "../domain/errors.ts";
import type { Frame } from "../domain/frames.ts";
import type { LaneId } from "../domain/ids.ts";
import type { EventLog } from "../ports.ts";
import { decodeFrame } from "../wire/frame.ts";
import { partitionOf } from "../wire/partition.ts";
import { firstOffsetAt, recordsReadMax } from "./raw-frames.ts";

/** Frames of a lane, for a fold. */
export interface LaneFrames {
  /** Boot by boot, in the portal's order, each once. */
  readonly frames: readonly Frame[];
  /** Sequence numbers among them that the log lacks. */
  readonly missing: number;
}

export interface LaneSpan {
  readonly laneId: LaneId;
  /** By the edge's clock, both included. */
  readonly from: number;
  readonly to: number;
  /** How much later the log took them, where they are known to have come late. */
  readonly lagInMs?: number;
}

/** Of the edge's clock against the log's, and of the log's own order. */
const slackInMs = 60_000;
const pageRecords = 1000;
/** 2 MiB: 20 min of a lane's lines are some 0.6 MiB. */
export const laneBytesMax = 2 * 1024 * 1024;

/**
 * Everything that the edge captured of a lane between two times of its clock: bytes, heartbeats, link changes. Frames that
 * came more than a minute later than `lagInMs` says are not found.
 * @throws LanewatchError `too-large` more bytes of the lane, or records of its neighbours, than are looked through;
 * `record-unreadable`, `log-failed`, `log-closed`.
 */
export const readLaneFrames = async (log: EventLog, span: LaneSpan): Promise<LaneFrames> => {
  const partition = partitionOf(span.laneId, log.partitionCount);
  const boots = new Map<string, Map<number, Frame>>();
  const lagInMs = span.lagInMs ?? 0;
  let offset = await firstOffsetAt(log, partition, span.from + lagInMs - slackInMs);
  let bytes = 0;
  for (let read = 0; ;) {
    const page = await log.read("lanewatch.frames.v1", partition, { offset, limit: pageRecords });
    const last = page.at(-1);
    for (const record of page) {
      if (record.key !== span.laneId) continue;
      const frame = decodeFrame(record.value);
      if (frame.wall < span.from || frame.wall > span.to) continue;
      const ofBoot = boots.get(frame.bootId) ?? new Map<number, Frame>();
      boots.set(frame.bootId, ofBoot.set(frame.sequence, frame));
      bytes += frame.body.kind === "bytes" ? frame.body.bytes.length : 0;
    }
    if (last === undefined || last.appendedAt > span.to + lagInMs + slackInMs) break;
    offset = last.offset + 1;
    read += page.length;
    if (read > recordsReadMax || bytes > laneBytesMax) {
      throw new LanewatchError("too-large", "The log holds too much of this time to replay it at once.");
    }
  }
  const ordered = [...boots.values()].map((ofBoot) =>
    [...ofBoot.values()].sort((a, b) => a.sequence - b.sequence),
  );
  return { frames: ordered.flat(), missing: ordered.reduce((sum, frames) => sum + missingIn(frames), 0) };
};

const missingIn = (frames: readonly Frame[]): number => {
  const [first, last] = [frames[0], frames.at(-1)];
  return first === undefined || last === undefined ? 0 : last.sequence - first.sequence + 1 - frames.length;
};
