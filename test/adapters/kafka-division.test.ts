import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Claim,
  decodeClaim,
  decodeShare,
  divide,
  encodeClaim,
  encodeShare,
} from "../../src/adapters/kafka-division.ts";

const claim = (memberId: string, owned: readonly number[] = [], generation = 0): Claim => ({
  memberId,
  owned,
  generation,
});
const of = (claims: readonly Claim[], partitionCount = 6): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(divide(claims, partitionCount));

describe("the division of partitions", () => {
  it.each([
    ["gives one everything", [claim("a")], { a: [0, 1, 2, 3, 4, 5] }],
    ["gives nobody nothing", [], {}],
    [
      "takes from one for a second",
      [claim("a", [0, 1, 2, 3, 4, 5]), claim("b")],
      { a: [0, 1, 2], b: [3, 4, 5] },
    ],
    [
      "gives the leaver's to the others",
      [claim("a", [0, 1]), claim("c", [4, 5])],
      { a: [0, 1, 2], c: [3, 4, 5] },
    ],
    [
      "believes the later of two",
      [claim("a", [0, 1, 2], 1), claim("b", [0, 1, 2], 2)],
      { b: [0, 1, 2], a: [3, 4, 5] },
    ],
    [
      "passes over partitions that do not exist",
      [claim("a", [7, 1]), claim("b", [2])],
      { a: [0, 1, 3], b: [2, 4, 5] },
    ],
  ])("%s", (_, claims, wanted) => expect(of(claims)).toEqual(wanted));

  it("leaves nobody more than one partition behind another, and members beyond the partitions idle", () => {
    expect(
      Object.values(of(["a", "b", "c", "d"].map((id) => claim(id)))).map(({ length }) => length),
    ).toEqual([2, 2, 1, 1]);
    expect(
      Object.values(
        of(
          ["a", "b", "c"].map((id) => claim(id)),
          2,
        ),
      ).map(({ length }) => length),
    ).toEqual([1, 1, 0]);
  });

  const claims = fc.uniqueArray(
    fc.record({
      memberId: fc.string({ minLength: 1, maxLength: 4 }),
      owned: fc.uniqueArray(fc.nat(40), { maxLength: 20 }),
      generation: fc.integer({ min: -1, max: 3 }),
    }),
    { selector: ({ memberId }) => memberId, minLength: 1, maxLength: 8 },
  );

  it("gives each partition to one member, fairly, whatever they claim and in whatever order", () =>
    fc.assert(
      fc.property(claims, fc.integer({ min: 1, max: 40 }), (given, partitionCount) => {
        const division = divide(given, partitionCount);
        const all = [...division.values()].flat().sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: partitionCount }, (_, at) => at));
        const sizes = [...division.values()].map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(new Map(divide(given.toReversed(), partitionCount))).toEqual(new Map(division));
      }),
    ));

  it("moves nothing when nobody came or went", () =>
    fc.assert(
      fc.property(claims, fc.integer({ min: 1, max: 40 }), (given, partitionCount) => {
        const division = divide(given, partitionCount);
        const again = given.map(({ memberId }) => claim(memberId, division.get(memberId), 9));
        expect(new Map(divide(again, partitionCount))).toEqual(new Map(division));
      }),
    ));

  it("survives the wire, and nonsense on it", () => {
    const { owned, generation } = claim("a", [3, 1], 7);
    expect(decodeClaim("a", encodeClaim({ owned, generation }))).toEqual(claim("a", [3, 1], 7));
    expect(decodeClaim("a", Buffer.from("{"))).toEqual(claim("a", [], -1));
    expect([...decodeShare(encodeShare([1, 2]))]).toEqual([1, 2]);
    expect([...decodeShare(Buffer.alloc(0))]).toEqual([]);
  });
});
