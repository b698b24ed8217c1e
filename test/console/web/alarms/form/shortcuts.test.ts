import { describe, expect, test } from "vitest";
import {
  actKeys,
  codeTyped,
  digitsInMs,
  letterOf,
  type TypedCode,
} from "../../../../../src/console/web/alarms/form/shortcuts.ts";
import { dispositionIds, dispositions } from "../../../../../src/domain/dispositions.ts";

/** What the digits choose one after another, so many milliseconds apart. */
const chosen = (digits: string, apartInMs: number) => {
  let typed: TypedCode | null = null;
  let now = 1000;
  return Array.from(digits).map((digit) => {
    const [next, id] = codeTyped(typed, digit, now);
    typed = next;
    now += apartInMs;
    return id === null ? null : dispositions[id].code;
  });
};

describe("digits", () => {
  test("every code can be typed", () => {
    for (const id of dispositionIds) {
      const { code } = dispositions[id];
      expect(chosen(String(code), 100).at(-1)).toBe(code);
    }
  });
  test.each([
    ["4", 100, [4]],
    ["10", 100, [1, 10]],
    ["11", 100, [1, 11]],
    ["10", digitsInMs + 1, [1, null]],
    ["12", 100, [1, 2]],
    ["47", 100, [4, 7]],
    ["0", 100, [null]],
    ["111", 100, [1, 11, 1]],
  ])("%s, %d ms apart: %j", (digits, apart, codes) => {
    expect(chosen(digits, apart)).toEqual(codes);
  });
});

test.each([
  [{ key: "c", code: "KeyC" }, "c"],
  [{ key: "C", code: "KeyC" }, "c"],
  [{ key: "с", code: "KeyC" }, "c"],
  [{ key: "ؤ", code: "KeyC" }, "c"],
  [{ key: "a", code: "KeyQ" }, "a"],
  [{ key: "Enter", code: "Enter" }, ""],
  [{ key: "?", code: "Slash" }, ""],
])("%j is the letter %j", (event, letter) => {
  expect(letterOf(event)).toBe(letter);
});

test("acts that share a key are never possible together", () => {
  const shared = Object.entries(actKeys)
    .filter(([, key]) => Object.values(actKeys).filter((other) => other === key).length > 1)
    .map(([kind]) => kind);
  expect(shared.sort()).toEqual([
    "answer-escalation",
    "complete-secondary",
    "escalate",
    "request-secondary",
    "start-secondary",
  ]);
});
