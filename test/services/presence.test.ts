import { describe, expect, it } from "vitest";
import { areRequired, judgeAbsence, programPath, requiredProgram } from "./presence.ts";

const missing = [{ name: "kafka", reason: "there is no java" }] as const;
const never = (): never => {
  throw new Error("Nothing was to be said.");
};

describe("what is absent", () => {
  it("is skipped with one line", () => {
    const lines: string[] = [];
    expect(judgeAbsence(missing, false, (line) => lines.push(line))).toBe(true);
    expect(lines).toEqual(["Tests that need kafka are skipped: there is no java."]);
  });
  it("fails where it is required", () =>
    expect(() => judgeAbsence(missing, true, never)).toThrow(
      "kafka is required here, but there is no java.",
    ));
  it("is nothing to speak of when all is there", () => expect(judgeAbsence([], true, never)).toBe(false));

  it.each([
    [{}, false],
    [{ CI: "true" }, true],
    [{ CI: "false" }, false],
    [{ LANEWATCH_SERVICES: "required" }, true],
  ])("is required in %o: %s", (environment, isRequired) => expect(areRequired(environment)).toBe(isRequired));
});

describe("a program", () => {
  it("is found where it is", () => expect(programPath("sh")).toMatch(/\/sh$/));
  it("that is not there is null, or an error that says what to install", () => {
    expect(programPath("no-such-program")).toBeNull();
    expect(() => requiredProgram("no-such-program", "some-package")).toThrow(
      "install the package some-package",
    );
  });
});
