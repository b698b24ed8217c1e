import { describe, expect, it } from "vitest";
import {
  emptyLatch,
  endAlarms,
  type Finding,
  type LatchEvent,
  type LatchInput,
  latchFindings,
  type LatchState,
} from "../../src/core/alarm-latch.ts";
import type { Profile } from "../../src/domain/alarms.ts";
import { bootId, laneId, occupancyIdAt } from "../../src/domain/ids.ts";
import type { Advice } from "../../src/domain/load-classes.ts";
import type { RuleFigures } from "../../src/domain/rules.ts";
import { wallMs } from "../../src/domain/units.ts";

const noon = Date.UTC(2024, 5, 1, 12);
const lane = laneId("north-1");
const occupancyId = occupancyIdAt(lane, { bootId: bootId("00000001"), byteOffset: 70 });

const profileWith = (intervals: number): Profile => ({
  startedAt: wallMs(noon),
  intervalInMs: 200,
  windowIntervals: 5,
  gamma: Array.from({ length: intervals }, () => [100, 100, 100, 100] as const),
  coreIntervals: [],
  portalIntervals: [],
  neutron: [],
  gammaBackgroundCps: [400, 400, 400, 400],
  neutronBackgroundCps: null,
  limits: [],
  droppedIntervals: 0,
  energy: [],
  energyBackgroundCps: null,
});

const core = (z: number): Finding => ({
  radiation: "gamma",
  origin: "core",
  rule: "gross-count",
  evidence: {
    algorithm: "gross-count",
    group: "sum",
    member: "sum",
    counts: z,
    background: 1,
    threshold: 5,
    z,
  },
});
const figuresAt = (statistic: number, threshold: number): RuleFigures => ({
  statistic,
  threshold,
  figures: {},
});
const cusum = (statistic: number, threshold = 10): Finding => ({
  radiation: "gamma",
  origin: "core",
  rule: "cusum",
  evidence: figuresAt(statistic, threshold),
});
const neutronRule = (statistic: number): Finding => ({
  radiation: "neutron",
  origin: "core",
  rule: "neutron-sprt",
  evidence: figuresAt(statistic, 9.5),
});
const windowRatio = (statistic: number): Finding => ({
  radiation: "energy",
  origin: "core",
  rule: "window-ratio",
  evidence: figuresAt(statistic, 0.19),
});
const gammaFlag: Finding = { radiation: "gamma", origin: "portal", rule: "gamma-flag" };
const neutronFlag: Finding = { radiation: "neutron", origin: "portal", rule: "neutron-flag" };
const energyFlag: Finding = { radiation: "energy", origin: "portal", rule: "energy-flag" };

/** Tells apart the moments at which it was asked for. */
const adviceAt = (interval: number): Advice => ({
  class: "point-source",
  spectrum: null,
  reasons: [`as of interval ${interval}`],
});

const inputAt = (
  interval: number,
  findings: readonly Finding[],
  speedKph: number | null = null,
): LatchInput => ({
  laneId: lane,
  occupancyId,
  at: wallMs(noon + interval * 200),
  interval,
  speedKph,
  course: () => ({ profile: profileWith(interval + 1), advice: adviceAt(interval) }),
  findings,
});

const run = (
  course: readonly (readonly Finding[])[],
): { readonly latch: LatchState; readonly events: readonly (readonly LatchEvent[])[] } => {
  let latch = emptyLatch;
  const events = course.map((findings, interval) => {
    const [next, said] = latchFindings(latch, inputAt(interval, findings));
    latch = next;
    return said;
  });
  return { latch, events };
};

/** `kind of event` `kind of alarm` `version`, one text an interval. */
const said = (course: readonly (readonly Finding[])[]): readonly string[] =>
  run(course).events.map((events) =>
    events
      .map(({ kind, alarm }) => `${kind.replace("alarm-", "")} ${alarm.kind} v${alarm.version}`)
      .join(", "),
  );

const nothing: readonly Finding[] = [];

