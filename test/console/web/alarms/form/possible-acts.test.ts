import { describe, expect, test } from "vitest";
import {
  holdingOf,
  leaseTime,
  objectionTo,
  possibleActs,
} from "../../../../../src/console/web/alarms/form/possible-acts.ts";
import { decide } from "../../../../../src/core/adjudication.ts";
import type { Act, AlarmCase } from "../../../../../src/domain/adjudication.ts";
import type { AlarmKind } from "../../../../../src/domain/alarms.ts";
import type { DispositionEntry } from "../../../../../src/domain/dispositions.ts";
import { commandId } from "../../../../../src/domain/ids.ts";
import type { Officer } from "../../../../../src/domain/officers.ts";
import { wallMs } from "../../../../../src/domain/units.ts";
import { sampleCase, serverStart } from "../../samples.ts";

const olga: Officer = { name: "olga", role: "officer" };
const omar: Officer = { name: "omar", role: "officer" };
const sofia: Officer = { name: "sofia", role: "supervisor" };
const emil: Officer = { name: "emil", role: "engineer" };
const leaseInMs = 90_000;
const at = wallMs(serverStart);

const entry = (disposition: DispositionEntry["disposition"]): DispositionEntry => ({
  disposition,
  isotopes: ["137Cs"],
  vehicleId: "AB 123",
  containerId: "",
  commodity: "granite",
  riidResult: "137Cs",
  notes: "seen",
});

/** The case after these acts, each of which the core must take. */
const after = (acts: readonly (readonly [Officer, Act])[], kind: AlarmKind = "gamma"): AlarmCase => {
  let held: AlarmCase = sampleCase("one", { kind });
  acts.forEach(([by, act], number) => {
    const { laneId, alarmId } = held.alarm;
    const [next, decision] = decide(held, {
      commandId: commandId(`command-${number}`),
      laneId,
      alarmId,
      expectedVersion: held.adjudication.version,
      by,
      at: wallMs(serverStart + number),
      act,
    });
    expect(decision.outcome).toBe("accepted");
    held = next ?? held;
  });
  return held;
};
const claim: Act = { kind: "claim", leaseInMs };
const asking = (officer: Officer, later = 0) => ({ officer, at: wallMs(at + later) });

describe("the acts of the bar", () => {
  test.each([
    ["a new alarm", after([]), olga, ["claim", "acknowledge", "comment"]],
    ["a new alarm, engineer", after([]), emil, ["comment"]],
    ["acknowledged by nobody's claim", after([[omar, { kind: "acknowledge" }]]), olga, ["claim", "comment"]],
    [
      "held by oneself",
      after([[olga, claim]]),
      olga,
      ["dispose", "request-secondary", "escalate", "release", "comment"],
    ],
    ["held by another", after([[olga, claim]]), omar, ["comment"]],
    ["held by another, supervisor", after([[olga, claim]]), sofia, ["take-over", "comment"]],
    [
      "an inspection that is asked for",
      after([
        [olga, claim],
        [olga, { kind: "request-secondary", instructions: "" }],
      ]),
      olga,
      ["dispose", "start-secondary", "escalate", "release", "comment"],
    ],
    [
      "a question that is open",
      after([
        [olga, claim],
        [olga, { kind: "escalate", to: "desk", question: "" }],
      ]),
      olga,
      ["dispose", "request-secondary", "answer-escalation", "release", "comment"],
    ],
    [
      "disposed of",
      after([
        [olga, claim],
        [olga, { kind: "dispose", entry: entry("norm-found") }],
      ]),
      omar,
      ["revise", "reopen", "comment"],
    ],
  ] as const)("%s", (_, held, officer, acts) => {
    expect(possibleActs(held, asking(officer, 1000))).toEqual(acts);
  });

  test("an open inspection is why a disposition cannot be sent yet", () => {
    const held = after([
      [olga, claim],
      [olga, { kind: "request-secondary", instructions: "" }],
    ]);
    expect(objectionTo(held, "dispose", asking(olga))).toBe("secondary-open");
    expect(objectionTo(after([[olga, claim]]), "dispose", asking(olga))).toBeNull();
    expect(objectionTo(after([]), "dispose", asking(olga))).toBe("not-holder");
  });

  test("a proposal is decided by a second person who may, and withdrawn by the first", () => {
    const held = after(
      [
        [sofia, claim],
        [sofia, { kind: "dispose", entry: entry("norm-found") }],
      ],
      "neutron",
    );
    expect(held.adjudication.state).toBe("awaiting-approval");
    expect(objectionTo(held, "approve", asking(sofia))).toBe("own-proposal");
    expect(objectionTo(held, "withdraw", asking(sofia))).toBeNull();
    expect(objectionTo(held, "approve", asking(olga))).toBe("not-permitted");
    expect(objectionTo(held, "approve", asking({ name: "sven", role: "supervisor" }))).toBeNull();
  });
});

describe("who holds the alarm", () => {
  test("nobody, oneself, another", () => {
    expect(holdingOf(after([]), asking(olga))).toEqual({ kind: "free" });
    const held = after([[olga, claim]]);
    expect(holdingOf(held, asking(olga, 1000))).toMatchObject({ kind: "mine", isFresh: true });
    expect(holdingOf(held, asking(olga, leaseInMs + 1))).toMatchObject({ kind: "mine", isFresh: false });
    expect(holdingOf(held, asking(omar, 1000))).toMatchObject({
      kind: "other",
      isFresh: true,
      wasMine: false,
    });
  });

  test("an alarm that was taken from an officer says so; one that was released does not", () => {
    const taken = after([
      [olga, claim],
      [sofia, { kind: "take-over", leaseInMs }],
    ]);
    expect(holdingOf(taken, asking(olga))).toMatchObject({ kind: "other", wasMine: true });
    expect(holdingOf(taken, asking(omar))).toMatchObject({ kind: "other", wasMine: false });
    const released = after([
      [olga, claim],
      [olga, { kind: "release" }],
      [omar, claim],
    ]);
    expect(holdingOf(released, asking(olga))).toMatchObject({ kind: "other", wasMine: false });
  });

  test("the time of a picture is on the right side of the lease", () => {
    const held = after([[olga, claim]]);
    const acts = (isOver: boolean) =>
      possibleActs(held, { officer: omar, at: leaseTime(held.adjudication.claim, isOver) });
    expect(acts(false)).toEqual(["comment"]);
    expect(acts(true)).toEqual(["claim", "comment"]);
  });
});
