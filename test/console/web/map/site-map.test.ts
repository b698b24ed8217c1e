import { describe, expect, test } from "vitest";
import { laneMark, worstAlarms } from "../../../../src/console/web/map/lane-mark.ts";
import { nextTowards, placeLanes } from "../../../../src/console/web/map/placing.ts";
import { queueOf } from "../../../../src/console/web/queue.ts";
import { laneId } from "../../../../src/domain/ids.ts";
import { wallMs } from "../../../../src/domain/units.ts";
import type { AlarmRow } from "../../../../src/wire/console.ts";
import { sampleLane, sampleRow, serverStart } from "../samples.ts";

const now = wallMs(serverStart);
const worstOf = (...rows: readonly AlarmRow[]): AlarmRow | undefined =>
  worstAlarms(queueOf(new Map(rows.map((row) => [row.alarmId, row])))).get(laneId("north"));

describe("a lane's mark", () => {
  test.each([
    [sampleLane("a"), "vacant"],
    [sampleLane("a", { occupied: true }), "occupied"],
    [sampleLane("a", { data: { kind: "stale", since: now } }), "no-data"],
    [sampleLane("a", { faults: [{ fault: "tamper", since: now, detail: "" }] }), "fault"],
    [sampleLane("a", { faults: [{ fault: "clock-skew", since: now, detail: "" }] }), "warning"],
  ] as const)("%#", (lane, look) => {
    expect(laneMark(lane, undefined, now)).toEqual({ look, alarmId: null });
  });

  test("an alarm stands before all else, and is what a press opens", () => {
    const lane = sampleLane("north", { data: { kind: "never" } });
    const row = sampleRow("one", { state: "acknowledged" });
    expect(laneMark(lane, row, now)).toEqual({ look: "acknowledged", alarmId: "one" });
    expect(laneMark(lane, sampleRow("two"), now).look).toBe("unacknowledged");
  });

  test("of several alarms the most severe counts, those to acknowledge first", () => {
    const energy = sampleRow("energy", { kind: "energy" });
    const gamma = sampleRow("gamma", { kind: "gamma" });
    const neutron = sampleRow("neutron", { kind: "neutron", state: "acknowledged" });
    const closed = sampleRow("closed", { kind: "neutron", state: "dispositioned" });
    expect(worstOf(energy, gamma, neutron, closed)?.alarmId).toBe("gamma");
    expect(worstOf(neutron, closed)?.alarmId).toBe("neutron");
    expect(worstOf(closed)).toBeUndefined();
  });
});

describe("places", () => {
  test("a lane that the map leaves out is shown in rows", () => {
    const [north, south] = [laneId("north"), laneId("south")];
    const entry = { laneId: north, name: "North", at: { x: 0.2, y: 0.4 } };
    const site = { name: "S", timeZone: "UTC", lanes: [entry], guidance: {}, claimLeaseInMs: 1 };
    expect(placeLanes([north, south], site)).toEqual({
      placed: [{ laneId: north, x: 0.2, y: 0.4 }],
      inRows: [south],
    });
    expect(placeLanes([north], null).inRows).toEqual([north]);
  });

  test("arrow keys go to what lies that way", () => {
    const points = [
      { x: 0, y: 0 },
      { x: 10, y: 1 },
      { x: 5, y: 9 },
      { x: 0, y: 10 },
    ];
    expect(nextTowards(points, 0, "right")).toBe(1);
    expect(nextTowards(points, 0, "down")).toBe(3);
    expect(nextTowards(points, 1, "left")).toBe(0);
    expect(nextTowards(points, 0, "up")).toBe(-1);
  });
});
