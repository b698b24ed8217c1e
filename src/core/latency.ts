import { z } from "zod";
import type { DecisionStamps } from "../domain/latency.ts";
import type { WallMs } from "../domain/units.ts";

/**
 * An alarm's way to the officer. The first three stamps stand in its case; the console adds by its own clock when the
 * alarm was first sent to a browser, and when one first said that it had painted it.
 */
export interface LatencyStamps extends DecisionStamps {
  readonly deliveredAt: WallMs | null;
  readonly shownAt: WallMs | null;
}

/** From the frame that raised the alarm to the officer's screen, in order; `total` is all of it. */
export const latencyStages = {
  "captured-to-logged": {
    from: "capturedAt",
    to: "loggedAt",
    label: "Captured → logged",
    meaning: "From the edge's stamp on the frame until the log had it.",
  },
  "logged-to-decided": {
    from: "loggedAt",
    to: "decidedAt",
    label: "Logged → decided",
    meaning: "Until the core had read and judged the frame.",
  },
  "decided-to-delivered": {
    from: "decidedAt",
    to: "deliveredAt",
    label: "Decided → delivered",
    meaning: "Until the console had sent the alarm to a browser, by way of the log.",
  },
  "delivered-to-shown": {
    from: "deliveredAt",
    to: "shownAt",
    label: "Delivered → shown",
    meaning: "Until a browser had painted it and said so.",
  },
  total: {
    from: "capturedAt",
    to: "shownAt",
    label: "Total",
    meaning: "From the edge's stamp on the frame until a browser had painted the alarm.",
  },
} as const satisfies Record<
  string,
  {
    readonly from: keyof LatencyStamps;
    readonly to: keyof LatencyStamps;
    readonly label: string;
    readonly meaning: string;
  }
>;

export type LatencyStage = keyof typeof latencyStages;

const isStage = (name: string): name is LatencyStage => Object.hasOwn(latencyStages, name);
export const latencyStageNames: readonly LatencyStage[] = Object.keys(latencyStages).filter(isStage);

export interface StageTime {
  readonly stage: LatencyStage;
  readonly ms: number;
  /** The stage ended before it began: two clocks differ by more than it took. `ms` is 0 then, and says nothing. */
  readonly isSkewed: boolean;
}

/** How long each stage took whose both stamps are known, in the table's order. */
export const stagesOf = (stamps: LatencyStamps): readonly StageTime[] =>
  latencyStageNames.flatMap((stage) => {
    const from = stamps[latencyStages[stage].from];
    const to = stamps[latencyStages[stage].to];
    return from === null || to === null ? [] : [{ stage, ms: Math.max(0, to - from), isSkewed: to < from }];
  });

const limitInMs = (standard: number): z.ZodDefault<z.ZodNumber> =>
  z.number().min(1).max(3_600_000).default(standard);

/** The longest that each stage of one alarm may take, in milliseconds: five portal intervals for all of it. */
export const latencyBudgetsSchema = z
  .strictObject({
    "captured-to-logged": limitInMs(250),
    "logged-to-decided": limitInMs(250),
    "decided-to-delivered": limitInMs(250),
    "delivered-to-shown": limitInMs(500),
    total: limitInMs(1_000),
  } satisfies Record<LatencyStage, z.ZodType>)
  .readonly();
export type LatencyBudgets = z.infer<typeof latencyBudgetsSchema>;

export interface LatencyBreach {
  readonly stage: LatencyStage;
  readonly ms: number;
  readonly limitInMs: number;
}

/**
 * The stages that took longer than they may; a stage that took exactly its limit has not. An alarm of frames that came
 * late (`historical`) is measured by no budget: leave it out. Clocks that differ look like a slow or a skewed stage;
 * the fault `clock-skew` tells which.
 */
export const breachesOf = (stages: readonly StageTime[], budgets: LatencyBudgets): readonly LatencyBreach[] =>
  stages.flatMap(({ stage, ms }) => (ms > budgets[stage] ? [{ stage, ms, limitInMs: budgets[stage] }] : []));
