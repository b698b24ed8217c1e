import { open } from "node:fs/promises";
import { LanewatchError } from "../domain/errors.ts";
import type { Frame } from "../domain/frames.ts";
import type { DroppedRange } from "../edge/frame-spool.ts";
import type { Clock } from "../ports.ts";
import { freeBytesOf, isFull, removeFile, segmentPath, spoolFailure, syncDirectory } from "./spool-files.ts";
import type { Ledger } from "./spool-ledger.ts";
import { advance, namesOf, placeKey, rowsOf } from "./spool-place.ts";
import type { Position, UnplacedRecord } from "./spool-record.ts";
import { frameRecord, headerBytes, placeAfter, placesRecord, recordBytes } from "./spool-record.ts";
import type { Segment } from "./spool-runs.ts";
import { type ActiveSegment, diskBytesOf, dropOldest, type SpoolState } from "./spool-state.ts";
import { oneAtATime } from "./spool-turns.ts";

/** One write and one fsync: 4 MiB ≈ 20,000 frames; a larger append goes alone; the rest makes the next one. */
const groupBytes = 4 * 1_048_576;
/** The disk's free room is looked at so often at the most. */
const freeCheckInMs = 1_000;

interface WaitingAppend {
  readonly frames: readonly Frame[];
  readonly records: readonly UnplacedRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: LanewatchError) => void;
}

export interface SpoolWriter {
  append(frames: readonly Frame[]): Promise<void>;
  /** Runs a task while nothing is written. */
  pausing<T>(task: () => Promise<T>): Promise<T>;
  /** Begins a new segment where the present one holds frames, and gives its base. Only while pausing. */
  roll(): Promise<Position>;
  /** Refuses further appends, and resolves when those before are done. */
  close(): Promise<void>;
}

const isSame = (range: DroppedRange, { laneId, body }: Frame): boolean =>
  body.kind === "frames-dropped" &&
  laneId === range.laneId &&
  body.bootId === range.bootId &&
  body.firstSequence === range.firstSequence &&
  body.lastSequence === range.lastSequence &&
  body.reason === range.reason;

