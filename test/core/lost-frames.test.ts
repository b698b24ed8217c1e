import { describe, expect, it } from "vitest";
import { CALM } from "../../simulators/physics/slow-effects.ts";
import type { Firmware } from "../../simulators/portals/lane.ts";
import { portalEmissions } from "../../simulators/portals/rapiscan-portal.ts";
import type { Alarm } from "../../src/domain/alarms.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Frame } from "../../src/domain/frames.ts";
import {
  agentOf,
  bootNumber,
  calm,
  foldAll,
  foldOf,
  framesOf,
  GB,
  GX,
  loud,
  NS,
  times,
} from "./frame-life.ts";

const fold = foldOf();
const sources = ["137Cs", "nothing", "60Co", "137Cs"] as const;

interface Queue {
  readonly firmware: Firmware;
  readonly everyS: number;
  readonly speedKph: number;
}

/** A queue of vehicles, three of four with a strong source, each `everyS` after the one before. */
const queueOf = ({ firmware, everyS, speedKph }: Queue): readonly Frame[] => {
  const agent = agentOf(bootNumber(1));
  const frames: Frame[] = [];
  let nowMs = 0;
  const vehicles = Array.from({ length: 6 }, (_, at) => ({
    atS: 20 + at * everyS,
    load: sources[at % sources.length] ?? "nothing",
    strength: 3,
    lengthM: 14,
    speedKph,
  }));
  const lane = {
    id: "queue",
    seed: "queue",
    firmware,
    nSigma: 4,
    groups: ["SUM", "VERTICAL"] as const,
    arrivalsPerHour: 0,
    mix: { nothing: 1, norm: 0, medical: 0, industrial: 0, neutron: 0 },
    vehicles,
    faults: [],
    effects: CALM,
    durationS: 30 + vehicles.length * everyS,
  };
  for (const emission of portalEmissions(lane)) {
    if (emission.kind !== "bytes") continue;
    agent.wait(Math.max(0, emission.atMs - nowMs));
    nowMs = Math.max(nowMs, emission.atMs);
    frames.push(agent.bytes(emission.bytes));
  }
  return frames;
};

interface Passage {
  readonly firstByte: number;
  readonly lastByte: number;
  readonly alarms: number;
}

/** The byte in the stream that the alarm's occupancy is named after. */
const byteOf = ({ occupancyId }: Alarm): number => Number(occupancyId.split("~")[2]);

const raisedIn = (events: readonly LaneEvent[]): readonly Alarm[] => [
  ...new Map(
    events.flatMap((event) =>
      event.kind === "alarm-raised" ? [[event.alarm.alarmId, event.alarm] as const] : [],
    ),
  ).values(),
];

interface Seen {
  readonly frames: readonly Frame[];
  readonly passages: readonly Passage[];
}

/** What a lane that lost nothing makes of the frames. */
const seenOf = (frames: readonly Frame[]): Seen => {
  const state = fold.start();
  const passages: Passage[] = [];
  let firstByte = 0;
  let alarms = 0;
  for (const frame of frames) {
    for (const event of fold.step(state, frame)) {
      if (event.kind === "occupancy-started")
        [firstByte, alarms] = [Number(event.occupancyId.split("~")[2]), 0];
      if (event.kind === "alarm-raised") alarms += 1;
      if (event.kind === "occupancy-ended") passages.push({ firstByte, lastByte: frame.byteOffset, alarms });
    }
  }
  return { frames, passages };
};

const alarmsWithin = (alarms: readonly Alarm[], { firstByte, lastByte }: Passage): number =>
  alarms.filter((alarm) => byteOf(alarm) >= firstByte && byteOf(alarm) <= lastByte).length;

const without = (frames: readonly Frame[], first: number, until: number): readonly Frame[] => [
  ...frames.slice(0, first),
  ...frames.slice(until),
];

const queues = [
  { firmware: "base", everyS: 15, speedKph: 10 },
  { firmware: "extended", everyS: 15, speedKph: 10 },
  { firmware: "base", everyS: 14, speedKph: 8 },
] as const;

