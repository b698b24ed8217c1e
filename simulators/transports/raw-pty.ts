import { execFileSync } from "node:child_process";
import { closeSync, readSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { z } from "zod";

/** A pseudo-terminal: the master's descriptor and the slave's path. */
export interface Pty {
  readonly master: number;
  readonly path: string;
}

const rawPtySchema = z.object({ master: z.number().int(), slave: z.number().int(), pty: z.string() });
const bindingSchema = z.object({
  open: z.function({ input: [z.number(), z.number()], output: rawPtySchema }),
});
const loaderSchema = z.object({ requireBinary: z.function({ input: [z.string()], output: z.unknown() }) });

/**
 * Opens a pseudo-terminal in raw mode and keeps its master alone. node-pty's own `open` would wrap both ends in
 * streams: its slave stream eats bytes meant for the real reader, and its master stream dies once nobody has the slave
 * open. So its native part is used directly.
 */
export const openPty = (): Pty => {
  const { requireBinary } = loaderSchema.parse(
    createRequire(import.meta.url)("@lydell/node-pty/requireBinary.js"),
  );
  const { master, slave, pty: path } = bindingSchema.parse(requireBinary("pty.node")).open(80, 24);
  try {
    execFileSync("stty", [process.platform === "darwin" ? "-f" : "-F", path, "raw", "-echo"]);
  } catch (error) {
    closeSync(master);
    throw error;
  } finally {
    closeSync(slave);
  }
  return { master, path };
};

export const closePty = (pty: Pty): void => closeSync(pty.master);

/** Bytes taken, 0 while the terminal is full (about 4 KiB may stand unread). Bytes nobody listens to are taken and lost. */
export const writeTo = (pty: Pty, bytes: Uint8Array): number => {
  if (bytes.length === 0 || !isListenedTo(pty)) return bytes.length;
  try {
    return writeSync(pty.master, bytes);
  } catch (error) {
    if (codeOf(error) === "EAGAIN") return 0;
    if (codeOf(error) === "EIO") return bytes.length;
    throw error;
  }
};

/**
 * Whether somebody has the slave open: reading the master fails with EIO while nobody has. What was sent to the portal
 * is read and forgotten, as a portal would.
 */
export const isListenedTo = (pty: Pty): boolean => {
  try {
    return readSync(pty.master, Buffer.alloc(256)) >= 0;
  } catch (error) {
    return codeOf(error) === "EAGAIN";
  }
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
