import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { z } from "zod";
import { LanewatchError } from "../domain/errors.ts";
import { plainReason } from "../adapters/plain-reason.ts";
import { type PartialSweep, partialSchema, type SweepTally } from "../study/sweep.ts";

/** What a study has found so far, kept in a file so that a killed study goes on. */
export interface Partials {
  /** Tallies of the jobs done before, by job. */
  readonly done: ReadonlyMap<number, SweepTally>;
  /** Is on the way to the disk when it returns. @throws LanewatchError `file-unwritable` */
  readonly keep: (partial: PartialSweep) => void;
  readonly close: () => void;
}

const headSchema = z.strictObject({ study: z.string() });

/**
 * Lines of JSON: the study's key, then one line a job. A last line without its end was cut off by a kill and is done
 * again.
 * @param path absent: nothing is kept.
 * @throws LanewatchError `bad-arguments` for a file of another study; `file-unreadable`, `file-unwritable`.
 */
export const openPartials = (path: string | undefined, key: string): Partials => {
  if (path === undefined) return { done: new Map(), keep: () => undefined, close: () => undefined };
  const before = existsSync(path) ? partialsIn(path, key) : new Map<number, SweepTally>();
  const file = orThrow(path, () => openSync(path, "a"));
  const write = (value: unknown): void => {
    orThrow(path, () => writeSync(file, `${JSON.stringify(value)}\n`));
  };
  if (readFileSync(path).length === 0) write({ study: key });
  return { done: before, keep: write, close: () => closeSync(file) };
};

/** What was cut off is cut away. */
const partialsIn = (path: string, key: string): ReadonlyMap<number, SweepTally> => {
  const text = orThrow(path, () => readFileSync(path, "utf8"));
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole !== text) orThrow(path, () => truncateSync(path, Buffer.byteLength(whole)));
  const [head, ...lines] = whole.split("\n").slice(0, -1);
  if (head === undefined) return new Map();
  if (headSchema.safeParse(json(head)).data?.study !== key) {
    throw new LanewatchError(
      "bad-arguments",
      `${path} is not of this study: its recordings, sources or settings are others. Name another file, or remove it.`,
    );
  }
  const done = new Map<number, SweepTally>();
  for (const line of lines) {
    const partial = partialSchema.safeParse(json(line));
    if (partial.success) done.set(partial.data.job, partial.data.tally);
  }
  return done;
};

const json = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

const orThrow = <Value>(path: string, act: () => Value): Value => {
  try {
    return act();
  } catch (cause) {
    throw new LanewatchError("file-unwritable", `${path} cannot be used: ${plainReason(cause)}.`, cause);
  }
};
