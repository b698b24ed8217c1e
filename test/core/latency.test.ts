import { describe, expect, it } from "vitest";
import {
  breachesOf,
  latencyBudgetsSchema,
  latencyStageNames,
  latencyStages,
  type LatencyStamps,
  stagesOf,
} from "../../src/core/latency.ts";
import { wallMs } from "../../src/domain/units.ts";

const whole: LatencyStamps = {
  capturedAt: wallMs(1_000),
  loggedAt: wallMs(1_004),
  decidedAt: wallMs(1_010),
  deliveredAt: wallMs(1_022),
  shownAt: wallMs(1_060),
};

const timesOf = (stamps: LatencyStamps): Record<string, number> =>
  Object.fromEntries(stagesOf(stamps).map(({ stage, ms }) => [stage, ms]));

describe("the stages", () => {
  it("follow on each other, and the total spans them", () => {
    const single = latencyStageNames
      .filter((stage) => stage !== "total")
      .map((stage) => latencyStages[stage]);
    for (const [at, { from }] of single.entries()) if (at > 0) expect(from).toBe(single[at - 1]?.to);
    expect(latencyStages.total).toMatchObject({ from: single[0]?.from, to: single.at(-1)?.to });
  });

  it("each take from one stamp to the next, and add up", () => {
    expect(timesOf(whole)).toEqual({
      "captured-to-logged": 4,
      "logged-to-decided": 6,
      "decided-to-delivered": 12,
      "delivered-to-shown": 38,
      total: 60,
    });
    expect(stagesOf(whole).some(({ isSkewed }) => isSkewed)).toBe(false);
  });

  const unknown: readonly [string, Partial<LatencyStamps>, readonly string[]][] = [
    ["nobody looks", { deliveredAt: null, shownAt: null }, ["captured-to-logged", "logged-to-decided"]],
    [
      "the log's time is not known",
      { loggedAt: null },
      ["decided-to-delivered", "delivered-to-shown", "total"],
    ],
    [
      "nothing was painted",
      { shownAt: null },
      ["captured-to-logged", "logged-to-decided", "decided-to-delivered"],
    ],
  ];
  it.each(unknown)("leave out what is not known where %s", (_, stamps, stages) => {
    expect(stagesOf({ ...whole, ...stamps }).map(({ stage }) => stage)).toEqual(stages);
  });

  it("that end before they begin take no time and say so", () => {
    const stages = stagesOf({ ...whole, loggedAt: wallMs(990) });
    expect(stages.slice(0, 2)).toEqual([
      { stage: "captured-to-logged", ms: 0, isSkewed: true },
      { stage: "logged-to-decided", ms: 20, isSkewed: false },
    ]);
  });
});

describe("a budget", () => {
  const budgets = latencyBudgetsSchema.parse({
    total: 60,
    "delivered-to-shown": 37,
    "captured-to-logged": 4,
  });

  it("has a limit for each stage without a word", () => {
    const standard = latencyBudgetsSchema.parse({});
    expect(Object.keys(standard)).toEqual([...latencyStageNames]);
    expect(breachesOf(stagesOf(whole), standard)).toEqual([]);
  });

  it("is breached by what takes longer, not by what takes as long", () => {
    expect(breachesOf(stagesOf(whole), budgets)).toEqual([
      { stage: "delivered-to-shown", ms: 38, limitInMs: 37 },
    ]);
  });

  it("refuses a stage that there is not and a limit that is none", () => {
    expect(latencyBudgetsSchema.safeParse({ painted: 5 }).success).toBe(false);
    expect(latencyBudgetsSchema.safeParse({ total: 0 }).success).toBe(false);
  });
});
