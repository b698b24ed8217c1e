import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FrameFoldState } from "../../src/core/frame-fold.ts";
import { maxHoles } from "../../src/core/frame-holes.ts";
import type { Alarm } from "../../src/domain/alarms.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { checkpointCodec } from "../../src/wire/checkpoint.ts";
import {
  agentOf,
  bootNumber,
  calm,
  foldOf,
  framesOf,
  GB,
  GX,
  loud,
  NA,
  noon,
  north,
  NS,
  times,
} from "./frame-life.ts";
import { told } from "./lane-life.ts";

/** A vehicle's lines: quiet flanks, and `loudIntervals` with a source in the middle. */
const pass = (loudIntervals: number): readonly string[] => [
  NS,
  ...times(6, calm),
  ...times(loudIntervals, loud),
  ...times(6, calm),
  GX,
  GB,
];

const late = (frame: Frame): Frame => ({ ...frame, historical: true });

interface Passage {
  readonly from: number;
  readonly to: number;
  readonly alarms: number;
}

/** What a lane that lost nothing tells: each occupancy's time, and how many alarms it has. */
const passagesOf = (events: readonly LaneEvent[]): readonly Passage[] => {
  const passages: Passage[] = [];
  let from = 0;
  let alarms = 0;
  for (const event of events) {
    if (event.kind === "occupancy-started") [from, alarms] = [event.at, 0];
    if (event.kind === "alarm-raised") alarms += 1;
    if (event.kind === "occupancy-ended") passages.push({ from, to: event.at, alarms });
  }
  return passages;
};

/** Each alarm as it was told last, by its id; whether each was raised before it was updated or ended. */
const alarmsOf = (events: readonly LaneEvent[]): ReadonlyMap<string, Alarm> => {
  const alarms = new Map<string, Alarm>();
  for (const event of events) {
    if (event.kind !== "alarm-raised" && event.kind !== "alarm-updated" && event.kind !== "alarm-ended")
      continue;
    if (event.kind !== "alarm-raised") expect([...alarms.keys()]).toContain(event.alarm.alarmId);
    const known = alarms.get(event.alarm.alarmId);
    if (known === undefined || event.alarm.version > known.version)
      alarms.set(event.alarm.alarmId, event.alarm);
  }
  return alarms;
};

const expectOneAlarmEach = (passages: readonly Passage[], events: readonly LaneEvent[]): void => {
  const alarms = [...alarmsOf(events).values()];
  const within = ({ from, to }: Passage): number =>
    alarms.filter(({ raisedAt }) => raisedAt >= from && raisedAt <= to).length;
  expect(passages.map(within)).toEqual(passages.map((passage) => passage.alarms));
};

const restored = (state: FrameFoldState): FrameFoldState =>
  checkpointCodec.decode(checkpointCodec.encode({ laneId: north, frameOffset: 0, state })).state;

/** What a reader sees of each alarm: its versions in their order, one by one, and whether it has ended. */
const expectOneWordEach = (events: readonly LaneEvent[]): void => {
  const versions = new Map<string, Alarm[]>();
  for (const event of events) {
    if (event.kind !== "alarm-raised" && event.kind !== "alarm-updated" && event.kind !== "alarm-ended")
      continue;
    const { alarm } = event;
    versions.set(alarm.alarmId, [...(versions.get(alarm.alarmId) ?? []), alarm]);
  }
  for (const [alarmId, alarms] of versions) {
    const told = alarms.map(({ version }) => version);
    const first = told[0] ?? 0;
    expect(told, alarmId).toEqual(told.map((_, at) => first + at));
    const ended = alarms.findIndex(({ state }) => state === "ended");
    expect(
      alarms.slice(ended).every(({ state }) => state === "ended"),
      alarmId,
    ).toBe(true);
    expect(ended, alarmId).toBeGreaterThanOrEqual(0);
  }
};

