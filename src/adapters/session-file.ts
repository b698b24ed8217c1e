import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { SessionStore } from "../identity/sessions.ts";
import { keptSessionsSchema } from "../identity/sessions.ts";
import { plainReason } from "./plain-reason.ts";

/**
 * Keeps sessions in a file that its owner alone may read, replaced as a whole. Where it cannot be read or written, that
 * is told once until it can again, and a restart signs everybody out: nothing else is lost.
 */
export const sessionFile = (path: string, onProblem: (sentence: string) => void): SessionStore => {
  let isFailing = false;
  const tell = (sentence: string): void => {
    if (!isFailing) onProblem(sentence);
    isFailing = true;
  };
  return {
    load: async () => {
      let text: string;
      try {
        text = await readFile(path, "utf8");
      } catch (cause) {
        if (!isMissing(cause))
          onProblem(`Who is signed in cannot be read from ${path}: ${plainReason(cause)}.`);
        return [];
      }
      const read = keptSessionsSchema.safeParse(jsonOf(text));
      if (read.success) return read.data.sessions;
      onProblem(
        `Who is signed in cannot be read from ${path}: its content is damaged. Everybody signs in again.`,
      );
      return [];
    },
    save: async (sessions) => {
      try {
        await replace(path, JSON.stringify({ version: 1, sessions }));
        isFailing = false;
      } catch (cause) {
        tell(
          `Who is signed in cannot be kept in ${path}: ${plainReason(cause)}. A restart signs everybody out.`,
        );
      }
    },
  };
};

/** Sessions end with the program. */
export const noSessionStore: SessionStore = {
  load: () => Promise.resolve([]),
  save: () => Promise.resolve(),
};

const replace = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const written = `${path}.${process.pid}.new`;
  try {
    const file = await open(written, "w", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(written, path);
  } catch (cause) {
    await rm(written, { force: true }).catch(() => undefined);
    throw cause;
  }
};

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ENOENT";

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
