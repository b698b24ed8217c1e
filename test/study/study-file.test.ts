import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ProblemsError } from "../../src/domain/errors.ts";
import { rulesOf } from "../../src/study/detectors.ts";
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
    expect(study.detectors.length).toBeGreaterThan(0);
  });

  it("is worked out: doses of the asked excess, settings with every default", () => {
    expect(smallStudy.variants.map(({ dose }) => Math.round(dose.gammaPeakCps))).toEqual([300, 900, 180]);
    expect(smallStudy.detectors).toMatchObject([
      { kind: "rule", label: "gross-count", parameter: "nSigma", value: 2 },
      { value: 4, settings: { nSigma: 4, groups: ["sum"], windowIntervals: 5 } },
      { label: "neutron-poisson", parameter: "alpha", value: 0.0001 },
    ]);
  });

  it("has presets as a lane would have them, whole and apart", () => {
    const text = `title: x
seed: 1
vehicles: { simulated: { count: 1, mix: { nothing: 95, norm: 3 } } }
presets:
  - { preset: vendor-compatible }
  - { preset: norm-discriminating, apart: true }
`;
    const { detectors, variants, simulated } = parseStudy(text, "study", library);
    const rulesByLabel = detectors.map((each) => [each.label, rulesOf(each).map(([rule]) => rule)]);
    expect(Object.fromEntries(rulesByLabel)).toEqual({
      "vendor-compatible": ["gross-count", "neutron-sprt", "window-ratio"],
      "norm-discriminating": [
        "gross-count",
        "suppressed-gross-count",
        "neutron-poisson",
        "neutron-sprt",
        "two-window",
        "spectral-ratios",
      ],
      "norm-discriminating, gamma": ["gross-count", "suppressed-gross-count"],
      "norm-discriminating, neutron": ["neutron-poisson", "neutron-sprt"],
      "norm-discriminating, energy": ["two-window", "spectral-ratios"],
    });
    expect(detectors.flatMap(rulesOf)).toContainEqual([
      "gross-count",
      { nSigma: 4, groups: ["sum", "vertical"], windowIntervals: 5 },
    ]);
    expect(variants).toEqual([]);
    expect(simulated?.mix).toEqual({ nothing: 95, norm: 3, medical: 0, industrial: 0, neutron: 0 });
  });

  it("reports presets that stand twice or are not there, mixes of nothing, and studies of nothing", () => {
    const study = (rest: string): string =>
      `title: x\nseed: 1\nvehicles: { simulated: { count: 1 } }\n${rest}`;
    const problems = (rest: string): readonly string[] =>
      problemsOf(() => parseStudy(study(rest), "study", library));
    expect(problems("presets: [{ preset: sensitive }, { preset: sensitive }]")).toEqual([
      "presets[1].preset:4",
    ]);
    expect(problems("presets: [{ preset: eager }]")).toEqual(["presets[0].preset:4"]);
    expect(problems("")).toEqual([expect.stringMatching(/^rules:/)]);
    const noMix = study("presets: [{ preset: sensitive }]").replace("count: 1", "count: 1, mix: {}");
    expect(problemsOf(() => parseStudy(noMix, "study", library))).toEqual(["vehicles.simulated.mix:3"]);
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
