import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { LanewatchError } from "../domain/errors.ts";
import { plainReason } from "./plain-reason.ts";

/** Lines to a file or to a standard stream. */
export interface LineOutput {
  /** Resolves when there is room for more. @throws LanewatchError `file-unwritable`. */
  readonly write: (line: string) => Promise<void>;
  /** Resolves when everything is handed over. @throws LanewatchError `file-unwritable`. */
  readonly close: () => Promise<void>;
}

export const standardOutput = (): LineOutput => linesTo(process.stdout, "Standard output");
export const standardError = (): LineOutput => linesTo(process.stderr, "Standard error");

/** @throws LanewatchError `file-unwritable` */
export const fileOutput = async (path: string): Promise<LineOutput> => {
  const stream = createWriteStream(path);
  try {
    await once(stream, "ready");
  } catch (cause) {
    throw unwritable(path, cause);
  }
  const lines = linesTo(stream, path);
  const close = async (): Promise<void> => {
    await new Promise((resolve) => {
      stream.once("error", resolve);
      stream.end(resolve);
    });
    await lines.close();
  };
  return { write: lines.write, close };
};

/** `-` is standard output. */
export const openLineOutput = async (target: string): Promise<LineOutput> =>
  target === "-" ? standardOutput() : fileOutput(target);

const linesTo = (stream: Writable, name: string): LineOutput => {
  let failure: LanewatchError | null = null;
  /** The reader of a pipe has gone (`| head`): the rest is not wanted, and that is no mistake. */
  let unwanted = false;
  stream.on("error", (cause: NodeJS.ErrnoException) => {
    if (cause.code === "EPIPE") unwanted = true;
    else failure ??= unwritable(name, cause);
  });
  const orThrow = (): void => {
    if (failure !== null) throw failure;
  };
  return {
    write: async (line) => {
      orThrow();
      if (unwanted || stream.write(`${line}\n`)) return;
      await Promise.race([once(stream, "drain"), new Promise((resolve) => stream.once("error", resolve))]);
    },
    close: async () => {
      orThrow();
      await Promise.resolve();
    },
  };
};

const unwritable = (name: string, cause: unknown): LanewatchError =>
  new LanewatchError("file-unwritable", `${name} cannot be written: ${plainReason(cause)}.`, cause);
