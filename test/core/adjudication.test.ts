import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, untouched, withAlarm } from "../../src/core/adjudication.ts";
import type { AlarmCase, Command, Decision } from "../../src/domain/adjudication.ts";
import { dispositionIds } from "../../src/domain/dispositions.ts";
import { commandId, laneId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import { anAlarm, north } from "./board-history.ts";

const fresh: AlarmCase = { alarm: anAlarm(), adjudication: untouched };

interface Asked {
  readonly id?: string;
  readonly seen?: number;
  readonly officer?: string;
}
const base = ({
  id = "command-1",
  seen = 0,
  officer = "Kazlauskas",
}: Asked): Omit<Extract<Command, { kind: "acknowledge" }>, "kind"> => ({
  commandId: commandId(id),
  laneId: north,
  alarmId: fresh.alarm.alarmId,
  expectedVersion: seen,
  officer,
  at: wallMs(1000),
});
const acknowledge = (asked: Asked = {}): Command => ({ kind: "acknowledge", ...base(asked) });
const dispose = (asked: Asked = {}): Command => ({
  kind: "dispose",
  ...base({ id: "command-2", seen: 1, ...asked }),
  disposition: "norm-found",
  vehicleId: "ABC 123",
  notes: "Cat litter, as declared.",
});

interface Decided {
  readonly last: AlarmCase | undefined;
  readonly decisions: readonly Decision[];
}
const decideAll = (commands: readonly Command[], from: AlarmCase = fresh): Decided => {
  let last: AlarmCase | undefined = from;
  const decisions = commands.map((command) => {
    const [next, decision] = decide(last, command);
    last = next;
    return decision;
  });
  return { last, decisions };
};
const answers = (commands: readonly Command[]): readonly string[] =>
  decideAll(commands).decisions.map((decision) =>
    decision.outcome === "accepted" ? `v${decision.version}` : `v${decision.version} ${decision.refusal}`,
  );

describe("a command is answered", () => {
  it.each<[string, readonly Command[], readonly string[]]>([
    ["acknowledging", [acknowledge()], ["v1"]],
    ["acknowledging and disposing", [acknowledge(), dispose()], ["v1", "v2"]],
    ["disposing first", [dispose({ seen: 0 })], ["v0 not-acknowledged"]],
    [
      "acknowledging twice, by two",
      [acknowledge(), acknowledge({ id: "command-9", officer: "Petrova" })],
      ["v1", "v1 already-acknowledged"],
    ],
    [
      "disposing twice",
      [acknowledge(), dispose(), dispose({ id: "command-3", seen: 2 })],
      ["v1", "v2", "v2 already-dispositioned"],
    ],
    [
      "acknowledging what is disposed of",
      [acknowledge(), dispose(), acknowledge({ id: "command-3", seen: 2 })],
      ["v1", "v2", "v2 already-dispositioned"],
    ],
    ["acknowledging a version that never was", [acknowledge({ seen: 1 })], ["v0 stale-version"]],
    [
      "disposing of a version that is past",
      [acknowledge(), dispose({ seen: 0 })],
      ["v1", "v1 stale-version"],
    ],
    [
      "a repeat",
      [acknowledge(), acknowledge(), dispose(), dispose(), acknowledge()],
      ["v1", "v1", "v2", "v2", "v2"],
    ],
    [
      "a repeat of what was refused",
      [dispose({ seen: 0 }), acknowledge(), dispose({ seen: 0 })],
      ["v0 not-acknowledged", "v1", "v1 stale-version"],
    ],
  ])("%s", (_, commands, expected) => expect(answers(commands)).toEqual(expected));

  it("for an alarm nobody knows", () => {
    expect(decide(undefined, acknowledge())).toEqual([
      undefined,
      { outcome: "refused", command: acknowledge(), version: 0, refusal: "unknown-alarm" },
    ]);
  });

  it("as one on no alarm where it names another lane: it would be written where that alarm is not", () => {
    const elsewhere: Command = { ...acknowledge(), laneId: laneId("south") };
    const [after, decision] = decide(fresh, elsewhere);
    expect(after).toBe(fresh);
    expect(decision).toMatchObject({ outcome: "refused", refusal: "unknown-alarm" });
  });
});

describe("a case", () => {
  it("keeps who did what, in order", () => {
    const { last } = decideAll([acknowledge(), dispose(), acknowledge({ id: "command-3" })]);
    expect(last?.adjudication).toEqual({
      version: 2,
      state: "dispositioned",
      history: [acknowledge(), dispose()],
    });
  });

  it("is the very same after a refusal and after a repeat", () => {
    const [acknowledged] = decide(fresh, acknowledge());
    expect(decide(acknowledged, acknowledge())[0]).toBe(acknowledged);
    expect(decide(acknowledged, acknowledge({ id: "command-9" }))[0]).toBe(acknowledged);
  });

  it("takes newer versions of its alarm, and no older ones", () => {
    const [acknowledged] = decide(fresh, acknowledge());
    const grown = withAlarm(acknowledged, anAlarm({ version: 3 }));
    expect(grown).toEqual({ alarm: anAlarm({ version: 3 }), adjudication: acknowledged?.adjudication });
    expect(withAlarm(grown, anAlarm({ version: 2 }))).toBe(grown);
    expect(withAlarm(grown, anAlarm({ version: 3, state: "ended" }))).toBe(grown);
    expect(withAlarm(undefined, anAlarm())).toEqual(fresh);
  });

  it("of an alarm that grows does not make a command stale", () => {
    const grown = withAlarm(fresh, anAlarm({ version: 9 }));
    expect(decide(grown, acknowledge())[1]).toMatchObject({ outcome: "accepted", version: 1 });
  });
});

/** What officers send: any command, with an id of its own or one that was used before, on a version seen or made up. */
const anyCommand: fc.Arbitrary<Command> = fc
  .record({
    kind: fc.constantFrom("acknowledge" as const, "dispose" as const),
    id: fc.nat({ max: 12 }),
    seen: fc.nat({ max: 3 }),
    officer: fc.constantFrom("Kazlauskas", "Petrova", "Ozols"),
    disposition: fc.constantFrom(...dispositionIds),
  })
  .map(({ kind, id, seen, officer, disposition }) => {
    const asked = base({ id: `command-${id}`, seen, officer });
    return kind === "acknowledge"
      ? { kind, ...asked }
      : { kind, ...asked, disposition, vehicleId: "", notes: "" };
  });

describe("whatever several officers ask", () => {
  const runs = { numRuns: 500 };

  it("versions grow by one with each accepted command, and with nothing else", () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        let current: AlarmCase = fresh;
        for (const command of commands) {
          const isRepeat = current.adjudication.history.some(
            (known) => known.commandId === command.commandId,
          );
          const [next = fresh, decision] = decide(current, command);
          const grows = decision.outcome === "accepted" && !isRepeat ? 1 : 0;
          expect(next.adjudication.version).toBe(current.adjudication.version + grows);
          expect(decision.version).toBe(next.adjudication.version);
          expect(next.adjudication.history).toHaveLength(next.adjudication.version);
          current = next;
        }
      }),
      runs,
    );
  });

  it("at most one acknowledges, at most one disposes, in that order, and then nothing changes", () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        const { last = fresh } = decideAll(commands);
        const kinds = last.adjudication.history.map(({ kind }) => kind);
        expect([[], ["acknowledge"], ["acknowledge", "dispose"]]).toContainEqual(kinds);
        if (last.adjudication.state !== "dispositioned") return;
        expect(decideAll(commands, last).last).toBe(last);
      }),
      runs,
    );
  });

  it("the accepted commands alone give the same case", () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        const { last = fresh } = decideAll(commands);
        expect(decideAll(last.adjudication.history).last).toEqual(last);
      }),
      runs,
    );
  });

  it("an answer to an officer who saw what there was is the answer for ever", () => {
    fc.assert(
      fc.property(
        fc.array(anyCommand, { maxLength: 30 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 20 }),
        (asked, repeats) => {
          let current: AlarmCase = fresh;
          const outcomes = new Map<Command, Decision["outcome"]>();
          const ask = (command: Command): void => {
            const [next = fresh, { outcome }] = decide(current, command);
            expect(outcome).toBe(outcomes.get(command) ?? outcome);
            outcomes.set(command, outcome);
            current = next;
          };
          const sent: Command[] = [];
          for (const [index, command] of asked.entries()) {
            // An officer has seen a version there was, and draws an id of his own.
            const seen = Math.min(command.expectedVersion, current.adjudication.version);
            const own: Command = {
              ...command,
              commandId: commandId(`officer-${index}`),
              expectedVersion: seen,
            };
            sent.push(own);
            ask(own);
            const again = sent[(repeats[index % Math.max(1, repeats.length)] ?? 0) % sent.length];
            if (again !== undefined) ask(again);
          }
        },
      ),
      runs,
    );
  });
});
