import { describe, expect, test } from "vitest";
import {
  choiceIn, choiceParams, everything, historyPath, isEverything,
} from "../../../../src/console/web/history/history-choice.ts"; // prettier-ignore
import { momentsOf, spanIn, spanParams } from "../../../../src/console/web/history/span.ts";
import { localText, momentOf } from "../../../../src/console/web/history/zoned-time.ts";
import { historyQuerySchema } from "../../../../src/wire/history.ts";

const now = Date.UTC(2026, 2, 1, 12);
const hour = 3_600_000;

describe("the choice in the address", () => {
  const choice = {
    ...everything,
    text: "AB 12",
    lane: "north",
    disposition: "norm-found",
    span: { kind: "own", from: 5, to: 9 },
  } as const;

  test("comes back as it was written", () => {
    const query = new URLSearchParams(choiceParams(choice).map(([k, v]) => [k, v])).toString();
    expect(choiceIn(query)).toEqual(choice);
    expect(isEverything(choice)).toBe(false);
    expect(isEverything(choiceIn(""))).toBe(true);
  });

  test("asks the server for what its schema takes", () => {
    const path = historyPath(choice, { cursor: "1z", now });
    const params = Object.fromEntries(new URLSearchParams(path.split("?")[1]));
    const { success, data } = historyQuerySchema.safeParse(params);
    expect(success).toBe(true);
    expect(data).toMatchObject({ text: "AB 12", lane: ["north"], from: 5, to: 9, cursor: "1z", limit: 50 });
  });

  test("what was last begins so long ago and has no end", () => {
    const path = historyPath({ ...everything, span: { kind: "last", span: "day" } }, { cursor: null, now });
    expect(path).toBe(`/api/history?from=${now - 24 * hour}&limit=50`);
  });
});

describe("spans", () => {
  const otherwise = { kind: "last", span: "shift" } as const;

  test.each([
    ["span=week", { kind: "last", span: "week" }],
    ["span=ever", { kind: "ever" }],
    ["from=1&to=2", { kind: "own", from: 1, to: 2 }],
    ["from=2&to=1", otherwise],
    ["from=x&to=1", otherwise],
    ["span=toString", otherwise],
    ["", otherwise],
  ] as const)("%s", (query, choice) => {
    const read = spanIn(new URLSearchParams(query), otherwise);
    expect(read).toEqual(choice);
    expect(spanIn(new URLSearchParams(spanParams(read)), { kind: "ever" })).toEqual(read);
  });

  test("end now, or where they say", () => {
    expect(momentsOf({ kind: "last", span: "shift" }, now)).toEqual({ from: now - 8 * hour, to: now });
    expect(momentsOf({ kind: "own", from: 1, to: 2 }, now)).toEqual({ from: 1, to: 2 });
    expect(momentsOf({ kind: "ever" }, now)).toBeNull();
  });
});

describe("times of the site's zone", () => {
  test.each([
    ["2026-01-15T08:30", "Europe/Copenhagen", Date.UTC(2026, 0, 15, 7, 30)],
    ["2026-07-15T08:30", "Europe/Copenhagen", Date.UTC(2026, 6, 15, 6, 30)],
    ["2026-07-15T08:30", "Asia/Kathmandu", Date.UTC(2026, 6, 15, 2, 45)],
    ["2026-10-25T02:30", "Europe/Copenhagen", Date.UTC(2026, 9, 25, 0, 30)],
    ["2026-03-29T03:30", "Europe/Copenhagen", Date.UTC(2026, 2, 29, 1, 30)],
  ])("%s in %s", (text, zone, at) => {
    expect(momentOf(text, zone)).toBe(at);
    expect(localText(at, zone)).toBe(text);
  });

  test("what no clock ever shows is a moment all the same, and nonsense is none", () => {
    expect(momentOf("2026-03-29T02:30", "Europe/Copenhagen")).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(momentOf("", "UTC")).toBeNull();
    expect(momentOf("2026-13-40T99:99", "UTC")).toBeNull();
  });
});