describe.each(queues)("$firmware portals with a vehicle every $everyS s", (queue) => {
  const seen = (): Seen => seenOf(queueOf(queue));

  it("give a vehicle that was seen whole its own alarms, where the end of the one before was lost", () => {
    const { frames, passages } = seen();
    let alarmsBehind = 0;
    for (const [at, next] of passages.entries()) {
      const before = passages[at - 1];
      if (before === undefined) continue;
      const until = frames.findIndex(({ byteOffset }) => byteOffset >= next.firstByte);
      const closing = frames.findIndex(({ byteOffset }) => byteOffset >= before.lastByte);
      for (const sooner of [0, 1, 2, 4, 8, 14, 20, 30]) {
        const { events } = foldAll(fold, without(frames, closing - sooner, until));
        const given = alarmsWithin(raisedIn(events), next);
        expect(given, `vehicle ${at}, ${sooner} frames before the closing record`).toBe(next.alarms);
        alarmsBehind += given;
      }
    }
    expect(alarmsBehind).toBeGreaterThan(20);
  });

  it("have one alarm of a kind of a vehicle of which some was lost", () => {
    const { frames, passages } = seen();
    let tried = 0;
    for (const { firstByte, lastByte, alarms } of passages) {
      const first = frames.findIndex(({ byteOffset }) => byteOffset >= firstByte);
      const last = frames.findIndex(({ byteOffset }) => byteOffset >= lastByte);
      for (const share of [0.4, 0.5, 0.6, 0.7]) {
        for (const length of [1, 3, 9]) {
          const from = Math.round(first + share * (last - first));
          if (from + length >= last - 1) continue;
          const { events } = foldAll(fold, without(frames, from, from + length));
          const given = alarmsWithin(raisedIn(events), { firstByte, lastByte, alarms });
          expect(given, `frames ${from} to ${from + length}`).toBeLessThanOrEqual(alarms);
          tried += 1;
        }
      }
    }
    expect(tried).toBeGreaterThan(40);
  });
});

describe("a vehicle that stands in the portal while the edge is cut off", () => {
  /** It stands for `intervals` of 200 ms, loud all the time but for its first and last second. */
  const standing = (intervals: number): readonly string[] => [
    NS,
    ...times(6, calm),
    ...times(intervals, loud),
    ...times(6, calm),
    GX,
    GB,
  ];
  const late = (frame: Frame): Frame => ({ ...frame, historical: true });
  const grossCount = { rules: { "window-ratio": null, "neutron-sprt": null } };

  it("has one alarm, live, although the cut was longer than a pause may be", () => {
    const frames = framesOf(agentOf(bootNumber(1)), [GB, GB, ...standing(250)]);
    const { events } = foldAll(foldOf(grossCount), without(frames, 40, 40 + 5 * 30));
    expect(raisedIn(events)).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === "occupancy-ended")).toHaveLength(1);
  });

  it.each([
    ["before the backlog", 12],
    ["after it", 0],
  ])(
    "for minutes has two, and the earlier says by which it is continued, which was raised %s",
    (_, liveFirst) => {
      const cutFrames = 5 * 90;
      const frames = framesOf(agentOf(bootNumber(1)), [GB, GB, ...standing(600)]);
      const before = frames.slice(0, 40);
      const missed = frames.slice(40, 40 + cutFrames);
      const after = frames.slice(40 + cutFrames);
      const fold = foldOf(grossCount);
      const first = foldAll(fold, [...before, ...after.slice(0, 1 + liveFirst)]);
      const filled = foldAll(fold, missed.map(late), first.state);
      const rest = foldAll(fold, after.slice(1 + liveFirst), filled.state);
      const events = [...first.events, ...filled.events, ...rest.events];
      const [earlier, later, ...others] = raisedIn(events);
      expect(others).toEqual([]);
      const told = events.flatMap((event) =>
        event.kind === "alarm-ended" && event.alarm.alarmId === earlier?.alarmId ? [event.alarm] : [],
      );
      const latest = told.toSorted((a, b) => a.version - b.version).at(-1);
      expect(latest).toMatchObject({ continuedBy: later?.alarmId, state: "ended" });
      expect(new Set(told.map(({ version }) => version)).size).toBe(told.length);
      expect(rest.state.holes).toEqual([]);
    },
  );

  it("and gives way to another in the cut does not lend that one its alarm", () => {
    const frames = framesOf(agentOf(bootNumber(1)), [GB, GB, ...standing(60), ...standing(60), GB]);
    const expected = foldAll(foldOf(grossCount), frames);
    const before = frames.slice(0, 40);
    const missed = frames.slice(40, 90);
    const { events } = foldAll(foldOf(grossCount), [...before, ...frames.slice(90), ...missed.map(late)]);
    expect(raisedIn(events)).toHaveLength(raisedIn(expected.events).length);
  });
});
