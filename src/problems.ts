import type { z } from "zod";
import type { Problem } from "./domain/errors.ts";

/** `lanes[2].source.port` */
export const pathText = (path: readonly PropertyKey[]): string => {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += text === "" ? String(part) : `.${String(part)}`;
  }
  return text;
};

/** A problem that knows its path part by part. */
export type Located = Problem & { readonly at: readonly PropertyKey[] };

export const locatedAt = (at: readonly PropertyKey[], message: string): Located => ({
  path: pathText(at),
  at,
  message,
});

/** Every issue a schema found as a problem with its path; keys nobody knows are one problem each. */
export const problemsOf = (error: z.ZodError, under: readonly PropertyKey[] = []): readonly Located[] =>
  error.issues.flatMap((issue) => {
    const at = [...under, ...issue.path];
    if (issue.code === "invalid_key") return issue.issues.map(({ message }) => locatedAt(at, message));
    if (issue.code !== "unrecognized_keys") return [{ path: pathText(at), message: issue.message, at }];
    return issue.keys.map((key) => ({
      path: pathText([...at, key]),
      message: "There is no such option.",
      at: [...at, key],
    }));
  });

/** Called for each use of a thing that may be used once: a problem from the second on, which names the first. */
export type RepeatFinder = (thing: string, at: readonly PropertyKey[]) => readonly Located[];

export const repeatFinder = (): RepeatFinder => {
  const firstUse = new Map<string, string>();
  return (thing, at) => {
    const path = pathText(at);
    const first = firstUse.get(thing);
    firstUse.set(thing, first ?? path);
    return first === undefined ? [] : [locatedAt(at, `The ${thing} is used already at ${first}.`)];
  };
};
