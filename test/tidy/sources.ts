import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

/** A source file: its path in the repository, with `/`, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

const repository = join(import.meta.dirname, "..", "..");
const isCode = (name: string): boolean => /\.tsx?$/.test(name) && !name.endsWith(".d.ts");

/** Every TypeScript file under the folders, in the order of their paths. */
export const readSources = (folders: readonly string[]): readonly Source[] =>
  folders
    .flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
        .filter(isCode)
        .map((name) => posix.join(folder, name.replaceAll("\\", "/"))),
    )
    .sort()
    .map((path) => ({ path, text: readFileSync(join(repository, path), "utf8") }));

/** What each file imports, types included: our own files by their path, anything else as it is written. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

export const importGraph = (sources: readonly Source[]): ImportGraph =>
  new Map(
    sources.map(({ path, text }) => [
      path,
      ts
        .preProcessFile(text, true, true)
        .importedFiles.map(({ fileName }) =>
          fileName.startsWith(".") ? posix.join(posix.dirname(path), fileName) : fileName,
        ),
    ]),
  );

export const parsed = ({ path, text }: Source): ts.SourceFile =>
  ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.ES2023,
    true,
    path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );

/** Every node of a file, from the outside in. */
export const nodesOf = (file: ts.SourceFile): readonly ts.Node[] => {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return nodes;
};

export const lineOf = (file: ts.SourceFile, node: ts.Node): number =>
  file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
