import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideShelf, emptyShelf, shelvedAt } from "../../src/core/lane-shelf.ts";
import {
  type Decision,
  type LaneCommand,
  type LaneShelf,
  type ShelfAct,
  shelfInMsMax,
} from "../../src/domain/adjudication.ts";
import { commandId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import { kazlauskas, lund } from "../commands.ts";
import { north } from "./board-history.ts";

const word = (act: ShelfAct, at = 0, by = kazlauskas): LaneCommand => ({
  commandId: commandId(`${act.kind}-${at}-1`),
  laneId: north,
  by,
  at: wallMs(at),
  act,
});
const shelve = (fault: "tamper" | "silent", until: number): ShelfAct => ({
  kind: "shelve-fault",
  fault,
  until: wallMs(until),
  reason: "It is being painted.",
});
const unshelve = (fault: "tamper" | "silent"): ShelfAct => ({ kind: "unshelve-fault", fault });

const decideAll = (commands: readonly LaneCommand[]): readonly [LaneShelf, readonly Decision[]] => {
  let shelf = emptyShelf(north);
  const decisions = commands.map((command) => {
    const [next, decision] = decideShelf(shelf, command);
    if (decision.outcome === "refused") expect(next).toBe(shelf);
    shelf = next;
    return decision;
  });
  return [shelf, decisions];
};
const answers = (decisions: readonly Decision[]): readonly string[] =>
  decisions.map((one) => (one.outcome === "accepted" ? `v${one.version}` : `v${one.version} ${one.refusal}`));

describe("a word on a lane's faults", () => {
  it.each<[string, readonly LaneCommand[], readonly string[], readonly string[]]>([
    ["shelves", [word(shelve("tamper", 10))], ["v1"], ["tamper 10"]],
    ["by an engineer", [word(shelve("tamper", 10), 0, lund)], ["v1"], ["tamper 10"]],
    ["until a time that is past", [word(shelve("tamper", 5), 5)], ["v0 shelf-expired"], []],
    ["for the longest time", [word(shelve("tamper", shelfInMsMax))], ["v1"], [`tamper ${shelfInMsMax}`]],
    ["for longer than that", [word(shelve("tamper", shelfInMsMax + 1))], ["v0 shelf-expired"], []],
    [
      "again until another time",
      [word(shelve("tamper", 10)), word(shelve("tamper", 20), 1)],
      ["v1", "v2"],
      ["tamper 20"],
    ],
    [
      "on two faults",
      [word(shelve("tamper", 10)), word(shelve("silent", 20), 1)],
      ["v1", "v2"],
      ["tamper 10", "silent 20"],
    ],
    [
      "takes one back",
      [word(shelve("tamper", 10)), word(shelve("silent", 20), 1), word(unshelve("tamper"), 2)],
      ["v1", "v2", "v3"],
      ["silent 20"],
    ],
    ["takes back what is not shelved", [word(unshelve("tamper"))], ["v0 not-shelved"], []],
    [
      "takes back what is over",
      [word(shelve("tamper", 10)), word(unshelve("tamper"), 10)],
      ["v1", "v1 not-shelved"],
      ["tamper 10"],
    ],
    [
      "lets go what is over",
      [word(shelve("tamper", 10)), word(shelve("silent", 20), 10)],
      ["v1", "v2"],
      ["silent 20"],
    ],
  ])("%s", (_, commands, expected, standing) => {
    const [shelf, decisions] = decideAll(commands);
    expect(answers(decisions)).toEqual(expected);
    expect(shelf.shelved.map(({ fault, until }) => `${fault} ${until}`)).toEqual(standing);
  });

  it("holds until the time that was said, and not at it", () => {
    const [shelf] = decideAll([word(shelve("tamper", 10))]);
    expect([9, 10].map((at) => shelvedAt(shelf, wallMs(at)).length)).toEqual([1, 0]);
  });

  it("never shelves a fault twice, whatever is said, and grows the version with each word accepted", () => {
    const anyAct = fc.oneof(
      fc
        .record({ fault: fc.constantFrom("tamper", "silent"), until: fc.nat({ max: 100 }) })
        .map(({ fault, until }) => shelve(fault, until)),
      fc.constantFrom("tamper", "silent").map(unshelve),
    );
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 30 }), (acts) => {
        const [shelf, decisions] = decideAll(acts.map((act, at) => word(act, at)));
        expect(new Set(shelf.shelved.map(({ fault }) => fault)).size).toBe(shelf.shelved.length);
        expect(shelf.version).toBe(decisions.filter(({ outcome }) => outcome === "accepted").length);
      }),
      { numRuns: 500, seed: 20_241_123 },
    );
  });
});
