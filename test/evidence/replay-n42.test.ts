import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { countsOfN42 } from "../../src/evidence/n42-counts.ts";
import { readN42 } from "../../src/evidence/n42-reader.ts";
import { GB, GX, NS, alarmedPass, calm, times, wire } from "../core/frame-life.ts";
import { isValidationAbsent, schemaErrors } from "./n42-schema.ts";
import { structureErrors } from "./n42-structure.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "replay-n42-"));
afterAll(() => rmSync(folder, { recursive: true }));

const replay = (...words: readonly string[]): { readonly status: number | null; readonly stderr: string } => {
  const program = ["--import", "tsx", join(root, "src/cli.ts"), "replay", ...words];
  const { status, stderr } = spawnSync(process.execPath, program, {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stderr };
};

describe("lanewatch replay --n42", () => {
  const recording = join(folder, "pass.txt");
  writeFileSync(recording, wire([GB, NS, ...times(6, calm), GX, ...alarmedPass, GB, NS, ...times(7, calm)]));

  it("writes one document an occupancy that ended, numbered on from recording to recording", () => {
    const out = join(folder, "new", "folder");
    expect(replay(recording, recording, "--n42", out)).toMatchObject({ status: 0 });
    expect(readdirSync(out).sort()).toEqual([
      "pass-0001.n42",
      "pass-0002.n42",
      "pass-0003.n42",
      "pass-0004.n42",
    ]);
    const documents = readdirSync(out).map((name) => readFileSync(join(out, name), "utf8"));
    expect(documents.flatMap(structureErrors)).toEqual([]);
    if (!isValidationAbsent()) expect(schemaErrors(documents)).toEqual([]);
    const read = documents.map(readN42);
    expect(read.map(({ alarms }) => alarms.length)).toEqual([0, 1, 0, 1]);
    expect(read.map((document) => countsOfN42(document).gamma.length)).toEqual([6, 15, 6, 15]);
    expect(documents[3]).toBe(documents[1]);
  });

  it("says where it cannot write", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const { status, stderr } = replay(recording, "--n42", file);
    expect(status).toBe(2);
    expect(stderr).toContain("cannot be written");
  });

  it("is not for comparisons", () => {
    const { status, stderr } = replay(recording, "--n42", folder, "--against", "sensitive");
    expect(status).toBe(2);
    expect(stderr).toContain("leave out --n42");
  });
});
