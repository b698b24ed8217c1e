import type { FileHandle } from "node:fs/promises";
import type { SpoolSettings } from "../edge/spool-settings.ts";
import type { Wakeup } from "../edge/wakeup.ts";
import { removeFile, segmentPath } from "./spool-files.ts";
import type { Ledger, LedgerSnapshot } from "./spool-ledger.ts";
import type { Places } from "./spool-place.ts";
import { rowsOf } from "./spool-place.ts";
import type { Position } from "./spool-record.ts";
import type { Findings, Run, Segment } from "./spool-runs.ts";
import { giveUp, nextPiece, runRow } from "./spool-runs.ts";

/** What the parts of an open spool share. Mutable: it follows what is on the disk. */
export interface SpoolState {
  readonly settings: SpoolSettings;
  /** Oldest first. */
  segments: readonly Segment[];
  /** Oldest first; the last one is live. Never empty. */
  runs: readonly Run[];
  /** The end of what is durable. */
  position: Position;
  /** Frames ever written. */
  framesWritten: number;
  /** Where each lane and boot that is in the spool, or that this process writes, stands at `position`. */
  readonly written: Places;
  /** Boots that this process writes. */
  readonly ownBoots: Set<string>;
  /** Where this process began to write. */
  readonly openedAt: Position;
  /** The segment being written; null before the first and after a failure that leaves it in doubt. */
  active: ActiveSegment | null;
  findings: Findings;
  /** Nothing is written any more. */
  isClosed: boolean;
  readonly changed: Wakeup;
}

export interface ActiveSegment {
  readonly segment: Segment;
  readonly file: FileHandle;
  /** Frames ever written before it. */
  readonly firstFrame: number;
}

export const liveRun = ({ runs }: SpoolState): Run => {
  const live = runs.at(-1);
  if (live === undefined) throw new TypeError("a spool has a live run");
  return live;
};

export const backlogRuns = ({ runs }: SpoolState): readonly Run[] => runs.slice(0, -1);

export const diskBytesOf = ({ segments }: SpoolState): number =>
  segments.reduce((sum, { base, end }) => sum + end - base, 0);

export const snapshotOf = (state: SpoolState): LedgerSnapshot => ({
  kind: "snapshot",
  closed: state.isClosed
    ? { position: state.position, frames: state.framesWritten, places: [...rowsOf(state.written)] }
    : null,
  runs: state.runs.map(runRow),
  untold: [...state.findings.handedOut, ...state.findings.untold],
});

const ownerOf = (state: SpoolState, segment: Segment): Run =>
  state.runs.findLast(({ from }) => from <= segment.base) ?? liveRun(state);

/** Removes the files of segments whose every frame is accounted for, the one being written excepted. */
export const trim = async (state: SpoolState, ledger: Ledger): Promise<void> => {
  const isDone = (segment: Segment): boolean =>
    segment !== state.active?.segment &&
    (segment.end <= ownerOf(state, segment).sentTo || !state.runs.some(({ from }) => from <= segment.base));
  const done = state.segments.filter(isDone);
  if (done.length === 0) return;
  state.segments = state.segments.filter((segment) => !done.includes(segment));
  await ledger.sync();
  for (const { base } of done)
    await removeFile(segmentPath(state.settings.directory, base)).catch(() => undefined);
};

/** A dropped segment is read in pieces of this size: about 5 ms of the event loop each. */
const dropPiece = { frames: 4_096, bytes: 524_288 };

/**
 * Gives the frames of the oldest segment up and removes it, the one being written too where `force`d. Waits for a batch
 * of its run that is on its way, so that what is dropped is known exactly. False where nothing can be had by it.
 */
export const dropOldest = async (state: SpoolState, ledger: Ledger, force: boolean): Promise<boolean> => {
  const [oldest] = state.segments;
  if (oldest === undefined) return false;
  const isActive = oldest === state.active?.segment;
  if (isActive && (!force || state.active?.firstFrame === state.framesWritten)) return false;
  const run = ownerOf(state, oldest);
  await run.inTurn(async () => {
    const source = { directory: state.settings.directory, segments: [oldest] };
    while (run.sentTo < oldest.end) {
      const piece = await nextPiece(run, source, dropPiece);
      if (piece === null) break;
      giveUp(run, piece, state.findings);
    }
    state.segments = state.segments.filter((segment) => segment !== oldest);
  });
  if (isActive) {
    await state.active?.file.close().catch(() => undefined);
    state.active = null;
  }
  // A full disk may have no room for the ledger either, until the segment is gone.
  const isNoted = await ledger.save();
  await removeFile(segmentPath(state.settings.directory, oldest.base));
  if (!isNoted) await ledger.save();
  state.changed.notify();
  return true;
};
