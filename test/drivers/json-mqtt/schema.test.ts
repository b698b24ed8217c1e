import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { capturesOf } from "../captures.ts";
import { messages } from "./publish.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "drivers", "json-mqtt");
const schemaText = z
  .record(z.string(), z.json())
  .parse(JSON.parse(readFileSync(join(folder, "schema.json"), "utf8")));
const schema = z.fromJSONSchema(schemaText);
const isJson = (line: string): boolean => {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
};
const lines = capturesOf("json-mqtt").flatMap(({ bytes }) =>
  Buffer.from(bytes).toString().trimEnd().split("\n"),
);

describe("schema.json", () => {
  it.each([...new Set(lines)].filter(isJson))("agrees with the driver on %s", (line) => {
    const [message] = messages([line]);
    const isUnderstood = message?.kind !== "undecodable" && message?.kind !== "opaque";
    expect(schema.safeParse(JSON.parse(line)).success).toBe(isUnderstood);
  });
});

describe("README.md", () => {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const shown = [...readme.matchAll(/^```json\n([^]*?)^```$/gm)].flatMap(([, text = ""]) =>
    text.trim().split("\n"),
  );

  it("shows documents of every kind of the schema, and each of them is understood", () => {
    const kinds = messages(shown).map(({ kind }) => kind);
    expect(kinds).not.toContain("undecodable");
    expect(shown.filter((line) => !schema.safeParse(JSON.parse(line)).success)).toEqual([]);
    expect(new Set(kinds).size).toBe(11);
  });
});
