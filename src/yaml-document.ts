import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { type Problem, ProblemsError } from "./domain/errors.ts";
import { problemsOf } from "./problems.ts";

/** A document that was read, and where its parts stand in the text. */
export interface ReadDocument<Value> {
  readonly value: Value;
  /** The problems with the lines of the parts they are about. */
  readonly located: (problems: readonly ProblemAt[]) => readonly Problem[];
}

export type ProblemAt = Problem & { readonly at: readonly PropertyKey[] };

/**
 * Reads YAML 1.2 by a schema.
 * @param name what to call it in the report.
 * @throws ProblemsError with every problem at once, each with its path and line.
 */
export const readDocument = <Value>(
  text: string,
  schema: z.ZodType<Value>,
  name: string,
): ReadDocument<Value> => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const notYaml = document.errors.map((error) => ({
    path: "",
    message: `Not YAML: ${error.message}`,
    line: lines.linePos(error.pos[0]).line,
  }));
  if (notYaml.length > 0) throw new ProblemsError(name, notYaml);
  const lineAt = (at: readonly PropertyKey[]): number | undefined => {
    for (let depth = at.length; depth >= 0; depth -= 1) {
      const node: unknown = document.getIn(at.slice(0, depth), true);
      if (!isScalar(node) && !isMap(node) && !isSeq(node)) continue;
      if (node.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
  const located = (problems: readonly ProblemAt[]): readonly Problem[] =>
    problems
      .map(({ path, message, at }) => {
        const line = lineAt(at);
        return line === undefined ? { path, message } : { path, message, line };
      })
      .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const parsed = schema.safeParse(plainValue(document, name));
  if (!parsed.success) throw new ProblemsError(name, located(problemsOf(parsed.error)));
  return { value: parsed.data, located };
};

const plainValue = (document: ReturnType<typeof parseDocument>, name: string): unknown => {
  try {
    return document.toJS({ maxAliasCount: 1000 });
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new ProblemsError(name, [{ path: "", message: `Not YAML: ${cause.message}.` }]);
  }
};
