import { describe, expect, it } from "vitest";
import { alarmIdOf, bootId, laneId, laneIdPattern, occupancyIdAt } from "../../src/domain/ids.ts";

const occupancy = occupancyIdAt(laneId("north-1"), { bootId: bootId("0a1b2c3d"), byteOffset: 4711 });

describe("ids", () => {
  it("are made of where they come from, and of nothing else", () => {
    expect(occupancy).toBe("north-1~0a1b2c3d~4711");
    expect(alarmIdOf(occupancy, "gamma")).toBe("north-1~0a1b2c3d~4711~gamma");
  });

  it.each([
    ["north-1", true],
    ["1", true],
    ["a".repeat(63), true],
    ["a".repeat(64), false],
    ["", false],
    ["-north", false],
    ["North", false],
    ["north_1", false],
    ["north~1", false],
    ["north\n", false],
  ])("%j as a lane's id: %s", (id, isOne) => expect(laneIdPattern.test(id)).toBe(isOne));
});
