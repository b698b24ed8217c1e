import { describe, expect, it } from "vitest";
import { countAt, numberAt } from "../../../drivers/rapiscan-line/fields.ts";
import { createChance } from "../../../simulators/chance.ts";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const numberOf = (text: string): number => numberAt(bytesOf(`,${text},`), 1, text.length + 1);
const countOf = (text: string): number => countAt(bytesOf(`,${text},`), 1, text.length + 1);

describe("decimal numbers", () => {
  it("are the doubles that JavaScript reads, for 50,000 of seed 7", () => {
    const chance = createChance(7);
    const digits = (count: number): string =>
      Array.from({ length: count }, () => String(Math.floor(chance.between(0, 10)))).join("");
    const different: string[] = [];
    for (let round = 0; round < 50_000; round += 1) {
      const decimals = Math.floor(chance.between(0, 13));
      const whole = digits(1 + Math.floor(chance.between(0, 12)));
      const text = `${chance.happens(0.5) ? "-" : ""}${whole}${decimals === 0 ? "" : `.${digits(decimals)}`}`;
      if (!Object.is(numberOf(text), Number(text) + 0)) different.push(text);
    }
    expect(different).toEqual([]);
  });

  it.each([
    ["0", 0],
    ["-0.0000", 0],
    ["  0.1434", 0.1434],
    ["   -1", -1],
    ["999999999999.999999999999", 1e12],
    ["123456789012.123456789012", 123456789012.123456789012],
    ["000000000047.5", 47.5],
  ])("%j is %d", (text, value) => {
    expect(numberOf(text)).toBe(value);
  });
});

describe("counts", () => {
  it.each([
    ["000000", 0],
    ["000071", 71],
    ["999999", 999999],
    ["00071", Number.NaN],
    ["0000071", Number.NaN],
    ["00 071", Number.NaN],
    ["00007/", Number.NaN],
    ["00007:", Number.NaN],
    ["", Number.NaN],
  ])("%j is %d", (text, value) => {
    expect(countOf(text)).toBe(value);
  });
});
