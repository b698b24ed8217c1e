import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineLengthGuard, markLongLines, withoutMark } from "../../src/adapters/line-length-guard.ts";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const textOf = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString("latin1");

describe("markLongLines", () => {
  it.each([
    { name: "short lines pass", unfinished: 0, chunk: "ab\ncd\n", rest: 0, out: "ab\ncd\n" },
    { name: "an unfinished line is counted", unfinished: 0, chunk: "ab\ncd", rest: 2, out: "ab\ncd" },
    { name: "and counted on", unfinished: 2, chunk: "e", rest: 3, out: "e" },
    {
      name: "a line that fills the limit with its line feed passes",
      unfinished: 0,
      chunk: "abc\n",
      rest: 0,
      out: "abc\n",
    },
    { name: "one byte more is marked", unfinished: 0, chunk: "abcd\n", rest: 0, out: "abcd\n\n" },
    {
      name: "a limit reached with the chunk's end is marked at once",
      unfinished: 3,
      chunk: "d",
      rest: 0,
      out: "d\n",
    },
    {
      name: "a long line is marked again and again",
      unfinished: 0,
      chunk: "abcdefghij",
      rest: 2,
      out: "abcd\nefgh\nij",
    },
    { name: "an empty chunk changes nothing", unfinished: 3, chunk: "", rest: 3, out: "" },
    { name: "a line feed ends the count", unfinished: 3, chunk: "\nabc", rest: 3, out: "\nabc" },
  ])("$name", ({ unfinished, chunk, rest, out }) => {
    const [length, pieces] = markLongLines(unfinished, bytesOf(chunk), 4);
    expect(length).toBe(rest);
    expect(textOf(pieces)).toBe(out);
  });

  it("bounds every line, and its marks can be told from line feeds that arrived", () => {
    const chunks = fc.array(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.map((byte) => (byte < 40 ? 0x0a : byte))),
    );
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 12 }), (given, maxInBytes) => {
        let unfinished = 0;
        const marked: Uint8Array[] = [];
        for (const chunk of given) {
          const [rest, pieces] = markLongLines(unfinished, chunk, maxInBytes);
          unfinished = rest;
          marked.push(...pieces);
        }
        const lines = textOf(marked).match(/[^\n]*\n|[^\n]+$/g) ?? [];
        expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThanOrEqual(maxInBytes + 1);
        const restored = lines.map((line) => withoutMark(bytesOf(line), maxInBytes));
        expect(textOf(restored)).toBe(textOf(given));
      }),
    );
  });
});

describe("lineLengthGuard", () => {
  it("counts a line over chunks", async () => {
    const guard = lineLengthGuard(4);
    const out: Uint8Array[] = [];
    guard.on("data", (piece: Uint8Array) => out.push(piece));
    for (const chunk of ["ab", "cde", "\nf"]) guard.write(chunk);
    await new Promise<void>((resolve) => guard.end(resolve));
    expect(textOf(out)).toBe("abcd\ne\nf");
  });
});
