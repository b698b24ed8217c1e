import { z } from "zod";
import type { BootId, StreamPosition } from "../domain/ids.ts";
import type { Moment } from "./step.ts";

/** A record of an occupancy: when it came, and where in the stream. */
interface Place {
  readonly moment: Moment;
  readonly position: StreamPosition;
}

/**
 * How fast the gamma intervals of an occupancy come, in time and in bytes, so that frames that are missing can be
 * weighed: see `isSameVehicle`. Advanced in place, see `Fold`.
 */
export interface OccupancyTrail {
  readonly bootId: BootId;
  /** Where the first gamma interval stood. */
  firstByteOffset: number;
  /** The first interval clear of the opening burst; null before it. */
  clear: { readonly interval: number; readonly laneMs: number; readonly byteOffset: number } | null;
  lastLaneMs: number;
  lastByteOffset: number;
  /** Intervals, counted on over gaps by the time these lasted. */
  intervals: number;
  /** When the stream went on after frames that are missing; null where none are since the last record. */
  gapLaneMs: number | null;
}

/** But for `bootId`, whose schema the core does not know. */
export const occupancyTrailFields = {
  firstByteOffset: z.number(),
  clear: z
    .strictObject({ interval: z.number(), laneMs: z.number(), byteOffset: z.number() })
    .readonly()
    .nullable(),
  lastLaneMs: z.number(),
  lastByteOffset: z.number(),
  intervals: z.number(),
  gapLaneMs: z.number().nullable(),
};

/** A portal says the second before the vehicle at once: five or six intervals, and energy records with the next one. */
const burstIntervals = 8;
/** A pace is measured over at least so many intervals; before, it is the nominal one. */
const pacedIntervalsMin = 4;
const nominalIntervalInMs = 200;
/** Lines come whole, speeds unasked, and single records up to 0.6 s late: some intervals more or less say nothing. */
const slackIntervals = 4;
/** What a measured pace is good for. */
const slackShare = 0.02;
/** Over more than a minute the slack would hide the time between two vehicles. */
const gapInMsMax = 60_000;

export const beginTrail = ({ moment, position }: Place): OccupancyTrail => ({
  bootId: position.bootId,
  firstByteOffset: position.byteOffset,
  clear: null,
  lastLaneMs: moment.laneMs,
  lastByteOffset: position.byteOffset,
  intervals: 0,
  gapLaneMs: null,
});

/** Takes a gamma interval. */
export const followTrail = (trail: OccupancyTrail, { moment, position }: Place): void => {
  const { laneMs } = moment;
  const { byteOffset } = position;
  if (trail.intervals === 0) trail.firstByteOffset = byteOffset;
  if (trail.clear === null && trail.intervals >= burstIntervals) {
    trail.clear = { interval: trail.intervals, laneMs, byteOffset };
  }
  trail.lastLaneMs = laneMs;
  trail.lastByteOffset = byteOffset;
  trail.intervals += 1;
};

interface Pace {
  readonly msPerInterval: number;
  readonly bytesPerInterval: number;
}

const paceOf = ({
  clear,
  intervals,
  lastLaneMs,
  lastByteOffset,
  firstByteOffset,
}: OccupancyTrail): Pace | null => {
  const last = intervals - 1;
  if (clear !== null && last - clear.interval >= pacedIntervalsMin && lastLaneMs > clear.laneMs) {
    const paced = last - clear.interval;
    return {
      msPerInterval: (lastLaneMs - clear.laneMs) / paced,
      bytesPerInterval: (lastByteOffset - clear.byteOffset) / paced,
    };
  }
  if (last < pacedIntervalsMin) return null;
  return { msPerInterval: nominalIntervalInMs, bytesPerInterval: (lastByteOffset - firstByteOffset) / last };
};

/**
 * Whether an occupied portal after missing frames is occupied by the vehicle that was there before them. A portal that
 * stays occupied goes on talking: then the missing bytes are as many as so much time holds at the occupancy's own pace.
 * One that was vacant in between kept silent, closed the occupancy, and said a second at once when the next vehicle came.
 * So the occupancy goes on where the missing bytes, as intervals, differ from the missing time by at most four intervals
 * and two in a hundred; for up to a minute.
 *
 * Otherwise it is another occupancy: one vehicle may then have two alarms, but no vehicle's alarm stands under another's.
 * What the bytes cannot show is a vehicle that comes 0.4 to 2 s after the closing record of the one before; real ones
 * keep farther apart.
 */
export const isSameVehicle = (trail: OccupancyTrail, { moment, position }: Place): boolean => {
  const gapInMs = moment.laneMs - trail.lastLaneMs;
  const pace = paceOf(trail);
  if (pace === null || position.bootId !== trail.bootId) {
    return gapInMs <= slackIntervals * nominalIntervalInMs;
  }
  if (gapInMs > gapInMsMax) return false;
  const passed = gapInMs / pace.msPerInterval;
  const said = (position.byteOffset - trail.lastByteOffset) / pace.bytesPerInterval;
  return Math.abs(passed - said) <= slackIntervals + slackShare * passed;
};

/** The occupancy goes on after a gap: what it lasted counts as intervals, so that the pace stays what it was. */
export const crossGap = (trail: OccupancyTrail, { moment }: Place): void => {
  const pace = paceOf(trail);
  const passed = (moment.laneMs - trail.lastLaneMs) / (pace?.msPerInterval ?? nominalIntervalInMs);
  trail.intervals += Math.max(0, Math.round(passed) - 1);
  trail.gapLaneMs = null;
};
