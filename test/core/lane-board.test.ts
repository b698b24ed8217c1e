import { describe, expect, it } from "vitest";
import type { LaneBoard, LaneFigures } from "../../src/core/lane-board.ts";
import { emptyLaneBoard, figuresOf, maxUnknownTags, stepLaneBoard } from "../../src/core/lane-board.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import { withheldMax } from "../../src/core/withheld-alarms.ts";
import { anAlarm, at, firstBoot, north, occupancyOf } from "./board-history.ts";

const occupancyId = occupancyOf(north, 0);
const started: LaneEvent = { kind: "occupancy-started", at: at(1), occupancyId };
const gammaBackground: LaneEvent = {
  kind: "background-measured",
  at: at(0),
  particle: "gamma",
  cps: [600, 1, 2, 3],
  level: "normal",
};
const neutronBackground: LaneEvent = {
  kind: "background-measured",
  at: at(0),
  particle: "neutron",
  cps: [1, 0, 0, 0],
  level: "normal",
};
const ended: LaneEvent = {
  kind: "occupancy-ended",
  at: at(9),
  occupancyId,
  ending: "closed-by-portal",
  occupancyNumber: 7,
  neutronBackgroundCps: 1,
  speedKph: 8,
  intervals: 1,
  peak: null,
  profile: anAlarm().profile,
};
const evidence = {
  algorithm: "gross-count",
  group: "sum",
  member: "sum",
  counts: 9,
  background: 4,
  threshold: 8,
  z: 2.5,
} as const;
const interval = (z: number | null): LaneEvent => ({
  kind: "interval-measured",
  at: at(2),
  occupancyId,
  interval: 0,
  counts: [10, 20, 30, 40],
  portalFlag: false,
  verdict:
    z === null
      ? { kind: "undecided", reason: "window-not-full" }
      : { kind: "decided", alarm: false, evidence },
  rules: [],
});
const neutron: LaneEvent = {
  kind: "neutron-measured",
  at: at(3),
  occupancyId,
  second: 0,
  counts: [5, 0, 0, 0],
  portalFlag: false,
  rules: [],
};
const raised = (detail: string, seconds: number): LaneEvent => ({
  kind: "fault-raised",
  at: at(seconds),
  fault: "tamper",
  detail,
});

const withheld = (occupancy: number): LaneEvent => ({
  kind: "alarm-withheld",
  at: at(occupancy),
  alarm: {
    ...anAlarm({ occupancy, state: "ended" }),
    advice: { ...anAlarm().advice, class: "cosmic-burst", reasons: ["In a burst."] },
  },
});

const after = (events: readonly LaneEvent[]): LaneBoard =>
  events.reduce((lane, event, n) => {
    const step = stepLaneBoard(lane, `${north}~${firstBoot}~${n}~0`, event);
    if (step.kind !== "changed") throw new Error(step.kind);
    return step.lane;
  }, emptyLaneBoard(north));

