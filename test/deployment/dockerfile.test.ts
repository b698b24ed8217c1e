import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readText, repository } from "./compose-file.ts";

interface Instruction {
  readonly name: string;
  readonly words: string;
}

/** Instructions of a Dockerfile, continued lines joined, comments left out. */
const instructionsOf = (text: string): readonly Instruction[] =>
  text
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .flatMap((line) => {
      const match = /^([A-Z]+) (.*)$/.exec(line);
      return match === null ? [] : [{ name: match[1] ?? "", words: match[2] ?? "" }];
    });

const instructions = instructionsOf(readText("Dockerfile"));
const named = (name: string): readonly string[] =>
  instructions.filter((one) => one.name === name).map(({ words }) => words);
/** What is copied from the repository, not from another stage. */
const copied = named("COPY")
  .filter((words) => !words.startsWith("--from"))
  .flatMap((words) => words.split(" ").slice(0, -1));

describe("the Dockerfile", () => {
  it("copies what is there", () => {
    expect(copied).toContain("src");
    expect(copied.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  });

  it("and what .dockerignore lets through", () => {
    const letThrough = readText(".dockerignore").match(/(?<=^!).*$/gm) ?? [];
    expect(
      copied.filter((path) => !letThrough.some((name) => path === name || path.startsWith(`${name}/`))),
    ).toEqual([]);
    expect(
      letThrough.filter((name) => !copied.some((path) => path === name || path.startsWith(`${name}/`))),
    ).toEqual([]);
  });

  it("copies all that the build reads", () => {
    const { include } = z
      .looseObject({ include: z.array(z.string()) })
      .parse(JSON.parse(readText("tsconfig.json")));
    expect(include.filter((folder) => !copied.includes(folder))).toEqual([]);
    const used = execFileSync("git", ["grep", "-hoE", 'packageFile\\("[^"]+"\\)', "--", "src"], {
      cwd: repository,
      encoding: "utf8",
    });
    const files = [...used.matchAll(/"([^"]+)"/g)].map(([, file]) => file ?? "");
    expect(files).toContain("config/demo.yaml");
    const inImage = [...copied, "dist"];
    expect(
      files.filter((file) => !inImage.some((path) => file === path || file.startsWith(`${path}/`))),
    ).toEqual([]);
  });

  it("pins its image, a Node that the package takes and that carries glibc, in one place", () => {
    const [image, ...others] = named("ARG").flatMap((words) => /^NODE_IMAGE=(.*)$/.exec(words)?.[1] ?? []);
    expect(others).toEqual([]);
    expect(image).toMatch(/^node:(22|24)\.\d+\.\d+-bookworm-slim$/);
    expect(named("FROM")).toEqual(["${NODE_IMAGE} AS build", "${NODE_IMAGE}"]);
  });

  it("installs by the lock file and runs no package's script", () => {
    const installs = named("RUN").flatMap((words) =>
      words.split("&&").filter((word) => word.includes("npm ")),
    );
    expect(installs.map((words) => words.trim())).toEqual([
      "npm ci --ignore-scripts --no-audit --no-fund",
      "npm run build",
      "npm prune --omit=dev --ignore-scripts --no-audit --no-fund",
    ]);
  });

  it("ends as a user without rights, with a health check and the program as its entry", () => {
    const last = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));
    expect(last.filter(({ name }) => name === "USER")).toEqual([{ name: "USER", words: "node" }]);
    expect(last.findIndex(({ name }) => name === "USER")).toBeGreaterThan(
      last.findLastIndex(({ name }) => name === "COPY" || name === "RUN"),
    );
    expect(named("ENTRYPOINT")).toEqual(['["lanewatch"]']);
    const [check] = named("HEALTHCHECK");
    const script = /"\/app\/(config\/[^"]+)"/.exec(check ?? "")?.[1];
    expect(script !== undefined && existsSync(join(repository, script))).toBe(true);
  });

  it("says of itself what package.json says", () => {
    const { description, license } = z
      .looseObject({ description: z.string(), license: z.string() })
      .parse(JSON.parse(readText("package.json")));
    expect(named("LABEL").join()).toContain(`description="${description}"`);
    expect(named("LABEL").join()).toContain(`licenses="${license}"`);
  });
});
