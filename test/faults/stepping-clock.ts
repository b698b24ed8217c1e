import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Loaded before the program (`node --import`): its wall clock is off by the milliseconds that a file says, which may
 * change while it runs. The monotonic clock stays as it is, as on a machine whose time is set.
 */
const script = (path: string): string => `
import { readFileSync } from "node:fs";
const trueNow = Date.now;
let offsetInMs = 0;
const read = () => { offsetInMs = Number(readFileSync(${JSON.stringify(path)}, "utf8")); };
read();
setInterval(read, 50).unref();
Date.now = () => trueNow() + offsetInMs;
`;

export interface SteppingClock {
  /** For node, before the program. */
  readonly nodeArgs: readonly string[];
  /** Sets it so far before the true time (negative: behind), within 50 ms. */
  readonly set: (offsetInMs: number) => Promise<void>;
}

/** A wall clock for a process, in files of a folder; right until it is set. */
export const steppingClock = async (folder: string): Promise<SteppingClock> => {
  const path = join(folder, "clock");
  const preload = join(folder, "stepping-clock.mjs");
  const set = (offsetInMs: number): Promise<void> => writeFile(path, String(offsetInMs));
  await set(0);
  await writeFile(preload, script(path));
  return { nodeArgs: ["--import", preload], set };
};
