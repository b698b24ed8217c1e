import { describe, expect, it } from "vitest";
import {
  droppedFrames,
  maxGaps,
  missingFrames,
  noFrameLosses,
  withFrameLoss,
} from "../../src/core/frame-losses.ts";
import type { FrameLosses, FrameLossEvent } from "../../src/core/frame-losses.ts";
import { bootId } from "../../src/domain/ids.ts";
import { at, firstBoot } from "./board-history.ts";

const range = (first: number, last: number, boot = firstBoot) => ({
  at: at(0),
  bootId: boot,
  firstSequence: first,
  lastSequence: last,
});
const lost = (first: number, last: number, boot = firstBoot): FrameLossEvent => ({
  kind: "frames-lost",
  ...range(first, last, boot),
  bytes: 0,
});
const came = (first: number, last: number, frames: number): FrameLossEvent => ({
  kind: "frames-recovered",
  ...range(first, last),
  frames,
});
const gone = (first: number, last: number, boot = firstBoot): FrameLossEvent => ({
  kind: "frames-dropped",
  ...range(first, last, boot),
  bytes: 0,
  reason: "spool-full",
});
const after = (events: readonly FrameLossEvent[]): FrameLosses =>
  events.reduce((losses, event) => withFrameLoss(losses, event), noFrameLosses);

const rows: readonly (readonly [string, readonly FrameLossEvent[], readonly [number, number, number]])[] = [
  ["nothing lost", [], [0, 0, 0]],
  ["a range is missing", [lost(10, 19)], [10, 0, 0]],
  ["all of it comes late", [lost(10, 19), came(10, 19, 10)], [0, 10, 0]],
  ["some of it comes late", [lost(10, 19), came(10, 19, 7)], [3, 7, 0]],
  ["some comes, the rest is given up", [lost(10, 19), gone(10, 12), came(10, 19, 7)], [0, 7, 3]],
  ["given up before it is known to be missing", [gone(10, 12), lost(10, 19)], [7, 0, 3]],
  ["given up where nobody knew of it: the end of a boot", [gone(90, 99)], [0, 0, 10]],
  ["another boot's range is another range", [lost(10, 19), gone(10, 19, bootId("00000002"))], [10, 0, 10]],
  ["two ranges, one filled", [lost(10, 19), lost(30, 39), came(30, 39, 10)], [10, 10, 0]],
  [
    "a repeat counts once",
    [lost(10, 19), came(10, 19, 7), came(10, 19, 7), gone(10, 12), gone(10, 12)],
    [0, 7, 3],
  ],
];

describe("what became of missing frames", () => {
  it.each(rows)("%s", (_title, events, [missing, recovered, dropped]) => {
    const losses = after(events);
    expect(missingFrames(losses)).toBe(missing);
    expect(losses.recovered).toBe(recovered);
    expect(droppedFrames(losses)).toEqual(dropped === 0 ? [] : [{ reason: "spool-full", frames: dropped }]);
  });

  it("goes on counting beyond the ranges it lists", () => {
    const many = Array.from({ length: maxGaps + 10 }, (_, n) => lost(10 * n, 10 * n + 1));
    const losses = after([...many, came(0, 1, 2)]);
    expect(losses.gaps).toHaveLength(maxGaps);
    expect(missingFrames(losses)).toBe(2 * (maxGaps + 9));
  });
});
