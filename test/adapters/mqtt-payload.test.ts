import { describe, expect, it } from "vitest";
import { linesOf } from "../../src/adapters/mqtt-payload.ts";

const rows: readonly (readonly [name: string, payload: string, lines: string])[] = [
  ["nothing", "", ""],
  ["a line", "GS,1\r\n", "GS,1\r\n"],
  ["a line without its end", "GS,1", "GS,1\n"],
  ["several lines", "GS,1\nGS,2", "GS,1\nGS,2\n"],
  ["a document", '{"a":1}', '{"a":1}\n'],
  ["documents, one a line", '{"a":1}\n{"a":2}\r\n\n', '{"a":1}\n{"a":2}\r\n\n'],
  ["documents with blanks around", ' {"a":1} \n\t{"a":2}\n', ' {"a":1} \n\t{"a":2}\n'],
  ["a document of several lines", '{\n  "a": [1,\r\n2]\n}\n', '{   "a": [1,  2] } \n'],
  ["one whose first line ends with a brace", '{"a":{"b":1}\n,"c":{\n}}', '{"a":{"b":1} ,"c":{ }}\n'],
  ["one whose line is a whole object", '{"a":[\n{"b":1}\n]}', '{"a":[ {"b":1} ]}\n'],
  ["a document that is cut", '{"a":\n1', '{"a": 1\n'],
];

describe("the lines of a payload", () => {
  it.each(rows)("%s", (_, payload, lines) => {
    expect(Buffer.from(linesOf(Buffer.from(payload))).toString()).toBe(lines);
  });

  it("of one document say what it says, however it is laid out", () => {
    const document = { kind: "gamma-interval", counts: [1, 2, 3, 4], more: [{ a: {} }, { b: [[]] }] };
    for (const indent of [0, 1, 2, "\t"]) {
      const text = JSON.stringify(document, null, indent).replaceAll("\n", "\r\n");
      const line = Buffer.from(linesOf(Buffer.from(text))).toString();
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(JSON.parse(line)).toEqual(document);
    }
  });
});
