import { describe, expect, it } from "vitest";
import { openAlarmBoard } from "../../src/core/alarm-board.ts";
import { newerCase } from "../../src/core/alarm-queue.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import type { DecisionStamps } from "../../src/domain/latency.ts";
import { wallMs } from "../../src/domain/units.ts";
import { aCase, caseInput, eventInput, north } from "./board-history.ts";

const stampsAt = (decidedAt: number): DecisionStamps => ({
  capturedAt: wallMs(1_000),
  loggedAt: wallMs(1_004),
  decidedAt: wallMs(decidedAt),
});
const stamped = (each: AlarmCase, decidedAt: number): AlarmCase => ({
  ...each,
  latency: stampsAt(decidedAt),
});

describe("the stamps of a case", () => {
  it("are those that were said first, whichever of two cores is heard first", () => {
    const [one, twin] = [stamped(aCase(), 1_010), stamped(aCase({ version: 3 }), 1_020)];
    expect(newerCase(one, twin)).toEqual({ ...twin, latency: stampsAt(1_010) });
    expect(newerCase(twin, one)).toEqual({ ...twin, latency: stampsAt(1_010) });
  });

  it("stay as its alarm grows and its officers work, also where the word has none", () => {
    const held = stamped(aCase(), 1_010);
    expect(newerCase(held, aCase({ version: 4 }, 2)).latency).toEqual(stampsAt(1_010));
    expect(newerCase(aCase({ version: 4 }, 2), held).latency).toEqual(stampsAt(1_010));
  });

  it("bring nothing new where they are known", () => {
    const held = stamped(aCase(), 1_010);
    expect(newerCase(held, stamped(aCase(), 1_010))).toBe(held);
    expect(newerCase(held, stamped(aCase(), 1_030))).toBe(held);
    expect(newerCase(held, aCase())).toBe(held);
  });
});

describe("a board", () => {
  const { alarm } = aCase();
  const raised = (decidedAt: number): Parameters<ReturnType<typeof openAlarmBoard>["step"]>[0] => {
    const input = eventInput({ kind: "alarm-raised", at: alarm.raisedAt, alarm }, 1);
    if (input.kind !== "event") throw new Error("not an event");
    const { capturedAt, loggedAt, decidedAt: decided } = stampsAt(decidedAt);
    if (loggedAt === null) throw new Error("the log's time is known");
    return { kind: "event", record: { ...input.record, capturedAt, loggedAt, decidedAt: decided } };
  };

  it("has the stamps from whatever comes first of an alarm, and changes no row for them", () => {
    for (const order of [
      [raised(1_010), caseInput(stamped(aCase(), 1_010))],
      [caseInput(aCase()), raised(1_010)],
    ]) {
      const { board, step } = openAlarmBoard([north]);
      const changes = order.map((input) => step(input).alarms.length);
      expect(changes).toEqual([1, 0]);
      expect(board.open.get(alarm.alarmId)?.latency).toEqual(stampsAt(1_010));
    }
  });

  it("keeps the stamps of the first core that raised it", () => {
    const { board, step } = openAlarmBoard([north]);
    for (const decidedAt of [1_020, 1_010, 1_030]) step(raised(decidedAt));
    expect(board.open.get(alarm.alarmId)?.latency).toEqual(stampsAt(1_010));
  });
});
