import type { Codec, CodecState } from "../domain/codec.ts";
import type { LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { Decoded } from "../domain/messages.ts";
import type { MonotonicMs, WallMs } from "../domain/units.ts";
import type { LaneSettings } from "./lane-settings.ts";
import { type LaneInput, type LaneState, unknownLane } from "./lane-state.ts";
import { laneStep } from "./lane.ts";
import { type RecordedClock, recordedClockStart, recordedClockStep } from "./recorded-clock.ts";
import type { Moment, Step } from "./step.ts";

/**
 * The fold over one lane's frames: sequence check, decoding, and the fold over what was decoded. Live lanes, replays
 * and tests all run this. Plain data: the whole of it is the checkpoint.
 */
export interface FrameFoldState {
  /** Where the stream of frames stands; null before the first frame. */
  readonly stream: StreamState | null;
  /** Boots before the present one, the newest first, so that their frames are known when they are told again. */
  readonly pastBoots: readonly BootPlace[];
  readonly laneMs: number;
  readonly recordedClock: RecordedClock;
  readonly codec: CodecState;
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
  readonly start: FrameFoldState;
  readonly step: Step<FrameFoldState, Frame, LaneEvent>;
  /** The bytes are at an end: what was begun is judged as it stands. For recordings; live streams have no end. */
  readonly end: (state: FrameFoldState) => readonly [FrameFoldState, readonly LaneEvent[]];
}

export const frameFold = (options: FrameFoldOptions): FrameFold => {
  const { codec, laneId, settings } = options;
  const isRecorded = options.time === "recorded";
  const lane = laneStep(laneId, settings);

  const momentOf = ({ laneMs, recordedClock }: FrameFoldState, wall: WallMs): Moment =>
    isRecorded ? recordedClock : { wall, laneMs };

  const takeLane = (before: LaneState, input: LaneInput, events: LaneEvent[]): LaneState => {
    const [next, said] = lane(before, input);
    for (const event of said) events.push(event);
    return next;
  };

  /** Folds what was decoded; `understood` where any of it was a record. */
  const takeDecoded = (
    before: FrameFoldState,
    told: { readonly decoded: readonly Decoded[]; readonly bootId: BootId; readonly wall: WallMs },
    events: LaneEvent[],
  ): { readonly state: FrameFoldState; readonly moment: Moment; readonly understood: boolean } => {
    const { bootId } = told;
    let { recordedClock, lane: state } = before;
    let moment = momentOf(before, told.wall);
    let understood = false;
    for (const decoded of told.decoded) {
      if (isRecorded) {
        recordedClock = recordedClockStep(recordedClock, decoded);
        moment = recordedClock;
      }
      const { message, byteOffset } = decoded;
      state = takeLane(state, { kind: "message", moment, position: { bootId, byteOffset }, message }, events);
      understood ||= message.kind !== "undecodable";
    }
    return { state: { ...before, recordedClock, lane: state }, moment, understood };
  };

  /** Judges the record under way as it stands, at the time its bytes came: those that would finish it will not. */
  const breakRecord = (before: FrameFoldState, stream: StreamState, events: LaneEvent[]): FrameFoldState => {
    const [rest, decoded] = codec.end(before.codec);
    const { bootId, wall } = stream;
    const { state, moment, understood } = takeDecoded(
      { ...before, codec: rest },
      { decoded, bootId, wall },
      events,
    );
    return understood ? { ...state, lane: takeLane(state.lane, { kind: "heard", moment }, events) } : state;
  };

  /** Brings the stream up to `frame`: another boot, or frames that were lost, break it. */
  const withStream = (before: FrameFoldState, frame: Frame, events: LaneEvent[]): FrameFoldState => {
    const { bootId, byteOffset, wall, monotonic } = frame;
    const known = before.stream;
    const place = placeOf(before, bootId);
    const expected = place ?? { nextSequence: 0, nextByteOffset: 0 };
    const lost = frame.sequence - expected.nextSequence;
    const isBroken = known?.bootId !== bootId || lost > 0;
    const ended = isBroken && known !== null ? breakRecord(before, known, events) : before;
    if (place === undefined) events.push({ kind: "agent-started", at: wall, bootId });
    // The first frame ever seen of a lane may be far into a boot: nothing is known to be missing.
    if (lost > 0 && known !== null) {
      events.push({
        kind: "frames-lost",
        at: wall,
        bootId,
        firstSequence: expected.nextSequence,
        lastSequence: frame.sequence - 1,
        bytes: byteOffset - expected.nextByteOffset,
      });
    }
    const bytes = frame.body.kind === "bytes" ? frame.body.bytes.length : 0;
    return {
      ...ended,
      stream: {
        bootId,
        nextSequence: frame.sequence + 1,
        nextByteOffset: byteOffset + bytes,
        wall,
        monotonic,
      },
      pastBoots:
        known === null || known.bootId === bootId ? before.pastBoots : pastBootsAfter(before, known, bootId),
      laneMs: before.laneMs + elapsedMs(known, frame),
      codec: isBroken ? codec.start(byteOffset) : before.codec,
    };
  };

  const step = (before: FrameFoldState, frame: Frame): readonly [FrameFoldState, readonly LaneEvent[]] => {
    const place = placeOf(before, frame.bootId);
    const isRepeat = place !== undefined && frame.sequence < place.nextSequence;
    if (isRepeat) return [before, []];
    const events: LaneEvent[] = [];
    const state = withStream(before, frame, events);
    const { body, bootId, wall } = frame;
    const moment = momentOf(state, wall);
    switch (body.kind) {
      case "bytes": {
        const [nextCodec, decoded] = codec.decode(state.codec, body.bytes);
        const taken = takeDecoded({ ...state, codec: nextCodec }, { decoded, bootId, wall }, events);
        // Bytes that say nothing are as quiet as none: noise must not hide that the portal is silent.
        const input = { kind: taken.understood ? "heard" : "quiet", moment: taken.moment } as const;
        return [{ ...taken.state, lane: takeLane(taken.state.lane, input, events) }, events];
      }
      case "heartbeat":
        return [{ ...state, lane: takeLane(state.lane, { kind: "quiet", moment }, events) }, events];
      case "frames-dropped":
        // The hole itself is reported when the stream goes on after it.
        return [state, events];
      case "link-up": {
        const input = { kind: "link", moment, link: "up", detail: body.endpoint } as const;
        return [{ ...state, lane: takeLane(state.lane, input, events) }, events];
      }
      case "link-down": {
        const broken = state.stream === null ? state : breakRecord(state, state.stream, events);
        const input = { kind: "link", moment, link: "down", detail: body.reason } as const;
        return [{ ...broken, lane: takeLane(broken.lane, input, events) }, events];
      }
    }
  };

  return {
    start: {
      stream: null,
      pastBoots: [],
      laneMs: 0,
      recordedClock: recordedClockStart,
      codec: codec.start(0),
      lane: unknownLane,
    },
    step,
    end: (state) => {
      const events: LaneEvent[] = [];
      return state.stream === null ? [state, events] : [breakRecord(state, state.stream, events), events];
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
