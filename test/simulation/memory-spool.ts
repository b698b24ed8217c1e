import type { Chance } from "../../simulators/chance.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { Frame, FrameBody } from "../../src/domain/frames.ts";
import type { LaneId } from "../../src/domain/ids.ts";
import { maxBatchBytes, maxBatchFrames } from "../../src/edge/frame-queue.ts";
import type {
  DroppedRange,
  FrameSpool,
  Leftover,
  SpoolBatch,
  SpooledFrame,
  SpoolProblem,
  SpoolStream,
} from "../../src/edge/frame-spool.ts";
import { wakeup } from "../../src/edge/wakeup.ts";
import { decodeFrame, encodeFrame } from "../../src/wire/frame.ts";
import type { Process } from "./virtual-time.ts";

interface Entry extends SpooledFrame {
  readonly payloadBytes: number;
  /** The range that a `frames-dropped` frame tells of. */
  readonly tells: DroppedRange | null;
}

interface Group {
  readonly entries: readonly Entry[];
  readonly stored: () => void;
}

/** A batch that is out, or whose end is not written down yet. */
interface Out {
  readonly stream: SpoolStream;
  readonly entries: readonly Entry[];
}

/** What outlives the edge's process. */
export interface SpoolDisk {
  readonly live: Entry[];
  readonly backlog: Entry[];
  readonly out: Set<Out>;
  /** Written and not yet synced, in order. */
  unsynced: Group[];
  dropped: DroppedRange[];
  /** A batch of the backlog has so many at the most, so that small backlogs take turns with what is live as large ones do. */
  readonly backlogBatchFrames: number;
  /** Unsent bytes at the most. */
  maxBytes: number;
  /** The next writes fail. */
  writesToFail: number;
}

export const emptyDisk = (backlogBatchFrames: number): SpoolDisk => ({
  backlogBatchFrames,
  live: [],
  backlog: [],
  out: new Set(),
  unsynced: [],
  dropped: [],
  maxBytes: Infinity,
  writesToFail: 0,
});

const nameOf = ({ laneId, bootId, firstSequence, lastSequence }: DroppedRange): string =>
  `${laneId}/${bootId}/${firstSequence}-${lastSequence}`;

const rangeOf = (
  laneId: LaneId,
  { kind: _, ...range }: Extract<FrameBody, { kind: "frames-dropped" }>,
): DroppedRange => ({ laneId, ...range });

const entryOf = (frame: Frame): Entry => {
  const { laneId, bootId, sequence, monotonic, body } = frame;
  const tells = body.kind === "frames-dropped" ? rangeOf(laneId, body) : null;
  const payloadBytes = body.kind === "bytes" ? body.bytes.length : 0;
  return { laneId, bootId, sequence, monotonic, value: encodeFrame(frame), payloadBytes, tells };
};

const bytesOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { value }) => sum + value.length, 0);

/** What a power cut or a kill leaves: everything synced, a beginning of the rest, and sent frames whose end was not written down. */
export const crashDisk = (disk: SpoolDisk, chance: Chance): void => {
  for (const batch of [...disk.out].toReversed()) disk[batch.stream].unshift(...batch.entries);
  disk.out.clear();
  const written = disk.unsynced.flatMap(({ entries }) => entries);
  disk.unsynced = [];
  keep(disk, written.slice(0, Math.floor(chance.uniform() * (written.length + 1))));
};

const keep = (disk: SpoolDisk, entries: readonly Entry[]): void => {
  disk.live.push(...entries);
  const told = new Set(entries.flatMap(({ tells }) => (tells === null ? [] : [nameOf(tells)])));
  disk.dropped = disk.dropped.filter((range) => !told.has(nameOf(range)));
};

const leftoverOf = ({ live }: SpoolDisk): Leftover => {
  const [first, last] = [live[0], live.at(-1)];
  const boots = new Set(live.map(({ bootId }) => bootId));
  const spanInMs =
    first === undefined || last === undefined || boots.size !== 1 ? null : last.monotonic - first.monotonic;
  return { frames: live.length, bytes: bytesOf(live), spanInMs };
};

/** Ranges without holes, by lane and boot. */
const rangesOf = (entries: readonly Entry[]): readonly DroppedRange[] => {
  const open = new Map<string, DroppedRange>();
  const closed: DroppedRange[] = [];
  for (const { laneId, bootId, sequence, payloadBytes } of entries) {
    const key = `${laneId}/${bootId}`;
    const range = open.get(key);
    if (range !== undefined && sequence === range.lastSequence + 1) {
      open.set(key, { ...range, lastSequence: sequence, bytes: range.bytes + payloadBytes });
      continue;
    }
    if (range !== undefined) closed.push(range);
    open.set(key, {
      laneId,
      bootId,
      firstSequence: sequence,
      lastSequence: sequence,
      bytes: payloadBytes,
      reason: "spool-full",
    });
  }
  return [...closed, ...open.values()];
};

/** The oldest frames are given up so many at a time, as a spool of segments does. */
const segmentFrames = 20;

const makeRoom = (disk: SpoolDisk): readonly Entry[] => {
  const gone: Entry[] = [];
  while (bytesOf(disk.live) + bytesOf(disk.backlog) > disk.maxBytes) {
    const stream = disk.backlog.length > 0 ? disk.backlog : disk.live;
    gone.push(...stream.splice(0, segmentFrames));
  }
  return gone;
};