describe("a vehicle that stands in the portal where the frames break off", () => {
  it("has one alarm of a kind, whose versions are told once each and which ends once, whatever comes late and when", () => {
    const between = fc.integer({ min: 0, max: 12 });
    let shared = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 9, max: 40 }),
        fc.array(fc.record({ live: fc.integer({ min: 1, max: 9 }), cut: fc.integer({ min: 1, max: 9 }) }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.array(between, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (skip, cuts, turns, restart) => {
          const source = [NS, ...times(12, loud), NA, ...times(12, loud), NA, ...times(6, calm), GX, GB];
          const frames = framesOf(agentOf(bootNumber(1)), [GB, ...pass(0), ...source, ...times(6, GB)]);
          const [live, backlog]: [Frame[], Frame[]] = [frames.slice(0, skip), []];
          let at = skip;
          for (const each of cuts) {
            backlog.push(...frames.slice(at, at + each.cut));
            live.push(...frames.slice(at + each.cut, at + each.cut + each.live));
            at += each.cut + each.live;
          }
          const fold = foldOf({ rules: { "window-ratio": null } });
          let state = fold.start();
          const events: LaneEvent[] = live.flatMap((frame) => fold.step(state, frame));
          const rest = frames.slice(at);
          for (let turn = 0; backlog.length + rest.length > 0; turn += 1) {
            if (restart) state = restored(state);
            const count = 1 + (turns[turn % turns.length] ?? 0);
            const given = turn % 2 === 0 ? backlog.splice(0, count).map(late) : rest.splice(0, count);
            for (const frame of given) events.push(...fold.step(state, frame));
          }
          expectOneWordEach(events);
          const standing = [...alarmsOf(events).values()].filter(
            ({ continuedBy }) => continuedBy === undefined,
          );
          // Cut again at once, the vehicle may have another alarm, of which nothing says that it is the same vehicle's.
          expect(standing.length).toBeLessThanOrEqual(cuts.length);
          expect(standing.map(({ kind }) => kind)).toContain("gamma-neutron");
          if (events.filter(({ kind }) => kind === "alarm-updated").length > 0) shared += 1;
        },
      ),
      { numRuns: 300, seed: 20261122 },
    );
    expect(shared).toBeGreaterThan(30);
  });
});

