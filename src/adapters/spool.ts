import type { FrameSpool, SpoolBatch, SpoolFigures, SpoolProblem, SpoolStream } from "../edge/frame-spool.ts";
import { maxBatchBytes, maxBatchFrames } from "../edge/frame-queue.ts";
import type { SpoolSettings } from "../edge/spool-settings.ts";
import type { Clock } from "../ports.ts";
import { lockDirectory, spoolFailure } from "./spool-files.ts";
import { type Ledger, openLedger } from "./spool-ledger.ts";
import { rowsOf } from "./spool-place.ts";
import { type Recovery, recover } from "./spool-recovery.ts";
import { nextPiece, noFindings, type Piece, type Run, runStart, settle, unsentFrames } from "./spool-runs.ts";
import { backlogRuns, diskBytesOf, liveRun, snapshotOf, type SpoolState, trim } from "./spool-state.ts";
import { type SpoolWriter, spoolWriter } from "./spool-writer.ts";

/** Stretches of backlog that lie apart; each is an outage that came while the backlog of the last one was sent. */
const maxRuns = 256;
const batchLimits = { frames: maxBatchFrames, bytes: maxBatchBytes };

interface Spool {
  readonly state: SpoolState;
  readonly ledger: Ledger;
  readonly writer: SpoolWriter;
}

/** Writes down that a piece is sent, and lets go of what that frees. */
const takeOver = async ({ state, ledger }: Spool, run: Run, piece: Piece): Promise<void> => {
  const line = settle(run, piece, state.findings);
  if (piece.folded.lost.length > 0) await ledger.save();
  else await ledger.sent(line);
  await trim(state, ledger);
  state.changed.notify();
};

/** The next piece with frames; those without are taken over on the way. */
const pieceWithFrames = async (spool: Spool, run: Run): Promise<Piece | null> => {
  const { state } = spool;
  const { directory } = state.settings;
  for (;;) {
    const piece = await nextPiece(run, { directory, segments: state.segments }, batchLimits);
    if (piece === null || piece.folded.frames.length > 0) return piece;
    await takeOver(spool, run, piece);
  }
};

/** Hands out a run's next batch, and keeps the run until the batch is ended. Null where the run has none. */
const batchOf = (spool: Spool, run: Run): Promise<SpoolBatch | null> =>
  new Promise((resolve, reject) => {
    const handOut = async (): Promise<void> => {
      const piece = await pieceWithFrames(spool, run);
      if (piece === null) {
        // All is sent: counts that a damage left in doubt are right again.
        const { framesWritten, position } = spool.state;
        if (run.sentTo >= (run.to ?? position))
          run.settled = (run.endFrame ?? framesWritten) - run.firstFrame;
        resolve(null);
        return;
      }
      await new Promise<void>((ended) => {
        resolve({
          frames: piece.folded.frames,
          putBack: ended,
          stored: async () => {
            await takeOver(spool, run, piece);
            ended();
          },
        });
      });
    };
    run.inTurn(handOut).catch((cause: unknown) => {
      reject(spoolFailure(spool.state.settings.directory, cause));
    });
  });

const nextOf = async (spool: Spool, stream: SpoolStream): Promise<SpoolBatch | null> => {
  const { state, ledger } = spool;
  if (stream === "live") return batchOf(spool, liveRun(state));
  for (;;) {
    const [oldest] = backlogRuns(state);
    if (oldest === undefined) return null;
    const batch = await batchOf(spool, oldest);
    if (batch !== null) return batch;
    state.runs = state.runs.filter((run) => run !== oldest);
    await ledger.save();
    await trim(state, ledger);
    state.changed.notify();
  }
};

const divert = async ({ state, ledger, writer }: Spool): Promise<boolean> => {
  const live = liveRun(state);
  if (unsentFrames(live, state.framesWritten) === 0 || state.runs.length >= maxRuns) return false;
  const endFrame = state.framesWritten;
  const endPlaces = rowsOf(state.written);
  const base = await writer.roll();
  const fresh = runStart(base, { firstFrame: endFrame, places: new Map(state.written), isComplete: true });
  const before = backlogRuns(state).at(-1);
  const goesOn = before?.to === live.from && live.settled === 0 && live.damage === 0;
  const ended = before !== undefined && goesOn ? before : live;
  ended.to = base;
  ended.endFrame = endFrame;
  ended.endPlaces = endPlaces;
  state.runs = [...state.runs.filter((run) => run !== live || ended === live), fresh];
  await ledger.save();
  state.changed.notify();
  return true;
};

