import { describe, expect, test } from "vitest";
import {
  everyLane, isSameOrder, laneNeed, orderLanes,
} from "../../../../src/console/web/lanes/lane-order.ts"; // prettier-ignore
import { laneId } from "../../../../src/domain/ids.ts";
import { wallMs } from "../../../../src/domain/units.ts";
import type { LaneView } from "../../../../src/wire/console.ts";
import { sampleLane, serverStart } from "../samples.ts";

const now = wallMs(serverStart);
const tamper = { fault: "tamper", since: now, detail: "" } as const;
const warning = { fault: "gamma-background-high", since: now, detail: "" } as const;
const shelfOf = (fault: "tamper" | "silent" | "link-down" | "gamma-background-high") =>
  ({
    fault,
    until: wallMs(now + 1000),
    reason: "Known",
    by: { name: "Sue", role: "supervisor" },
    at: now,
  }) as const;

const well = sampleLane("well");
const broken = sampleLane("broken", { faults: [tamper] });
const warned = sampleLane("warned", { faults: [warning] });
const shelved = sampleLane("shelved", { faults: [warning], shelved: [shelfOf("gamma-background-high")] });
const dark = sampleLane("dark", { link: "down" });
const alarmed = sampleLane("alarmed", { faults: [tamper] });

const lanesOf = (...lanes: readonly LaneView[]): ReadonlyMap<LaneView["laneId"], LaneView> =>
  new Map(lanes.map((lane) => [lane.laneId, lane]));
const site = lanesOf(well, broken, warned, shelved, dark, alarmed);
const situation = { serverNow: now, openAlarms: new Set([laneId("alarmed")]) };

describe("what a lane asks for", () => {
  test.each([
    [well, false, "none"],
    [well, true, "alarm"],
    [broken, false, "fault"],
    [warned, false, "warning"],
    [dark, false, "fault"],
    [shelved, false, "shelved"],
    [shelved, true, "alarm"],
    [sampleLane("a", { ...shelved, link: "down" }), false, "fault"],
    [sampleLane("b", { link: "down", shelved: [shelfOf("link-down")] }), false, "shelved"],
    [sampleLane("c", { faults: [tamper, warning], shelved: [shelfOf("tamper")] }), false, "warning"],
  ] as const)("%#", (lane, hasAlarm, need) => {
    expect(laneNeed(lane, now, hasAlarm)).toBe(need);
  });
});

describe("the lanes in order", () => {
  test("stand as on the site, all counted", () => {
    const { ids, counts, hidden } = orderLanes(site, everyLane, situation);
    expect(ids).toEqual([...site.keys()]);
    expect(counts).toEqual({ all: 6, alarm: 1, trouble: 4, shelved: 1 });
    expect(hidden).toBe(0);
  });

  test("trouble first keeps the site's order among equals", () => {
    const { ids } = orderLanes(site, { ...everyLane, order: "need" }, situation);
    expect(ids).toEqual(["alarmed", "broken", "dark", "warned", "shelved", "well"]);
  });

  test("by name counts numbers as numbers", () => {
    const lanes = lanesOf(sampleLane("Lane 10"), sampleLane("Lane 9"));
    const { ids } = orderLanes(lanes, { ...everyLane, order: "name" }, situation);
    expect(ids).toEqual(["Lane 9", "Lane 10"]);
  });

  test("a choice never loses sight of alarms and trouble elsewhere", () => {
    const found = orderLanes(site, { ...everyLane, text: "WELL" }, situation);
    expect(found.ids).toEqual(["well"]);
    expect(found.hidden).toBe(4);
    expect(found.counts.trouble).toBe(4);
    const troubled = orderLanes(site, { ...everyLane, filter: "trouble" }, situation);
    expect(troubled.ids).toEqual(["broken", "warned", "dark", "alarmed"]);
    expect(troubled.hidden).toBe(0);
    expect(orderLanes(site, { ...everyLane, filter: "alarm" }, situation).hidden).toBe(3);
  });

  test("an order is the same only with the same lanes and counts", () => {
    const one = orderLanes(site, everyLane, situation);
    expect(isSameOrder(one, orderLanes(site, everyLane, situation))).toBe(true);
    expect(isSameOrder(one, orderLanes(site, everyLane, { ...situation, openAlarms: new Set() }))).toBe(
      false,
    );
  });
});
