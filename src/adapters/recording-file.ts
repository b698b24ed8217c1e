import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { LanewatchError } from "../domain/errors.ts";
import { plainReason } from "./plain-reason.ts";

/** A file opened for reading from its beginning. */
export interface RecordingFile {
  readonly name: string;
  /** Bytes, as they were when it was opened. */
  readonly size: number;
  /** Pieces of at most 64 KiB. Read once. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

const pieceBytes = 65_536;

/** @throws LanewatchError `file-unreadable` for what is missing, a folder, or not to be read. */
export const openRecordingFile = async (path: string): Promise<RecordingFile> => {
  let size: number;
  try {
    const found = await stat(path);
    if (found.isDirectory())
      throw new LanewatchError("file-unreadable", `${path} is a folder, not a recording.`);
    size = found.size;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return { name: basename(path), size, chunks: piecesOf(path) };
};

const unreadable = (path: string, cause: unknown): LanewatchError =>
  cause instanceof LanewatchError
    ? cause
    : new LanewatchError("file-unreadable", `${path} cannot be read: ${plainReason(cause)}.`, cause);

const piecesOf = async function* (path: string): AsyncGenerator<Uint8Array, void> {
  try {
    await using file = await open(path);
    while (true) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(pieceBytes));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
};
