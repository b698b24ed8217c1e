import { describe, expect, it } from "vitest";
import { createChance } from "../../simulators/chance.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Message } from "../../src/domain/messages.ts";
import type { PerPanel } from "../../src/domain/panels.ts";
import { background, calm, closed, type LaneLife, laneLife, theOne, told } from "./lane-life.ts";

const on = { throwThrough: {} };

/** Background records five seconds apart. */
const vacant = (life: LaneLife, ...records: readonly Message[]): readonly LaneEvent[] =>
  records.flatMap((record) => {
    life.wait(5);
    return life.say(record);
  });
const panels = (cps: PerPanel): Message => ({ kind: "gamma-background", cps, level: "normal" });
const steady = Array.from({ length: 6 }, () => background());
const alarmsIn = (events: readonly LaneEvent[]): readonly string[] =>
  told(events).filter((text) => text.startsWith("alarm"));

describe("a source that passes a vacant lane", () => {
  it("raises an alarm of its own, which ends when it has gone", () => {
    const life = laneLife(on);
    vacant(life, ...steady);
    const raised = vacant(life, panels([100, 140, 100, 100]));
    expect(alarmsIn(raised)).toEqual(["alarm-raised gamma"]);
    const { alarm } = theOne(raised, "alarm-raised");
    expect(alarm).toMatchObject({ vacant: true, origin: "core", state: "active" });
    expect(alarm.alarmId).toBe(`${alarm.occupancyId}~gamma`);
    // 100 cps over 18 s are 1 800 counts, and 6 σ are 255: 2 520 counts are far beyond.
    expect(alarm.decisions[0]).toMatchObject({
      evidence: { group: "single", member: "master-lower", counts: 2520, background: 1800, threshold: 2055 },
    });
    expect(alarmsIn(vacant(life, panels([100, 150, 100, 100])))).toEqual(["alarm-updated gamma"]);
    expect(alarmsIn(vacant(life, background()))).toEqual(["alarm-ended gamma"]);
    expect(life.state().throwThrough.alarm).toBeNull();
  });

  it("says nothing where the lane does not ask for it", () => {
    const life = laneLife();
    expect(alarmsIn(vacant(life, ...steady, background(500), background(500)))).toEqual([]);
  });

  it("ends with the vehicle that comes, and has no part in its alarms", () => {
    const life = laneLife(on);
    vacant(life, ...steady, background(150));
    expect(alarmsIn(life.say(calm, calm, closed))).toEqual(["alarm-ended gamma"]);
  });

  it("is the new background when it stays", () => {
    const life = laneLife(on);
    vacant(life, ...steady);
    const events = vacant(life, ...Array.from({ length: 30 }, () => background(150)));
    expect(alarmsIn(events)).toEqual(["alarm-raised gamma", "alarm-ended gamma"]);
  });

  it("is not judged before four records, and not after a restart with none", () => {
    const life = laneLife(on);
    expect(alarmsIn(vacant(life, background(), background(), background(), background(400)))).toEqual([]);
  });

  it("is not seen in a day of records that scatter as real ones do, with rain (seed vacant)", () => {
    const chance = createChance("vacant");
    const life = laneLife(on);
    let alarms = 0;
    for (let at = 0; at < 17_280; at += 1) {
      const rain = 1 + 0.2 * Math.max(0, Math.sin((at / 17_280) * 60));
      const cps = [391, 384, 423, 389].map((mean) => chance.poisson(mean * rain * 18) / 18);
      const [a, b, c, d] = cps;
      alarms += alarmsIn(vacant(life, panels([a ?? 0, b ?? 0, c ?? 0, d ?? 0]))).length;
    }
    expect(alarms).toBe(0);
  });
});