const figuresOf = (state: SpoolState): SpoolFigures => {
  const live = liveRun(state);
  const backlog = backlogRuns(state);
  const backlogFrames = backlog.reduce((sum, run) => sum + unsentFrames(run, state.framesWritten), 0);
  return {
    frames: unsentFrames(live, state.framesWritten) + backlogFrames,
    backlogFrames,
    liveBytes: Math.max(0, state.position - live.sentTo),
    backlogBytes: backlog.reduce((sum, { to, sentTo }) => sum + Math.max(0, (to ?? sentTo) - sentTo), 0),
    diskBytes: diskBytesOf(state),
  };
};

/** What was found since the last call, and a clean sheet. */
const takeFindings = (state: SpoolState): readonly SpoolProblem[] => {
  const { untold, handedOut, dropped, damaged } = state.findings;
  const problems: SpoolProblem[] = [];
  if (dropped.frames > 0) {
    const { frames, bytes, lanes } = dropped;
    problems.push({ kind: "spool-dropped", frames, bytes, lanes: lanes.size });
  }
  if (damaged.bytes > 0 || damaged.frames > 0) {
    const { frames, bytes, lanes } = damaged;
    problems.push({ kind: "spool-damaged", damagedBytes: bytes, frames, lanes: lanes.size });
  }
  state.findings = { ...noFindings(untold), handedOut };
  return problems;
};

const spoolOver = (spool: Spool, { leftover, tornBytes }: Recovery, release: () => void): FrameSpool => {
  const { state, ledger, writer } = spool;
  const found = state.runs.length > 1 || leftover.frames > 0 || tornBytes > 0;
  const { frames, backlogBytes, liveBytes } = figuresOf(state);
  const all = { frames, bytes: backlogBytes + liveBytes, spanInMs: leftover.spanInMs };
  let recovered: readonly SpoolProblem[] = found ? [{ kind: "spool-recovered", tornBytes, ...all }] : [];
  let closing: Promise<void> | null = null;

  const close = async (): Promise<void> => {
    await writer.close();
    // The last snapshot says that nothing is torn. Without room for it the next opening finds that out itself.
    state.isClosed = true;
    await ledger.save();
    await ledger.close();
    release();
    state.changed.notify();
  };
  return {
    append: (added) => writer.append(added),
    next: (stream) => nextOf(spool, stream),
    divert: () => writer.pausing(() => liveRun(state).inTurn(() => divert(spool))),
    figures: () => figuresOf(state),
    leftover,
    takeDropped: () => {
      const { findings } = state;
      const ranges = findings.untold;
      findings.handedOut = [...findings.handedOut, ...ranges];
      findings.untold = [];
      return ranges;
    },
    takeProblems: () => {
      const problems = [...recovered, ...takeFindings(state)];
      recovered = [];
      return problems;
    },
    changed: () => state.changed.next(),
    close: () => (closing ??= close()),
  };
};

/**
 * Opens the spool of a folder, which is created where it is missing, and takes up what an earlier run left: see
 * `FrameSpool`. After a crash the last segment is read once, about 0.1 s for 8 MiB.
 * @throws LanewatchError `spool-locked` where another process has the folder; `spool-failed` where it cannot be used.
 */
export const openSpool = async (settings: SpoolSettings, clock: Clock): Promise<FrameSpool> => {
  const lock = await lockDirectory(settings.directory);
  try {
    const recovery = await recover(settings);
    const { state } = recovery;
    const ledger = openLedger(settings.directory, () => snapshotOf(state));
    const spool: Spool = { state, ledger, writer: spoolWriter(state, ledger, clock) };
    await ledger.save();
    await trim(state, ledger);
    return spoolOver(spool, recovery, () => lock.release());
  } catch (cause) {
    lock.release();
    throw spoolFailure(settings.directory, cause);
  }
};
