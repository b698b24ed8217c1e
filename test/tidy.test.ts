import { describe, expect, it } from "vitest";
import { deadImports, importCycles, nodeImports, wrongDirections } from "./tidy/imports.ts";
import { importGraph, readSources, type Source } from "./tidy/sources.ts";
import { ambientUses, badNames, defaultsOverKind, isKebabCase, maxLines, tooLong } from "./tidy/texts.ts";

const sources = readSources(["src", "drivers", "simulators"]);
const graph = importGraph(sources);
const isPure = ({ path }: { readonly path: string }): boolean =>
  /^(src\/domain|src\/core|drivers)\//.test(path);
const pure = sources.filter(isPure);
const pureGraph = new Map([...graph].filter(([path]) => isPure({ path })));

const graphOf = (
  edges: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, readonly string[]> => new Map(Object.entries(edges));
const source = (text: string, path = "src/core/example.ts"): Source => ({ path, text });

describe("the tree", () => {
  it("is read at all", () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(graph.get("src/core/lane.ts")).toContain("src/core/background.ts");
    expect(graph.get("src/wire/json.ts")).toEqual(["zod", "src/domain/errors.ts", "src/wire/byte-slab.ts"]);
  });

  it("imports in the direction of the architecture", () => expect(wrongDirections(graph)).toEqual([]));
  it("imports files that are there", () => expect(deadImports(graph)).toEqual([]));
  it("has no import cycles", () => expect(importCycles(graph)).toEqual([]));
  it("keeps Node out of domain, core and drivers", () => expect(nodeImports(pureGraph)).toEqual([]));
  it("keeps clocks, chance and I/O out of domain, core and drivers", () =>
    expect(pure.flatMap(ambientUses)).toEqual([]));
  it("has no default in a switch over a kind", () =>
    expect(sources.filter(({ path }) => !path.startsWith("simulators/")).flatMap(defaultsOverKind)).toEqual(
      [],
    ));
  it(`has no file over ${maxLines} lines`, () => expect(sources.flatMap(tooLong)).toEqual([]));
  it("says what it means in the words of the field", () => expect(sources.flatMap(badNames)).toEqual([]));
  it("has kebab-case file names", () =>
    expect(sources.map(({ path }) => path).filter((path) => !isKebabCase(path))).toEqual([]));
});

describe("imports are read from", () => {
  it.each([
    ["import { a } from '../domain/ids.ts';", "src/domain/ids.ts"],
    ['import type { A } from "./lane.ts";', "src/core/lane.ts"],
    ['export { a } from "./lane.ts";', "src/core/lane.ts"],
    ['const a = await import("../edge/edge.ts");', "src/edge/edge.ts"],
    ['import "node:fs";', "node:fs"],
  ])("%s", (text, imported) => {
    expect(importGraph([source(text)]).get("src/core/example.ts")).toEqual([imported]);
  });
});

describe("the directions refuse", () => {
  it.each([
    ["src/domain/a.ts", "src/core/lane.ts"],
    ["src/core/a.ts", "src/wire/json.ts"],
    ["src/core/a.ts", "src/ports.ts"],
    ["src/wire/a.ts", "src/ports.ts"],
    ["src/ports.ts", "src/wire/json.ts"],
    ["src/edge/a.ts", "src/stream/core.ts"],
    ["src/stream/a.ts", "src/console/console.ts"],
    ["src/console/a.ts", "src/edge/edge.ts"],
    ["src/console/a.ts", "src/config.ts"],
    ["src/console/a.ts", "src/console/web/app.tsx"],
    ["src/console/web/a.ts", "src/console/console.ts"],
    ["src/replay/a.ts", "src/adapters/file-source.ts"],
    ["src/stream/a.ts", "drivers/registry.ts"],
    ["src/adapters/a.ts", "src/commands/up.ts"],
    ["src/adapters/a.ts", "simulators/run.ts"],
    ["src/cli.ts", "simulators/run.ts"],
    ["src/commands/a.ts", "test/manual-clock.ts"],
    ["drivers/a.ts", "src/core/lane.ts"],
    ["drivers/a.ts", "bench/log-append.ts"],
    ["simulators/a.ts", "src/stream/core.ts"],
    ["simulators/a.ts", "drivers/registry.ts"],
  ])("%s importing %s", (path, imported) => {
    expect(wrongDirections(graphOf({ [path]: [imported] }))).toEqual([`${path} imports ${imported}`]);
  });

  it("a file that belongs to no part", () => {
    expect(wrongDirections(graphOf({ "src/loose.ts": [] }))).toEqual(["src/loose.ts belongs to no part"]);
  });
});

