/** Programs as they are shipped, without types: `tsx` makes small functions slower by a quarter to a third. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["bench", "src", "drivers", "simulators", "test"] as const;
/** Of the browser; not needed to measure. */
const left = /^(src\/console\/web|test\/console\/web)\//;

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !left.test(path) && !path.endsWith(".test.ts"));

const isFresh = (source: string, target: string): boolean => {
  const built = statSync(target, { throwIfNoEntry: false });
  return built !== undefined && built.mtimeMs > statSync(source).mtimeMs;
};

/** Compiles what changed into `dist/bench`; types are not looked at. Gives the folder of the compiled programs. */
export const buildBench = (): string => {
  const output = join(root, "dist", "bench");
  const wanted = new Set<string>();
  for (const path of folders.flatMap(sourcesIn)) {
    const [source, target] = [join(root, path), join(output, path.replace(/\.ts$/, ".js"))];
    wanted.add(target);
    if (isFresh(source, target)) continue;
    const { outputText } = ts.transpileModule(readFileSync(source, "utf8"), {
      fileName: source,
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  for (const entry of readdirSync(output, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && path.endsWith(".js") && !wanted.has(path)) rmSync(path);
  }
  return join(output, "bench");
};