describe("says", () => {
  it.each<[string, readonly (readonly Finding[])[], readonly string[]]>([
    ["nothing while nothing holds", [nothing, nothing], ["", ""]],
    ["raised at the first finding", [nothing, [core(6)], nothing], ["", "raised gamma v1", ""]],
    ["raised once where both hold at once", [[core(6), gammaFlag]], ["raised gamma v1"]],
    [
      "updated while the peak grows, and only then",
      [[core(6)], [core(7)], [core(7)], [core(6.5)], [core(8)]],
      ["raised gamma v1", "updated gamma v2", "", "", "updated gamma v3"],
    ],
    [
      "updated when the core joins the portal",
      [[gammaFlag], [gammaFlag], [core(6), gammaFlag]],
      ["raised gamma v1", "", "updated gamma v2"],
    ],
    [
      "updated when the portal joins the core",
      [[core(6)], [core(5), gammaFlag]],
      ["raised gamma v1", "updated gamma v2"],
    ],
    [
      "one event where the peak grows and another joins",
      [[core(6)], [core(7), gammaFlag]],
      ["raised gamma v1", "updated gamma v2"],
    ],
    [
      "energies by themselves, beside gammas and beside neutrons",
      [[core(6)], [energyFlag], [core(7), energyFlag], [windowRatio(0.3)]],
      ["raised gamma v1", "raised energy v1", "updated gamma v2", "updated energy v2"],
    ],
    [
      "gamma-neutron from when neutrons join gammas, in the same alarm",
      [[core(6)], [neutronFlag], [neutronFlag], [core(7)]],
      ["raised gamma v1", "updated gamma-neutron v2", "", "updated gamma-neutron v3"],
    ],
    [
      "gamma-neutron from when gammas join neutrons, in the same alarm",
      [[neutronFlag], [energyFlag], [gammaFlag], [neutronRule(12)]],
      ["raised neutron v1", "raised energy v1", "updated gamma-neutron v2", "updated gamma-neutron v3"],
    ],
    [
      "gamma-neutron at once where both hold at once",
      [[core(6), neutronRule(12), neutronFlag]],
      ["raised gamma-neutron v1"],
    ],
    [
      "updated when another rule of the core joins, and while any one's evidence grows",
      [[core(6)], [core(6), cusum(11)], [core(5), cusum(12)], [core(6), cusum(12)], [core(7), cusum(9)]],
      ["raised gamma v1", "updated gamma v2", "updated gamma v3", "", "updated gamma v4"],
    ],
    [
      "nothing more for a portal's flag that goes on",
      [[neutronFlag], [neutronFlag], [neutronFlag]],
      ["raised neutron v1", "", ""],
    ],
    [
      "nothing new after a pause: it is latched",
      [[gammaFlag], nothing, nothing, [gammaFlag]],
      ["raised gamma v1", "", "", ""],
    ],
  ])("%s", (_, course, expected) => expect(said(course)).toEqual(expected));
});

