import { type Alarm, type AlarmSlot, alarmSlotOf } from "../domain/alarms.ts";
import type { AlarmEnded, AlarmRaised, FramesRecovered, LaneEvent } from "../domain/events.ts";
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
  /** The occupancy that was under way where the hole begins: its alarms go on being told. */
  readonly ownOccupancyId: OccupancyId | null;
  /** Those of them that have been told, before the hole or late. */
  ownTold: readonly AlarmSlot[];
  /** What the live lane went on with. */
  seam: Seam;
  /** Late frames so far. */
  frames: number;
  /** The live lane's time when the last of them came; what passed between boots since then does not count. */
  touchedLaneMs: number;
}

/** The vehicle that stood in the portal when the live frames went on is the one that the hole ends with. */
export type Seam =
  | { readonly kind: "open" }
  | { readonly kind: "vacant" }
  | {
      readonly kind: "occupied";
      readonly occupancyId: OccupancyId;
      /** The alarms it was given there. */
      readonly alarmed: readonly AlarmSlot[];
      readonly isOver: boolean;
    };

type Occupied = Extract<Seam, { kind: "occupied" }>;

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

/**
 * The edge was away for so long, by a clock that may have stepped meanwhile: nothing could come into the hole, and it is
 * waited for as before. A hole that is filled waits for what the live lane goes on with, to which that time counts.
 */
export const passBetweenBoots = (hole: Hole, awayInMs: number): void => {
  if (!isFilled(hole)) hole.touchedLaneMs += awayInMs;
};

/** The occupancy's alarms that somebody was told of. */
export const toldAlarms = ({ latch: { radiation, energy }, held }: Occupancy): readonly AlarmSlot[] =>
  [radiation, energy].flatMap((alarm) => {
    if (alarm === undefined) return [];
    const slot = alarmSlotOf(alarm.kind);
    return held.includes(slot) ? [] : [slot];
  });

/** The frame that comes next into the hole. */
export const nextSequenceOf = ({ strand, firstSequence }: Hole): number =>
  strand.stream?.nextSequence ?? firstSequence;

/** All of it has come. */
export const isFilled = ({ untilSequence, strand, frames }: Hole): boolean =>
  untilSequence !== null && frames > 0 && (strand.stream?.nextSequence ?? 0) >= untilSequence;

/**
 * Whether it can be said what becomes of the vehicle that stands in the hole at its end: whether it is there still, and
 * where the live lane took it for another one, which alarms that one has.
 */
export const isSeamKnown = (hole: Hole): boolean => {
  const { seam, strand } = hole;
  const { occupancy } = strand.lane;
  if (occupancy === null) return true;
  if (seam.kind !== "occupied") return seam.kind === "vacant";
  if (seam.isOver || !isSplit(hole, seam, occupancy)) return true;
  return hole.ownTold.every((slot) => seam.alarmed.includes(slot));
};

/** The vehicle was there before the hole and after it, and the live lane took it for two. */
const isSplit = (
  { ownOccupancyId }: Hole,
  seam: Occupied,
  { occupancyId }: Pick<Occupancy, "occupancyId">,
): boolean => occupancyId === ownOccupancyId && occupancyId !== seam.occupancyId;

/** An alarm of the hole's own occupancy is told at once, but where the live lane went on with the vehicle by another name. */
const isOwn = ({ ownOccupancyId, ownTold, seam }: Hole, { occupancyId, kind }: Alarm): boolean =>
  occupancyId === ownOccupancyId &&
  (ownTold.includes(alarmSlotOf(kind)) || seam.kind !== "occupied" || seam.occupancyId === ownOccupancyId);

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
          hole.seam = { kind: "occupied", occupancyId: event.occupancyId, alarmed: [], isOver: false };
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
      case "occupancy-ended":
        if (seam.kind === "occupied" && event.occupancyId === seam.occupancyId) {
          hole.seam = { ...seam, isOver: true };
        }
        break;
      case "alarm-updated":
      case "alarm-ended":
      case "alarm-withheld":
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
      case "alarm-updated": {
        if (!isOwn(hole, event.alarm)) return [];
        const slot = alarmSlotOf(event.alarm.kind);
        if (!hole.ownTold.includes(slot)) hole.ownTold = [...hole.ownTold, slot];
        return [{ ...event, alarm: historicalAlarm(event.alarm) }];
      }
      case "alarm-ended": {
        const alarm = historicalAlarm(event.alarm);
        return isOwn(hole, alarm) ? [{ ...event, alarm }] : raisedAndEnded(alarm);
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
 * with one: then it has one alarm of a kind, under the live occupancy's name. Where it had its alarm before the hole, and
 * the live lane took it for another one after it, both alarms stand, and the earlier one says by which it is continued.
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
    if (event.kind !== "alarm-raised" && event.kind !== "alarm-ended") events.push(event);
    else if (isSplit(hole, seam, occupancy) && isOwn(hole, event.alarm)) {
      events.push({ ...event, alarm: continued(event.alarm, seam) });
    } else tellUnderLiveName(hole, seam, { live, event }, events);
  }
};

/** The live lane has told the end of the alarm, under the version after the one it had before the hole. */
const continued = (ended: Alarm, { occupancyId, alarmed }: Occupied): Alarm => {
  const alarm = { ...ended, version: ended.version + 1 };
  if (!alarmed.includes(alarmSlotOf(ended.kind))) return alarm;
  return { ...alarm, continuedBy: namesOf(occupancyId, ended).alarmId };
};

const tellUnderLiveName = (
  hole: Hole,
  seam: Occupied,
  { live, event }: { readonly live: LaneState; readonly event: AlarmRaised | AlarmEnded },
  events: Told<LaneEvent>,
): void => {
  const slot = alarmSlotOf(event.alarm.kind);
  if (seam.alarmed.includes(slot)) return;
  const goesOn = live.occupancy?.occupancyId === seam.occupancyId ? live.occupancy : null;
  // The live lane took the vehicle for the one before the hole, which may have an alarm of its own by that name.
  const isNameTaken =
    seam.occupancyId === hole.ownOccupancyId && (goesOn === null || goesOn.latch[slot] !== undefined);
  const alarm = isNameTaken ? event.alarm : { ...event.alarm, ...namesOf(seam.occupancyId, event.alarm) };
  if (goesOn === null || isNameTaken) events.push({ ...event, alarm });
  else if (event.kind === "alarm-raised" && latch(goesOn, slot, alarm)) events.push({ ...event, alarm });
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
