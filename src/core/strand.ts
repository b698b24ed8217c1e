import type { Codec, CodecState } from "../domain/codec.ts";
import type { LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { Decoded } from "../domain/messages.ts";
import type { MonotonicMs, WallMs } from "../domain/units.ts";
import type { LaneSettings } from "./lane-settings.ts";
import type { LaneState } from "./lane-state.ts";
import { laneFold } from "./lane.ts";
import { type RecordedClock, recordedClockStep } from "./recorded-clock.ts";
import type { Fold, Moment, Told } from "./step.ts";

/** How far a boot's frames have been folded. */
export interface BootPlace {
  readonly bootId: BootId;
  readonly nextSequence: number;
  readonly nextByteOffset: number;
}

export interface StreamState extends BootPlace {
  readonly wall: WallMs;
  readonly monotonic: MonotonicMs;
}

/**
 * Frames of a lane one after the other, and what is known of the lane after them. A lane has one for what is live, and
 * one for each hole in it that is being filled late. Advanced in place, see `Fold`.
 */
export interface Strand {
  /** Where the stream of frames stands; null before the first frame. */
  stream: StreamState | null;
  laneMs: number;
  recordedClock: RecordedClock;
  codec: CodecState;
  readonly lane: LaneState;
}

export interface StrandOptions {
  readonly laneId: LaneId;
  readonly codec: Codec;
  readonly settings: LaneSettings;
  /** Live lanes take the time of the frame; recordings take the time a recorder wrote on each line. */
  readonly time: "frame" | "recorded";
}

export interface StrandFold {
  /** Moves the stream on to `frame`, without judging what it says. */
  readonly follow: (strand: Strand, frame: Frame) => void;
  /** Judges what the frame says. */
  readonly take: Fold<Strand, Frame, LaneEvent>;
  /** The record under way will not be finished: judges it as it stands, at the time its bytes came. */
  readonly breakRecord: (strand: Strand, events: Told<LaneEvent>) => void;
  /** Frames before the one the stream has been moved on to are missing. */
  readonly tellGap: (strand: Strand, events: Told<LaneEvent>) => void;
  /** The edge's clock differs by so much from the log's. */
  readonly tellSkew: (strand: Strand, skewMs: number, events: Told<LaneEvent>) => void;
}

export const strandFold = ({ laneId, codec, settings, time }: StrandOptions): StrandFold => {
  const isRecorded = time === "recorded";
  const lane = laneFold(laneId, settings);

  const momentOf = ({ laneMs, recordedClock }: Strand, wall: WallMs): Moment =>
    isRecorded ? recordedClock : { wall, laneMs };

  /** Folds what was decoded; whether any of it was a record. */
  const takeDecoded = (
    strand: Strand,
    told: { readonly decoded: readonly Decoded[]; readonly bootId: BootId; readonly wall: WallMs },
    events: Told<LaneEvent>,
  ): boolean => {
    const { bootId } = told;
    let moment = momentOf(strand, told.wall);
    let understood = false;
    for (const decoded of told.decoded) {
      if (isRecorded) moment = strand.recordedClock = recordedClockStep(strand.recordedClock, decoded);
      const { message, byteOffset } = decoded;
      lane(strand.lane, { kind: "message", moment, position: { bootId, byteOffset }, message }, events);
      understood ||= message.kind !== "undecodable";
    }
    return understood;
  };

  const breakRecord = (strand: Strand, events: Told<LaneEvent>): void => {
    if (strand.stream === null) return;
    const [rest, decoded] = codec.end(strand.codec);
    const { bootId, wall } = strand.stream;
    strand.codec = rest;
    if (!takeDecoded(strand, { decoded, bootId, wall }, events)) return;
    lane(strand.lane, { kind: "heard", moment: momentOf(strand, wall) }, events);
  };

  return {
    follow: (strand, { bootId, byteOffset, sequence, wall, monotonic, body }) => {
      const bytes = body.kind === "bytes" ? body.bytes.length : 0;
      strand.laneMs += elapsedMs(strand.stream, { bootId, wall, monotonic });
      const nextByteOffset = byteOffset + bytes;
      strand.stream = { bootId, nextSequence: sequence + 1, nextByteOffset, wall, monotonic };
    },
    take: (strand, { body, bootId, wall }, events) => {
      switch (body.kind) {
        case "bytes": {
          const [nextCodec, decoded] = codec.decode(strand.codec, body.bytes);
          strand.codec = nextCodec;
          const understood = takeDecoded(strand, { decoded, bootId, wall }, events);
          // Bytes that say nothing are as quiet as none: noise must not hide that the portal is silent.
          const moment = momentOf(strand, wall);
          lane(strand.lane, { kind: understood ? "heard" : "quiet", moment }, events);
          return;
        }
        case "heartbeat":
          lane(strand.lane, { kind: "quiet", moment: momentOf(strand, wall) }, events);
          return;
        case "link-up": {
          const moment = momentOf(strand, wall);
          lane(strand.lane, { kind: "link", moment, link: "up", detail: body.endpoint }, events);
          return;
        }
        case "link-down": {
          breakRecord(strand, events);
          const moment = momentOf(strand, wall);
          lane(strand.lane, { kind: "link", moment, link: "down", detail: body.reason }, events);
          return;
        }
        case "frames-dropped": {
          const { kind, bootId: boot, firstSequence, lastSequence, bytes, reason } = body;
          events.push({ kind, at: wall, bootId: boot, firstSequence, lastSequence, bytes, reason });
          return;
        }
      }
    },
    breakRecord,
    tellGap: (strand, events) => {
      if (strand.stream === null) return;
      lane(strand.lane, { kind: "gap", moment: momentOf(strand, strand.stream.wall) }, events);
    },
    tellSkew: (strand, skewMs, events) => {
      if (strand.stream === null) return;
      lane(strand.lane, { kind: "skew", moment: momentOf(strand, strand.stream.wall), skewMs }, events);
    },
  };
};

/** Time since the last frame: monotonic within a boot; between boots by the wall, which may have stepped back. */
const elapsedMs = (
  known: StreamState | null,
  { bootId, monotonic, wall }: Pick<StreamState, "bootId" | "monotonic" | "wall">,
): number => {
  if (known === null) return 0;
  return Math.max(0, known.bootId === bootId ? monotonic - known.monotonic : wall - known.wall);
};
