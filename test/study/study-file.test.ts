import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ProblemsError } from "../../src/domain/errors.ts";
import { parseSourceLibrary } from "../../src/study/source-library.ts";
import { parseStudy } from "../../src/study/study-file.ts";
import { config, library, smallStudy, sourcesFile } from "./small-study.ts";

const problemsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ProblemsError)
      return error.problems.map(({ path, line }) => `${path}:${line ?? "?"}`);
    throw error;
  }
  return [];
};

describe("the source library", () => {
  it("that comes with the program is read, with the sources of the field", () => {
    expect(Object.keys(library.sources).length).toBeGreaterThanOrEqual(12);
    const kinds = Object.values(library.sources);
    expect(kinds.some(({ neutronCps }) => neutronCps > 0)).toBe(true);
    expect(kinds.some(({ lengthInM }) => lengthInM > 0)).toBe(true);
    expect(kinds.some(({ shielding }) => shielding < 1)).toBe(true);
  });

  it("reports every problem at once, with its line", () => {
    const text = readFileSync(sourcesFile, "utf8")
      .replace("windows: [0.4, 0.55, 0.05, 0]", "windows: [0.4, 0.55, 0.05, 0.3]")
      .replace("shielding: 0.1", "shielding: 2")
      .replace("gammaCps: 60\n", "gammaCps: 60\n    colour: red\n");
    expect(problemsOf(() => parseSourceLibrary(text, "sources"))).toEqual([
      expect.stringMatching(/^sources\.Cs-137\.windows:\d+$/),
      expect.stringMatching(/^sources\.Cs-137-shielded\.shielding:\d+$/),
      expect.stringMatching(/^sources\.fertilizer\.colour:\d+$/),
    ]);
  });

  it.each(["", "sources: [", "portal: *nothing"])("that is %j is a problem, not a crash", (text) => {
    expect(problemsOf(() => parseSourceLibrary(text, "sources")).length).toBeGreaterThan(0);
  });
});

describe("a study file", () => {
  it.each(readdirSync(join(config, "studies")))("%s is read", (name) => {
    const study = parseStudy(readFileSync(join(config, "studies", name), "utf8"), name, library);
    expect(study.variants.length).toBeGreaterThan(0);
  });

  it("is worked out: doses of the asked excess, settings with every default", () => {
    expect(smallStudy.variants.map(({ dose }) => Math.round(dose.gammaPeakCps))).toEqual([300, 900, 180]);
    expect(smallStudy.detectors.map(({ label, value }) => `${label} ${value}`)).toEqual([
      "gross-count 2",
      "gross-count 4",
      "neutron-poisson 0.0001",
    ]);
    expect(smallStudy.detectors[1]?.settings).toEqual({ nSigma: 4, groups: ["sum"], windowIntervals: 5 });
  });

  it("reports problems of form all at once", () => {
    const text = `title: x
seed: 1
vehicles: {}
injectInto: 0
sources: [{ source: Cs-137 }]
rules: [{ rule: no-such, sweep: { parameter: a, values: [] } }]
`;
    expect(problemsOf(() => parseStudy(text, "study", library))).toEqual([
      "vehicles:3",
      "injectInto:4",
      "sources[0]:5",
      "rules[0].rule:6",
      "rules[0].sweep.values:6",
    ]);
  });

  it("reports problems between study, sources and rules all at once", () => {
    const text = `title: x
seed: 1
vehicles: { simulated: { count: 1 } }
injectInto: 1
sources:
  - { source: Pu-239, strengths: [1] }
  - { source: Cs-137, strengths: [1, 1.0e+6] }
rules:
  - rule: gross-count
    settings: { groups: [all] }
    sweep: { parameter: nSigma, values: [4, 400] }
  - { rule: cusum, sweep: { parameter: h, values: [4, 5] } }
  - { rule: cusum, sweep: { parameter: limit, values: [4] } }
`;
    expect(problemsOf(() => parseStudy(text, "study", library))).toEqual([
      "sources[0].source:6",
      "sources[1].strengths[1]:7",
      "rules[0].settings.groups.0:10",
      "rules[0].sweep.values[1]:11",
      "rules[1].sweep.parameter:12",
      "rules[2].label:13",
    ]);
  });
});
