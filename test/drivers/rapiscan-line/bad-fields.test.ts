import { describe, expect, it } from "vitest";
import { maxLineBytes } from "../../../drivers/rapiscan-line/codec.ts";
import { rapiscanLine } from "../../../drivers/rapiscan-line/driver.ts";
import type { UndecodableReason } from "../../../src/domain/messages.ts";
import { decodeWhole } from "../decoding.ts";
import { decodeLine } from "./decode-line.ts";

const rows: readonly (readonly [line: string, reason: UndecodableReason])[] = [
  ["GB,000391,000384,000423", "wrong-field-count"],
  ["GB,000391,000384,000423,000429,000001", "wrong-field-count"],
  ["GB", "wrong-field-count"],
  ["SG1,002000,000068,05,10,05.0", "wrong-field-count"],
  ["SG2,1111,0.068,4.990,1,1010,1.10.1,1", "wrong-field-count"],
  ["SG3,0.068,4.990,020,00.0", "wrong-field-count"],
  ["SN2,0.500,4.990,0.500,4.990,P,0,0", "wrong-field-count"],
  ["TT,000000,000000,000000", "wrong-field-count"],
  ["SP,0.1419,04.805,007.73", "wrong-field-count"],
  ["NC,-5.56666610", "wrong-field-count"],
  [`ZZ${",".repeat(64)}`, "wrong-field-count"],
  ["GB,", "wrong-field-count"],
  ["GB,000391,000384,000423,00429", "bad-field"],
  ["GB,000391,000384,000423,0000429", "bad-field"],
  ["GB,000391,0003x4,000423,000429", "bad-field"],
  ["GB,000391,0003\xb24,000423,000429", "bad-field"],
  ["GB, 00391,000384,000423,000429", "bad-field"],
  ["GB,000391,000384,000423,000429 ", "bad-field"],
  ["GS,000071,-00061,000065,000080", "bad-field"],
  ["GS,000071,,000065,000080", "bad-field"],
  ["GS,00007\u0000,000061,000065,000080", "bad-field"],
  ["GX,000594,002391,000000,0x0000", "bad-field"],
  ["AC,1.2.3,4", "bad-field"],
  ["AC,1e5,4", "bad-field"],
  ["AC,nan,4", "bad-field"],
  ["AC,inf,4", "bad-field"],
  ["AC,+1.5,4", "bad-field"],
  ["AC,.5,4", "bad-field"],
  ["AC,5.,4", "bad-field"],
  ["AC,-,4", "bad-field"],
  ["AC,--5,4", "bad-field"],
  ["AC,,4", "bad-field"],
  ["AC,   ,4", "bad-field"],
  ["AC,1.5 ,4", "bad-field"],
  ["AC,1 .5,4", "bad-field"],
  ["AC,1234567890123,4", "bad-field"],
  ["AC,1.1234567890123,4", "bad-field"],
  ["NB1,-3.80000000,0.00000000,2.61666660,0.00000000", "bad-field"],
  ["AB1,408.55001800,-582.75006000,289.75003000,288.39999300", "bad-field"],
  ["SP,0.1419,04.805,007.73,0", "bad-field"],
  ["AA,000000,000000,000000,11111A", "bad-field"],
  ["AA,000004,000004,000004,11111A", "bad-field"],
  ["AA,000001,000001,000001,1111\x07A", "bad-field"],
  [`AA,000001,000001,000001,${"1".repeat(33)}`, "bad-field"],
  ["ZZ,caf\xe9", "bad-field"],
  ["ZZ,1\t2", "bad-field"],
  ["ZZ", "not-a-record"],
  ["Z,1", "not-a-record"],
  ["ABCDE,1", "not-a-record"],
  ["gs,000071,000061,000065,000080", "not-a-record"],
  [" GS,000071,000061,000065,000080", "not-a-record"],
  ["\0GS,000071,000061,000065,000080", "not-a-record"],
  ["\0\0GS,000071,000061,000065,000080", "not-a-record"],
  ["7Z,1", "not-a-record"],
  ["GS;000071;000061;000065;000080", "not-a-record"],
  ["000071,000061,000065,000080", "not-a-record"],
  [",000071,000061,000065,000080", "not-a-record"],
  ["\t", "not-a-record"],
  ["\r", "not-a-record"],
];

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

describe("lines of rapiscan-line that are no record", () => {
  it.each(rows)("%j: %s", (line, reason) => {
    const message = { kind: "undecodable", raw: line, byteLength: line.length, reason };
    expect(decodeLine(line)).toStrictEqual({ byteOffset: 0, message });
  });

  it.each(rows)("%j costs its line only", (line) => {
    const good = "GS,000071,000061,000065,000080\r\n";
    const said = decodeWhole(rapiscanLine.codec({}), bytesOf(`${good}${line}\r\n${good}`));
    const kinds = said.map(({ message }) => message.kind);
    expect(kinds).toEqual(["gamma-interval", "undecodable", "gamma-interval"]);
    expect(said[2]?.byteOffset).toBe(good.length + line.length + 2);
  });

  it("decodes the longest line and refuses a longer one, CR included", () => {
    const longest = `ZZ,${"x".repeat(maxLineBytes - 4)}`;
    expect(decodeLine(longest)?.message.kind).toBe("opaque");
    expect(decodeLine(`${longest}x`)?.message).toStrictEqual({
      kind: "undecodable",
      raw: `${longest}x`,
      byteLength: maxLineBytes + 1,
      reason: "line-too-long",
    });
  });

  it("passes over empty lines", () => {
    expect(decodeWhole(rapiscanLine.codec({}), bytesOf("\r\n\n\r\n"))).toEqual([]);
  });
});