const rows: readonly (readonly [string, readonly LaneEvent[], Partial<LaneFigures>])[] = [
  [
    "nothing heard",
    [],
    { link: "unknown", heardAt: null, occupied: false, gammaCps: null, neutronCps: null, z: null },
  ],
  [
    "a link that comes up",
    [{ kind: "link-changed", at: at(1), link: "up", detail: "tcp a:1" }],
    { link: "up", linkDetail: "tcp a:1", heardAt: null },
  ],
  ["a link nobody spoke of, while the portal speaks", [gammaBackground], { link: "up", heardAt: at(0) }],
  [
    "a link that went after the portal spoke",
    [gammaBackground, { kind: "link-changed", at: at(1), link: "down", detail: "x" }],
    { link: "down" },
  ],
  [
    "vacant: the background",
    [gammaBackground, neutronBackground],
    { gammaCps: [600, 1, 2, 3], gammaBackgroundCps: [600, 1, 2, 3], neutronCps: [1, 0, 0, 0] },
  ],
  [
    "occupied, nothing measured yet: the background",
    [gammaBackground, started],
    { occupied: true, occupancies: 1, gammaCps: [600, 1, 2, 3], z: null },
  ],
  [
    "occupied: five times the interval",
    [gammaBackground, started, interval(2.5)],
    { gammaCps: [50, 100, 150, 200], gammaBackgroundCps: [600, 1, 2, 3], z: 2.5, heardAt: at(2) },
  ],
  ["no z where nothing was decided", [started, interval(2.5), interval(null)], { z: null }],
  [
    "occupied: the second's neutrons",
    [neutronBackground, started, neutron],
    { neutronCps: [5, 0, 0, 0], neutronBackgroundCps: [1, 0, 0, 0] },
  ],
  [
    "vacant again: the background again",
    [gammaBackground, neutronBackground, started, interval(2.5), neutron, ended],
    { occupied: false, gammaCps: [600, 1, 2, 3], neutronCps: [1, 0, 0, 0], z: null },
  ],
  [
    "an interval of an occupancy that nobody opened",
    [gammaBackground, interval(2.5)],
    { occupied: false, gammaCps: [600, 1, 2, 3], z: null },
  ],
  [
    "a fault that is raised again keeps its age",
    [raised("first", 1), raised("second", 5)],
    { faults: [{ fault: "tamper", since: at(1), detail: "second" }] },
  ],
  [
    "a fault that is cleared",
    [raised("first", 1), { kind: "fault-cleared", at: at(2), fault: "tamper" }],
    { faults: [] },
  ],
  [
    "frames lost",
    [{ kind: "frames-lost", at: at(1), bootId: firstBoot, firstSequence: 3, lastSequence: 7, bytes: 1 }],
    { framesLost: 5, framesRecovered: 0, framesDropped: [] },
  ],
  [
    "frames lost, of which some came late and the edge gave some up",
    [
      { kind: "frames-lost", at: at(1), bootId: firstBoot, firstSequence: 0, lastSequence: 9, bytes: 1 },
      {
        kind: "frames-dropped",
        at: at(2),
        bootId: firstBoot,
        firstSequence: 0,
        lastSequence: 1,
        bytes: 1,
        reason: "spool-full",
      },
      {
        kind: "frames-recovered",
        at: at(3),
        bootId: firstBoot,
        firstSequence: 0,
        lastSequence: 9,
        frames: 5,
      },
    ],
    { framesLost: 3, framesRecovered: 5, framesDropped: [{ reason: "spool-full", frames: 2 }] },
  ],
  [
    "an alarm that the lane's settings withhold, told twice",
    [withheld(0), withheld(0), withheld(1)],
    { withheld: 2 },
  ],
  [
    "an unknown tag, twice",
    [
      { kind: "unknown-tag-seen", at: at(1), tag: "XX" },
      { kind: "unknown-tag-seen", at: at(2), tag: "XX" },
    ],
    { unknownTags: ["XX"] },
  ],
  [
    "undecodable bytes",
    [
      {
        kind: "bytes-quarantined",
        at: at(1),
        reason: "bad-field",
        raw: "",
        byteLength: 3,
        bootId: firstBoot,
        byteOffset: 0,
      },
    ],
    { undecodable: 1, heardAt: null },
  ],
];

describe("lane board", () => {
  it.each(rows)("%s", (_title, events, figures) => {
    expect(figuresOf(after(events))).toMatchObject(figures);
  });

  it("lists the latest withheld alarms, and counts all", () => {
    const lane = after(Array.from({ length: withheldMax + 5 }, (_, n) => withheld(n)));
    const { count, latest } = lane.records.withheld;
    expect(count).toBe(withheldMax + 5);
    expect(latest).toHaveLength(withheldMax);
    expect(latest[0]).toEqual({
      alarmId: anAlarm({ occupancy: withheldMax + 4 }).alarmId,
      kind: "gamma",
      raisedAt: at(withheldMax + 4),
      peakZ: 5,
      class: "cosmic-burst",
      reasons: ["In a burst."],
    });
  });

  it("lists no more unknown tags than its bound", () => {
    const events = Array.from({ length: maxUnknownTags + 5 }, (_, n): LaneEvent => ({
      kind: "unknown-tag-seen",
      at: at(n),
      tag: `T${n}`,
    }));
    expect(figuresOf(after(events)).unknownTags).toHaveLength(maxUnknownTags);
  });
});
