import type { FramesDropped, FramesLost, FramesRecovered } from "../domain/events.ts";
import type { DropReason } from "../domain/frames.ts";
import type { BootId } from "../domain/ids.ts";

interface FrameRange {
  readonly bootId: BootId;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** A range that did not come: how many of it came late after all, and how many the edge gave up. */
interface Gap extends FrameRange {
  readonly recovered: number;
  readonly dropped: number;
}

/** What became of the frames of a lane that did not come when they should have. */
export interface FrameLosses {
  /** Ranges of which some are still missing, the oldest first; at most `maxGaps`. */
  readonly gaps: readonly Gap[];
  /** Missing from ranges that are no longer listed. */
  readonly olderMissing: number;
  readonly recovered: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** The latest ranges that were said to be recovered or dropped, so that a repeat counts once; at most `maxGaps` each. */
  readonly recoveredRanges: readonly FrameRange[];
  readonly droppedRanges: readonly FrameRange[];
}

/** 64 ranges of a lane; of the oldest beyond that only the number of missing frames is kept. */
export const maxGaps = 64;

export const noFrameLosses: FrameLosses = {
  gaps: [],
  olderMissing: 0,
  recovered: 0,
  dropped: { "spool-full": 0, "spool-damaged": 0, "queue-full": 0 },
  recoveredRanges: [],
  droppedRanges: [],
};

export type FrameLossEvent = FramesLost | FramesRecovered | FramesDropped;

const sizeOf = ({ firstSequence, lastSequence }: FrameRange): number => lastSequence - firstSequence + 1;

const overlapOf = (a: FrameRange, b: FrameRange): number =>
  a.bootId !== b.bootId
    ? 0
    : Math.max(0, Math.min(a.lastSequence, b.lastSequence) - Math.max(a.firstSequence, b.firstSequence) + 1);

const isSameRange = (a: FrameRange, b: FrameRange): boolean =>
  a.bootId === b.bootId && a.firstSequence === b.firstSequence && a.lastSequence === b.lastSequence;

const missingOf = (gap: Gap): number => Math.max(0, sizeOf(gap) - gap.recovered - gap.dropped);

const rangeOf = ({ bootId, firstSequence, lastSequence }: FrameRange): FrameRange => ({
  bootId,
  firstSequence,
  lastSequence,
});

const withRange = (ranges: readonly FrameRange[], range: FrameRange): readonly FrameRange[] =>
  [...ranges, rangeOf(range)].slice(-maxGaps);

/** Closes gaps of which nothing is missing any more, and counts the oldest beyond the bound. */
const settled = (losses: FrameLosses, all: readonly Gap[]): FrameLosses => {
  const gaps = all.filter((gap) => missingOf(gap) > 0);
  const letGo = gaps.slice(0, Math.max(0, gaps.length - maxGaps));
  const olderMissing = letGo.reduce((sum, gap) => sum + missingOf(gap), losses.olderMissing);
  return { ...losses, gaps: gaps.slice(letGo.length), olderMissing };
};

const withLost = (losses: FrameLosses, event: FramesLost): FrameLosses => {
  const dropped = losses.droppedRanges.reduce((sum, range) => sum + overlapOf(range, event), 0);
  return settled(losses, [...losses.gaps, { ...rangeOf(event), recovered: 0, dropped }]);
};

/** `frames` of the range are missing no more: from the gaps it overlaps, the oldest first, then from older ones. */
const accounted = (
  losses: FrameLosses,
  event: FramesRecovered | FramesDropped,
  as: "recovered" | "dropped",
): FrameLosses => {
  let left = event.kind === "frames-recovered" ? event.frames : sizeOf(event);
  const gaps = losses.gaps.map((gap) => {
    const here = Math.min(left, overlapOf(gap, event), missingOf(gap));
    left -= here;
    return here === 0 ? gap : { ...gap, [as]: gap[as] + here };
  });
  return settled({ ...losses, olderMissing: Math.max(0, losses.olderMissing - left) }, gaps);
};

/** One event of the lane; the same losses where it repeats what is known. */
export const withFrameLoss = (losses: FrameLosses, event: FrameLossEvent): FrameLosses => {
  switch (event.kind) {
    case "frames-lost":
      return withLost(losses, event);
    case "frames-recovered":
      if (losses.recoveredRanges.some((range) => isSameRange(range, event))) return losses;
      return {
        ...accounted(losses, event, "recovered"),
        recovered: losses.recovered + event.frames,
        recoveredRanges: withRange(losses.recoveredRanges, event),
      };
    case "frames-dropped":
      if (losses.droppedRanges.some((range) => isSameRange(range, event))) return losses;
      return {
        ...accounted(losses, event, "dropped"),
        dropped: { ...losses.dropped, [event.reason]: losses.dropped[event.reason] + sizeOf(event) },
        droppedRanges: withRange(losses.droppedRanges, event),
      };
  }
};

/** Frames that are missing now. */
export const missingFrames = ({ gaps, olderMissing }: FrameLosses): number =>
  gaps.reduce((sum, gap) => sum + missingOf(gap), olderMissing);

const allReasons: readonly DropReason[] = ["spool-full", "spool-damaged", "queue-full"];

/** How many frames were given up, by reason; reasons without any are left out. */
export const droppedFrames = ({
  dropped,
}: FrameLosses): readonly { readonly reason: DropReason; readonly frames: number }[] =>
  allReasons.filter((reason) => dropped[reason] > 0).map((reason) => ({ reason, frames: dropped[reason] }));
