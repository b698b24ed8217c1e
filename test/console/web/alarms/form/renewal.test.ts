import { expect, test } from "vitest";
import { isRenewalDue } from "../../../../../src/console/web/alarms/form/renewal.ts";
import { wallMs } from "../../../../../src/domain/units.ts";

const leaseInMs = 90_000;
const claim = { by: { name: "olga", role: "officer" }, since: wallMs(0), until: wallMs(leaseInMs) } as const;
const due = (vary: Partial<Parameters<typeof isRenewalDue>[0]>): boolean =>
  isRenewalDue({ claim, officer: "olga", now: 30_000, leaseInMs, askedAt: 0, ...vary });

test.each([
  ["a third of the lease is over", {}, true],
  ["not yet", { now: 29_999 }, false],
  ["the lease has run out, and the officer still holds it", { now: 200_000 }, true],
  ["somebody else's", { officer: "omar" }, false],
  ["nobody is signed in", { officer: null }, false],
  ["nobody holds it", { claim: null }, false],
  ["asked for a moment ago", { askedAt: 26_000 }, false],
  ["asked for, and no answer for 5 s", { askedAt: 25_000 }, true],
] as const)("%s", (_, vary, expected) => {
  expect(due(vary)).toBe(expected);
});
