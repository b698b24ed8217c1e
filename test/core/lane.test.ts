import { describe, expect, it } from "vitest";
import { maxUnknownTags } from "../../src/core/lane-state.ts";
import { maxProfileIntervals, maxProfileSeconds } from "../../src/core/occupancy.ts";
import type { Message } from "../../src/domain/messages.ts";
import {
  background,
  calm,
  closed,
  energyAlarm,
  firstBoot,
  flagged,
  gamma,
  garbage,
  laneLife,
  type LaneLife,
  lineBytes,
  loud,
  neutron,
  neutronBackground,
  noon,
  perPanelOf,
  setup,
  speed,
  tamper,
  theOne,
  times,
  told,
  unknown,
  windowBackground,
  windows,
} from "./lane-life.ts";

/** A vacant lane with a known background. */
const vacantLane = (given: unknown = {}): LaneLife => {
  const life = laneLife(given);
  life.say(background());
  life.wait(5);
  return life;
};

/** The same with a vehicle in it that has alarmed. */
const alarmedLane = (given: unknown = {}): LaneLife => {
  const life = vacantLane(given);
  life.say(...times(5, loud));
  life.wait(0.2);
  return life;
};

describe("an occupancy opens", () => {
  it.each<[string, Message]>([
    ["a gamma interval", calm],
    ["a gamma interval with the portal's flag", flagged],
    ["a neutron interval", neutron()],
    ["an energy window interval", windows],
    ["an energy alarm", energyAlarm()],
  ])("with %s", (_, message) => {
    const [opened] = vacantLane().say(message);
    expect(opened).toEqual({
      kind: "occupancy-started",
      at: noon + 5000,
      occupancyId: `north-1~${firstBoot}~${lineBytes}`,
    });
  });

  it.each<[string, Message]>([
    ["a background", background()],
    ["a neutron background", neutronBackground()],
    ["a speed", speed(8)],
    ["a closing record", closed],
    ["a tamper record", tamper("set")],
    ["a setup record", setup],
    ["an unknown tag", unknown("ZZ")],
    ["garbage", garbage],
    ["a statistic", { kind: "portal-statistic", statistic: "neutron-sprt-value", values: [1, 1] }],
  ])("not with %s", (_, message) => {
    const life = vacantLane();
    life.say(message);
    expect(life.state().occupancy).toBeNull();
  });

  it("once, whatever comes first", () => {
    const events = vacantLane().say(neutron(), ...times(6, calm), ...times(15, windows), neutron());
    expect(told(events)).toEqual(["occupancy-started"]);
  });
});

describe("an occupancy ends", () => {
  it.each<[string, Message, string]>([
    ["the portal's closing record", closed, "closed-by-portal"],
    ["a gamma background", background(), "background-resumed"],
    ["a neutron background", neutronBackground(), "background-resumed"],
    ["an energy window background", windowBackground, "background-resumed"],
    ["a setup record", setup, "power-cycled"],
  ])("with %s", (_, message, ending) => {
    const life = alarmedLane();
    const events = told(life.say(message)).filter((text) => text.includes("ended"));
    expect(events).toEqual(["alarm-ended gamma", `occupancy-ended ${ending}`]);
    expect(life.state().occupancy).toBeNull();
  });

  it("with what the portal says of it, its speed and its peak", () => {
    const life = vacantLane();
    const events = life.say(
      calm,
      calm,
      speed(160, false),
      speed(8.1),
      calm,
      loud,
      calm,
      loud,
      calm,
      neutron(),
      speed(7.9),
      speed(9),
      closed,
    );
    expect(theOne(events, "occupancy-ended")).toMatchObject({
      occupancyNumber: 594,
      neutronBackgroundCps: 2.391,
      speedKph: 8.1,
      intervals: 7,
      peak: { counts: 5 * 80 + 2 * 160, z: 16 },
      profile: { startedAt: noon + 5000, gamma: { length: 7 }, neutron: [[2, 0, 1, 0]], droppedIntervals: 0 },
    });
  });

  it("without the portal's figures where the portal did not close it", () => {
    expect(theOne(alarmedLane().say(background()), "occupancy-ended")).toMatchObject({
      occupancyNumber: null,
      neutronBackgroundCps: null,
    });
  });

  it("only where there is one", () => {
    expect(told(vacantLane().say(closed, closed, background(), setup))).toEqual(["setup-reported"]);
  });
});

