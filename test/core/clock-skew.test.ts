import { describe, expect, it } from "vitest";
import { createChance } from "../../simulators/chance.ts";
import { noSkew, takeSkew } from "../../src/core/clock-skew.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import { wallMs } from "../../src/domain/units.ts";
import { agentOf, bootNumber, calm, foldOf, framesOf, GB, noon, times } from "./frame-life.ts";
import { told } from "./lane-life.ts";

describe("the skew of a window", () => {
  it.each([
    ["an edge that keeps time", 0, 0],
    ["an edge an hour behind", 3_600_000, 3_600_000],
    ["an edge ahead", -90_000, -90_000],
  ])("of %s is the least difference (seed skew)", (_, skewMs, expected) => {
    const chance = createChance("skew");
    const skew = noSkew();
    const found: number[] = [];
    for (let at = 0; at < 600; at += 1) {
      const stampedAt = wallMs(noon + at * 200);
      const loggedAt = wallMs(stampedAt + skewMs + 3 + chance.uniform() * 400);
      const told = takeSkew(skew, { stampedAt, loggedAt });
      if (told !== null) found.push(told);
    }
    expect(found.length).toBeGreaterThan(3);
    for (const each of found) expect(Math.abs(each - expected)).toBeLessThan(50);
  });

  it("is not that of frames that came late together", () => {
    const skew = noSkew();
    const found: number[] = [];
    for (let at = 0; at < 300; at += 1) {
      const stampedAt = wallMs(noon + at * 200);
      const loggedAt = wallMs(Math.max(stampedAt + 5, noon + 15_000));
      const told = takeSkew(skew, { stampedAt, loggedAt });
      if (told !== null) found.push(told);
    }
    expect(found.length).toBeGreaterThan(0);
    expect(Math.max(...found)).toBeLessThan(100);
  });
});

it("is a fault while it lasts, whichever way the clock steps, and changes no order and no alarm", () => {
  const frames = framesOf(agentOf(bootNumber(1)), [GB, ...times(20, calm), ...times(60, GB)]);
  const told0 = (
    stepMs: (at: number) => number,
  ): { readonly faults: readonly string[]; readonly rest: readonly string[] } => {
    const fold = foldOf();
    const state = fold.start();
    const events: LaneEvent[] = [];
    for (const [at, frame] of frames.entries()) {
      const skewed = { ...frame, wall: wallMs(frame.wall - stepMs(at)) };
      events.push(...fold.step(state, skewed, wallMs(frame.wall + 4)));
    }
    const texts = told(events);
    return {
      faults: texts.filter((text) => text.endsWith("clock-skew")),
      rest: texts.filter((text) => !text.endsWith("clock-skew")),
    };
  };
  const straight = told0(() => 0);
  expect(straight.faults).toEqual([]);
  const behind = told0((at) => (at > 25 && at < 55 ? 3_600_000 : 0));
  expect(behind.faults).toEqual(["fault-raised clock-skew", "fault-cleared clock-skew"]);
  expect(behind.rest).toEqual(straight.rest);
  const ahead = told0((at) => (at > 25 ? -3_600_000 : 0));
  expect(ahead.faults).toEqual(["fault-raised clock-skew"]);
  expect(ahead.rest).toEqual(straight.rest);
});