describe("the alarm", () => {
  it("is of the core where both raise it at once", () => {
    const { latch } = run([[core(6), gammaFlag]]);
    expect(latch.radiation).toMatchObject({ origin: "core", raisedInterval: 0 });
    expect(latch.radiation?.decisions.map(({ origin, rule }) => `${origin} ${rule}`)).toEqual([
      "core gross-count",
      "portal gamma-flag",
    ]);
  });

  it("stays the portal's where the core joins later", () => {
    const { latch } = run([nothing, [gammaFlag], [core(6), gammaFlag]]);
    expect(latch.radiation).toMatchObject({
      alarmId: `${occupancyId}~gamma`,
      origin: "portal",
      raisedAt: noon + 200,
      raisedInterval: 1,
      decisions: [
        { origin: "portal", firstInterval: 1, flaggedIntervals: 2 },
        { origin: "core", firstInterval: 2, flaggedIntervals: 1 },
      ],
    });
  });

  it("keeps the evidence of its peak and counts every interval", () => {
    const { latch } = run([[core(6)], [core(9)], [core(7)], nothing, [core(8)]]);
    expect(latch.radiation?.decisions).toMatchObject([
      { firstInterval: 0, flaggedIntervals: 4, evidence: { z: 9 } },
    ]);
  });

  it("is told with its profile as far as it goes, and with the speed where it is known", () => {
    const [latch, raised] = latchFindings(emptyLatch, inputAt(4, [core(6)]));
    const [, updated] = latchFindings(latch, inputAt(6, [core(7)], 8.1));
    expect(raised.map(({ alarm }) => [alarm.profile.gamma.length, alarm.speedKph])).toEqual([[5, null]]);
    expect(updated.map(({ alarm }) => [alarm.profile.gamma.length, alarm.speedKph])).toEqual([[7, 8.1]]);
  });

  it("of gammas and neutrons is not touched by findings about energies, nor that of energies by them", () => {
    const { latch } = run([[core(6)]]);
    const [after] = latchFindings(latch, inputAt(1, [energyFlag]));
    expect(after.radiation).toBe(latch.radiation);
    const [later] = latchFindings(after, inputAt(2, [neutronFlag, core(7)]));
    expect(later.energy).toBe(after.energy);
  });

  it.each<[string, readonly (readonly Finding[])[], object]>([
    ["gammas", [[core(6)], [neutronFlag]], { alarmId: `${occupancyId}~gamma`, origin: "core" }],
    ["neutrons", [[neutronFlag], [core(6)]], { alarmId: `${occupancyId}~neutron`, origin: "portal" }],
  ])(
    "that began with %s keeps its id, its origin and its first interval when it is joined",
    (_, course, kept) => {
      const { latch } = run([nothing, ...course]);
      expect(latch.radiation).toMatchObject({
        ...kept,
        kind: "gamma-neutron",
        raisedInterval: 1,
        version: 2,
      });
      expect(latch.radiation?.decisions.map(({ firstInterval }) => firstInterval)).toEqual([1, 2]);
      expect(Object.keys(latch)).toEqual(["radiation"]);
    },
  );

  it("stays gamma-neutron once it is", () => {
    const { latch } = run([[core(6)], [neutronFlag], [core(7)], [neutronFlag], [gammaFlag]]);
    expect(latch.radiation?.kind).toBe("gamma-neutron");
  });

  it("keeps each rule's evidence where its statistic was farthest above the threshold", () => {
    const { latch } = run([
      [cusum(11), windowRatio(0.25)],
      [cusum(14, 9)],
      [cusum(15, 12), windowRatio(0.2)],
    ]);
    expect(latch.radiation?.decisions).toMatchObject([
      { rule: "cusum", flaggedIntervals: 3, evidence: { statistic: 14, threshold: 9 } },
    ]);
    expect(latch.energy?.decisions).toMatchObject([
      { rule: "window-ratio", flaggedIntervals: 2, evidence: { statistic: 0.25 } },
    ]);
  });

  it("is told with the advice of that moment", () => {
    const [latch, raised] = latchFindings(emptyLatch, inputAt(4, [core(6)]));
    const [, updated] = latchFindings(latch, inputAt(6, [core(7)]));
    expect([...raised, ...updated].map(({ alarm }) => alarm.advice)).toEqual([adviceAt(4), adviceAt(6)]);
  });
});

describe("the end", () => {
  const ending = {
    at: wallMs(noon + 10_000),
    occupancyNumber: 594,
    speedKph: 8.1,
    course: () => ({ profile: profileWith(60), advice: adviceAt(59) }),
  };

  it("ends every alarm, the gravest first, with a version of its own", () => {
    const { latch } = run([[energyFlag], [neutronFlag], [neutronRule(12)]]);
    expect(endAlarms(latch, ending).map(({ alarm }) => [alarm.kind, alarm.version, alarm.state])).toEqual([
      ["neutron", 3, "ended"],
      ["energy", 2, "ended"],
    ]);
    const { latch: both } = run([[energyFlag], [core(6)], [core(7)], [neutronFlag]]);
    expect(endAlarms(both, ending).map(({ alarm }) => [alarm.kind, alarm.version, alarm.state])).toEqual([
      ["gamma-neutron", 4, "ended"],
      ["energy", 2, "ended"],
    ]);
  });

  it("carries what was not told before: all flagged intervals, the number, the speed, the whole profile", () => {
    const { latch } = run([[core(6)], [core(5)], [core(5)]]);
    expect(endAlarms(latch, ending)).toMatchObject([
      {
        kind: "alarm-ended",
        at: ending.at,
        alarm: {
          endedAt: ending.at,
          occupancyNumber: 594,
          speedKph: 8.1,
          decisions: [{ flaggedIntervals: 3, evidence: { z: 6 } }],
          profile: { gamma: { length: 60 } },
          advice: adviceAt(59),
        },
      },
    ]);
  });

  it("of an occupancy without alarms says nothing", () => expect(endAlarms(emptyLatch, ending)).toEqual([]));
});
