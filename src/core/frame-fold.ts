import type { Codec, CodecState } from "../domain/codec.ts";
import type { LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { Decoded } from "../domain/messages.ts";
import type { MonotonicMs, WallMs } from "../domain/units.ts";
import type { LaneSettings } from "./lane-settings.ts";
import { type LaneInput, laneStep, type LaneState, unknownLane } from "./lane.ts";
import { type RecordedClock, recordedClockStart, recordedClockStep } from "./recorded-clock.ts";
import type { Moment, Step } from "./step.ts";

/**
 * The fold over one lane's frames: sequence check, decoding, and the fold over what was decoded. Live lanes, replays
 * and tests all run this. Plain data: the whole of it is the checkpoint.
 */
export interface FrameFoldState {
  /** Where the stream of frames stands; null before the first frame. */
  readonly stream: StreamState | null;
  readonly laneMs: number;
  readonly recordedClock: RecordedClock;
  readonly codec: CodecState;
  readonly lane: LaneState;
}

export interface StreamState {
  readonly bootId: BootId;
  readonly nextSequence: number;
  readonly nextByteOffset: number;
  readonly wall: WallMs;
  readonly monotonic: MonotonicMs;
}

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
  const lane = laneStep(laneId, settings);

  const momentNow = (state: FrameFoldState, wall: WallMs): Moment =>
    options.time === "frame"
      ? { wall, laneMs: state.laneMs }
      : { wall: state.recordedClock.wall, laneMs: state.recordedClock.wall };

  const takeLane = (state: FrameFoldState, input: LaneInput, events: LaneEvent[]): FrameFoldState => {
    const [next, said] = lane(state.lane, input);
    for (const event of said) events.push(event);
    return next === state.lane ? state : { ...state, lane: next };
  };

  const takeDecoded = (
    before: FrameFoldState,
    told: { readonly decoded: readonly Decoded[]; readonly bootId: BootId; readonly frameMoment: Moment },
    events: LaneEvent[],
  ): FrameFoldState => {
    let state = before;
    let moment = told.frameMoment;
    let understood = false;
    for (const decoded of told.decoded) {
      if (options.time === "recorded") {
        state = { ...state, recordedClock: recordedClockStep(state.recordedClock, decoded) };
        moment = momentNow(state, moment.wall);
      }
      const position = { bootId: told.bootId, byteOffset: decoded.byteOffset };
      state = takeLane(state, { kind: "message", moment, position, message: decoded.message }, events);
      understood ||= decoded.message.kind !== "undecodable";
    }
    return understood ? takeLane(state, { kind: "heard", moment }, events) : state;
  };

  /** Ends the record under way, because the bytes that would finish it will not come, and goes on at `byteOffset`. */
  const breakStream = (
    state: FrameFoldState,
    at: { readonly byteOffset: number; readonly bootId: BootId; readonly frameMoment: Moment },
    events: LaneEvent[],
  ): FrameFoldState => {
    const [, decoded] = codec.end(state.codec);
    const ended = takeDecoded(state, { decoded, bootId: at.bootId, frameMoment: at.frameMoment }, events);
    return { ...ended, codec: codec.start(at.byteOffset) };
  };

  /** Brings the stream up to `frame`: a new boot, or frames that were lost, break it. */
  const withStream = (before: FrameFoldState, frame: Frame, events: LaneEvent[]): FrameFoldState => {
    const known = before.stream;
    const laneMs = before.laneMs + elapsedMs(known, frame);
    let state: FrameFoldState = { ...before, laneMs };
    const frameMoment = momentNow(state, frame.wall);
    const sameBoot = known?.bootId === frame.bootId;
    if (!sameBoot) events.push({ kind: "agent-started", at: frame.wall, bootId: frame.bootId });
    const expected = sameBoot ? known : { nextSequence: 0, nextByteOffset: 0 };
    const lost = frame.sequence - expected.nextSequence;
    if (!sameBoot || lost > 0) {
      const bootId = known?.bootId ?? frame.bootId;
      state = breakStream(state, { byteOffset: frame.byteOffset, bootId, frameMoment }, events);
    }
    // The first frame ever seen of a lane may be far into a boot: nothing is known to be missing.
    if (lost > 0 && known !== null) {
      events.push({
        kind: "frames-lost",
        at: frame.wall,
        bootId: frame.bootId,
        firstSequence: expected.nextSequence,
        lastSequence: frame.sequence - 1,
        bytes: frame.byteOffset - expected.nextByteOffset,
      });
    }
    const bytes = frame.body.kind === "bytes" ? frame.body.bytes.length : 0;
    const stream: StreamState = {
      bootId: frame.bootId,
      nextSequence: frame.sequence + 1,
      nextByteOffset: frame.byteOffset + bytes,
      wall: frame.wall,
      monotonic: frame.monotonic,
    };
    return { ...state, stream };
  };

  const step = (before: FrameFoldState, frame: Frame): readonly [FrameFoldState, readonly LaneEvent[]] => {
    const isRepeat = before.stream?.bootId === frame.bootId && frame.sequence < before.stream.nextSequence;
    if (isRepeat) return [before, []];
    const events: LaneEvent[] = [];
    const state = withStream(before, frame, events);
    const { body, bootId } = frame;
    const frameMoment = momentNow(state, frame.wall);
    switch (body.kind) {
      case "bytes": {
        const [nextCodec, decoded] = codec.decode(state.codec, body.bytes);
        return [
          takeDecoded({ ...state, codec: nextCodec }, { decoded, bootId, frameMoment }, events),
          events,
        ];
      }
      case "heartbeat":
        return [takeLane(state, { kind: "quiet", moment: frameMoment }, events), events];
      case "link-up":
        return [
          takeLane(state, { kind: "link", moment: frameMoment, link: "up", detail: body.endpoint }, events),
          events,
        ];
      case "link-down": {
        const broken = breakStream(state, { byteOffset: frame.byteOffset, bootId, frameMoment }, events);
        return [
          takeLane(broken, { kind: "link", moment: frameMoment, link: "down", detail: body.reason }, events),
          events,
        ];
      }
    }
  };

  return {
    start: {
      stream: null,
      laneMs: 0,
      recordedClock: recordedClockStart,
      codec: codec.start(0),
      lane: unknownLane,
    },
    step,
    end: (state) => {
      if (state.stream === null) return [state, []];
      const events: LaneEvent[] = [];
      const { bootId, nextByteOffset: byteOffset, wall } = state.stream;
      return [
        breakStream(state, { byteOffset, bootId, frameMoment: momentNow(state, wall) }, events),
        events,
      ];
    },
  };
};

/** Time since the last frame: monotonic within a boot; between boots by the wall, which may have stepped back. */
const elapsedMs = (known: StreamState | null, frame: Frame): number => {
  if (known === null) return 0;
  const elapsed = known.bootId === frame.bootId ? frame.monotonic - known.monotonic : frame.wall - known.wall;
  return Math.max(0, elapsed);
};
