import { describe, expect, it } from "vitest";
import type { EventCursor } from "../../src/core/event-cursor.ts";
import { advance, maxBoots, startOfEvents } from "../../src/core/event-cursor.ts";

const after = (...ids: readonly string[]): EventCursor =>
  ids.reduce((cursor, eventId) => {
    const step = advance(cursor, eventId);
    return step.kind === "new" ? step.cursor : cursor;
  }, startOfEvents);

describe("event cursor", () => {
  it.each([
    ["the first", [], "lane~a~5~0", "new"],
    ["the same", ["lane~a~5~0"], "lane~a~5~0", "repeat"],
    ["a later one of the same frame", ["lane~a~5~0"], "lane~a~5~2", "new"],
    ["an earlier one of the same frame", ["lane~a~5~2"], "lane~a~5~1", "repeat"],
    ["a later frame", ["lane~a~9~4"], "lane~a~10~0", "new"],
    ["an earlier frame", ["lane~a~10~0"], "lane~a~9~4", "repeat"],
    ["a new boot", ["lane~a~10~0"], "lane~b~0~0", "new"],
    ["the old boot, seen", ["lane~a~10~0", "lane~b~0~0"], "lane~a~10~0", "repeat"],
    [
      "the old boot, seen, when the new one has gone on",
      ["lane~a~10~0", "lane~b~0~0", "lane~b~1~0"],
      "lane~a~10~0",
      "repeat",
    ],
    ["the old boot, late", ["lane~a~10~0", "lane~b~0~0"], "lane~a~11~0", "new"],
    ["no number", [], "lane~a~x~0", "no-place"],
    ["too few parts", [], "lane~a~1", "no-place"],
    ["too many parts", [], "lane~a~1~0~0", "no-place"],
  ])("%s", (_title, seen, eventId, kind) => {
    expect(advance(after(...seen), eventId).kind).toBe(kind);
  });

  it("remembers the newest boots only", () => {
    const cursor = after(...Array.from({ length: maxBoots + 3 }, (_, n) => `lane~b${n}~0~0`));
    expect(cursor.map(({ boot }) => boot)).toEqual(Array.from({ length: maxBoots }, (_, n) => `b${n + 3}`));
  });
});
