import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { FileSettings } from "../edge/source-settings.ts";
import { endpointOf } from "../edge/source-settings.ts";
import type { ByteSource, SourceEvent } from "../ports.ts";
import { plainReason, stoppedReason } from "./plain-reason.ts";

/** One read, and so one frame: about 600 lines. */
const readBufferInBytes = 16_384;

/** What is left of the file, piece by piece; the value returned is the reason for its end. */
const bytesOf = async function* (file: FileHandle, signal: AbortSignal): AsyncGenerator<Uint8Array, string> {
  while (!signal.aborted) {
    const { bytesRead, buffer } = await file.read(new Uint8Array(readBufferInBytes));
    if (bytesRead === 0) return "end of file";
    yield buffer.subarray(0, bytesRead);
  }
  return stoppedReason;
};

const play = async function* (
  settings: FileSettings,
  signal: AbortSignal,
): AsyncGenerator<SourceEvent, void> {
  let file: FileHandle | null = null;
  let reason = "";
  try {
    file = await open(settings.path);
    // Some things open like a file and cannot be read: the first read tells before the opening is told.
    const pieces = bytesOf(file, signal);
    let piece = await pieces.next();
    yield { kind: "opened", endpoint: endpointOf(settings) };
    while (piece.done !== true) {
      yield { kind: "bytes", bytes: piece.value };
      piece = await pieces.next();
    }
    reason = piece.value;
  } catch (error) {
    reason = plainReason(error);
  } finally {
    await file?.close();
  }
  yield { kind: "closed", reason };
};

/** Plays a file's bytes once, as fast as they are taken. */
export const fileSource = (settings: FileSettings): ByteSource => ({
  endpoint: endpointOf(settings),
  connect: (signal) => play(settings, signal),
});
