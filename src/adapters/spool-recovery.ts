import type { Leftover } from "../edge/frame-spool.ts";
import type { SpoolSettings } from "../edge/spool-settings.ts";
import { wakeup } from "../edge/wakeup.ts";
import { cutFile, listSegments, readPiece, segmentPath } from "./spool-files.ts";
import { type LedgerSnapshot, readLedger } from "./spool-ledger.ts";
import { placesOf } from "./spool-place.ts";
import { maxBodyBytes, type PlacesRecord, scan } from "./spool-record.ts";
import {
  applySent,
  nextPiece,
  noFindings,
  type Run,
  runOf,
  runStart,
  type Segment,
  settle,
  unsentFrames,
} from "./spool-runs.ts";
import { liveRun, type SpoolState } from "./spool-state.ts";

/** A scan in pieces of so much, so that the process stays responsive: about 5 ms each. */
const scanPiece = { frames: 1_000_000, bytes: 1_048_576 };

export interface Recovery {
  readonly state: SpoolState;
  readonly leftover: Leftover;
  /** Bytes at the end that were no whole record. */
  readonly tornBytes: number;
}

/** What is known of the end of what was written. */
type WrittenEnd = Pick<SpoolState, "segments" | "position" | "framesWritten" | "written"> & {
  readonly tornBytes: number;
};

/** The places that a segment begins with; null where they are damaged. */
const firstPlaces = async (directory: string, { base, end }: Segment): Promise<PlacesRecord | null> => {
  for (let want = 262_144; ; want *= 4) {
    const length = Math.min(want, end - base);
    const bytes = await readPiece(segmentPath(directory, base), 0, length);
    const found = scan(bytes, { position: base, isLast: length === end - base, goesOn: () => false });
    const [first] = found.entries;
    if (first !== undefined) return first.kind === "places" ? first : null;
    if (length === end - base || want > maxBodyBytes) return null;
  }
};

const segmentsIn = async (directory: string): Promise<readonly Segment[]> => {
  const files = (await listSegments(directory)).filter(({ bytes }) => bytes > 0);
  // What a failed write left behind may reach beyond the next segment's beginning.
  return files.map(({ base, bytes }, index) => ({
    base,
    end: Math.min(base + bytes, files[index + 1]?.base ?? Number.POSITIVE_INFINITY),
  }));
};

/**
 * Without an orderly end: reads the last segment, or the last ones where its first record is damaged, for the places
 * there. The torn record at the end, of an append that was never acknowledged, is cut off.
 */
const findEnd = async (
  directory: string,
  segments: readonly Segment[],
  framesAtLeast: number,
): Promise<WrittenEnd> => {
  let start = segments.length - 1;
  let first: PlacesRecord | null = null;
  for (; start >= 0 && first === null; start -= 1) {
    const segment = segments[start];
    if (segment !== undefined) first = await firstPlaces(directory, segment);
  }
  const rest = segments.slice(start + 1);
  const last = segments.at(-1);
  const base = rest[0]?.base ?? 0;
  const run = runStart(base, { firstFrame: 0, places: new Map(), isComplete: false });
  const findings = noFindings([]);
  let intactTo = base;
  let frames = 0;
  for (;;) {
    const piece = await nextPiece(run, { directory, segments: rest }, scanPiece);
    if (piece === null) break;
    frames += piece.folded.frames.length;
    intactTo = piece.folded.intactTo ?? intactTo;
    settle(run, piece, findings);
  }
  let tornBytes = 0;
  if (last !== undefined) {
    const end = Math.max(last.base, intactTo);
    tornBytes = last.end - end;
    if (tornBytes > 0) await cutFile(segmentPath(directory, last.base), end - last.base);
    last.end = end;
  }
  return {
    segments: segments.filter(({ base: from, end }) => end > from),
    position: last?.end ?? 0,
    framesWritten: (first?.framesBefore ?? framesAtLeast) + frames,
    written: new Map([...run.places].map(([key, place]) => [key, { ...place, damage: 0 }])),
    tornBytes,
  };
};

const endAsClosed = (
  segments: readonly Segment[],
  closed: NonNullable<LedgerSnapshot["closed"]>,
): WrittenEnd => ({
  segments,
  position: Math.max(closed.position, segments.at(-1)?.end ?? 0),
  framesWritten: closed.frames,
  written: placesOf(closed.places),
  tornBytes: 0,
});

const runsFrom = async (
  directory: string,
  segments: readonly Segment[],
  ledger: Awaited<ReturnType<typeof readLedger>>,
): Promise<readonly Run[]> => {
  if (ledger === null) {
    const [first] = segments;
    const places = first === undefined ? null : await firstPlaces(directory, first);
    const firstFrame = places?.framesBefore ?? 0;
    return [runStart(first?.base ?? 0, { firstFrame, places: new Map(), isComplete: first === undefined })];
  }
  const runs = ledger.snapshot.runs.map(runOf);
  for (const line of ledger.lines) {
    const run = runs.find(({ from }) => from === line.run);
    if (run !== undefined) applySent(run, line);
  }
  return runs;
};

/** Time between the first and the last frame left in the live run, read only where it is small enough to matter. */
const leftoverOf = async (state: SpoolState): Promise<Leftover> => {
  const live = liveRun(state);
  const { directory, inOrderBacklogBytes } = state.settings;
  const bytes = Math.max(0, state.position - live.sentTo);
  let spanInMs: number | null = null;
  if (bytes > 0 && bytes <= inOrderBacklogBytes) {
    const copy: Run = { ...live, places: new Map(live.places) };
    const source = { directory, segments: state.segments };
    const times: number[] = [];
    const boots = new Set<string>();
    for (;;) {
      const piece = await nextPiece(copy, source, scanPiece);
      if (piece === null) break;
      for (const { monotonic, bootId } of piece.folded.frames) {
        times.push(monotonic);
        boots.add(bootId);
      }
      settle(copy, piece, noFindings([]));
    }
    if (boots.size === 1) spanInMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  }
  return { frames: unsentFrames(live, state.framesWritten), bytes, spanInMs };
};

/**
 * A spool's state from its folder. Reads the ledger and, after a crash, the last segment; what is damaged elsewhere is
 * found when it is read on its way to the log.
 */
export const recover = async (settings: SpoolSettings): Promise<Recovery> => {
  const { directory } = settings;
  const segments = await segmentsIn(directory);
  const ledger = await readLedger(directory);
  const runs = await runsFrom(directory, segments, ledger);
  const closed = ledger?.snapshot.closed ?? null;
  const framesAtLeast = Math.max(0, ...runs.map(({ firstFrame, settled }) => firstFrame + settled));
  const end =
    closed === null ? await findEnd(directory, segments, framesAtLeast) : endAsClosed(segments, closed);
  // The ledger may know of more than a loss of power left: positions are never used again.
  const position = Math.max(end.position, ...runs.map((run) => Math.max(run.sentTo, run.to ?? 0)));
  const state: SpoolState = {
    settings,
    ...end,
    position,
    runs,
    ownBoots: new Set(),
    openedAt: position,
    active: null,
    isClosed: false,
    findings: noFindings(ledger?.snapshot.untold ?? []),
    changed: wakeup(),
  };
  const live = runs.at(-1);
  if (live === undefined || live.sentTo >= position) {
    const options = { firstFrame: state.framesWritten, places: new Map(), isComplete: true };
    state.runs = [...runs.slice(0, -1), runStart(position, options)];
    if (state.runs.length === 1) state.written.clear();
  }
  return { state, leftover: await leftoverOf(state), tornBytes: end.tornBytes };
};
