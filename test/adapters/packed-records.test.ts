import fc from "fast-check";
import { expect, it } from "vitest";
import { packLogRecords, unpackLogRecords } from "../../src/adapters/packed-records.ts";
import { wallMs } from "../../src/domain/units.ts";
import { topicNames } from "../../src/wire/topics.ts";

const partitionCount = 24;
const record = fc.record({
  topic: fc.constantFrom(...topicNames),
  partition: fc.nat({ max: partitionCount - 1 }),
  key: fc.string({ unit: "grapheme", maxLength: 20 }),
  value: fc.uint8Array({ maxLength: 50 }),
  offset: fc.maxSafeNat(),
  appendedAt: fc.integer({ min: 0, max: 1e15 }).map(wallMs),
});

it("records come out of a pack as they went in, also when the pack has been to another thread", () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 30 }), (records) => {
      const packed = packLogRecords(records, partitionCount);
      const arrived = structuredClone(packed, { transfer: [packed.values.buffer] });
      expect(unpackLogRecords(arrived, partitionCount)).toEqual(records);
    }),
  );
});
