import { describe, expect, it } from "vitest";
import { byteSlab } from "../../src/wire/byte-slab.ts";
import { jsonCodec } from "../../src/wire/json.ts";
import { z } from "zod";

describe("memory for small values", () => {
  it("is given once, and is zero", () => {
    const take = byteSlab();
    const given = Array.from({ length: 300 }, (_, at) => ({ value: take((at * 97) % 5_000), by: at % 251 }));
    for (const { value, by } of given) {
      expect(value.every((byte) => byte === 0)).toBe(true);
      value.fill(by + 1);
    }
    for (const { value, by } of given) expect(value.every((byte) => byte === by + 1)).toBe(true);
    expect(given.map(({ value }) => value.length)).toEqual(given.map((_, at) => (at * 97) % 5_000));
  });

  it("is shared by small values, and a large one has its own", () => {
    const take = byteSlab();
    expect(take(100).buffer).toBe(take(4_096).buffer);
    expect(take(4_097).buffer.byteLength).toBe(4_097);
    expect(take(0)).toHaveLength(0);
  });
});

describe("JSON of any length and script", () => {
  const codec = jsonCodec("text", z.string());
  it.each([0, 1, 1_000, 1_360, 5_000, 16_370, 16_385, 100_000])("of %i characters", (length) => {
    for (const character of ["a", "ü", "通", "🚚"]) {
      const text = character.repeat(length);
      const encoded = codec.encode(text);
      codec.encode("something else");
      expect(codec.decode(encoded)).toBe(text);
    }
  });
});
