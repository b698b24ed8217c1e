import { mkdir, open, readdir, stat, statfs, truncate, unlink } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { LanewatchError } from "../domain/errors.ts";
import { plainReason } from "./plain-reason.ts";
import { codeOf } from "./sqlite-errors.ts";
import type { Position } from "./spool-record.ts";

/** Files of a spool: `frames-<position of its first byte, 16 digits>.lws`, the ledger, and a file to lock. */
const segmentName = /^frames-(\d{16})\.lws$/;

export const segmentPath = (directory: string, base: Position): string =>
  join(directory, `frames-${String(base).padStart(16, "0")}.lws`);

export interface SegmentFile {
  readonly base: Position;
  readonly bytes: number;
}

/** The segments of a folder, oldest first. Other files are left alone. */
export const listSegments = async (directory: string): Promise<readonly SegmentFile[]> => {
  const names = (await readdir(directory)).filter((name) => segmentName.test(name)).sort();
  const segments = names.map(async (name) => {
    const base = Number(segmentName.exec(name)?.[1]);
    return { base, bytes: (await stat(join(directory, name))).size };
  });
  return Promise.all(segments);
};

export const spoolFailure = (directory: string, cause: unknown): LanewatchError =>
  cause instanceof LanewatchError
    ? cause
    : new LanewatchError(
        "spool-failed",
        isFull(cause)
          ? `The spool in ${directory} has no room: the disk is full.`
          : `The spool in ${directory} cannot be used: ${plainReason(cause)}.`,
        cause,
      );

export const isFull = (cause: unknown): boolean => ["ENOSPC", "EDQUOT"].includes(codeOf(cause));

/** Makes new and removed names durable. */
export const syncDirectory = async (directory: string): Promise<void> => {
  await using handle = await open(directory, "r");
  await handle.sync();
};

export const removeFile = async (path: string): Promise<void> => {
  try {
    await unlink(path);
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT") throw cause;
  }
};

/** Cuts a file to `bytes`, and removes it where nothing is left. */
export const cutFile = async (path: string, bytes: number): Promise<void> => {
  if (bytes === 0) await removeFile(path);
  else await truncate(path, bytes);
};

export const freeBytesOf = async (directory: string): Promise<number> => {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
};

/**
 * `length` bytes of a file from `offset` on. What cannot be had because the file is gone, shorter or unreadable by the
 * disk is zeros, which are no record.
 */
export const readPiece = async (path: string, offset: number, length: number): Promise<Buffer> => {
  const piece = Buffer.allocUnsafe(length);
  let filled = 0;
  try {
    await using file = await open(path, "r");
    while (filled < length) {
      const { bytesRead } = await file.read(piece, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
  } catch (cause) {
    if (!["ENOENT", "EIO"].includes(codeOf(cause))) throw cause;
  }
  return piece.fill(0, filled);
};

export interface SpoolLock {
  release(): void;
}

/**
 * Makes the folder where it is missing, and keeps other processes out of it: SQLite's own lock of a file that stays
 * empty, which the system drops with the process, however that ends, and which holds across containers.
 * @throws LanewatchError `spool-locked`, `spool-failed`.
 */
export const lockDirectory = async (directory: string): Promise<SpoolLock> => {
  try {
    await mkdir(directory, { recursive: true });
    const database = new Database(join(directory, "lock"));
    try {
      database.exec("begin exclusive");
    } catch (cause) {
      database.close();
      throw cause;
    }
    return {
      release: () => {
        database.exec("rollback");
        database.close();
      },
    };
  } catch (cause) {
    const code = codeOf(cause);
    if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
      const text = `The spool in ${directory} is in use by another lanewatch.`;
      throw new LanewatchError("spool-locked", text, cause);
    }
    throw spoolFailure(directory, cause);
  }
};
