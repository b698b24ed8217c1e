import type { DroppedRange } from "../edge/frame-spool.ts";
import { decodeFrame } from "../wire/frame.ts";
import { readPiece, segmentPath } from "./spool-files.ts";
import { type Folded, fold, joinRanges, rangesOf } from "./spool-fold.ts";
import type { RunRow, SentLine } from "./spool-ledger.ts";
import { advance, type PlaceRow, type Places, placesOf, rowsOf } from "./spool-place.ts";
import type { FrameRecord, Position, SpoolEntry } from "./spool-record.ts";
import { scan } from "./spool-record.ts";
import { type OneAtATime, oneAtATime } from "./spool-turns.ts";

/** One file. Its durable bytes end at `end`, whatever the file holds beyond. */
export interface Segment {
  readonly base: Position;
  end: Position;
}

/**
 * Segments that are sent one after another. The last run is the live one; those before it are backlog. Mutable, as all
 * of the spool's state: it follows what is on the disk.
 */
export interface Run {
  readonly from: Position;
  to: Position | null;
  sentTo: Position;
  readonly firstFrame: number;
  endFrame: number | null;
  settled: number;
  damage: number;
  isComplete: boolean;
  readonly places: Places;
  endPlaces: readonly PlaceRow[];
  /** Who reads or drops has the run to itself until that is written down. */
  readonly inTurn: OneAtATime;
}

/** What has come to light since it was last told. */
export interface Findings {
  /** Ranges given up, to be handed out. */
  untold: readonly DroppedRange[];
  /** Handed out, and no frame that says so is durable yet. */
  handedOut: readonly DroppedRange[];
  dropped: { frames: number; bytes: number; readonly lanes: Set<string> };
  damaged: { bytes: number; frames: number; readonly lanes: Set<string> };
}

export const noFindings = (untold: readonly DroppedRange[]): Findings => ({
  untold,
  handedOut: [],
  dropped: { frames: 0, bytes: 0, lanes: new Set() },
  damaged: { bytes: 0, frames: 0, lanes: new Set() },
});

export const runStart = (
  from: Position,
  options: { readonly firstFrame: number; readonly places: Places; readonly isComplete: boolean },
): Run => ({
  from,
  to: null,
  sentTo: from,
  firstFrame: options.firstFrame,
  endFrame: null,
  settled: 0,
  damage: 0,
  isComplete: options.isComplete,
  places: options.places,
  endPlaces: [],
  inTurn: oneAtATime(),
});

export const runOf = (row: RunRow): Run => ({ ...row, places: placesOf(row.places), inTurn: oneAtATime() });

export const runRow = (run: Run): RunRow => {
  const { from, to, sentTo, firstFrame, endFrame, settled, damage, isComplete } = run;
  const places = [...rowsOf(run.places)];
  const endPlaces = [...run.endPlaces];
  return { from, to, sentTo, firstFrame, endFrame, settled, damage, isComplete, places, endPlaces };
};

export const applySent = (run: Run, line: SentLine): void => {
  run.sentTo = Math.max(run.sentTo, line.sentTo);
  run.settled = Math.max(run.settled, line.settled);
  run.damage = Math.max(run.damage, line.damage);
  run.isComplete ||= line.isComplete;
  advance(run.places, placesOf(line.places));
};

/** Frames of the run neither sent nor given up; `written`: frames ever written. */
export const unsentFrames = (run: Run, written: number): number =>
  Math.max(0, (run.endFrame ?? written) - run.firstFrame - run.settled);

/** What may be taken from a run at once. */
export interface PieceLimits {
  readonly frames: number;
  readonly bytes: number;
}

/** What follows `sentTo` in a run, read and accounted for, but not yet taken over. */
export interface Piece {
  readonly folded: Folded;
  readonly end: Position;
  /** The last of its run. */
  readonly isLast: boolean;
}

const readAheadBytes = 65_536;

