import { describe, expect, it } from "vitest";
import { alarmKinds, peakZ, type RuleDecision } from "../../src/domain/alarms.ts";
import { dispositionGroups, dispositionIds, dispositions } from "../../src/domain/dispositions.ts";
import { errorCodes, ProblemsError } from "../../src/domain/errors.ts";
import { eventClass } from "../../src/domain/events.ts";
import { detectorGroupNames, detectorGroups, panels, totalOf } from "../../src/domain/panels.ts";
import { pathText } from "../../src/problems.ts";

describe("dispositions", () => {
  it("have the codes of deployed stations, 1 to 11", () => {
    expect(dispositionIds.map((id) => dispositions[id].code)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(dispositions["norm-found"]).toMatchObject({ code: 4, group: "innocent" });
    expect(dispositions["unauthorized-activity"]).toMatchObject({ code: 10, group: "tamper" });
  });

  it("are each of a group with a name, and every group has one", () => {
    expect(new Set(dispositionIds.map((id) => dispositions[id].group))).toEqual(
      new Set(Object.keys(dispositionGroups)),
    );
  });
});

describe("detector groups", () => {
  it.each(detectorGroupNames)("%s has every panel once", (group) => {
    const columns: readonly number[] = detectorGroups[group].members.flatMap((member) => [...member.columns]);
    expect(columns.toSorted()).toEqual(panels.map((_, column) => column));
  });

  it("of single panels are called as the panels are", () => {
    expect(detectorGroups.single.members.map(({ name }) => name)).toEqual(panels);
  });

  it("add up", () => expect(totalOf([1, 2, 3, 4])).toBe(10));
});

describe("alarms", () => {
  const core = (z: number): RuleDecision => ({
    origin: "core",
    rule: "gross-count",
    firstInterval: 4,
    flaggedIntervals: 1,
    evidence: {
      algorithm: "gross-count",
      group: "sum",
      member: "sum",
      counts: 1,
      background: 1,
      threshold: 1,
      z,
    },
  });
  const portal: RuleDecision = {
    origin: "portal",
    rule: "gamma-flag",
    firstInterval: 4,
    flaggedIntervals: 1,
  };

  it.each<[readonly RuleDecision[], number | null]>([
    [[], null],
    [[portal], null],
    [[portal, core(5)], 5],
    [[core(5), core(7), core(6)], 7],
  ])("of %o have the peak %s", (decisions, peak) => expect(peakZ({ decisions })).toBe(peak));

  it("are graver with neutrons than with gammas, and with gammas than by energy alone", () => {
    const kinds = (["energy", "gamma", "neutron"] as const).toSorted(
      (a, b) => alarmKinds[a].severity - alarmKinds[b].severity,
    );
    expect(kinds).toEqual(["neutron", "gamma", "energy"]);
  });
});

describe("errors", () => {
  it("end the program with a code that is no success", () => {
    for (const { exitCode } of Object.values(errorCodes)) expect(exitCode).toBeGreaterThan(0);
  });

  it.each([
    [1, "site.yaml has 1 problem"],
    [3, "site.yaml has 3 problems"],
  ])("count %d problems", (count, message) => {
    const problems = Array.from({ length: count }, (_, index) => ({
      path: `lanes[${index}]`,
      message: "bad",
    }));
    expect(new ProblemsError("site.yaml", problems)).toMatchObject({
      message,
      code: "config-invalid",
      problems,
    });
  });

  it.each([
    [["lanes", 2, "source", "port"], "lanes[2].source.port"],
    [[0, "a"], "[0].a"],
    [[], ""],
  ])("say the path %j as %j", (path, text) => expect(pathText(path)).toBe(text));
});

it("what officers must find again is kept as a record, and what only draws a chart is not", () => {
  expect(eventClass["alarm-ended"]).toBe("record");
  expect(eventClass["frames-lost"]).toBe("record");
  expect(eventClass["interval-measured"]).toBe("measurement");
  expect(eventClass["bytes-quarantined"]).toBe("quarantine");
});
