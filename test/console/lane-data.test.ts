import { describe, expect, it } from "vitest";
import { lookInMs, openLaneWatch, staleAfterInMs, unjudgedAfterInMs } from "../../src/console/lane-data.ts";
import type { LaneWatch, Now } from "../../src/console/lane-data.ts";
import { defaultHeartbeatInMs } from "../../src/edge/lane-agent.ts";
import { checkpointEvery } from "../../src/stream/lane-worker.ts";
import { monotonicMs, wallMs } from "../../src/domain/units.ts";
import type { LaneData } from "../../src/wire/console.ts";
import { north, south } from "../core/board-history.ts";

/** The console started at `epoch` by its wall clock, which is 0 by its monotonic one. */
const epoch = Date.UTC(2024, 0, 1);
const now = (inMs: number): Now => ({ monotonic: monotonicMs(inMs), wall: wallMs(epoch + inMs) });
const wall = (inMs: number): number => epoch + inMs;

interface Life {
  readonly watch: LaneWatch;
  /** Looks as often as the console does, until then; what was told of the north lane on the way, and when. */
  readonly live: (untilMs: number, say?: (atMs: number) => void) => readonly (readonly [number, LaneData])[];
}

const openLife = (): Life => {
  const watch = openLaneWatch();
  let atMs = 0;
  return {
    watch,
    live: (untilMs, say) => {
      const told: [number, LaneData][] = [];
      let kind = watch.dataOf(north).kind;
      for (; atMs <= untilMs; atMs += lookInMs) {
        say?.(atMs);
        watch.look(now(atMs));
        const data = watch.dataOf(north);
        if (data.kind !== kind) told.push([atMs, data]);
        ({ kind } = data);
      }
      return told;
    },
  };
};

/** Frames and words of the north lane as long as the edge and the core are there. */
const speaking =
  (watch: LaneWatch, { edgeUntil = Infinity, coreUntil = Infinity, coreFrom = 0 }) =>
  (atMs: number): void => {
    if (atMs % defaultHeartbeatInMs === 0 && atMs <= edgeUntil) watch.frame(north, now(atMs));
    const isDue = atMs % (3 * defaultHeartbeatInMs) === 0;
    if (isDue && atMs >= coreFrom && atMs <= Math.min(edgeUntil, coreUntil)) watch.word(north, now(atMs));
  };

describe("whether a lane's data are of now", () => {
  it("stands on what edges and cores do by default", () => {
    expect(staleAfterInMs).toBeGreaterThan(defaultHeartbeatInMs);
    // With 0.3 s for the last frame's way to the console.
    expect(staleAfterInMs + lookInMs + 300).toBeLessThan(3000);
    expect(unjudgedAfterInMs).toBeGreaterThan(checkpointEvery.laneMs + defaultHeartbeatInMs);
  });

  it("is current as long as heartbeats and checkpoints come", () => {
    const { watch, live } = openLife();
    expect(live(60_000, speaking(watch, {}))).toEqual([[0, { kind: "current" }]]);
  });

  it("is stale within 2.1 s of the last frame, says since when, and is current again with the next", () => {
    const { watch, live } = openLife();
    live(10_000, speaking(watch, {}));
    expect(live(20_000)).toEqual([[11_100, { kind: "stale", since: wall(9000) }]]);
    expect(watch.frame(north, now(20_001))).toBe(true);
    expect(watch.dataOf(north)).toEqual({ kind: "current" });
    expect(watch.frame(north, now(20_002))).toBe(false);
  });

  it("is unjudged when frames come and the core says nothing, since the core's last word", () => {
    const { watch, live } = openLife();
    const told = live(30_000, speaking(watch, { coreUntil: 6000 }));
    // The core's last word was at 4.5 s, and the first frame without an answer came at 6 s.
    expect(told.slice(1)).toEqual([
      [6000 + unjudgedAfterInMs + 100, { kind: "unjudged", since: wall(4500) }],
    ]);
    expect(watch.word(north, now(30_001))).toBe(true);
    expect(watch.dataOf(north)).toEqual({ kind: "current" });
  });

  it("is stale, not unjudged, when both are gone", () => {
    const { watch, live } = openLife();
    live(6000, speaking(watch, {}));
    expect(live(60_000).map(([, { kind }]) => kind)).toEqual(["stale"]);
  });

  it("gives the core its time again after a gap", () => {
    const { watch, live } = openLife();
    live(8000, speaking(watch, {}));
    live(60_000);
    const told = live(67_900, speaking(watch, { coreFrom: 66_000 }));
    expect(told.map(([, { kind }]) => kind)).toEqual(["current"]);
  });

  it("never came where nothing has come, and every lane is for itself", () => {
    const { watch, live } = openLife();
    live(5000, speaking(watch, {}));
    expect(watch.dataOf(south)).toEqual({ kind: "never" });
  });

  it("takes history for what it is: neither fresh nor a gap", () => {
    const { watch } = openLife();
    const loggedAt = (inMs: number) => wallMs(wall(inMs));
    watch.oldWord(north, loggedAt(-3_600_000), now(0));
    watch.oldFrame(north, loggedAt(-3_590_000), now(0));
    watch.oldFrame(south, loggedAt(-1900), now(0));
    watch.oldWord(south, loggedAt(-4000), now(0));
    expect(watch.look(now(0))).toEqual([north, south]);
    expect(watch.dataOf(north)).toEqual({ kind: "stale", since: wall(-3_590_000) });
    expect(watch.dataOf(south)).toEqual({ kind: "current" });
    // What came back after the gap has not been unjudged for an hour.
    watch.frame(north, now(100));
    watch.look(now(100));
    expect(watch.dataOf(north)).toEqual({ kind: "current" });
  });

  it("knows at its start that the core has been down for long while frames came", () => {
    const { watch } = openLife();
    watch.oldWord(north, wallMs(wall(-60_000)), now(0));
    for (let inMs = -58_000; inMs <= 0; inMs += 2000) watch.oldFrame(north, wallMs(wall(inMs)), now(0));
    watch.look(now(0));
    expect(watch.dataOf(north)).toEqual({ kind: "unjudged", since: wall(-60_000) });
  });

  it("of a lane whose frames are no longer kept says when the core last spoke of it", () => {
    const { watch } = openLife();
    watch.oldWord(north, wallMs(wall(-400_000_000)), now(0));
    watch.look(now(0));
    expect(watch.dataOf(north)).toEqual({ kind: "stale", since: wall(-400_000_000) });
  });

  it("blames no lane for having been held up itself, and no longer than it takes to catch up", () => {
    const { watch, live } = openLife();
    live(10_000, speaking(watch, {}));
    expect(watch.look(now(30_000))).toEqual([]);
    expect(watch.look(now(30_100))).toEqual([]);
    expect(watch.dataOf(north)).toEqual({ kind: "current" });
    for (let inMs = 30_200; inMs < 31_000; inMs += lookInMs) watch.look(now(inMs));
    expect(watch.look(now(31_000))).toEqual([north]);
  });
});