const entriesFrom = async (
  path: string,
  range: { readonly base: Position; readonly from: Position; readonly end: Position },
  limits: PieceLimits,
): Promise<{ readonly entries: readonly SpoolEntry[]; readonly end: Position }> => {
  const { base, from, end } = range;
  for (let want = limits.bytes + readAheadBytes; ; want *= 2) {
    const length = Math.min(want, end - from);
    const bytes = await readPiece(path, from - base, length);
    let frames = 0;
    let taken = 0;
    const goesOn = (entry: SpoolEntry): boolean => {
      if (entry.kind === "frame" || entry.kind === "report") frames += 1;
      taken += entry.end - entry.at;
      return frames < limits.frames && taken < limits.bytes;
    };
    const found = scan(bytes, { position: from, isLast: from + length === end, goesOn });
    if (found.end > from) return found;
  }
};

/** The next piece of a run; null at its present end. */
export const nextPiece = async (
  run: Run,
  spool: { readonly directory: string; readonly segments: readonly Segment[] },
  limits: PieceLimits,
): Promise<Piece | null> => {
  const to = run.to ?? Number.POSITIVE_INFINITY;
  const segment = spool.segments.find(({ base, end }) => end > run.sentTo && base < to);
  if (segment === undefined) {
    if (run.to === null) return null;
    // The run is at its end; what its last places still tell is told once.
    if (run.sentTo >= run.to && run.endPlaces.length === 0) return null;
    const gap = run.sentTo < run.to ? [damageBetween(run.sentTo, run.to)] : [];
    const end = Math.max(run.sentTo, run.to);
    return { folded: fold(run, [...gap, { kind: "places", places: run.endPlaces }]), end, isLast: true };
  }
  if (segment.base > run.sentTo) {
    const gap = fold(run, [damageBetween(run.sentTo, segment.base)]);
    return { folded: gap, end: segment.base, isLast: false };
  }
  const path = segmentPath(spool.directory, segment.base);
  const range = { base: segment.base, from: run.sentTo, end: segment.end };
  const { entries, end } = await entriesFrom(path, range, limits);
  return { folded: fold(run, entries), end, isLast: false };
};

const damageBetween = (at: Position, end: Position): SpoolEntry => ({ kind: "damage", at, end });

const framesIn = (ranges: readonly DroppedRange[]): number =>
  ranges.reduce((sum, { firstSequence, lastSequence }) => sum + lastSequence - firstSequence + 1, 0);

/** Takes a piece over: its frames are sent, or given up. What it tells of damages goes to the findings. */
export const settle = (run: Run, { folded, end, isLast }: Piece, findings: Findings): SentLine => {
  const { updates, damage, isComplete, frames, lost, damagedBytes } = folded;
  if (isLast) run.endPlaces = [];
  run.sentTo = end;
  run.damage = damage;
  run.isComplete = isComplete;
  run.settled += frames.length + framesIn(lost);
  advance(run.places, updates);
  findings.untold = joinRanges(findings.untold, lost);
  findings.damaged.bytes += damagedBytes;
  findings.damaged.frames += framesIn(lost);
  for (const { laneId } of lost) findings.damaged.lanes.add(laneId);
  const { from, sentTo, settled } = run;
  return { kind: "sent", run: from, sentTo, settled, damage, isComplete, places: [...rowsOf(updates)] };
};

/** What a frame that is given up had to tell of others is to be told again. */
const toldBy = ({ kind, value }: FrameRecord): readonly DroppedRange[] => {
  if (kind === "frame") return [];
  const { laneId, body } = decodeFrame(value);
  if (body.kind !== "frames-dropped") return [];
  const { bootId, firstSequence, lastSequence, bytes, reason } = body;
  return [{ laneId, bootId, firstSequence, lastSequence, bytes, reason }];
};

export const giveUp = (run: Run, piece: Piece, findings: Findings): void => {
  const { frames } = piece.folded;
  const ranges = rangesOf(frames, "spool-full");
  settle(run, piece, findings);
  findings.untold = joinRanges(findings.untold, [...frames.flatMap(toldBy), ...ranges]);
  findings.dropped.frames += frames.length;
  for (const { bytes, laneId } of ranges) {
    findings.dropped.bytes += bytes;
    findings.dropped.lanes.add(laneId);
  }
};