describe("a pause in an occupancy", () => {
  const cases = [
    ["shorter than the limit", 9.9, []],
    ["of exactly the limit", 10, []],
    [
      "longer than the limit",
      10.1,
      ["alarm-ended gamma", "occupancy-ended interrupted", "occupancy-started"],
    ],
  ] as const;

  it.each(cases)("%s (%d s) before the next record", (_, seconds, expected) => {
    const life = alarmedLane();
    life.wait(seconds - 0.2);
    expect(told(life.say(calm))).toEqual(expected);
  });

  it.each(cases)("%s (%d s) while the edge only beats", (_, seconds, expected) => {
    const life = alarmedLane();
    life.wait(seconds - 0.2);
    expect(told(life.note({ kind: "quiet" }))).toEqual(
      expected.filter((text) => text !== "occupancy-started"),
    );
  });

  it("does not end it when the link goes and comes back in time", () => {
    const life = alarmedLane();
    const events = life.note({ kind: "link", link: "down", detail: "reset" });
    life.wait(8);
    const more = [...life.note({ kind: "link", link: "up", detail: "tcp" }), ...life.say(calm, closed)];
    expect(told([...events, ...more])).toEqual([
      "link-changed down",
      "fault-raised link-down",
      "link-changed up",
      "fault-cleared link-down",
      "alarm-ended gamma",
      "occupancy-ended closed-by-portal",
    ]);
  });

  it("ends it when the link stays away", () => {
    const life = alarmedLane();
    life.note({ kind: "link", link: "down", detail: "reset" });
    life.wait(11);
    expect(told(life.note({ kind: "link", link: "up", detail: "tcp" }))).toEqual([
      "link-changed up",
      "alarm-ended gamma",
      "occupancy-ended interrupted",
      "fault-cleared link-down",
    ]);
  });

  it("makes a new occupancy with an id of its own, and a new alarm", () => {
    const life = alarmedLane();
    const before = life.state().occupancy?.occupancyId;
    life.wait(11);
    const events = life.say(...times(5, loud));
    const { alarm } = theOne(events, "alarm-raised");
    expect(alarm.occupancyId).not.toBe(before);
    expect(alarm).toMatchObject({ version: 1, raisedInterval: 4 });
  });
});

describe("alarms", () => {
  it("are raised at the fifth interval, while the vehicle is there", () => {
    const life = vacantLane();
    const events = life.say(...times(4, loud));
    expect(told(events)).toEqual(["occupancy-started"]);
    life.wait(0.2);
    const { alarm } = theOne(life.say(loud), "alarm-raised");
    expect(alarm).toMatchObject({
      alarmId: `north-1~${firstBoot}~${lineBytes}~gamma`,
      origin: "core",
      raisedInterval: 4,
      raisedAt: noon + 5800,
      profile: { coreIntervals: [4], gammaBackgroundCps: perPanelOf(100) },
    });
  });

  it("are raised by the portal's flag alone, before any decision of ours", () => {
    const { alarm } = theOne(vacantLane().say(flagged), "alarm-raised");
    expect(alarm).toMatchObject({
      kind: "gamma",
      origin: "portal",
      raisedInterval: 0,
      profile: { portalIntervals: [0] },
    });
  });

  it("of neutrons and energies are the portal's", () => {
    const life = vacantLane();
    const events = life.say(calm, neutron(true), energyAlarm());
    expect(told(events)).toEqual(["occupancy-started", "alarm-raised neutron", "alarm-raised energy"]);
  });

  it("of energies count an interval once, on however many energy channels they hold", () => {
    const life = vacantLane();
    const events = life.say(
      calm,
      energyAlarm(1),
      energyAlarm(2),
      energyAlarm(3),
      calm,
      calm,
      energyAlarm(1),
      energyAlarm(2),
      closed,
    );
    expect(theOne(events, "alarm-ended").alarm.decisions).toMatchObject([
      { firstInterval: 0, flaggedIntervals: 2 },
    ]);
  });

  it("are judged against the background before the vehicle, frozen", () => {
    const life = vacantLane();
    const before = life.state().occupancy?.limits;
    life.say(...times(5, calm));
    expect(life.state().occupancy?.limits.map(({ threshold }) => threshold)).toEqual([480, 257, 257]);
    expect(before).toBeUndefined();
  });

  it("are judged against a background the portal calls high, too", () => {
    const life = laneLife();
    life.say(background(1000, "high"));
    expect(told(life.say(...times(5, loud)))).toEqual(["occupancy-started"]);
  });
});

