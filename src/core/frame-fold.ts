import type { FramesRecovered, LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import type { BootId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import { type ClockSkew, noSkew, takeSkew } from "./clock-skew.ts";
import {
  endHole,
  type FrameRange,
  type Hole,
  holeOf,
  isExpired,
  isFilled,
  isSeamKnown,
  isWithin,
  maxHoles,
  maxWaitingRanges,
  nextSequenceOf,
  passBetweenBoots,
  recoveredOf,
  toldAlarms,
  toldLate,
  watchSeam,
} from "./frame-holes.ts";
import type { LatchedAlarm } from "./alarm-latch.ts";
import { unknownLane } from "./lane-state.ts";
import { recordedClockStart } from "./recorded-clock.ts";
import { forgetLetGo, rememberLetGo, type SharedAlarms, toldBeside } from "./shared-alarms.ts";
import type { Told } from "./step.ts";
import { type BootPlace, type Strand, strandFold, type StrandOptions, type StreamState } from "./strand.ts";

/**
 * The fold over one lane's frames: sequence check, decoding, and the fold over what was decoded. Live lanes, replays
 * and tests all run this. Advanced in place, see `Fold`. Plain data: the whole of it is the checkpoint.
 */
export interface FrameFoldState extends Strand {
  /** Boots before the present one, the newest first, so that their frames are known when they are told again. */
  pastBoots: readonly BootPlace[];
  /** Holes in the frames that late ones may yet fill, the oldest first; at most `maxHoles`. */
  readonly holes: Hole[];
  /** Further holes, of which only the range is kept; at most `maxWaitingRanges`. */
  readonly waiting: FrameRange[];
  /** Alarms of vehicles that stood in the portal where a hole begins, as they were told last: see `SharedAlarms`. */
  readonly letGo: LatchedAlarm[];
  /** Ranges that have been filled, to be told with the next live frame. */
  readonly recovered: FramesRecovered[];
  readonly skew: ClockSkew;
}

/** Frames of a boot before these eight would be folded as news. */
export const maxPastBoots = 8;

export type FrameFoldOptions = StrandOptions;

export interface FrameFold {
  /** The state before the first frame: a new one each time. */
  readonly start: () => FrameFoldState;
  /**
   * Takes a frame into `state`, in place; what it says.
   * @param loggedAt when the log took it, by the log's clock; null where there is no log.
   */
  readonly step: (state: FrameFoldState, frame: Frame, loggedAt?: WallMs | null) => readonly LaneEvent[];
  /**
   * Whether the frame is behind what is live, so that what it says is of then and not of now. A frame that was sent late
   * is live all the same where the lane has come no further, and one that was not may be behind a later one.
   */
  readonly isLate: (state: FrameFoldState, frame: Frame) => boolean;
  /** The bytes are at an end: what was begun is judged as it stands. For recordings; live streams have no end. */
  readonly end: (state: FrameFoldState) => readonly LaneEvent[];
}

export const frameFold = (options: FrameFoldOptions): FrameFold => {
  const { codec } = options;
  const strands = strandFold(options);

  const freshStrand = (byteOffset: number): Strand => ({
    stream: null,
    laneMs: 0,
    recordedClock: recordedClockStart,
    codec: codec.start(byteOffset),
    lane: unknownLane(),
  });

  const finishHole = (state: FrameFoldState, hole: Hole, events: Told<LaneEvent>): void => {
    const said: LaneEvent[] = [];
    endHole(hole, state.lane, options.settings.withhold, said);
    for (const event of toldBeside(sharedOf(state), hole.ownOccupancyId, said)) events.push(event);
    const recovered = recoveredOf(hole, hole.strand.stream?.wall ?? state.stream?.wall ?? noTime);
    if (recovered !== null) state.recovered.push(recovered);
    state.holes.splice(state.holes.indexOf(hole), 1);
    forgetLetGo(sharedOf(state), state.holes);
  };

  const openHole = (state: FrameFoldState, range: FrameRange, strand: Strand): Hole => {
    const hole: Hole = {
      ...range,
      strand,
      ownOccupancyId: strand.lane.occupancy?.occupancyId ?? null,
      ownTold: strand.lane.occupancy === null ? [] : toldAlarms(strand.lane.occupancy),
      seam: { kind: "open" },
      frames: 0,
      touchedLaneMs: state.laneMs,
    };
    state.holes.push(hole);
    return hole;
  };

  const keepRange = ({ waiting }: FrameFoldState, range: FrameRange): void => {
    waiting.push(range);
    if (waiting.length > maxWaitingRanges) waiting.shift();
  };

  /** A hole in the live frames, which continue the boot's stream at `place`. */
  const leaveHole = (state: FrameFoldState, place: BootPlace, untilSequence: number | null): void => {
    const range = { bootId: place.bootId, firstSequence: place.nextSequence, untilSequence };
    if (state.holes.length >= maxHoles) keepRange(state, range);
    else openHole(state, range, strandBefore(state, place));
  };

  /**
   * A hole for late frames that none was kept for: a boot that was never seen live, or one hole too many. All that is
   * known of the lane then is its background now.
   */
  const reopenHole = (state: FrameFoldState, frame: Frame, events: Told<LaneEvent>): Hole => {
    const { bootId, sequence, byteOffset } = frame;
    const at = state.waiting.findIndex((range) => isWithin(range, frame));
    const range = state.waiting[at] ?? { bootId, firstSequence: sequence, untilSequence: null };
    if (at >= 0) state.waiting.splice(at, 1);
    const [oldest] = state.holes;
    if (oldest !== undefined && state.holes.length >= maxHoles) {
      const { bootId: boot, untilSequence } = oldest;
      const rest = { bootId: boot, firstSequence: nextSequenceOf(oldest), untilSequence };
      if (!isFilled(oldest)) keepRange(state, rest);
      finishHole(state, oldest, events);
    }
    const strand = freshStrand(byteOffset);
    strand.lane.background = state.lane.background;
    return openHole(state, range, strand);
  };

  /** The lane as it is now, for late frames to be folded onto; these continue the boot's stream at `place`. */
  const strandBefore = (state: FrameFoldState, place: BootPlace): Strand => {
    const { stream, laneMs, recordedClock, codec: carried, lane } = structuredClone(state);
    if (stream === null || stream.bootId === place.bootId)
      return { stream, laneMs, recordedClock, codec: carried, lane };
    return {
      stream: { ...stream, ...place },
      laneMs,
      recordedClock,
      codec: codec.start(place.nextByteOffset, carried),
      lane,
    };
  };

  /** Brings the stream up to `frame`: another boot, or frames that are missing, break it. */
  const followLive = (state: FrameFoldState, frame: Frame, events: Told<LaneEvent>): void => {
    const { bootId, byteOffset, sequence, wall } = frame;
    const known = state.stream;
    const place = placeOf(state, bootId);
    const expected = place ?? { bootId, nextSequence: 0, nextByteOffset: 0 };
    const lost = sequence - expected.nextSequence;
    if (known !== null && known.bootId !== bootId) leaveHole(state, known, null);
    // The first frame ever seen of a lane may be far into a boot: nothing is known to be missing, but it may come late.
    if (lost > 0) leaveHole(state, expected, sequence);
    if (known?.bootId !== bootId || lost > 0) {
      strands.breakRecord(state, events);
      state.codec = codec.start(byteOffset, state.codec);
    }
    if (place === undefined) events.push({ kind: "agent-started", at: wall, bootId });
    if (known !== null && lost > 0) events.push(lostBefore(frame, expected));
    const { laneMs } = state;
    strands.follow(state, frame);
    if (known !== null && known.bootId !== bootId) {
      state.pastBoots = pastBootsAfter(state, known, bootId);
      for (const hole of state.holes) passBetweenBoots(hole, state.laneMs - laneMs);
    }
    if (known !== null && lost > 0) strands.tellGap(state, events);
  };

  const takeLive = (state: FrameFoldState, frame: Frame, loggedAt: WallMs | null): readonly LaneEvent[] => {
    const events: LaneEvent[] = [];
    followLive(state, frame, events);
    strands.take(state, frame, events);
    if (loggedAt !== null && frame.historical === undefined) {
      const skewMs = takeSkew(state.skew, { stampedAt: frame.wall, loggedAt });
      if (skewMs !== null) strands.tellSkew(state, skewMs, events);
    }
    if (state.holes.length > 0) {
      rememberLetGo(sharedOf(state), state.holes, events);
      mindHoles(state, frame, events);
    }
    for (const recovered of state.recovered.splice(0)) events.push(recovered);
    return events;
  };

  /** No live word for so long that whatever comes now is not of the vehicle that stood in the hole at its end. */
  const hasGone = ({ laneMs }: FrameFoldState, { touchedLaneMs }: Hole): boolean =>
    laneMs - touchedLaneMs > options.settings.occupancy.resumeWithinInMs;

  const mindHoles = (state: FrameFoldState, { body }: Frame, events: LaneEvent[]): void => {
    for (const hole of state.holes) watchSeam(hole, events);
    for (const hole of state.holes.slice()) {
      const { untilSequence } = hole;
      const isGivenUp =
        body.kind === "frames-dropped" &&
        body.bootId === hole.bootId &&
        body.firstSequence <= nextSequenceOf(hole) &&
        untilSequence !== null &&
        body.lastSequence >= untilSequence - 1;
      const isSettled =
        isFilled(hole) && (isSeamKnown(hole) || (hole.seam.kind === "open" && hasGone(state, hole)));
      if (isGivenUp || isSettled || isExpired(hole, state.laneMs)) finishHole(state, hole, events);
    }
  };

  const takeLate = (state: FrameFoldState, frame: Frame, hole: Hole): readonly LaneEvent[] => {
    const { strand } = hole;
    const said: LaneEvent[] = [];
    const expected = strand.stream?.nextSequence ?? frame.sequence;
    const isMissing = frame.sequence > expected;
    if (isMissing) {
      strands.breakRecord(strand, said);
      strand.codec = codec.start(frame.byteOffset, strand.codec);
      if (strand.stream !== null) said.push(lostBefore(frame, strand.stream));
    }
    strands.follow(strand, frame);
    if (isMissing) strands.tellGap(strand, said);
    strands.take(strand, frame, said);
    hole.frames += 1;
    hole.touchedLaneMs = state.laneMs;
    // A hole within a boot is behind what was live of it.
    state.pastBoots = state.pastBoots.map((past) =>
      past.bootId === frame.bootId && strand.stream !== null && past.nextSequence <= frame.sequence
        ? placeIn(strand.stream)
        : past,
    );
    const events = [...toldBeside(sharedOf(state), hole.ownOccupancyId, toldLate(hole, said))];
    if (isFilled(hole) && isSeamKnown(hole)) finishHole(state, hole, events);
    return events;
  };

  const step: FrameFold["step"] = (state, frame, loggedAt = null) => {
    if (!isLate(state, frame)) return takeLive(state, frame, loggedAt);
    const hole = holeOf(state.holes, frame);
    if (hole === "repeat") return [];
    if (hole !== undefined) return takeLate(state, frame, hole);
    if (isPast(state, frame) && !state.waiting.some((range) => isWithin(range, frame))) return [];
    const events: LaneEvent[] = [];
    const opened = reopenHole(state, frame, events);
    return [...events, ...takeLate(state, frame, opened)];
  };

  return {
    start: () => ({
      ...freshStrand(0),
      pastBoots: [],
      holes: [],
      waiting: [],
      letGo: [],
      recovered: [],
      skew: noSkew(),
    }),
    step,
    isLate,
    end: (state) => {
      const events: LaneEvent[] = [];
      strands.breakRecord(state, events);
      return events;
    },
  };
};

const sharedOf = ({ lane, letGo }: FrameFoldState): SharedAlarms => ({ occupancy: lane.occupancy, letGo });

/** Before anything was said. */
const noTime = 0 as WallMs;

const lostBefore = (frame: Frame, expected: Omit<BootPlace, "bootId">): LaneEvent => ({
  kind: "frames-lost",
  at: frame.wall,
  bootId: frame.bootId,
  firstSequence: expected.nextSequence,
  lastSequence: frame.sequence - 1,
  bytes: frame.byteOffset - expected.nextByteOffset,
});

const placeIn = ({ bootId, nextSequence, nextByteOffset }: StreamState): BootPlace => ({
  bootId,
  nextSequence,
  nextByteOffset,
});

const placeOf = ({ stream, pastBoots }: FrameFoldState, bootId: BootId): BootPlace | undefined =>
  stream?.bootId === bootId ? stream : pastBoots.find((past) => past.bootId === bootId);

/** Before what is known of its boot. */
const isPast = (state: FrameFoldState, { bootId, sequence }: Frame): boolean =>
  sequence < (placeOf(state, bootId)?.nextSequence ?? 0);

/** A late frame ahead of all that is known of the present boot is no later than the lane itself. */
const isLate: FrameFold["isLate"] = (state, frame) =>
  isPast(state, frame) || (frame.historical !== undefined && state.stream?.bootId !== frame.bootId);

/** The past boots when `known` gives way to the boot `next`, which may be one of them. */
const pastBootsAfter = (
  { pastBoots }: FrameFoldState,
  known: StreamState,
  next: BootId,
): readonly BootPlace[] =>
  [placeIn(known), ...pastBoots.filter((past) => past.bootId !== next)].slice(0, maxPastBoots);
