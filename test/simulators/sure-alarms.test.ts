import { beforeAll, describe, expect, it } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { laneLedgerStep, startLaneLedger, type LaneLedger } from "../../simulators/lane-ledger.ts";
import { compareLedger, type ComparedAlarm } from "../../simulators/ledger-comparison.ts";
import type { LedgerEntry, OccupancyEntry } from "../../simulators/ledger.ts";
import { portalEmissions } from "../../simulators/portals/rapiscan-portal.ts";
import { loadScenario } from "../../simulators/scenario.ts";
import { frameFold } from "../../src/core/frame-fold.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import { laneId } from "../../src/domain/ids.ts";
import { agentOf, bootNumber, noon } from "../core/frame-life.ts";

const path = new URL("../../simulators/scenarios/sure-alarms.yaml", import.meta.url).pathname;
const durationS = 20 * 60;

interface Judged {
  readonly entries: readonly LedgerEntry[];
  readonly alarms: readonly ComparedAlarm[];
}

/** Each lane of the scenario through its ledger, and its bytes through the core with a preset, each line a frame. */
const judge = async (preset: "vendor-compatible" | "sensitive"): Promise<Judged> => {
  const { lanes } = await loadScenario(path);
  const entries: LedgerEntry[] = [];
  const alarms: ComparedAlarm[] = [];
  for (const [index, { lane }] of lanes.entries()) {
    const id = laneId(lane.id);
    const settings = laneSettingsOf(laneOptions.parse({ preset }));
    const fold = frameFold({ laneId: id, codec: rapiscanLine.codec({}), settings, time: "frame" });
    const agent = agentOf(bootNumber(index + 1), noon, id);
    const state = fold.start();
    let ledger: LaneLedger = startLaneLedger({ laneId: lane.id, speed: 1, knowsListeners: false });
    let nowMs = 0;
    for (const emission of portalEmissions({ ...lane, durationS })) {
      agent.wait(Math.max(0, emission.atMs - nowMs));
      nowMs = Math.max(nowMs, emission.atMs);
      const [next, written] = laneLedgerStep(ledger, noon + nowMs, { kind: "emission", emission });
      ledger = next;
      entries.push(...written);
      if (emission.kind !== "bytes") continue;
      for (const event of fold.step(state, agent.bytes(emission.bytes))) {
        if (event.kind !== "alarm-ended") continue;
        const { alarmId, kind, raisedAt, endedAt } = event.alarm;
        alarms.push({ alarmId, laneId: lane.id, raisedAt, endedAt, kind });
      }
    }
  }
  return { entries, alarms };
};

describe("the scenario of sure alarms, twenty minutes", () => {
  let vendor: Judged = { entries: [], alarms: [] };
  beforeAll(async () => {
    vendor = await judge("vendor-compatible");
  });

  it("has a vehicle every 15 s a lane, every other one with a source that the portal flags", () => {
    const vehicles = vendor.entries.filter((entry) => entry.kind === "vehicle");
    const first = vehicles.filter((vehicle) => vehicle.laneId === "sure-1");
    expect(first.length).toBe(80);
    for (const [index, { from }] of first.entries())
      expect(from - noon).toBeCloseTo(5000 + index * 15_000, 6);
    const occupancies = vendor.entries.filter((entry): entry is OccupancyEntry => entry.kind === "occupancy");
    expect(occupancies.length).toBeGreaterThan(470);
    for (const { load, expected } of occupancies) {
      const sure = expected.filter((each) => each.expected !== "either");
      if (load !== "nothing") expect(sure.some(({ family }) => family === "radiation")).toBe(true);
    }
    const innocent = occupancies.filter(({ load }) => load === "nothing");
    expect(innocent.filter(({ expected }) => expected.length > 0).length).toBeLessThan(innocent.length / 20);
    const kinds = new Set(occupancies.flatMap(({ expected }) => expected.map((each) => each.expected)));
    expect([...kinds].sort()).toEqual(expect.arrayContaining(["energy", "gamma", "gamma-neutron"]));
  });

  it("agrees with the alarms of the core, one to one", () => {
    const { expected, found, lost, mistaken, doubled, unexpected } = compareLedger(
      vendor.entries,
      vendor.alarms,
    );
    expect({ lost, mistaken, doubled, unexpected }).toEqual({
      lost: [],
      mistaken: [],
      doubled: [],
      unexpected: [],
    });
    expect(found).toBe(expected);
    expect(expected).toBeGreaterThan(300);
  });

  it("tells a lost, a doubled and a strange alarm", () => {
    const [first, second, ...rest] = vendor.alarms;
    if (first === undefined || second === undefined) throw new Error("no alarms");
    const strange = { ...first, alarmId: "strange", laneId: "sure-9" };
    const sure = compareLedger(vendor.entries, vendor.alarms).expected;
    const compared = compareLedger(vendor.entries, [second, second, ...rest, strange]);
    expect(compared).toMatchObject({ expected: sure, found: sure - 1 });
    expect(compared.lost).toHaveLength(1);
    expect(compared.doubled).toHaveLength(1);
    expect(compared.unexpected).toEqual([strange]);
  });
});
