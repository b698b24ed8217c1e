import { describe, expect, test } from "vitest";
import {
  heardAgeInMsMax, isSameCondition, laneCondition,
} from "../../../../src/console/web/lanes/lane-condition.ts"; // prettier-ignore
import { wallMs } from "../../../../src/domain/units.ts";
import { sampleLane, serverStart } from "../samples.ts";

const now = wallMs(serverStart);
const later = wallMs(now + 1000);
const heard = sampleLane("heard", { heardAt: now });
const dark = sampleLane("dark", { data: { kind: "stale", since: wallMs(now - 5000) } });

describe("what a tile is drawn anew for", () => {
  test("not for the clock, while the lane is heard", () => {
    expect(isSameCondition(laneCondition(heard, now), laneCondition(heard, later))).toBe(true);
  });

  test("for the clock, where the age of what is shown is part of it", () => {
    expect(isSameCondition(laneCondition(dark, now), laneCondition(dark, later))).toBe(false);
    expect(isSameCondition(laneCondition(dark, now), laneCondition(dark, now))).toBe(true);
  });

  test("for another condition", () => {
    const silent = laneCondition(heard, wallMs(now + heardAgeInMsMax + 1));
    expect(silent.kind).toBe("not-heard");
    expect(isSameCondition(laneCondition(heard, now), silent)).toBe(false);
  });
});
