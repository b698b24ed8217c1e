import type { Codec, CodecState } from "../domain/codec.ts";
import type { LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { Decoded } from "../domain/messages.ts";
import type { MonotonicMs, WallMs } from "../domain/units.ts";
import type { LaneSettings } from "./lane-settings.ts";
import { type LaneState, unknownLane } from "./lane-state.ts";
import { laneFold } from "./lane.ts";
import { type RecordedClock, recordedClockStart, recordedClockStep } from "./recorded-clock.ts";
import type { Moment } from "./step.ts";

/**
 * The fold over one lane's frames: sequence check, decoding, and the fold over what was decoded. Live lanes, replays
 * and tests all run this. Advanced in place, see `Fold`. Plain data: the whole of it is the checkpoint.
 */
export interface FrameFoldState {
  /** Where the stream of frames stands; null before the first frame. */
  stream: StreamState | null;
  /** Boots before the present one, the newest first, so that their frames are known when they are told again. */
  pastBoots: readonly BootPlace[];
  laneMs: number;
  recordedClock: RecordedClock;
  codec: CodecState;
  readonly lane: LaneState;
}

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

/** Frames of a boot before these eight would be folded as news. */
export const maxPastBoots = 8;

export interface FrameFoldOptions {
  readonly laneId: LaneId;
  readonly codec: Codec;
  readonly settings: LaneSettings;
  /** Live lanes take the time of the frame; recordings take the time a recorder wrote on each line. */
  readonly time: "frame" | "recorded";
}

export interface FrameFold {
  /** The state before the first frame: a new one each time. */
  readonly start: () => FrameFoldState;
  /** Takes a frame into `state`, in place; what it says. */
  readonly step: (state: FrameFoldState, frame: Frame) => readonly LaneEvent[];
  /** The bytes are at an end: what was begun is judged as it stands. For recordings; live streams have no end. */
  readonly end: (state: FrameFoldState) => readonly LaneEvent[];
}

export const frameFold = (options: FrameFoldOptions): FrameFold => {
  const { codec, laneId, settings } = options;
  const isRecorded = options.time === "recorded";
  const lane = laneFold(laneId, settings);

  const momentOf = ({ laneMs, recordedClock }: FrameFoldState, wall: WallMs): Moment =>
    isRecorded ? recordedClock : { wall, laneMs };

  /** Folds what was decoded; whether any of it was a record. */
  const takeDecoded = (
    state: FrameFoldState,
    told: { readonly decoded: readonly Decoded[]; readonly bootId: BootId; readonly wall: WallMs },
    events: LaneEvent[],
  ): boolean => {
    const { bootId } = told;
    let moment = momentOf(state, told.wall);
    let understood = false;
    for (const decoded of told.decoded) {
      if (isRecorded) moment = state.recordedClock = recordedClockStep(state.recordedClock, decoded);
      const { message, byteOffset } = decoded;
      lane(state.lane, { kind: "message", moment, position: { bootId, byteOffset }, message }, events);
      understood ||= message.kind !== "undecodable";
    }
    return understood;
  };

  /** Judges the record under way as it stands, at the time its bytes came: those that would finish it will not. */
  const breakRecord = (state: FrameFoldState, stream: StreamState, events: LaneEvent[]): void => {
    const [rest, decoded] = codec.end(state.codec);
    const { bootId, wall } = stream;
    state.codec = rest;
    if (!takeDecoded(state, { decoded, bootId, wall }, events)) return;
    lane(state.lane, { kind: "heard", moment: momentOf(state, wall) }, events);
  };

  /** Brings the stream up to `frame`: another boot, or frames that were lost, break it. */
  const followStream = (state: FrameFoldState, frame: Frame, events: LaneEvent[]): void => {
    const { bootId, byteOffset, sequence, wall, monotonic } = frame;
    const known = state.stream;
    const place = placeOf(state, bootId);
    const expected = place ?? { nextSequence: 0, nextByteOffset: 0 };
    const lost = sequence - expected.nextSequence;
    if (known?.bootId !== bootId || lost > 0) {
      if (known !== null) breakRecord(state, known, events);
      state.codec = codec.start(byteOffset);
    }
    if (place === undefined) events.push({ kind: "agent-started", at: wall, bootId });
    // The first frame ever seen of a lane may be far into a boot: nothing is known to be missing.
    if (lost > 0 && known !== null) {
      events.push({
        kind: "frames-lost",
        at: wall,
        bootId,
        firstSequence: expected.nextSequence,
        lastSequence: sequence - 1,
        bytes: byteOffset - expected.nextByteOffset,
      });
    }
    const bytes = frame.body.kind === "bytes" ? frame.body.bytes.length : 0;
    if (known !== null && known.bootId !== bootId) state.pastBoots = pastBootsAfter(state, known, bootId);
    state.laneMs += elapsedMs(known, frame);
    const nextByteOffset = byteOffset + bytes;
    state.stream = { bootId, nextSequence: sequence + 1, nextByteOffset, wall, monotonic };
  };

  const step = (state: FrameFoldState, frame: Frame): readonly LaneEvent[] => {
    const place = placeOf(state, frame.bootId);
    if (place !== undefined && frame.sequence < place.nextSequence) return [];
    const events: LaneEvent[] = [];
    followStream(state, frame, events);
    const { body, bootId, wall } = frame;
    switch (body.kind) {
      case "bytes": {
        const [nextCodec, decoded] = codec.decode(state.codec, body.bytes);
        state.codec = nextCodec;
        const understood = takeDecoded(state, { decoded, bootId, wall }, events);
        // Bytes that say nothing are as quiet as none: noise must not hide that the portal is silent.
        lane(state.lane, { kind: understood ? "heard" : "quiet", moment: momentOf(state, wall) }, events);
        break;
      }
      case "heartbeat":
        lane(state.lane, { kind: "quiet", moment: momentOf(state, wall) }, events);
        break;
      case "frames-dropped":
        // The hole itself is reported when the stream goes on after it.
        break;
      case "link-up":
        lane(
          state.lane,
          { kind: "link", moment: momentOf(state, wall), link: "up", detail: body.endpoint },
          events,
        );
        break;
      case "link-down":
        if (state.stream !== null) breakRecord(state, state.stream, events);
        lane(
          state.lane,
          { kind: "link", moment: momentOf(state, wall), link: "down", detail: body.reason },
          events,
        );
        break;
    }
    return events;
  };

  return {
    start: () => ({
      stream: null,
      pastBoots: [],
      laneMs: 0,
      recordedClock: recordedClockStart,
      codec: codec.start(0),
      lane: unknownLane(),
    }),
    step,
    end: (state) => {
      const events: LaneEvent[] = [];
      if (state.stream !== null) breakRecord(state, state.stream, events);
      return events;
    },
  };
};

const placeOf = ({ stream, pastBoots }: FrameFoldState, bootId: BootId): BootPlace | undefined =>
  stream?.bootId === bootId ? stream : pastBoots.find((past) => past.bootId === bootId);

/** The past boots when `known` gives way to the boot `next`, which may be one of them. */
const pastBootsAfter = (
  { pastBoots }: FrameFoldState,
  { bootId, nextSequence, nextByteOffset }: StreamState,
  next: BootId,
): readonly BootPlace[] =>
  [{ bootId, nextSequence, nextByteOffset }, ...pastBoots.filter((past) => past.bootId !== next)].slice(
    0,
    maxPastBoots,
  );

/** Time since the last frame: monotonic within a boot; between boots by the wall, which may have stepped back. */
const elapsedMs = (known: StreamState | null, frame: Frame): number => {
  if (known === null) return 0;
  const elapsed = known.bootId === frame.bootId ? frame.monotonic - known.monotonic : frame.wall - known.wall;
  return Math.max(0, elapsed);
};
