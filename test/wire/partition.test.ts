import { describe, expect, it } from "vitest";
import { laneId } from "../../src/domain/ids.ts";
import { partitionOf } from "../../src/wire/partition.ts";

describe("the partition of a lane", () => {
  // Vectors of 32-bit FNV-1a by its authors (Fowler, Noll, Vo; test_fnv.c). Modulo 2^32 the hash itself is seen.
  it.each([
    ["", 0x811c9dc5],
    ["a", 0xe40c292c],
    ["b", 0xe70c2de5],
    ["fo", 0x6222e842],
    ["foo", 0xa9f37ed7],
    ["foob", 0x3f5076ef],
    ["fooba", 0x39aaa18a],
    ["foobar", 0xbf9cf968],
    ["chongo was here!", 0x448524fd],
  ])("is the FNV-1a hash of %j modulo the count", (id, hash) => {
    expect(partitionOf(laneId(id), 2 ** 32)).toBe(hash);
    expect(partitionOf(laneId(id), 7)).toBe(hash % 7);
  });

  it("is the only one where there is one", () => expect(partitionOf(laneId("north-1"), 1)).toBe(0));

  it.each([4, 12, 64])("spreads a thousand lanes evenly over %d", (partitionCount) => {
    const lanes = new Array<number>(partitionCount).fill(0);
    for (let lane = 0; lane < 1000; lane += 1) {
      const partition = partitionOf(laneId(`lane-${lane}`), partitionCount);
      lanes[partition] = (lanes[partition] ?? NaN) + 1;
    }
    const expected = 1000 / partitionCount;
    // χ² of a fair spread exceeds its degrees of freedom by five of its standard deviations once in some 10⁵.
    const chiSquared = lanes.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(partitionCount - 1 + 5 * Math.sqrt(2 * (partitionCount - 1)));
  });
});
