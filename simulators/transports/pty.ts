import { lstatSync, symlinkSync, unlinkSync } from "node:fs";
import { closePty, openPty, writeTo, type Pty } from "./raw-pty.ts";
import type { OnProblem, PortalTransport } from "./transport.ts";

export interface PtyOptions {
  /** Where the symlink to the pseudo-terminal goes. A symlink already there is replaced, anything else is an error. */
  readonly link: string;
  readonly baud: number;
  /** Real seconds pass this much faster on the line than its baud rate says. */
  readonly speed: number;
  readonly onProblem: OnProblem;
}

/** Ten bits carry one byte: start, eight data, stop. */
const BITS_A_BYTE = 10;

/** How often waiting bytes are moved on, milliseconds: 5 bytes at 9600 baud. */
const PUMP_EVERY_MS = 5;

/** 1 MiB ≈ 18 min at 9600 baud, and room for a megabyte line. What comes beyond is lost and reported once a backlog. */
const WAITING_BYTES_MAX = 1024 * 1024;

/** How long closing waits for a reader to take what is left, milliseconds. */
const CLOSE_WAIT_IN_MS = 250;

/** Serves one lane on a pseudo-terminal at the pace of a serial line. With nobody holding the slave open, bytes are lost. */
export function openPtyTransport(options: PtyOptions): PortalTransport {
  const { link, baud, onProblem } = options;
  const bytesPerMs = (baud / BITS_A_BYTE / 1000) * options.speed;
  let pty: Pty | undefined = linkPty(link);
  let waiting: Buffer = Buffer.alloc(0);
  let credit = 0;
  let pumpedAtMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let hasOverflowed = false;
  const pump = (): void => {
    const nowMs = performance.now();
    credit = Math.min(waiting.length, credit + (nowMs - pumpedAtMs) * bytesPerMs);
    pumpedAtMs = nowMs;
    const moved =
      pty === undefined ? Math.floor(credit) : writeTo(pty, waiting.subarray(0, Math.floor(credit)));
    waiting = waiting.subarray(moved);
    credit -= moved;
    timer = waiting.length > 0 ? setTimeout(pump, PUMP_EVERY_MS) : undefined;
    if (waiting.length === 0) hasOverflowed = false;
  };
  return {
    endpoint: { kind: "pty", path: link, baud },
    send: (bytes) => {
      if (waiting.length + bytes.length > WAITING_BYTES_MAX) {
        if (!hasOverflowed) onProblem(`The reader of ${link} is too far behind; bytes are lost.`);
        hasOverflowed = true;
        return;
      }
      if (waiting.length === 0) pumpedAtMs = performance.now();
      waiting = Buffer.concat([waiting, bytes]);
      timer ??= setTimeout(pump, PUMP_EVERY_MS);
    },
    setLink: (up) => {
      if (up) pty ??= linkPty(link);
      else if (pty !== undefined) {
        unlinkPty(pty, link);
        pty = undefined;
      }
    },
    close: async () => {
      clearTimeout(timer);
      if (pty === undefined) return;
      const closing = pty;
      pty = undefined;
      await flush(closing, waiting);
      unlinkPty(closing, link);
    },
  };
}

function linkPty(link: string): Pty {
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true) unlinkSync(link);
  const pty = openPty();
  try {
    symlinkSync(pty.path, link);
  } catch (error) {
    closePty(pty);
    throw error;
  }
  return pty;
}

function unlinkPty(pty: Pty, link: string): void {
  closePty(pty);
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true) unlinkSync(link);
}

async function flush(pty: Pty, bytes: Uint8Array): Promise<void> {
  let left = bytes;
  const untilMs = performance.now() + CLOSE_WAIT_IN_MS;
  while (left.length > 0 && performance.now() < untilMs) {
    left = left.subarray(writeTo(pty, left));
    await new Promise((resolve) => setTimeout(resolve, PUMP_EVERY_MS));
  }
}
