import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BatchUnreadable, decodeBatches } from "../../src/adapters/kafka-record-batch.ts";

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let left = value >= 0 ? BigInt(value) * 2n : -BigInt(value) * 2n - 1n;
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(left)]);
};
const field = (bytes: Buffer | null): Buffer =>
  bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes]);

interface Written {
  readonly offsetDelta: number;
  readonly timestampDelta?: number;
  readonly key?: string | null;
  readonly value?: string | null;
  readonly headers?: readonly Buffer[];
}

const record = ({
  offsetDelta,
  timestampDelta = 0,
  key = "k",
  value = "v",
  headers = [],
}: Written): Buffer => {
  const text = (given: string | null): Buffer => field(given === null ? null : Buffer.from(given));
  const body = [Buffer.from([0]), varint(timestampDelta), varint(offsetDelta), text(key), text(value)];
  return field(Buffer.concat([...body, varint(headers.length), ...headers]));
};

/** A batch as the protocol guide lays it out. */
const batch = (
  records: readonly Written[],
  over: {
    readonly baseOffset?: number;
    readonly lastOffsetDelta?: number;
    readonly attributes?: number;
    readonly format?: number;
    readonly compress?: (bytes: Buffer) => Buffer;
  } = {},
): Buffer => {
  const { baseOffset = 100, attributes = 0, format = 2, compress = (bytes: Buffer) => bytes } = over;
  const body = compress(Buffer.concat(records.map(record)));
  const bytes = Buffer.alloc(61 + body.length);
  bytes.writeBigInt64BE(BigInt(baseOffset), 0);
  bytes.writeInt32BE(49 + body.length, 8);
  bytes.writeInt8(format, 16);
  bytes.writeInt16BE(attributes, 21);
  bytes.writeInt32BE(over.lastOffsetDelta ?? records.length - 1, 23);
  bytes.writeBigInt64BE(1_700_000_000_000n, 27);
  bytes.writeBigInt64BE(1_700_000_005_000n, 35);
  bytes.writeInt32BE(records.length, 57);
  body.copy(bytes, 61);
  return bytes;
};

describe("record batches", () => {
  it("are decoded one after another, with their offsets and times", async () => {
    const bytes = Buffer.concat([
      batch([{ offsetDelta: 0 }, { offsetDelta: 2, timestampDelta: 1_500, key: null, value: null }], {
        lastOffsetDelta: 3,
      }),
      batch(
        [{ offsetDelta: 0, timestampDelta: -7, value: "", headers: [field(Buffer.from("h")), field(null)] }],
        {
          baseOffset: 2 ** 40,
        },
      ),
    ]);
    const { records, nextOffset } = await decodeBatches(bytes);
    expect(records).toEqual([
      { offset: 100, appendedAt: 1_700_000_000_000, key: "k", value: new Uint8Array([118]) },
      { offset: 102, appendedAt: 1_700_000_001_500, key: "", value: null },
      { offset: 2 ** 40, appendedAt: 1_699_999_999_993, key: "k", value: new Uint8Array() },
    ]);
    expect(nextOffset).toBe(2 ** 40 + 1);
  });

  it("that compaction has emptied still say where they end", async () => {
    const bytes = Buffer.concat([
      batch([{ offsetDelta: 0 }]),
      batch([], { baseOffset: 200, lastOffsetDelta: 49 }),
    ]);
    expect(await decodeBatches(bytes)).toMatchObject({ records: [{ offset: 100 }], nextOffset: 250 });
    expect(await decodeBatches(batch([], { lastOffsetDelta: 4 }))).toEqual({ records: [], nextOffset: 105 });
  });

  it("of transactions' marks hold no records", async () => {
    expect(await decodeBatches(batch([{ offsetDelta: 0 }], { attributes: 0x30 }))).toEqual({
      records: [],
      nextOffset: 101,
    });
  });

  it("take the broker's time where the topic says so, and read gzip", async () => {
    const bytes = batch([{ offsetDelta: 0, timestampDelta: 3 }], {
      attributes: 0x09,
      compress: (plain) => gzipSync(plain),
    });
    expect((await decodeBatches(bytes)).records.map(({ appendedAt }) => appendedAt)).toEqual([
      1_700_000_005_000,
    ]);
  });

  it("that were cut off anywhere are left for the next answer", async () => {
    const whole = batch([{ offsetDelta: 0 }]);
    const second = batch([{ offsetDelta: 0 }], { baseOffset: 101 });
    for (let cut = 0; cut < second.length; cut += 1) {
      const { records, nextOffset } = await decodeBatches(Buffer.concat([whole, second.subarray(0, cut)]));
      expect([records.length, nextOffset]).toEqual([1, 101]);
    }
    expect(await decodeBatches(Buffer.alloc(0))).toEqual({ records: [], nextOffset: null });
  });

  it.each([
    ["another compression", batch([{ offsetDelta: 0 }], { attributes: 4 }), /compressed with zstd/],
    ["an old format", batch([{ offsetDelta: 0 }], { format: 1 }), /format 1 is older/],
  ])("of %s are refused in words", async (_, bytes, words) => {
    const refusal = await decodeBatches(bytes).catch((cause: unknown) => cause);
    expect(refusal).toBeInstanceOf(BatchUnreadable);
    expect(String(refusal)).toMatch(words);
  });
});
