import { setTimeout as sleep } from "node:timers/promises";
import { closePty, isListenedTo, openPty, writeTo } from "../../simulators/transports/raw-pty.ts";
import type { PlaybackLine } from "../adapters/playback-server.ts";

/** How often a pseudo-terminal is looked at: for somebody who opens it, and for room in it. */
const lookEveryMs = 5;
/** How long the terminal stays open at the end, so that the listener can take the last 4 KiB out of it. */
const lingerInMs = 500;

/** A pseudo-terminal that a recording is played on; its path is the endpoint. */
export const ptyPlaybackLine = (): PlaybackLine => {
  const pty = openPty();
  return {
    endpoint: `serial ${pty.path}`,
    listener: async (signal) => {
      while (!signal.aborted && !isListenedTo(pty)) await sleep(lookEveryMs);
    },
    write: async (bytes) => {
      let left = bytes;
      while (left.length > 0 && isListenedTo(pty)) {
        left = left.subarray(writeTo(pty, left));
        if (left.length > 0) await sleep(lookEveryMs);
      }
    },
    close: async () => {
      await sleep(lingerInMs);
      closePty(pty);
    },
  };
};
