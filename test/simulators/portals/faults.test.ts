import { describe, expect, it } from "vitest";
import type { Fault } from "../../../simulators/portals/faults.ts";
import { portalEmissions } from "../../../simulators/portals/rapiscan-portal.ts";
import { calmLane, linesOf, numbersOf, truthsOf, wireOf } from "../lanes.ts";

const spoiled = (fault: Fault, different: Parameters<typeof calmLane>[0] = {}): ReturnType<typeof calmLane> =>
  calmLane({ faults: [fault], ...different });

describe("faults", () => {
  it("a dead panel counts zero and turns GB into GL", () => {
    const lines = linesOf(spoiled({ kind: "dead-panel", column: 1, atS: 20, durationS: 60 }));
    const low = lines.filter(({ tag }) => tag === "GL");
    expect(low.length).toBeGreaterThan(3);
    expect(low.some((line) => numbersOf(line)[1] === 0)).toBe(true);
    expect(lines.at(-5)?.tag).toBe("GB");
  });

  it("a stuck panel repeats its count", () => {
    const fault = { kind: "stuck-counts", column: 2, atS: 5, durationS: 60 } as const;
    const lines = linesOf(spoiled(fault, { vehicles: [{ atS: 20, load: "nothing" }] }));
    const counts = lines.filter(({ tag }) => tag === "GS").map((line) => line.fields);
    expect(new Set(counts.map((fields) => fields[2])).size).toBe(1);
    expect(new Set(counts.map((fields) => fields[3])).size).toBeGreaterThan(5);
  });

  it.each(["noise-bytes", "half-line", "megabyte-line"] as const)(
    "%s changes the wire and nothing else",
    (kind) => {
      const clean = wireOf(portalEmissions(calmLane()));
      const dirty = wireOf(
        portalEmissions(spoiled({ kind, atS: 30, count: kind === "megabyte-line" ? 1_000_000 : 3 })),
      );
      const added = { "noise-bytes": 3, "half-line": 0, "megabyte-line": 1_000_002 }[kind];
      if (kind === "half-line") expect(dirty.length).toBeLessThan(clean.length);
      else expect(dirty.length).toBe(clean.length + added);
      expect(dirty.subarray(-200).equals(clean.subarray(-200))).toBe(true);
    },
  );

  it("a wrong baud rate garbles every line while it lasts", () => {
    const wire = wireOf(portalEmissions(spoiled({ kind: "wrong-baud", atS: 0, durationS: 100 }))).toString(
      "latin1",
    );
    expect(wire.indexOf("GB,")).toBeGreaterThan(wire.length / 2);
    expect(wire).toMatch(/GB(,\d{6}){4}\r\n/);
  });

  it("silence leaves a hole in time", () => {
    const times = linesOf(spoiled({ kind: "silence", atS: 30, durationS: 40 })).map(({ atMs }) => atMs);
    expect(times.filter((time) => time >= 30_000 && time < 70_000)).toEqual([]);
  });

  it("tamper says TT and TC at its times", () => {
    const lines = linesOf(spoiled({ kind: "tamper", atS: 33, durationS: 9 }));
    expect(lines.find(({ tag }) => tag === "TT")).toMatchObject({
      atMs: 33_000,
      text: "TT,000000,000000,000000,000000",
    });
    expect(lines.find(({ tag }) => tag === "TC")).toMatchObject({
      atMs: 42_000,
      text: "TC,111111,111111,111111,111111",
    });
  });

  it("a power cycle cuts the occupancy off, repeats the setup block and counts occupancies from 1 again", () => {
    const vehicles = [10, 40, 70].map((atS) => ({ atS, load: "nothing" as const, speedKph: 8, lengthM: 18 }));
    const lane = spoiled({ kind: "power-cycle", atS: 45, durationS: 20 }, { vehicles });
    const lines = linesOf(lane);
    expect(lines.filter(({ tag }) => tag === "SG1").map(({ atMs }) => atMs)).toEqual([0, 65_000]);
    expect(lines.filter(({ atMs }) => atMs > 45_200 && atMs < 65_000)).toEqual([]);
    expect(lines.filter(({ tag }) => tag === "GX").map(({ fields }) => fields[0])).toEqual([
      "000001",
      "000001",
    ]);
    const ended = truthsOf(lane).filter((truth) => truth.kind === "occupancy-ended");
    expect(ended.map(({ occupancyNumber }) => occupancyNumber)).toEqual([1, undefined, 1]);
  });

  it("a disconnect drops the link and takes it up again", () => {
    const emissions = [...portalEmissions(spoiled({ kind: "disconnect", atS: 12, durationS: 5 }))];
    const links = emissions.filter(({ kind }) => kind === "link");
    expect(links).toEqual([
      { kind: "link", atMs: 12_000, up: false },
      { kind: "link", atMs: 17_000, up: true },
    ]);
    expect(emissions.every(({ atMs }, index) => atMs >= (emissions[index - 1]?.atMs ?? 0))).toBe(true);
  });
});
