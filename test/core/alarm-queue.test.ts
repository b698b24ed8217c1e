import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QueueEntry } from "../../src/core/alarm-queue.ts";
import { compareInQueue, isClosed, newerCase } from "../../src/core/alarm-queue.ts";
import { alarmKinds } from "../../src/domain/alarms.ts";
import { alarmId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import { aCase, at } from "./board-history.ts";

const entry = (
  kind: QueueEntry["kind"],
  state: QueueEntry["state"],
  seconds: number,
  id = `${kind}-${state}-${seconds}`,
): QueueEntry => ({
  alarmId: alarmId(id),
  kind,
  state,
  raisedAt: at(seconds),
});

const inOrder: readonly QueueEntry[] = [
  entry("neutron", "unacknowledged", 50),
  entry("neutron", "unacknowledged", 60),
  entry("neutron", "acknowledged", 10),
  entry("neutron", "awaiting-approval", 5),
  entry("gamma", "unacknowledged", 1),
  entry("gamma", "unacknowledged", 2, "a"),
  entry("gamma", "unacknowledged", 2, "b"),
  entry("gamma", "acknowledged", 0),
  entry("gamma", "acknowledged", 3),
  entry("gamma", "awaiting-approval", 0),
  entry("energy", "unacknowledged", 0),
  entry("energy", "acknowledged", 0),
  entry("gamma", "dispositioned", 90),
  entry("neutron", "dispositioned", 80),
  entry("gamma", "dispositioned", 5),
];

describe("queue order", () => {
  it("is severity, then the oldest unacknowledged, then the rest, and the dispositioned last", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...inOrder], { minLength: inOrder.length }), (shuffled) => {
        expect(shuffled.sort(compareInQueue)).toEqual(inOrder);
      }),
      { numRuns: 100, seed: 20_240_104 },
    );
  });

  it("is a total order", () => {
    const any = fc.record({
      alarmId: fc.constantFrom("a", "b", "c").map(alarmId),
      kind: fc.constantFrom(...(Object.keys(alarmKinds) as QueueEntry["kind"][])),
      state: fc.constantFrom("unacknowledged", "acknowledged", "awaiting-approval", "dispositioned"),
      raisedAt: fc.integer({ min: 0, max: 2 }).map(at),
    });
    fc.assert(
      fc.property(any, any, any, (a: QueueEntry, b: QueueEntry, c: QueueEntry) => {
        expect(Math.sign(compareInQueue(a, b)) + Math.sign(compareInQueue(b, a))).toBe(0);
        if (compareInQueue(a, b) <= 0 && compareInQueue(b, c) <= 0)
          expect(compareInQueue(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000, seed: 20_240_105 },
    );
  });
});

describe("cases", () => {
  it("merge part by part, whichever comes first", () => {
    const grown = aCase({ version: 5 }, 0);
    const worked = aCase({ version: 2 }, 2);
    const merged = { alarm: grown.alarm, adjudication: worked.adjudication };
    expect(newerCase(grown, worked)).toEqual(merged);
    expect(newerCase(worked, grown)).toEqual(merged);
    expect(newerCase(grown, aCase({ version: 5 }, 0))).toBe(grown);
  });

  it("of one version have the claim that was renewed last", () => {
    const held = aCase({}, 1);
    const until = wallMs((held.adjudication.claim?.until ?? 0) + 1);
    const claimed = held.adjudication.claim;
    if (claimed === null) throw new Error("nobody holds it");
    const renewed = { ...held, adjudication: { ...held.adjudication, claim: { ...claimed, until } } };
    expect(newerCase(held, renewed).adjudication.claim?.until).toBe(until);
    expect(newerCase(renewed, held)).toBe(renewed);
  });

  it("of one version that two cores decided differently are the one that waits for a second person", () => {
    const alone = aCase({}, 2);
    const waits = { ...alone, adjudication: { ...alone.adjudication, state: "awaiting-approval" as const } };
    expect(newerCase(alone, waits).adjudication.state).toBe("awaiting-approval");
    expect(newerCase(waits, alone)).toBe(waits);
  });

  it("are closed when they have ended and have a disposition", () => {
    expect([aCase({}, 2), aCase({ state: "ended" }, 1), aCase({ state: "ended" }, 2)].map(isClosed)).toEqual([
      false,
      false,
      true,
    ]);
  });
});