describe("a lane without a background", () => {
  it("says so, decides nothing, and still relays the portal's flag", () => {
    const life = laneLife();
    const events = life.say(...times(6, gamma(9000)), flagged, closed);
    expect(told(events)).toEqual([
      "occupancy-started",
      "fault-raised no-background",
      "alarm-raised gamma",
      "alarm-ended gamma",
      "occupancy-ended closed-by-portal",
    ]);
    const verdicts = events.flatMap((event) => (event.kind === "interval-measured" ? [event.verdict] : []));
    expect(verdicts).toEqual(times(7, { kind: "undecided", reason: "no-background" }));
  });

  it("is sound again with the first background", () => {
    const life = laneLife();
    life.say(calm, calm, closed);
    expect(told(life.say(background()))).toEqual(["fault-cleared no-background"]);
    expect(told(life.say(...times(5, loud)))).toContain("alarm-raised gamma");
  });
});

describe("an occupancy that does not end", () => {
  it("is a fault past its limit, once, and not before", () => {
    const life = vacantLane({ occupancy: { limitInMs: 10_000 } });
    expect(told(life.say(...times(51, calm)))).toEqual(["occupancy-started"]);
    life.wait(0.2);
    expect(told(life.say(calm, calm, calm))).toEqual(["fault-raised occupancy-stuck"]);
    expect(told(life.say(closed))).toEqual([
      "occupancy-ended closed-by-portal",
      "fault-cleared occupancy-stuck",
    ]);
  });

  it("is judged on and counted on beyond what is kept of it", () => {
    const life = vacantLane();
    const beyond = 100;
    life.say(...times(maxProfileIntervals + beyond, calm), ...times(maxProfileSeconds + 7, neutron()));
    const events = life.say(...times(5, loud), closed);
    expect(told(events)).toContain("alarm-raised gamma");
    const { profile, intervals } = theOne(events, "occupancy-ended");
    expect(intervals).toBe(maxProfileIntervals + beyond + 5);
    expect(profile).toMatchObject({
      gamma: { length: maxProfileIntervals },
      neutron: { length: maxProfileSeconds },
      coreIntervals: [],
      droppedIntervals: beyond + 5,
    });
  });
});

describe("panels and background steps", () => {
  const varied = (at: number): Message => gamma(70 + (at % 7));

  it("a panel that stands still is a fault with its name until it moves", () => {
    const life = vacantLane({ panels: { stuckAfterIntervals: 10 } });
    const still = life.say(...times(12, calm));
    expect(told(still).filter((text) => text.includes("panel"))).toEqual(["fault-raised panel-stuck"]);
    expect(theOne(still, "fault-raised").detail).toContain(
      "master-upper, master-lower, slave-upper, slave-lower",
    );
    expect(told(life.say(varied(1)))).toContain("fault-cleared panel-stuck");
  });

  it("a panel that has counted and counts nothing is dead", () => {
    const life = vacantLane();
    life.say(varied(1), varied(2));
    const dead: Message = { kind: "gamma-interval", counts: [0, 70, 71, 72], portalAlarm: false };
    expect(told(life.say(...times(5, dead)))).toContain("fault-raised panel-dead");
    expect(told(life.say(varied(3)))).toContain("fault-cleared panel-dead");
  });

  it("a step of the background is told, slow changes are not", () => {
    const life = vacantLane();
    expect(told(life.say(...times(6, background(101))))).toEqual([]);
    const [, shifted] = times(2, background(120)).map((message) => life.say(message));
    expect(theOne(shifted ?? [], "background-shifted").toCps).toBe(480);
  });
});

