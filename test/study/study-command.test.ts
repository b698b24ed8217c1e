import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { study } from "../../src/commands/study.ts";
import { studyWhatIf, thresholdsOf } from "../../src/commands/study-what-if.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import { smallStudyText, sourcesFile } from "./small-study.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lanewatch-study-"));
});
afterAll(() => rm(folder, { recursive: true }));

const run = async (
  text: string,
  options: { readonly workers?: number; readonly resume?: string; readonly out?: string } = {},
): Promise<string> => {
  const file = join(folder, "study.yaml");
  writeFileSync(file, text);
  const printed: string[] = [];
  await study({
    study: file,
    sources: sourcesFile,
    workers: options.workers ?? 2,
    resume: options.resume,
    out: options.out,
    print: (lines) => printed.push(...lines),
  });
  return printed.join("\n");
};

describe("a study", () => {
  it("writes a table, a page, JSON and CSV that say the same, whatever the number of workers", async () => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    const table = await run(smallStudyText, { workers: 1, out: one });
    expect(await run(smallStudyText, { workers: 2, out: two })).toBe(table);
    for (const name of ["report.html", "results.json", "results.csv"]) {
      expect(readFileSync(join(one, name), "utf8")).toBe(readFileSync(join(two, name), "utf8"));
    }
    expect(table).toContain("Small <study>");
    expect(table).toMatch(/gross-count +nSigma 4 +\d/);
  });

  it("goes on where it was killed, and comes to the same", async () => {
    const resume = join(folder, "partial.jsonl");
    const table = await run(smallStudyText, { resume });
    const lines = readFileSync(resume, "utf8").split("\n");
    expect(lines).toHaveLength(1 + 5 + 1);
    // Killed in the middle of its fourth line.
    const keep = lines.slice(0, 3).join("\n").length + 20;
    truncateSync(resume, keep);
    expect(await run(smallStudyText, { resume })).toBe(table);
    expect(readFileSync(resume, "utf8").trimEnd().split("\n")).toHaveLength(6);
    // All done: nothing is run, and the answer is the same.
    expect(await run(smallStudyText, { resume })).toBe(table);
  });

  it("does not go on from another study", async () => {
    const resume = join(folder, "other.jsonl");
    writeFileSync(resume, `${JSON.stringify({ study: "another" })}\n`);
    await expect(run(smallStudyText, { resume })).rejects.toMatchObject({ code: "bad-arguments" });
    expect(readFileSync(resume, "utf8")).toBe(`${JSON.stringify({ study: "another" })}\n`);
  });

  it("refuses what cannot be read with a code", async () => {
    const options = { workers: 1, resume: undefined, out: undefined, print: () => undefined };
    const missing = join(folder, "missing.yaml");
    await expect(study({ ...options, study: missing, sources: sourcesFile })).rejects.toMatchObject({
      code: "config-unreadable",
    });
    const text = smallStudyText.replace("simulated:", "recordings: [nowhere.csv], simulated:");
    await expect(run(text)).rejects.toMatchObject({ code: "file-unreadable" });
  });
});

describe("what-if", () => {
  it.each([
    ["3.5..6", [3.5, 4, 4.5, 5, 5.5, 6]],
    ["3.5..4/0.25", [3.5, 3.75, 4]],
    ["3..3.3/0.1", [3, 3.1, 3.2, 3.3]],
    ["4", [4]],
  ])("understands %s", (text, values) => expect(thresholdsOf(text)).toEqual(values));

  it.each(["", "x", "4..", "..4", "6..3", "0.5..2", "3..60", "3..4/0", "1..50/0.001", "4/0.5"])(
    "refuses %s",
    (text) => expect(() => thresholdsOf(text)).toThrow(LanewatchError),
  );

  const recordings = join(import.meta.dirname, "..", "..", "..", "shared", "data", "rapiscan");
  const ask = async (file: string): Promise<readonly string[]> => {
    const printed: string[] = [];
    const files = [join(recordings, file)];
    const print = (lines: readonly string[]): void => void printed.push(...lines);
    await studyWhatIf({ files, nSigma: "3.5..6", groups: undefined, driver: "rapiscan-line", print });
    return printed.slice(2).map((line) => line.trim().replaceAll(/ +/g, " "));
  };

  it.skipIf(!existsSync(recordings))("says what thresholds would have done to recordings", async () => {
    expect(await ask("S2-C3-NORM2-part1.csv")).toEqual([
      "3.5 12 12 12 1000.0 327 15 0",
      "4 12 12 12 1000.0 327 0 0",
      "4.5 12 12 12 1000.0 313 0 14",
      "5 12 12 12 1000.0 291 0 36",
      "5.5 12 12 12 1000.0 280 0 47",
      "6 12 12 12 1000.0 271 0 56",
    ]);
    expect((await ask("S2-C0-NONE-part1.csv"))[1]).toBe("4 12 0 0 0.0 0 0 0");
  });
});