export const spoolWriter = (state: SpoolState, ledger: Ledger, clock: Clock): SpoolWriter => {
  const { directory, maxBytes, minFreeBytes, fsyncWithinInMs } = state.settings;
  const segmentBytes = Math.min(state.settings.segmentBytes, maxBytes / 4);
  const inTurn = oneAtATime();
  const never = new AbortController().signal;
  const waiting: WaitingAppend[] = [];
  let pumping: Promise<void> | null = null;
  let isClosed = false;
  let lastGroupAt = Number.NEGATIVE_INFINITY;
  let lastFreeCheckAt = Number.NEGATIVE_INFINITY;

  /** Boots of earlier processes need no place once no segment of theirs is left. */
  const forgetOldBoots = (): void => {
    if (state.segments.some(({ base }) => base < state.openedAt)) return;
    for (const key of state.written.keys()) {
      if (!state.ownBoots.has(namesOf(key)[0])) state.written.delete(key);
    }
  };

  const begin = async (): Promise<ActiveSegment> => {
    forgetOldBoots();
    const base = state.position;
    const path = segmentPath(directory, base);
    const bytes = recordBytes([placesRecord(state.framesWritten, rowsOf(state.written))], base);
    const file = await open(path, "w");
    try {
      await writeAll(file, bytes, 0);
      await file.datasync();
      await syncDirectory(directory);
    } catch (cause) {
      await file.close().catch(() => undefined);
      await removeFile(path).catch(() => undefined);
      throw cause;
    }
    const segment: Segment = { base, end: base + bytes.length };
    state.position = segment.end;
    state.segments = [...state.segments, segment];
    return { segment, file, firstFrame: state.framesWritten };
  };

  const leave = async (): Promise<void> => {
    const { active } = state;
    state.active = null;
    await active?.file.close().catch(() => undefined);
  };

  const activeSegment = async (): Promise<ActiveSegment> => {
    const { active } = state;
    if (active !== null && active.segment.end - active.segment.base < segmentBytes) return active;
    await leave();
    state.active = await begin();
    return state.active;
  };

  const makeRoom = async (bytes: number): Promise<void> => {
    while (diskBytesOf(state) + bytes > maxBytes && (await dropOldest(state, ledger, false)));
    const now = clock.monotonic();
    if (minFreeBytes === 0 || now - lastFreeCheckAt < freeCheckInMs) return;
    lastFreeCheckAt = now;
    while ((await freeBytesOf(directory)) < minFreeBytes && (await dropOldest(state, ledger, false)));
  };

  const writeOnce = async (records: readonly UnplacedRecord[]): Promise<void> => {
    const { segment, file } = await activeSegment();
    const bytes = recordBytes(records, segment.end);
    const offset = segment.end - segment.base;
    try {
      await writeAll(file, bytes, offset);
      await file.datasync();
    } catch (cause) {
      // What a failed fsync leaves is in doubt: such a segment is written no further.
      await file.truncate(offset).catch(() => undefined);
      if (!isFull(cause)) await leave();
      throw cause;
    }
    segment.end += bytes.length;
    state.position = segment.end;
  };

  const store = async (group: readonly WaitingAppend[]): Promise<void> => {
    const records = group.flatMap((append) => append.records);
    const bytes = group.reduce((sum, append) => sum + append.bytes, 0);
    for (;;) {
      try {
        await makeRoom(bytes);
        await writeOnce(records);
        break;
      } catch (cause) {
        if (!isFull(cause) || !(await dropOldest(state, ledger, true))) throw cause;
      }
    }
    const frames = group.flatMap((append) => append.frames);
    state.framesWritten += frames.length;
    for (const frame of frames) {
      state.ownBoots.add(frame.bootId);
      advance(state.written, [[placeKey(frame.bootId, frame.laneId), placeAfter(frame)]]);
    }
    const reports = frames.filter(({ body }) => body.kind === "frames-dropped");
    if (reports.length === 0) return;
    const { findings } = state;
    findings.handedOut = findings.handedOut.filter(
      (range) => !reports.some((report) => isSame(range, report)),
    );
    await ledger.save();
  };

  const takeGroup = (): readonly WaitingAppend[] => {
    let bytes = 0;
    const end = waiting.findIndex((append) => (bytes += append.bytes) > groupBytes);
    return waiting.splice(0, end === -1 ? waiting.length : Math.max(1, end));
  };

  const writeGroup = async (): Promise<void> => {
    const group = takeGroup();
    try {
      await store(group);
      for (const append of group) append.resolve();
    } catch (cause) {
      const error = spoolFailure(directory, cause);
      for (const append of group) append.reject(error);
    }
    state.changed.notify();
  };

  const pump = async (): Promise<void> => {
    while (waiting.length > 0) {
      const restInMs = lastGroupAt + fsyncWithinInMs - clock.monotonic();
      if (restInMs > 0 && !isClosed) await clock.sleep(restInMs, never);
      lastGroupAt = clock.monotonic();
      await inTurn(writeGroup);
    }
    pumping = null;
  };

  return {
    append: (frames) =>
      new Promise((resolve, reject) => {
        if (isClosed) {
          reject(new LanewatchError("log-closed", "The spool is closed."));
          return;
        }
        const records = frames.map(frameRecord);
        const bytes = records.reduce((sum, { body }) => sum + headerBytes + body.length, 0);
        waiting.push({ frames, records, bytes, resolve, reject });
        pumping ??= pump();
      }),
    pausing: inTurn,
    roll: async () => {
      if (state.active === null || state.active.firstFrame < state.framesWritten) {
        await leave();
        state.active = await begin();
      }
      return state.active.segment.base;
    },
    close: async () => {
      isClosed = true;
      await pumping;
      await inTurn(leave);
    },
  };
};

const writeAll = async (file: ActiveSegment["file"], bytes: Uint8Array, offset: number): Promise<void> => {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offset + written);
    written += bytesWritten;
  }
};
