import { describe, expect, it } from "vitest";
import { monotonicMs } from "../../src/domain/units.ts";
import type { Admission } from "../../src/identity/attempt-limit.ts";
import { bucketsMax, openAttemptLimit } from "../../src/identity/attempt-limit.ts";

const at = (seconds: number): ReturnType<typeof monotonicMs> => monotonicMs(seconds * 1000);
const ada = { nameKey: "ada", address: "192.0.2.1" };
const kinds = (admissions: readonly Admission[]): string =>
  admissions.map(({ kind }) => (kind === "admitted" ? "+" : "-")).join("");
const times = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const repeat = (count: number, act: () => unknown): void => {
  for (let time = 0; time < count; time += 1) act();
};

describe("attempts to sign in", () => {
  it("are five of a name at an address at once, then one each 30 s", () => {
    const limit = openAttemptLimit();
    expect(kinds(times(7).map(() => limit.begin(at(0), ada)))).toBe("+++++--");
    expect(limit.begin(at(10), ada)).toMatchObject({ kind: "turned-away", retryInMs: 20_000 });
    expect(kinds([limit.begin(at(30), ada), limit.begin(at(30), ada)])).toBe("+-");
    expect(kinds(times(6).map(() => limit.begin(at(1000), ada)))).toBe("+++++-");
  });

  it("by somebody elsewhere do not keep the officer out", () => {
    const limit = openAttemptLimit();
    repeat(20, () => limit.begin(at(0), { ...ada, address: "203.0.113.9" }));
    expect(limit.begin(at(0), ada).kind).toBe("admitted");
  });

  it("from one address are thirty at once, whatever the names", () => {
    const limit = openAttemptLimit();
    const guesses = times(32).map((index) => limit.begin(at(0), { ...ada, nameKey: `name ${index}` }));
    expect(kinds(guesses)).toBe(`${"+".repeat(30)}--`);
  });

  it("at one name are sixty at once, wherever they come from", () => {
    const limit = openAttemptLimit();
    const guesses = times(62).map((index) => limit.begin(at(0), { ...ada, address: `192.0.2.${index}` }));
    expect(kinds(guesses)).toBe(`${"+".repeat(60)}--`);
  });

  it("that were no guesses do not count", () => {
    const limit = openAttemptLimit();
    repeat(200, () => {
      expect(limit.begin(at(0), ada).kind).toBe("admitted");
      limit.succeeded(ada);
    });
  });

  it("are told of once a flood", () => {
    const limit = openAttemptLimit();
    repeat(5, () => limit.begin(at(0), ada));
    const told = (): readonly boolean[] =>
      times(3).map(() => {
        const admission = limit.begin(at(1), ada);
        return admission.kind === "turned-away" && admission.isFirst;
      });
    expect(told()).toEqual([true, false, false]);
  });

  it("of more names than are remembered forget the oldest, and still count the latest", () => {
    const limit = openAttemptLimit();
    repeat(5, () => limit.begin(at(0), ada));
    expect(limit.begin(at(0), ada).kind).toBe("turned-away");
    for (const index of times(bucketsMax)) limit.begin(at(0), { nameKey: `n${index}`, address: `a${index}` });
    expect(limit.begin(at(0), ada).kind).toBe("admitted");
    const latest = { nameKey: "last", address: "last" };
    expect(kinds(times(6).map(() => limit.begin(at(0), latest)))).toBe("+++++-");
  });
});
