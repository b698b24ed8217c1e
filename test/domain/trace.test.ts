import { describe, expect, it } from "vitest";
import { bootId, laneId } from "../../src/domain/ids.ts";
import { traceIdOf, traceIdOfEvent, traceparentOf } from "../../src/domain/trace.ts";

const frame = { laneId: laneId("truck-1"), bootId: bootId("0badcafe"), sequence: 41 };

describe("a frame's trace", () => {
  it("has the form of W3C Trace Context", () =>
    expect(traceparentOf(frame)).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/));

  it("is the same wherever it is derived, from an event's id too", () => {
    expect(traceIdOf({ ...frame })).toBe(traceIdOf(frame));
    expect(traceparentOf(frame)).toContain(traceIdOf(frame));
    expect(traceIdOfEvent("truck-1~0badcafe~41~7")).toBe(traceIdOf(frame));
    expect(traceIdOfEvent("of another form")).toBeUndefined();
  });

  it("is FNV-1a of its name", () =>
    // Its first half is FNV-1a 64 of "truck-1~0badcafe~41", as other languages' libraries give it.
    expect(traceIdOf(frame).slice(0, 16)).toBe("f43cbf468e89dc03"));

  it("is another for each frame, boot and lane", () => {
    const traces = new Set<string>();
    for (let sequence = 0; sequence < 10_000; sequence += 1) traces.add(traceIdOf({ ...frame, sequence }));
    traces.add(traceIdOf({ ...frame, bootId: bootId("0badcaff") }));
    traces.add(traceIdOf({ ...frame, laneId: laneId("truck-2") }));
    expect(traces.size).toBe(10_002);
  });
});
