import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The bytes of a portal, and the file they stand in. */
export interface Capture {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Every `*.txt` of a folder. Throws where there is none: a driver without captures is not tested. */
export const capturesIn = (folder: string): readonly Capture[] => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  if (names.length === 0) throw new Error(`${folder} has no captures`);
  return names.sort().map((name) => {
    const path = join(folder, name);
    return { name, path, bytes: Uint8Array.from(readFileSync(path)) };
  });
};

/** The captures of a driver of the registry. */
export const capturesOf = (kind: string): readonly Capture[] =>
  capturesIn(join(import.meta.dirname, "..", "captures", kind));
