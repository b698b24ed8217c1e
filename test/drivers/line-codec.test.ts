import { describe, expect, it } from "vitest";
import { latin1, lineCodec, type LineDecoder, maxRawBytes } from "../../drivers/line-codec.ts";
import type { Decoded } from "../../src/domain/messages.ts";
import { chunksOf, decodeChunks, decodeWhole } from "./decoding.ts";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

const echo: LineDecoder = (bytes, start, end) => ({
  message: { kind: "opaque", tag: latin1(bytes, start, end), fields: [], known: true },
  whole: "line",
});

const codec = lineCodec({ maxLineBytes: 8, decodeLine: echo });

const line = (byteOffset: number, tag: string): Decoded => ({
  byteOffset,
  message: { kind: "opaque", tag, fields: [], known: true },
});
const tooLong = (byteOffset: number, raw: string, byteLength: number): Decoded => ({
  byteOffset,
  message: { kind: "undecodable", raw, byteLength, reason: "line-too-long" },
});

const rows: readonly (readonly [text: string, said: readonly Decoded[]])[] = [
  ["", []],
  ["\n\r\n\n", []],
  ["a\nb\r\nc\n", [line(0, "a"), line(2, "b"), line(5, "c")]],
  ["\n\na\n", [line(2, "a")]],
  ["a\rb\n", [line(0, "a\rb")]],
  ["a\r\r\n", [line(0, "a\r")]],
  ["\x00\xff\n", [line(0, "\x00\xff")]],
  ["12345678\n", [line(0, "12345678")]],
  ["1234567\r\n", [line(0, "1234567")]],
  ["12345678\r\na\n", [tooLong(0, "12345678", 9), line(10, "a")]],
  ["a\n123456789\nb\n", [line(0, "a"), tooLong(2, "12345678", 9), line(12, "b")]],
  [`${"x".repeat(1000)}\nb\n`, [tooLong(0, "xxxxxxxx", 1000), line(1001, "b")]],
  ["a\nb", [line(0, "a"), line(2, "b")]],
  ["a\n123456789", [line(0, "a"), tooLong(2, "12345678", 9)]],
];

describe("lines", () => {
  it.each(rows)("%j", (text, said) => {
    expect(decodeWhole(codec, bytesOf(text))).toStrictEqual(said);
  });

  it.each(rows)("%j in chunks of every size", (text, said) => {
    for (let size = 1; size <= text.length; size += 1) {
      expect(decodeChunks(codec, chunksOf(bytesOf(text), size))).toStrictEqual(said);
    }
  });

  it("begin where the stream goes on", () => {
    const [state, said] = codec.decode(codec.start(5000), bytesOf("a\nb"));
    expect(said).toStrictEqual([line(5000, "a")]);
    expect(state).toStrictEqual({ byteOffset: 5003, carry: "b", skippedBytes: 0 });
    expect(codec.end(state)).toStrictEqual([codec.start(5003), [line(5002, "b")]]);
  });

  it("cost no state where they are too long", () => {
    const [state] = codec.decode(codec.start(0), bytesOf("x".repeat(5000)));
    expect(state).toStrictEqual({ byteOffset: 5000, carry: "xxxxxxxx", skippedBytes: 4992 });
  });

  it("keep a bounded part of an undecodable one", () => {
    const refusing = lineCodec({ maxLineBytes: 1000, decodeLine: () => "not-a-record" });
    expect(decodeWhole(refusing, bytesOf(`${"x".repeat(900)}\r\n`))).toStrictEqual([
      {
        byteOffset: 0,
        message: {
          kind: "undecodable",
          raw: "x".repeat(maxRawBytes),
          byteLength: 900,
          reason: "not-a-record",
        },
      },
    ]);
  });

  it("are decoded from a Buffer in a larger pool as well", () => {
    const pool = Buffer.from("....a\nb\n....", "latin1");
    expect(decodeWhole(codec, pool.subarray(4, 8))).toStrictEqual([line(0, "a"), line(2, "b")]);
  });
});
