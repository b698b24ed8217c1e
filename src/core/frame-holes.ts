import { type Alarm, type AlarmSlot, alarmSlotOf } from "../domain/alarms.ts";
import type { FramesRecovered, LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import { alarmIdOf, type BootId, type OccupancyId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import { beforeItsEnd, type LatchedAlarm } from "./alarm-latch.ts";
import type { LaneState } from "./lane-state.ts";
import type { Occupancy } from "./occupancy.ts";
import { endOccupancy } from "./passage.ts";
import type { Told } from "./step.ts";
import type { Strand } from "./strand.ts";
import type { WithholdSettings } from "./withholding.ts";

/**
 * A hole in a lane's live frames that late ones may fill: an edge that was cut off sends what is live first, and what it
 * had spooled after that. The lane as it was before the hole is kept, and late frames are folded onto that, in their
 * order, beside the live lane. Advanced in place, see `Fold`.
 */
export interface Hole extends FrameRange {
  /** The lane in the hole. */
  readonly strand: Strand;
  /** The occupancy that was under way where the hole begins: its alarms were told live, and go on being told. */
  readonly ownOccupancyId: OccupancyId | null;
  /** What the live lane went on with. */
  seam: Seam;
  /** Late frames so far. */
  frames: number;
  /** The live lane's time when the last of them came. */
  touchedLaneMs: number;
}

/** The vehicle that stood in the portal when the live frames went on is the one that the hole ends with. */
export type Seam =
  | { readonly kind: "open" }
  | { readonly kind: "vacant" }
  | {
      readonly kind: "occupied";
      readonly occupancyId: OccupancyId;
      readonly alarmed: readonly AlarmSlot[];
    };

/** Frames of a boot, the last one excluded; null: to the end of the boot, wherever that was. */
export interface FrameRange {
  readonly bootId: BootId;
  readonly firstSequence: number;
  readonly untilSequence: number | null;
}

/**
 * Four holes of a lane at a time, each with the state of the lane before it. Of further ones only the range is kept: their
 * frames are judged with no more than the background of the lane when they come.
 */
export const maxHoles = 4;
/** As many stretches of backlog as an edge's spool keeps apart. Beyond it the oldest are given up, reported lost as they are. */
export const maxWaitingRanges = 256;

export const isWithin = (
  { bootId, firstSequence, untilSequence }: FrameRange,
  frame: Pick<Frame, "bootId" | "sequence">,
): boolean =>
  bootId === frame.bootId &&
  frame.sequence >= firstSequence &&
  (untilSequence === null || frame.sequence < untilSequence);

/**
 * Nobody knows how far a boot went, so that the hole at its end is over when nothing more has come for so long. An edge
 * that is cut off sends the oldest frames first, and live ones before them: what has not begun to come may take longer.
 */
const openEndInMs = 5 * 60_000;
const untouchedOpenEndInMs = 15 * 60_000;
/** Nor will a hole be filled after a day: its state would only burden every checkpoint. */
const anyHoleInMs = 24 * 3_600_000;

/** Whether nothing more is to be expected of a hole at `laneMs` of the live lane. */
export const isExpired = ({ untilSequence, frames, touchedLaneMs }: Hole, laneMs: number): boolean => {
  const limitInMs = untilSequence !== null ? anyHoleInMs : frames > 0 ? openEndInMs : untouchedOpenEndInMs;
  return laneMs - touchedLaneMs > limitInMs;
};

/** The frame that comes next into the hole. */
export const nextSequenceOf = ({ strand, firstSequence }: Hole): number =>
  strand.stream?.nextSequence ?? firstSequence;

/** All of it has come. */
export const isFilled = ({ untilSequence, strand, frames }: Hole): boolean =>
  untilSequence !== null && frames > 0 && (strand.stream?.nextSequence ?? 0) >= untilSequence;

/** Whether a vehicle stands in the hole at its end, and is there still, can be said. */
export const isSeamKnown = ({ seam, strand }: Hole): boolean =>
  seam.kind !== "open" || strand.lane.occupancy === null;

/** The hole that a frame belongs into, `"repeat"` where it has been there, undefined where there is none. */
export const holeOf = (
  holes: readonly Hole[],
  frame: Pick<Frame, "bootId" | "sequence">,
): Hole | "repeat" | undefined => {
  let found: "repeat" | undefined;
  for (const hole of holes) {
    if (!isWithin(hole, frame)) continue;
    if (frame.sequence >= nextSequenceOf(hole)) return hole;
    found = "repeat";
  }
  return found;
};

/** Watches what the live lane goes on with behind the hole. */
export const watchSeam = (hole: Hole, events: readonly LaneEvent[]): void => {
  for (const event of events) {
    const { seam } = hole;
    switch (event.kind) {
      case "occupancy-started":
      case "interval-measured":
      case "neutron-measured":
      case "energy-measured":
        if (seam.kind === "open") {
          hole.seam = { kind: "occupied", occupancyId: event.occupancyId, alarmed: [] };
        }
        break;
      case "background-measured":
        if (seam.kind === "open") hole.seam = { kind: "vacant" };
        break;
      case "alarm-raised":
        if (seam.kind === "occupied" && event.alarm.occupancyId === seam.occupancyId) {
          const slot = alarmSlotOf(event.alarm.kind);
          hole.seam = { ...seam, alarmed: [...seam.alarmed, slot] };
        }
        break;
      case "alarm-updated":
      case "alarm-ended":
      case "alarm-withheld":
      case "occupancy-ended":
      case "fault-raised":
      case "fault-cleared":
      case "frames-lost":
      case "frames-recovered":
      case "frames-dropped":
      case "agent-started":
      case "link-changed":
      case "setup-reported":
      case "unknown-tag-seen":
      case "background-shifted":
      case "bytes-quarantined":
        break;
    }
  }
};

/**
 * What a late frame has said, as it is to be told. An alarm of a vehicle that came in the hole is told when the vehicle
 * has gone: should it stand in the portal where the hole ends, it may have its alarm already.
 */
export const toldLate = (hole: Hole, events: readonly LaneEvent[]): readonly LaneEvent[] =>
  events.flatMap((event): readonly LaneEvent[] => {
    switch (event.kind) {
      case "alarm-raised":
      case "alarm-updated":
        return event.alarm.occupancyId === hole.ownOccupancyId
          ? [{ ...event, alarm: historicalAlarm(event.alarm) }]
          : [];
      case "alarm-ended": {
        const alarm = historicalAlarm(event.alarm);
        return alarm.occupancyId === hole.ownOccupancyId ? [{ ...event, alarm }] : raisedAndEnded(alarm);
      }
      case "alarm-withheld":
        return [{ ...event, alarm: historicalAlarm(event.alarm) }];
      case "occupancy-started":
      case "occupancy-ended":
      case "interval-measured":
      case "neutron-measured":
      case "energy-measured":
      case "background-measured":
      case "fault-raised":
      case "fault-cleared":
      case "frames-lost":
      case "frames-recovered":
      case "frames-dropped":
      case "agent-started":
      case "link-changed":
      case "setup-reported":
      case "unknown-tag-seen":
      case "background-shifted":
      case "bytes-quarantined":
        return [event];
    }
  });

const historicalAlarm = (alarm: Alarm): Alarm => ({ ...alarm, historical: true });

const raisedAndEnded = (ended: Alarm): readonly LaneEvent[] => [
  { kind: "alarm-raised", at: ended.raisedAt, alarm: beforeItsEnd(ended) },
  { kind: "alarm-ended", at: ended.endedAt ?? ended.raisedAt, alarm: ended },
];

/** The range that a hole was, and how much of it came; null where nothing did, or nobody knows what there was. */
export const recoveredOf = (hole: Hole, at: WallMs): FramesRecovered | null => {
  const { bootId, firstSequence, untilSequence, frames } = hole;
  if (untilSequence === null || frames === 0) return null;
  return { kind: "frames-recovered", at, bootId, firstSequence, lastSequence: untilSequence - 1, frames };
};

/**
 * The hole is over. The vehicle that stands in it at its end is the one that the live lane went on with, if that went on
 * with one: then it has one alarm of a kind, under the live occupancy's name.
 */
export const endHole = (
  hole: Hole,
  live: LaneState,
  withheld: WithholdSettings | null,
  events: Told<LaneEvent>,
): void => {
  const { seam, strand } = hole;
  const { occupancy } = strand.lane;
  if (occupancy === null || hole.frames === 0) return;
  const at = strand.stream?.wall ?? occupancy.startedAt;
  const said = endOccupancy({ withhold: withheld }, occupancy, { at, ending: "interrupted", closed: null });
  if (seam.kind !== "occupied") {
    for (const event of toldLate(hole, said)) events.push(event);
    return;
  }
  if (seam.occupancyId === occupancy.occupancyId) return;
  for (const event of toldLate(hole, said)) {
    if (event.kind !== "alarm-raised" && event.kind !== "alarm-ended") {
      events.push(event);
      continue;
    }
    const slot = alarmSlotOf(event.alarm.kind);
    if (seam.alarmed.includes(slot)) continue;
    const alarm = { ...event.alarm, ...namesOf(seam.occupancyId, event.alarm) };
    const goesOn = live.occupancy?.occupancyId === seam.occupancyId ? live.occupancy : null;
    if (goesOn === null) events.push({ ...event, alarm });
    else if (event.kind === "alarm-raised" && latch(goesOn, slot, alarm)) events.push({ ...event, alarm });
  }
};

const namesOf = (occupancyId: OccupancyId, { alarmId }: Alarm): Pick<Alarm, "occupancyId" | "alarmId"> => ({
  occupancyId,
  alarmId: alarmIdOf(occupancyId, alarmId.slice(alarmId.lastIndexOf("~") + 1)),
});

/** Gives the occupancy that is under way the alarm, if it has none: it is updated and ended there. */
const latch = (occupancy: Occupancy, slot: AlarmSlot, alarm: Alarm): boolean => {
  if (occupancy.latch[slot] !== undefined) return false;
  const { profile: _, advice: __, ...latched } = alarm;
  occupancy.latch = { ...occupancy.latch, [slot]: latched satisfies LatchedAlarm };
  return true;
};