export interface MemorySpoolOptions {
  readonly disk: SpoolDisk;
  readonly process: Process;
  readonly chance: Chance;
  readonly onWriteFailed?: () => void;
}

const isInBatch = (taken: readonly Entry[], entry: Entry, framesMax: number): boolean =>
  taken.length === 0 || (taken.length < framesMax && bytesOf(taken) + entry.value.length <= maxBatchBytes);

/** A frame spool in memory, whose disk takes virtual time and can be crashed. */
export const openMemorySpool = ({ disk, process, chance, onWriteFailed }: MemorySpoolOptions): FrameSpool => {
  const wake = wakeup();
  const leftover = leftoverOf(disk);
  const problems: SpoolProblem[] = [];
  let untold = disk.dropped;
  let isSyncing = false;
  if (disk.live.length + disk.backlog.length > 0) {
    const entries = [...disk.live, ...disk.backlog];
    const { spanInMs } = leftover;
    problems.push({
      kind: "spool-recovered",
      tornBytes: 0,
      frames: entries.length,
      bytes: bytesOf(entries),
      spanInMs,
    });
  }

  const drop = (): void => {
    const gone = makeRoom(disk);
    if (gone.length === 0) return;
    // Whoever is given up with the word on an older range leaves that untold again.
    const ranges = [...rangesOf(gone), ...gone.flatMap(({ tells }) => tells ?? [])];
    disk.dropped = [...disk.dropped, ...ranges];
    untold = [...untold, ...ranges];
    const bytes = gone.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
    const lanes = new Set(gone.map(({ laneId }) => laneId)).size;
    problems.push({ kind: "spool-dropped", frames: gone.length, bytes, lanes });
  };

  const sync = (): void => {
    if (isSyncing || disk.unsynced.length === 0) return;
    isSyncing = true;
    const count = disk.unsynced.length;
    process.after(chance.between(0.5, 10), () => {
      isSyncing = false;
      const groups = disk.unsynced.splice(0, count);
      keep(
        disk,
        groups.flatMap(({ entries }) => entries),
      );
      drop();
      for (const { stored } of groups) stored();
      wake.notify();
      sync();
    });
  };

  const append: FrameSpool["append"] = (frames) =>
    new Promise((resolve, reject) => {
      if (disk.writesToFail > 0) {
        disk.writesToFail -= 1;
        onWriteFailed?.();
        const failure = new LanewatchError("spool-failed", "The disk does not take the frames.");
        process.after(chance.between(1, 50), () => reject(failure));
        return;
      }
      disk.unsynced.push({ entries: frames.map(entryOf), stored: resolve });
      sync();
    });

  const isOut = (stream: SpoolStream): boolean => [...disk.out].some((out) => out.stream === stream);

  const next: FrameSpool["next"] = async (stream) => {
    while (isOut(stream)) await wake.next();
    const taken: Entry[] = [];
    const framesMax = stream === "live" ? maxBatchFrames : disk.backlogBatchFrames;
    for (const entry of disk[stream]) {
      if (!isInBatch(taken, entry, framesMax)) break;
      taken.push(entry);
    }
    if (taken.length === 0) return null;
    disk[stream].splice(0, taken.length);
    const out: Out = { stream, entries: taken };
    disk.out.add(out);
    return batchOf(out);
  };

  const batchOf = (out: Out): SpoolBatch => {
    const end = (): void => {
      disk.out.delete(out);
      wake.notify();
    };
    return {
      frames: out.entries,
      stored: async () => {
        await process.wait(chance.between(0.1, 5));
        end();
      },
      putBack: () => {
        disk[out.stream].unshift(...out.entries);
        end();
      },
    };
  };

  const unsent = (stream: SpoolStream): readonly Entry[] => [
    ...disk[stream],
    ...[...disk.out].filter((out) => out.stream === stream).flatMap(({ entries }) => entries),
  ];

  return {
    append,
    next,
    leftover,
    divert: () => {
      if (disk.live.length === 0) return Promise.resolve(false);
      disk.backlog.push(...disk.live.splice(0));
      wake.notify();
      return Promise.resolve(true);
    },
    figures: () => {
      const [live, backlog] = [unsent("live"), unsent("backlog")];
      const [liveBytes, backlogBytes] = [bytesOf(live), bytesOf(backlog)];
      return {
        frames: live.length + backlog.length,
        backlogFrames: backlog.length,
        liveBytes,
        backlogBytes,
        diskBytes: liveBytes + backlogBytes,
      };
    },
    takeDropped: () => {
      const ranges = untold;
      untold = [];
      return ranges;
    },
    takeProblems: () => problems.splice(0),
    changed: wake.next,
    close: async () => {
      while (disk.unsynced.length > 0) await wake.next();
    },
  };
};

/** Every frame on the disk, for the check at the end. */
export const framesOnDisk = ({ live, backlog, out, unsynced }: SpoolDisk): readonly Frame[] =>
  [
    ...live,
    ...backlog,
    ...[...out].flatMap(({ entries }) => entries),
    ...unsynced.flatMap(({ entries }) => entries),
  ].map(({ value }) => decodeFrame(value));
