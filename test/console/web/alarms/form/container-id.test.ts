import { expect, test } from "vitest";
import { checkDigitOf, containerIdAdvice } from "../../../../../src/console/web/alarms/form/container-id.ts";

// The first is the example of ISO 6346; the others are worked out by its table, the last from a remainder of 10.
test.each([
  ["CSQU305438", 3],
  ["MSCU663987", 0],
  ["TRLU438936", 7],
  ["MSCU000006", 0],
])("the check digit of %s is %d", (ten, digit) => {
  expect(checkDigitOf(ten)).toBe(digit);
});

test.each([
  ["", { kind: "none" }],
  ["  ", { kind: "none" }],
  ["CSQU3054383", { kind: "valid" }],
  ["csqu 305438-3", { kind: "valid" }],
  ["CSQU3054384", { kind: "check-digit", expected: 3 }],
  ["CSQA3054383", { kind: "unusual" }],
  ["AB 123", { kind: "unusual" }],
])("%j: %j", (typed, advice) => {
  expect(containerIdAdvice(typed)).toEqual(advice);
});