describe("frames that come late", () => {
  it("give the alarms of a lane that lost nothing, each once, in any mixture with live ones", () => {
    const vehicles = fc.array(fc.constantFrom(0, 0, 25, 40), { minLength: 3, maxLength: 8 });
    const cut = fc.record({ from: fc.nat(400), length: fc.integer({ min: 1, max: 200 }) });
    fc.assert(
      fc.property(
        vehicles,
        cut,
        fc.array(fc.record({ lateOnes: fc.nat(6), repeat: fc.boolean(), restart: fc.boolean() }), {
          minLength: 1,
          maxLength: 8,
        }),
        (loads, { from, length }, mixture) => {
          const lines = [
            GB,
            GB,
            ...loads.flatMap((each) => [...pass(each), ...times(2, GB)]),
            ...times(30, GB),
          ];
          const frames = framesOf(agentOf(bootNumber(1)), lines);
          const fold = foldOf({ rules: { "window-ratio": null, "neutron-sprt": null } });
          const clean = fold.start();
          const expected = passagesOf(frames.flatMap((frame) => fold.step(clean, frame)));

          const first = 2 + (from % (frames.length - 40));
          const backlog = frames.slice(first, first + length).map(late);
          const live = [...frames.slice(0, first), ...frames.slice(first + length)];
          let state = fold.start();
          const events: LaneEvent[] = [];
          const take = (frame: Frame): void => {
            events.push(...fold.step(state, frame));
          };
          for (const [at, frame] of live.entries()) {
            take(frame);
            const step = mixture[at % mixture.length];
            if (step === undefined || at < first) continue;
            const sent = backlog.splice(0, step.lateOnes);
            for (const each of sent) take(each);
            const again = sent.at(-1);
            if (step.repeat && again !== undefined) take(again);
            if (step.repeat) take(frame);
            if (step.restart) state = restored(state);
          }
          for (const frame of backlog) take(frame);
          expectOneAlarmEach(expected, events);
        },
      ),
      { numRuns: 300, seed: 20261121 },
    );
  });

  const cutOff = (): {
    readonly before: readonly Frame[];
    readonly missed: readonly Frame[];
    readonly after: readonly Frame[];
  } => {
    const frames = framesOf(agentOf(bootNumber(1)), [GB, ...pass(25), GB, ...pass(25), GB, GB]);
    return { before: frames.slice(0, 3), missed: frames.slice(3, 44), after: frames.slice(44) };
  };

  it.each([
    ["it is", pass(25).slice(20), 1],
    ["it is not", [GB, GB], 1],
    ["nobody says", [], 0],
  ])("wait for a live word on whether their vehicle is still there: %s", (_, goesOn, alarmsThen) => {
    const agent = agentOf(bootNumber(1));
    const before = framesOf(agent, [GB, GB]);
    const missed = framesOf(agent, pass(25).slice(0, 20));
    const resumed = agent.frame({ kind: "heartbeat" });
    const rest = framesOf(agent, goesOn);
    agent.wait(60_000);
    const silent = agent.frame({ kind: "heartbeat" });

    const fold = foldOf();
    const state = fold.start();
    const events: LaneEvent[] = [];
    const take = (frame: Frame): void => void events.push(...fold.step(state, frame));
    for (const frame of [...before, resumed, ...missed.map(late)]) take(frame);
    expect(alarmsOf(events).size).toBe(0);
    for (const frame of [...missed.map(late), ...rest]) take(frame);
    expect(alarmsOf(events).size).toBe(alarmsThen);
    take(silent);
    expect(alarmsOf(events).size).toBe(1);
    expect(state.holes).toEqual([]);
  });

  it("of a lane that nobody had heard of are judged, although the first that was ever seen came after them", () => {
    const agent = agentOf(bootNumber(1));
    const missed = framesOf(agent, [GB, GB, ...pass(25)]);
    const live = framesOf(agent, [GB, GB]);
    const fold = foldOf();
    const state = fold.start();
    const [resumed, ...rest] = live;
    if (resumed === undefined) throw new Error("nothing is live");
    expect(told(fold.step(state, resumed))).not.toContain("frames-lost");
    const events = [...missed.map(late), ...rest].flatMap((frame) => fold.step(state, frame));
    expect(alarmsOf(events).size).toBe(1);
    expect(state.holes).toEqual([]);
  });

  it("are told as late, and their range as recovered with the next live frame", () => {
    const { before, missed, after } = cutOff();
    const fold = foldOf();
    const state = fold.start();
    const [resumed, ...rest] = after;
    if (resumed === undefined) throw new Error("nothing is live");
    for (const frame of before) fold.step(state, frame);
    expect(told(fold.step(state, resumed))).toContain("frames-lost");
    const lateEvents = missed.flatMap((frame) => fold.step(state, late(frame)));
    const raised = [...alarmsOf(lateEvents).values()];
    expect(raised).toHaveLength(1);
    expect(raised[0]?.historical).toBe(true);
    expect(state.holes).toEqual([]);
    const live = rest.flatMap((frame) => fold.step(state, frame));
    expect(live.filter(({ kind }) => kind === "frames-recovered")).toMatchObject([
      { firstSequence: 3, lastSequence: 43, frames: 41 },
    ]);
    expect([...alarmsOf(live).values()].some(({ historical }) => historical === true)).toBe(false);
  });

  it("tell what is missing among them, exactly", () => {
    const { before, missed, after } = cutOff();
    const fold = foldOf();
    const state = fold.start();
    for (const frame of [...before, ...after]) fold.step(state, frame);
    const events = [...missed.slice(0, 5), ...missed.slice(9)].flatMap((frame) =>
      fold.step(state, late(frame)),
    );
    expect(events.filter(({ kind }) => kind === "frames-lost")).toMatchObject([
      { firstSequence: 8, lastSequence: 11 },
    ]);
  });

  it("of a boot that was never seen live are judged all the same", () => {
    const fold = foldOf();
    const state = fold.start();
    const lost = framesOf(agentOf(bootNumber(7)), [GB, ...pass(25), GB]);
    for (const frame of framesOf(agentOf(bootNumber(8)), [GB, GB])) fold.step(state, frame);
    const events = lost.flatMap((frame) => fold.step(state, late(frame)));
    expect(alarmsOf(events).size).toBe(1);
    expect(state.stream?.bootId).toBe(bootNumber(8));
    expect(lost.flatMap((frame) => fold.step(state, late(frame)))).toEqual([]);
  });

  it("of a past boot do not bring it back behind what was live of it", () => {
    const fold = foldOf();
    const state = fold.start();
    const old = framesOf(agentOf(bootNumber(7)), [GB, ...pass(25), GB]);
    for (const frame of framesOf(agentOf(bootNumber(6)), [GB, GB])) fold.step(state, frame);
    for (const frame of old.slice(10)) fold.step(state, frame);
    for (const frame of framesOf(agentOf(bootNumber(8)), [GB])) fold.step(state, frame);
    for (const frame of old.slice(0, 10)) fold.step(state, late(frame));
    expect(old.slice(10).flatMap((frame) => fold.step(state, late(frame)))).toEqual([]);
  });

  it("at the end of a boot are over when nothing more has come for five minutes", () => {
    const fold = foldOf();
    const state = fold.start();
    const old = framesOf(agentOf(bootNumber(1)), [GB, ...pass(25)]).slice(0, 25);
    for (const frame of old.slice(0, 3)) fold.step(state, frame);
    const next = framesOf(agentOf(bootNumber(2), Date.UTC(2024, 5, 1, 13)), times(70, GB));
    const [first, ...others] = next;
    if (first === undefined) throw new Error("nothing is live");
    fold.step(state, first);
    const lateEvents = old.slice(3).flatMap((frame) => fold.step(state, late(frame)));
    const later = others.flatMap((frame) => fold.step(state, frame));
    expect(alarmsOf([...lateEvents, ...later]).size).toBe(1);
    expect(state.holes).toEqual([]);
  });

  it.each([
    ["was away for a quarter of an hour", 20 * 60_000],
    ["was set an hour ahead", 3_600_000],
  ])("at the end of a boot belong to the vehicle that stood there, though the edge's clock %s", (_, byMs) => {
    const fold = foldOf();
    const state = fold.start();
    const past = framesOf(agentOf(bootNumber(1)), [GB, ...pass(12)]);
    const next = framesOf(agentOf(bootNumber(2), noon + byMs), [GB, GB, GB]);
    const cut = 14;
    const later = framesOf(agentOf(bootNumber(3), noon + 2 * byMs), [GB, GB]);
    const frames = [
      ...past.slice(0, cut),
      ...next,
      ...past.slice(cut, cut + 2).map(late),
      ...later,
      ...past.slice(cut + 2).map(late),
    ];
    const events = frames.flatMap((frame) => fold.step(state, frame));
    expectOneWordEach(events);
    expect(events.filter(({ kind }) => kind === "occupancy-started")).toHaveLength(1);
    expect(alarmsOf(events).size).toBe(1);
  });

  it("leave no more than the bound of holes, however often the edge is cut off", () => {
    const frames = framesOf(agentOf(bootNumber(1)), [
      GB,
      ...Array.from({ length: 20 }, () => [...pass(25), GB]).flat(),
    ]);
    const fold = foldOf();
    const state = fold.start();
    for (const frame of frames.filter((_, at) => at % 50 < 30)) {
      fold.step(state, frame);
      expect(state.holes.length).toBeLessThanOrEqual(maxHoles);
    }
    expect(state.holes).toHaveLength(maxHoles);
  });

  it("of more cuts than holes are judged all the same, each vehicle once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 25), { minLength: 12, maxLength: 20 }),
        fc.array(fc.record({ live: fc.integer({ min: 1, max: 12 }), cut: fc.integer({ min: 1, max: 30 }) }), {
          minLength: 6,
          maxLength: 14,
        }),
        fc.boolean(),
        (loads, cuts, restart) => {
          // Cuts between vehicles: those across one are told apart above.
          const vehicles = loads.map((each) => [...pass(each), ...times(3, GB)]);
          const frames = framesOf(agentOf(bootNumber(1)), [GB, GB, ...vehicles.flat()]);
          const fold = foldOf({ rules: { "window-ratio": null, "neutron-sprt": null } });
          const clean = fold.start();
          const expected = passagesOf(frames.flatMap((frame) => fold.step(clean, frame)));
          const [live, backlog]: [Frame[], Frame[]] = [[], []];
          let at = 2;
          live.push(...frames.slice(0, 2));
          for (const [number, vehicle] of vehicles.entries()) {
            const cut = cuts[number % cuts.length];
            const isCut = cut !== undefined && cut.live % 2 === 0;
            (isCut ? backlog : live).push(...frames.slice(at, at + vehicle.length));
            at += vehicle.length;
          }
          let state = fold.start();
          const events: LaneEvent[] = [];
          for (const frame of live) events.push(...fold.step(state, frame));
          if (restart) state = restored(state);
          for (const frame of backlog) events.push(...fold.step(state, late(frame)));
          for (const frame of backlog) expect(fold.step(state, late(frame))).toEqual([]);
          expectOneAlarmEach(expected, events);
        },
      ),
      { numRuns: 200, seed: 20261121 },
    );
  });

  it("that the edge says it dropped end the hole at once", () => {
    const { before, missed, after } = cutOff();
    const fold = foldOf();
    const state = fold.start();
    for (const frame of [...before, ...after]) fold.step(state, frame);
    const agent = agentOf(bootNumber(1));
    const last = after.at(-1);
    if (last === undefined) throw new Error("nothing is live");
    const said = {
      ...agent.frame({
        kind: "frames-dropped",
        bootId: bootNumber(1),
        firstSequence: missed[0]?.sequence ?? 0,
        lastSequence: missed.at(-1)?.sequence ?? 0,
        bytes: 1000,
        reason: "spool-full",
      }),
      sequence: last.sequence + 1,
      byteOffset: last.byteOffset + 40,
    };
    expect(told(fold.step(state, said))).toEqual(["frames-dropped"]);
    expect(state.holes).toEqual([]);
  });
});
