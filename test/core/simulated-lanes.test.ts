import { beforeAll, describe, expect, it } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { createChance } from "../../simulators/chance.ts";
import { CALM } from "../../simulators/physics/slow-effects.ts";
import type { Truth } from "../../simulators/portals/emission.ts";
import type { Firmware, SimulatedLane } from "../../simulators/portals/lane.ts";
import { portalEmissions } from "../../simulators/portals/rapiscan-portal.ts";
import { frameFold } from "../../src/core/frame-fold.ts";
import { laneSettings } from "../../src/core/lane-settings.ts";
import type { Alarm } from "../../src/domain/alarms.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
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
  const settings = laneSettings.parse({ grossCount: { nSigma: lane.nSigma, groups: ["sum", "vertical"] } });
  const fold = frameFold({ laneId: north, codec: rapiscanLine.codec({}), settings, time: "frame" });
  const agent = agentOf(bootNumber(1));
  const truths: OccupancyTruth[] = [];
  const events: LaneEvent[] = [];
  let state = fold.start;
  let nowMs = 0;
  const take = (bytes: Uint8Array): void => {
    const [next, said] = fold.step(state, agent.bytes(bytes));
    state = next;
    events.push(...said);
  };
  for (const emission of portalEmissions(lane)) {
    if (emission.kind === "truth" && emission.truth.kind === "occupancy-ended") truths.push(emission.truth);
    if (emission.kind !== "bytes") continue;
    agent.wait(Math.max(0, emission.atMs - nowMs));
    nowMs = Math.max(nowMs, emission.atMs);
    const cut = Math.floor(chance.uniform() * (emission.bytes.length + 1));
    take(emission.bytes.slice(0, cut));
    take(emission.bytes.slice(cut));
  }
  return { truths, events };
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
      (["neutron", "gamma", "energy"] as const)
        .filter((kind) => flags[kind] !== undefined)
        .map((kind) => `${String(occupancyNumber)} ${kind}`),
    );
    expect(alarms.map(({ occupancyNumber, kind }) => `${String(occupancyNumber)} ${kind}`)).toEqual(expected);
    expect(new Set(alarms.map(({ alarmId }) => alarmId)).size).toBe(alarms.length);
  });

  it("misses no strong source", () => {
    const gammas = alarms
      .filter(({ kind }) => kind === "gamma")
      .map(({ occupancyNumber }) => occupancyNumber);
    const neutrons = alarms
      .filter(({ kind }) => kind === "neutron")
      .map(({ occupancyNumber }) => occupancyNumber);
    const carrying = (cargoes: readonly string[]): readonly (number | undefined)[] =>
      run.truths.filter(({ cargo }) => cargoes.includes(cargo)).map(({ occupancyNumber }) => occupancyNumber);
    expect(gammas).toEqual(expect.arrayContaining([...carrying(["137Cs", "60Co", "131I"])]));
    expect(neutrons).toEqual(expect.arrayContaining([...carrying(["252Cf", "AmBe"])]));
    expect(carrying(sources)).toHaveLength(5);
  });

  it("raises gamma alarms at the interval the portal flags first, of both origins at once", () => {
    const gammas = alarms.filter(({ kind }) => kind === "gamma");
    expect(gammas.map(({ raisedInterval, origin }) => [raisedInterval, origin])).toEqual(
      run.truths.flatMap(({ flags }) => (flags.gamma === undefined ? [] : [[flags.gamma, "core"]])),
    );
  });

  it("has no fault, no unknown tag and no undecodable byte", () => {
    const odd = run.events.filter(
      ({ kind }) => kind === "fault-raised" || kind === "unknown-tag-seen" || kind === "bytes-quarantined",
    );
    expect(odd).toEqual([]);
  });
});