describe("cycles are found", () => {
  it.each([
    ["of one file", { a: ["a"] }, ["a → a"]],
    ["of two files", { a: ["b"], b: ["a"] }, ["a → b → a"]],
    ["behind other files", { a: ["b"], b: ["c"], c: ["d"], d: ["b"] }, ["b → c → d → b"]],
    ["nowhere in a diamond", { a: ["b", "c"], b: ["d"], c: ["d"], d: [] }, []],
  ])("%s", (_, edges, cycles) => expect(importCycles(graphOf(edges))).toEqual(cycles));

  it("and imports of files that are not there", () => {
    expect(deadImports(graphOf({ "src/a.ts": ["src/b.ts"] }))).toEqual([
      "src/a.ts imports src/b.ts, which is not there",
    ]);
  });
});

describe("clocks, chance and I/O are found in", () => {
  it.each([
    ["const a = Date.now();", "Date.now"],
    ["const a = new Date();", "Date()"],
    ["const a = performance.now();", "performance"],
    ["const a = Math.random();", "Math.random"],
    ["setTimeout(() => 1, 2);", "setTimeout"],
    ["setInterval(() => 1, 2);", "setInterval"],
    ["const a = process.env;", "process"],
    ["console.log(1);", "console"],
    ["const a = crypto.randomUUID();", "crypto"],
    ["await fetch('x');", "fetch"],
    ["const a = Buffer.from('x');", "Buffer"],
    ["const a = { process };", "process"],
  ])("%s", (text, use) => expect(ambientUses(source(text))).toEqual([`src/core/example.ts:1 uses ${use}`]));

  it("and not in words, properties and pure functions of dates", () => {
    const text = "// process\nconst a = { process: 'fetch', b: x.process };\nconst c = Date.UTC(2024, 0);";
    expect(ambientUses(source(text))).toEqual([]);
  });

  it("and so are Node's modules", () => {
    expect(nodeImports(graphOf({ "src/core/a.ts": ["node:fs", "zod"] }))).toEqual([
      "src/core/a.ts imports node:fs",
    ]);
  });
});

describe("the other rules can fail", () => {
  it.each([
    ["switch (a.kind) { case 'x': break; default: }", 1],
    ["const { kind } = a; switch (kind) { default: }", 1],
    ["switch (a.kind) { case 'x': break; }", 0],
    ["switch (a.length) { default: }", 0],
  ])("%s has %i defaults over a kind", (text, found) => {
    expect(defaultsOverKind(source(text))).toHaveLength(found);
  });

  it("a long file", () => {
    expect(tooLong(source("a\n".repeat(maxLines)))).toEqual([]);
    expect(tooLong(source("a\n".repeat(maxLines + 1)))).toEqual([
      `src/core/example.ts has ${maxLines + 1} lines`,
    ]);
  });

  it.each([
    "src/edge/lane-manager.ts",
    "src/edge/string-utils.ts",
    "src/core/helpers.ts",
    "src/core/alert-board.ts",
  ])("the name %s", (path) =>
    expect(badNames(source("", path))).toEqual([`${path} has a name that is not ours`]),
  );

  it("foreign words", () => {
    expect(badNames(source("const openAlert = sensorOf(a);"))).toEqual([
      "src/core/example.ts:1 says openAlert",
      "src/core/example.ts:1 says sensorOf",
    ]);
  });

  it.each(["src/core/laneStep.ts", "src/core/Lane.ts", "src/core/lane_step.ts"])("the name %s", (path) =>
    expect(isKebabCase(path)).toBe(false),
  );
});