describe("a change of settings between two runs", () => {
  it("leaves the occupancy under way as it began", () => {
    // Limits for five intervals; the settings now say eight, whose sum is far above them.
    const life = vacantLane();
    life.say(...times(5, gamma(22)));
    const restarted = laneLife({ grossCount: { windowIntervals: 8 } }, life.state());
    expect(told(restarted.say(...times(6, gamma(22))))).toEqual([]);
    expect(theOne(restarted.say(closed), "occupancy-ended").profile.windowIntervals).toBe(5);
    restarted.say(background(), gamma(22));
    expect(restarted.state().occupancy?.windowIntervals).toBe(8);
  });
});

describe("health", () => {
  it.each<[string, readonly Message[], readonly string[]]>([
    [
      "tamper set and cleared",
      [tamper("set"), tamper("set"), tamper("cleared")],
      ["fault-raised tamper", "fault-cleared tamper"],
    ],
    [
      "a high gamma background",
      [background(1, "high"), background(1, "high"), background()],
      ["fault-raised gamma-background-high", "fault-cleared gamma-background-high"],
    ],
    [
      "a low one after a high one",
      [background(1, "high"), background(1, "low")],
      [
        "fault-raised gamma-background-high",
        "fault-cleared gamma-background-high",
        "fault-raised gamma-background-low",
      ],
    ],
    [
      "a high neutron background",
      [neutronBackground("high"), neutronBackground()],
      ["fault-raised neutron-background-high", "fault-cleared neutron-background-high"],
    ],
    ["a setup", [setup], ["setup-reported"]],
    [
      "unknown tags, each once",
      [unknown("ZA"), unknown("ZB"), unknown("ZA")],
      ["unknown-tag-seen ZA", "unknown-tag-seen ZB"],
    ],
  ])("%s", (_, messages, expected) => expect(told(laneLife().say(...messages))).toEqual(expected));

  it("never touches an alarm", () => {
    const life = alarmedLane();
    const events = [
      ...life.say(tamper("set"), ...times(12, garbage)),
      ...life.note({ kind: "link", link: "down", detail: "reset" }),
    ];
    expect(told(events)).toEqual([
      "fault-raised tamper",
      "fault-raised undecodable-bytes",
      "link-changed down",
      "fault-raised link-down",
    ]);
    expect(life.state().occupancy?.latch.radiation).toMatchObject({ state: "active", version: 1 });
  });

  it("keeps garbage with its place in the stream", () => {
    const life = laneLife();
    life.say(background());
    expect(theOne(life.say(garbage), "bytes-quarantined")).toMatchObject({
      raw: "G%,",
      bootId: firstBoot,
      byteOffset: lineBytes,
    });
  });

  it("does not let a line that pretends to ever new tags grow the state", () => {
    const life = laneLife();
    const events = life.say(
      ...Array.from({ length: maxUnknownTags + 50 }, (_, index) => unknown(`Z${index}`)),
    );
    expect(events).toHaveLength(maxUnknownTags);
    expect(life.state().unknownTags).toHaveLength(maxUnknownTags);
  });

  it("says that a link is back of which only the going was told", () => {
    const life = vacantLane();
    life.note({ kind: "link", link: "down", detail: "reset" });
    expect(told(life.note({ kind: "heard" }))).toEqual(["link-changed up", "fault-cleared link-down"]);
    expect(told(life.note({ kind: "heard" }))).toEqual([]);
  });
});
