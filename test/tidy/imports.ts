import type { ImportGraph } from "./sources.ts";

/** What a part of the program may import of ours: the longest prefix of a file's path says which part it belongs to. */
export type Directions = Readonly<Record<string, readonly string[]>>;

const inner = ["src/domain/", "src/core/", "src/wire/", "src/ports.ts", "src/records.ts"];

export const directions: Directions = {
  "src/domain/": ["src/domain/"],
  "src/core/": ["src/domain/", "src/core/"],
  "src/wire/": ["src/domain/", "src/core/", "src/wire/"],
  "src/ports.ts": ["src/domain/", "src/wire/topics.ts"],
  "src/records.ts": ["src/domain/", "src/wire/topics.ts", "src/ports.ts"],
  "src/problems.ts": ["src/domain/"],
  "src/kafka-settings.ts": [],
  "src/metrics-settings.ts": [],
  "src/text-table.ts": [],
  "src/yaml-document.ts": ["src/domain/", "src/problems.ts"],
  "src/config.ts": [
    "src/domain/",
    "src/core/",
    "src/wire/",
    "src/console/console-settings.ts",
    "src/console/site-settings.ts",
    "src/identity/user-settings.ts",
    "src/edge/source-settings.ts",
    "src/edge/spool-settings.ts",
    "src/kafka-settings.ts",
    "src/signals/signal-settings.ts",
    "src/metrics-settings.ts",
    "src/series/series-settings.ts",
    "src/sink/sink-settings.ts",
    "src/problems.ts",
    "drivers/",
  ],
  "src/edge/": [...inner, "src/edge/", "drivers/driver.ts"],
  "src/stream/": [...inner, "src/stream/", "drivers/driver.ts"],
  "src/series/": [...inner, "src/series/"],
  "src/sink/": [...inner, "src/series/", "src/sink/"],
  "src/signals/": [...inner, "src/signals/", "src/edge/broker-settings.ts"],
  "src/identity/": [...inner, "src/identity/", "src/problems.ts"],
  "src/evidence/": [...inner, "src/evidence/"],
  "src/history/": [...inner, "src/history/", "src/console/rows.ts"],
  "src/replay/": [...inner, "src/replay/", "src/text-table.ts", "drivers/driver.ts"],
  "src/study/": [...inner, "src/study/", "src/text-table.ts", "src/problems.ts", "src/yaml-document.ts"],
  "src/console/": [...inner, "src/console/", "src/problems.ts", "drivers/driver.ts"],
  "src/console/web/": ["src/domain/", "src/core/", "src/wire/", "src/console/web/"],
  "src/adapters/": ["src/", "drivers/"],
  "src/commands/": ["src/", "drivers/", "simulators/"],
  "src/cli.ts": ["src/", "drivers/", "simulators/"],
  "drivers/": ["src/domain/", "drivers/"],
  "simulators/": ["src/domain/", "simulators/"],
};

/** Parts that nobody but the named ones may import, whatever the directions say. */
const reserved: Directions = {
  "src/adapters/": ["src/adapters/", "src/commands/", "src/cli.ts"],
  "src/commands/": ["src/commands/", "src/cli.ts"],
  "src/cli.ts": [],
  "src/console/web/": ["src/console/web/"],
  "simulators/": ["simulators/", "src/commands/"],
  "test/": [],
  "bench/": [],
};

const isOurs = (path: string): boolean => /^(src|drivers|simulators|test|bench)\//.test(path);
const isUnder = (path: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => path.startsWith(prefix));

const partOf = (path: string, parts: Directions): string | undefined =>
  Object.keys(parts)
    .filter((part) => path.startsWith(part))
    .sort((a, b) => b.length - a.length)[0];

/** One sentence for each import that goes against the directions, and for each file that belongs to no part. */
export const wrongDirections = (graph: ImportGraph, allowed: Directions = directions): readonly string[] => {
  const wrong: string[] = [];
  for (const [path, imports] of graph) {
    const part = partOf(path, allowed);
    if (part === undefined) {
      wrong.push(`${path} belongs to no part`);
      continue;
    }
    for (const imported of imports) {
      if (!isOurs(imported)) continue;
      const owner = partOf(imported, reserved);
      const isReserved = owner !== undefined && !isUnder(path, reserved[owner] ?? []);
      if (isReserved || !isUnder(imported, allowed[part] ?? [])) wrong.push(`${path} imports ${imported}`);
    }
  }
  return wrong;
};

/** One sentence for each cycle of imports found: `a → b → a`. */
export const importCycles = (graph: ImportGraph): readonly string[] => {
  const cycles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    if (done.has(file)) return;
    const begins = path.indexOf(file);
    if (begins >= 0) {
      cycles.push([...path.slice(begins), file].join(" → "));
      return;
    }
    path.push(file);
    for (const imported of graph.get(file) ?? []) visit(imported);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
};

/** Imports of our own that lead to no file. */
export const deadImports = (graph: ImportGraph): readonly string[] =>
  [...graph].flatMap(([path, imports]) =>
    imports
      .filter((imported) => isOurs(imported) && /\.tsx?$/.test(imported) && !graph.has(imported))
      .map((imported) => `${path} imports ${imported}, which is not there`),
  );

/** Imports of Node's own modules. */
export const nodeImports = (graph: ImportGraph): readonly string[] =>
  [...graph].flatMap(([path, imports]) =>
    imports
      .filter((imported) => imported.startsWith("node:"))
      .map((imported) => `${path} imports ${imported}`),
  );
