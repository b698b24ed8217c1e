import { describe, expect, it } from "vitest";
import type { Driver } from "../../drivers/driver.ts";
import type { Capture } from "./captures.ts";
import { checks } from "./checks.ts";
import { decodeWhole } from "./decoding.ts";

/**
 * The contract of `src/domain/codec.ts`, executed: every check of `checks.ts` on every capture, and the messages of
 * each capture against the golden beside it, `<capture>.golden.jsonl`, one `Decoded` a line. `npx vitest run
 * test/drivers -u` writes the goldens anew; they are reviewed like code.
 */
export const driverConformance = (options: {
  readonly driver: Driver;
  readonly captures: readonly Capture[];
}): void => {
  const { driver, captures } = options;
  describe(`driver ${driver.kind}`, () => {
    it("takes empty settings: every one has a default", () => {
      expect(driver.settings.safeParse({}).success).toBe(true);
    });

    it("refuses a setting that it does not know", () => {
      expect(driver.settings.safeParse({ noSuchSetting: 1 }).success).toBe(false);
    });

    describe.each(captures.map((capture) => [capture.name, capture] as const))("%s", (_, { path, bytes }) => {
      it.each(Object.entries(checks))("%s", (_sentence, check) => {
        expect(check(driver.codec({}), bytes)).toBeUndefined();
      });

      it("gives the golden messages", async () => {
        const lines = decodeWhole(driver.codec({}), bytes).map((said) => `${JSON.stringify(said)}\n`);
        await expect(lines.join("")).toMatchFileSnapshot(path.replace(/\.txt$/, ".golden.jsonl"));
      });
    });
  });
};
