import { beforeAll, describe, expect, it } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { createChance } from "../../simulators/chance.ts";
import { CALM } from "../../simulators/physics/slow-effects.ts";
import type { Truth } from "../../simulators/portals/emission.ts";
import type { Firmware, SimulatedLane } from "../../simulators/portals/lane.ts";
import { portalEmissions } from "../../simulators/portals/rapiscan-portal.ts";
import { frameFold } from "../../src/core/frame-fold.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import { grossCountAlone } from "./gross-count-alone.ts";
import type { Alarm, AlarmKind, RuleDecision } from "../../src/domain/alarms.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { agentOf, bootNumber, north } from "./frame-life.ts";

type OccupancyTruth = Extract<Truth, { kind: "occupancy-ended" }>;

interface LaneRun {
  readonly truths: readonly OccupancyTruth[];
  readonly events: readonly LaneEvent[];
}

const sources = ["137Cs", "60Co", "252Cf", "AmBe", "131I"] as const;

/** Ten vehicles two minutes apart, every other one with a strong source, among bytes cut as a serial server cuts them. */
const laneOf = (seed: string, firmware: Firmware): SimulatedLane => ({
  id: seed,
  seed,
  firmware,
  nSigma: 4,
  groups: ["SUM", "VERTICAL"],
  arrivalsPerHour: 0,
  mix: { nothing: 1, norm: 0, medical: 0, industrial: 0, neutron: 0 },
  vehicles: Array.from({ length: 10 }, (_, index) => {
    const load = index % 2 === 1 ? sources[(index - 1) / 2] : "nothing";
    return { atS: 60 + index * 120, strength: 2, load: load ?? "nothing" };
  }),
  faults: [],
  effects: CALM,
  durationS: 60 + 10 * 120,
});

/** Emissions in frames: runs of lines are cut at random into pieces, each a frame at the time of its last byte. */
const runLane = (lane: SimulatedLane): LaneRun => {
  const chance = createChance(`${lane.seed}/frames`);
  const settings = laneSettingsOf(
    laneOptions.parse({
      grossCount: { nSigma: lane.nSigma, groups: ["sum", "vertical"] },
      ...grossCountAlone,
    }),
  );
  const fold = frameFold({ laneId: north, codec: rapiscanLine.codec({}), settings, time: "frame" });
  const agent = agentOf(bootNumber(1));
  const truths: OccupancyTruth[] = [];
  const events: LaneEvent[] = [];
  const state = fold.start();
  let nowMs = 0;
  const takeFrame = (frame: Frame): void => {
    events.push(...fold.step(state, frame));
  };
  const take = (bytes: Uint8Array): void => takeFrame(agent.bytes(bytes));
  for (const emission of portalEmissions(lane)) {
    agent.wait(Math.max(0, emission.atMs - nowMs));
    nowMs = Math.max(nowMs, emission.atMs);
    if (emission.kind === "truth" && emission.truth.kind === "occupancy-ended") truths.push(emission.truth);
    if (emission.kind === "link") {
      takeFrame(
        agent.frame(
          emission.up
            ? { kind: "link-up", endpoint: "simulated" }
            : { kind: "link-down", reason: "simulated" },
        ),
      );
    }
    if (emission.kind !== "bytes") continue;
    const cut = Math.floor(chance.uniform() * (emission.bytes.length + 1));
    take(emission.bytes.slice(0, cut));
    take(emission.bytes.slice(cut));
  }
  return { truths, events };
};

/** The alarms that a truth's flags make, the gravest first: gammas and neutrons of one vehicle are one. */
const kindsOf = ({ gamma, neutron, energy }: OccupancyTruth["flags"]): readonly AlarmKind[] => {
  const radiation = gamma === undefined ? "neutron" : neutron === undefined ? "gamma" : "gamma-neutron";
  return [
    ...(gamma === undefined && neutron === undefined ? [] : ([radiation] as const)),
    ...(energy === undefined ? [] : (["energy"] as const)),
  ];
};

const endedAlarms = (events: readonly LaneEvent[]): readonly Alarm[] =>
  events.flatMap((event) => (event.kind === "alarm-ended" ? [event.alarm] : []));

