import { describe, expect, it } from "vitest";
import { studyHtml } from "../../src/study/study-html.ts";
import { studyCsv, studyJson, type StudyReport, studyTable } from "../../src/study/study-report.ts";
import { resultsOf } from "../../src/study/sweep.ts";
import { smallStudy } from "./small-study.ts";

const report: StudyReport = {
  study: smallStudy,
  vehicles: { recorded: 0, simulated: 90, leftOut: 0 },
  results: resultsOf(smallStudy, {
    trials: [90, 100, 100, 100],
    alarms: [
      [4, 0, 0],
      [40, 3, 0],
      [100, 97, 0],
      [10, 2, 95],
    ],
  }),
};

describe("the report", () => {
  it("is a table", () => {
    expect(studyTable(report)).toMatchInlineSnapshot(`
      [
        "Small <study>",
        "0 recorded and 90 simulated vehicles; 100 injections of each source and strength; seed small",
        "",
        "Nuisance alarms per 1,000 occupancies (95 % Clopper–Pearson intervals in brackets)",
        "rule             setting           per 1,000",
        "───────────────  ──────────  ───────────────",
        "gross-count      nSigma 2    44.4 (12.2–110)",
        "gross-count      nSigma 4         0 (0–40.2)",
        "neutron-poisson  alpha 1e-4       0 (0–40.2)",
        "",
        "Detection where a rule gives at most 100 nuisance alarms per 1,000 occupancies",
        "source  strength                   gross-count nSigma 2  neutron-poisson alpha 1e-4",
        "──────  ─────────────────────────  ────────────────────  ──────────────────────────",
        "Cs-137  0.12 MBq = 300 cps           40.0 % (30.3–50.3)                           –",
        "Cs-137  0.36 MBq = 900 cps         100.0 % (96.4–100.0)                           –",
        "Cf-252  20 kn/s = 180 cps, 20 n/s     10.0 % (4.9–17.6)          95.0 % (88.7–98.4)",
      ]
    `);
  });

  it("is CSV with one line a setting and source", () => {
    const lines = studyCsv(report).split("\r\n");
    expect(lines).toHaveLength(1 + 3 * 4 + 1);
    expect(lines[1]).toMatch(/^gross-count,gross-count,nSigma,2,,,,,,4,90,0\.0444/);
    expect(lines.slice(0, -1).map((line) => line.split(",").length)).toEqual(Array(13).fill(14));
  });

  it("is JSON with everything", () => {
    expect(JSON.parse(studyJson(report))).toMatchObject({
      version: 1,
      study: { seed: "small" },
      results: [{ nuisance: { alarms: 4, trials: 90 } }, {}, {}],
    });
  });

  it("is one page that needs nothing else, with a plot of each kind a source", () => {
    const html = studyHtml(report);
    expect(html).not.toMatch(/<script|https?:|src=|@import|url\(/);
    expect(html).toContain("Small &lt;study&gt;");
    expect(html).not.toContain("Small <study>");
    expect(html.match(/<figure>/g)).toHaveLength(4);
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("shows a rule only where the source gives it something to detect", () => {
    const [caesium = "", californium = ""] = studyHtml(report).split("<figure>").slice(1);
    expect(caesium).not.toContain("neutron-poisson:");
    expect(californium).toContain("neutron-poisson: ");
  });
});
