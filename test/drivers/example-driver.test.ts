import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { capturesIn } from "./captures.ts";
import { driverConformance } from "./conformance.ts";
import { decodeWhole } from "./decoding.ts";
import { examplePortal } from "./example-driver/driver.ts";

const folder = join(import.meta.dirname, "example-driver");

driverConformance({ driver: examplePortal, captures: capturesIn(join(folder, "captures")) });

describe("the driver shown in drivers/README.md", () => {
  it("is the one tested here, but for the paths of its imports", () => {
    const readme = readFileSync(join(import.meta.dirname, "..", "..", "drivers", "README.md"), "utf8");
    const shown = /^```ts\n([^]*?)^```$/m.exec(readme)?.[1];
    const source = readFileSync(join(folder, "driver.ts"), "utf8");
    expect(shown).toBe(
      source.replaceAll('"../../../drivers/', '"../').replaceAll('"../../../src/', '"../../src/'),
    );
  });

  it("reads a portal with one pillar as its settings say", () => {
    const bytes = Uint8Array.from(Buffer.from("C 71 61;\nC 71 61 65 80;\n"));
    expect(
      decodeWhole(examplePortal.codec({ pillars: "one" }), bytes).map(({ message }) => message),
    ).toMatchObject([
      { kind: "gamma-interval", counts: [71, 61, 0, 0] },
      { kind: "undecodable", reason: "wrong-field-count" },
    ]);
  });
});