describe.each([
  ["core simulation 1", "base"],
  ["core simulation 2", "base"],
  ["core simulation 3", "extended"],
  ["core simulation 4", "extended"],
] as const)("a simulated lane from the seed %s, %s firmware", (seed, firmware) => {
  let run: LaneRun = { truths: [], events: [] };
  let alarms: readonly Alarm[] = [];
  beforeAll(() => {
    run = runLane(laneOf(seed, firmware));
    alarms = endedAlarms(run.events);
  });

  it("has the occupancies that there were, one to one", () => {
    const ended = run.events.flatMap((event) => (event.kind === "occupancy-ended" ? [event] : []));
    expect(
      ended.map(({ occupancyNumber, intervals, ending }) => ({ occupancyNumber, intervals, ending })),
    ).toEqual(
      run.truths.map(({ occupancyNumber, intervals }) => ({
        occupancyNumber,
        intervals,
        ending: "closed-by-portal",
      })),
    );
    expect(run.truths).toHaveLength(10);
  });

  it("agrees with the portal's own gamma flag on every interval", () => {
    const disagreed = run.events.filter(
      (event) =>
        event.kind === "interval-measured" &&
        event.portalFlag !== (event.verdict.kind === "decided" && event.verdict.alarm),
    );
    expect(disagreed).toEqual([]);
  });

  it("has one alarm of each kind that the truth has, of each vehicle, and no other", () => {
    const expected = run.truths.flatMap(({ occupancyNumber, flags }) =>
      kindsOf(flags).map((kind) => `${String(occupancyNumber)} ${kind}`),
    );
    expect(alarms.map(({ occupancyNumber, kind }) => `${String(occupancyNumber)} ${kind}`)).toEqual(expected);
    expect(new Set(alarms.map(({ alarmId }) => alarmId)).size).toBe(alarms.length);
  });

  it("misses no strong source", () => {
    const saidBy = (rule: RuleDecision["rule"]): readonly (number | null)[] =>
      alarms
        .filter(({ decisions }) => decisions.some((decision) => decision.rule === rule))
        .map(({ occupancyNumber }) => occupancyNumber);
    const gammas = saidBy("gross-count");
    const neutrons = saidBy("neutron-flag");
    const carrying = (cargoes: readonly string[]): readonly (number | undefined)[] =>
      run.truths.filter(({ cargo }) => cargoes.includes(cargo)).map(({ occupancyNumber }) => occupancyNumber);
    expect(gammas).toEqual(expect.arrayContaining([...carrying(["137Cs", "60Co", "131I"])]));
    expect(neutrons).toEqual(expect.arrayContaining([...carrying(["252Cf", "AmBe"])]));
    expect(carrying(sources)).toHaveLength(5);
  });

  it("raises gamma alarms at the interval the portal flags first, of both origins at once", () => {
    const gammas = alarms.filter(({ kind }) => kind === "gamma" || kind === "gamma-neutron");
    const firstOf = ({ decisions }: Alarm, wanted: RuleDecision["rule"]): number | undefined =>
      decisions.find(({ rule }) => rule === wanted)?.firstInterval;
    const flagged = run.truths.flatMap(({ flags }) => (flags.gamma === undefined ? [] : [flags.gamma]));
    expect(gammas.map((alarm) => firstOf(alarm, "gross-count"))).toEqual(flagged);
    expect(gammas.map((alarm) => firstOf(alarm, "gamma-flag"))).toEqual(flagged);
    // Neutrons can have raised an alarm before the gammas joined it.
    for (const alarm of gammas) {
      if (
        firstOf(alarm, "neutron-flag") !== undefined &&
        alarm.raisedInterval < (firstOf(alarm, "gross-count") ?? 0)
      ) {
        continue;
      }
      expect([alarm.raisedInterval, alarm.origin]).toEqual([firstOf(alarm, "gross-count"), "core"]);
    }
  });

  it("has no fault, no unknown tag and no undecodable byte", () => {
    const odd = run.events.filter(
      ({ kind }) => kind === "fault-raised" || kind === "unknown-tag-seen" || kind === "bytes-quarantined",
    );
    expect(odd).toEqual([]);
  });
});

describe.each(["core faults 1", "core faults 2", "core faults 3"])(
  "a simulated lane full of faults from the seed %s",
  (seed) => {
    // Vehicles come at 60 s, 180 s and so on, strong sources at 180, 420, 660: some of the faults fall into their passes. The
    // power cycle comes after the last, since the portal numbers its occupancies from 1 again.
    const lane: SimulatedLane = {
      ...laneOf(seed, "base"),
      faults: [
        { kind: "noise-bytes", atS: 183, count: 300 },
        { kind: "half-line", atS: 425, count: 3 },
        { kind: "megabyte-line", atS: 500, count: 1_000_000 },
        { kind: "disconnect", atS: 665, durationS: 3 },
        { kind: "tamper", atS: 700, durationS: 10 },
        { kind: "power-cycle", atS: 1200, durationS: 8 },
        { kind: "wrong-baud", atS: 840, durationS: 10 },
      ],
    };
    const { truths, events } = runLane(lane);
    const alarms = endedAlarms(events);
    const alarmed = new Map(
      alarms
        .filter(({ kind }) => kind === "gamma" || kind === "gamma-neutron")
        .map((alarm) => [alarm.occupancyNumber, alarm]),
    );

    it("still has every strong gamma source, once each", () => {
      const strong = truths.filter(({ cargo }) => ["137Cs", "60Co", "131I"].includes(cargo));
      expect(strong).toHaveLength(3);
      for (const { occupancyNumber } of strong) expect(alarmed.get(occupancyNumber ?? null)).toBeDefined();
      expect(new Set(alarms.map(({ alarmId }) => alarmId)).size).toBe(alarms.length);
    });

    it("ends every alarm it raises", () => {
      const raised = events.flatMap((event) => (event.kind === "alarm-raised" ? [event.alarm.alarmId] : []));
      expect(alarms.map(({ alarmId }) => alarmId).toSorted()).toEqual(raised.toSorted());
    });

    it("never alarms on a vehicle with nothing, and never without a vehicle", () => {
      const empty = new Set(
        truths
          .filter(({ cargo }) => cargo === "nothing")
          .map(({ occupancyNumber }) => occupancyNumber ?? null),
      );
      expect([...alarmed.keys()].filter((occupancyNumber) => empty.has(occupancyNumber))).toEqual([]);
    });

    it("says what was wrong", () => {
      const faults = events.flatMap((event) => (event.kind === "fault-raised" ? [event.fault] : []));
      expect(faults).toEqual(expect.arrayContaining(["link-down", "tamper"]));
      const reasons = new Set(
        events.flatMap((event) => (event.kind === "bytes-quarantined" ? [event.reason] : [])),
      );
      expect(reasons).toContain("line-too-long");
      expect(reasons.size).toBeGreaterThan(1);
    });
  },
);
