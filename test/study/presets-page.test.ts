import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presetNames } from "../../src/core/presets.ts";
import { parseStudy } from "../../src/study/study-file.ts";
import { config, library } from "./small-study.ts";

const page = readFileSync(join(config, "presets.md"), "utf8");
const commands = [
  ...page.matchAll(/^npx lanewatch study config\/(\S+) --workers 2 +# seed (\S+); (\d+) s$/gm),
];

describe("the page of the presets", () => {
  it("names every preset", () => {
    for (const name of presetNames) expect(page).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, "m"));
  });

  it("gives commands of studies that are there, with their seeds, of three minutes at most", () => {
    expect(commands).toHaveLength(6);
    for (const [, file = "", seed, seconds] of commands) {
      expect([file, existsSync(join(config, file))]).toEqual([file, true]);
      const study = parseStudy(readFileSync(join(config, file), "utf8"), file, library);
      expect(study.seed).toBe(seed);
      expect(Number(seconds)).toBeLessThanOrEqual(180);
      const judged = new Set(
        study.detectors.map((each) => (each.kind === "preset" ? each.preset : each.rule)),
      );
      expect([...judged]).toEqual([...presetNames]);
    }
  });
});
