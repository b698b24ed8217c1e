import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, untouched } from "../../src/core/adjudication.ts";
import type { AlarmCase, CommandKind } from "../../src/domain/adjudication.ts";
import { alarmKinds, type AlarmKind } from "../../src/domain/alarms.ts";
import { anAlarm } from "./board-history.ts";
import { anyWish, expectLawful, expectSound, openOffice, outcomeOf } from "./officers-at-work.ts";

const runs = { numRuns: 5000, seed: 20_241_121 };
const anyKind = fc.constantFrom(...(Object.keys(alarmKinds) as readonly AlarmKind[]));

describe(`whatever several officers ask, with the seed ${runs.seed}`, () => {
  const reached = new Map<CommandKind, number>();
  const refused = new Map<string, number>();

  it("the case stays sound, each step is lawful, and the history alone gives the same case", () => {
    fc.assert(
      fc.property(
        anyKind,
        fc.array(anyWish, { minLength: 10, maxLength: 60, size: "max" }),
        (kind, wishes) => {
          const alarm = { ...anAlarm(), kind };
          const fresh: AlarmCase = { alarm, adjudication: untouched };
          const office = openOffice(alarm);
          let current = fresh;
          for (const wish of wishes) {
            const asked = office.ask(wish, current.adjudication);
            const [next = fresh, decision] = decide(current, asked);
            expectLawful(current.adjudication, next.adjudication, decision);
            expectSound(next.adjudication, kind);
            if (decision.outcome === "accepted")
              reached.set(asked.act.kind, (reached.get(asked.act.kind) ?? 0) + 1);
            else refused.set(decision.refusal, (refused.get(decision.refusal) ?? 0) + 1);
            current = next;
          }
          let again = fresh;
          for (const each of current.adjudication.history) [again = fresh] = decide(again, each);
          expect(isDeepStrictEqual(outcomeOf(again), outcomeOf(current))).toBe(true);
        },
      ),
      runs,
    );
  });

  it("each command is accepted often enough for that to mean something, and each refusal met", () => {
    expect(reached.size).toBe(18);
    for (const [kind, times] of reached) expect(times, kind).toBeGreaterThan(50);
    // Of the other refusals one is of alarms nobody knows, one of full histories, and two are of shelves.
    expect(refused.size).toBe(18);
    for (const [refusal, times] of refused) expect(times, refusal).toBeGreaterThan(20);
  });
});
