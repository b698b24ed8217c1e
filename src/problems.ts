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

/** Every issue a schema found as a problem with its path; keys nobody knows are one problem each. */
export const problemsOf = (
  error: z.ZodError,
  under: readonly PropertyKey[] = [],
): readonly (Problem & { readonly at: readonly PropertyKey[] })[] =>
  error.issues.flatMap((issue) => {
    const at = [...under, ...issue.path];
    if (issue.code !== "unrecognized_keys") return [{ path: pathText(at), message: issue.message, at }];
    return issue.keys.map((key) => ({
      path: pathText([...at, key]),
      message: "There is no such option.",
      at: [...at, key],
    }));
  });
