import { describe, expect, it } from "vitest";
import { createChance } from "../../simulators/chance.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Message } from "../../src/domain/messages.ts";
import { background, closed, laneLife, neutron, speed, told, windowBackground } from "./lane-life.ts";

/**
 * A vehicle at 8 km/h with a load in its middle: counts of 200 ms a panel, and the excess's shares in the four energy
 * windows.
 */
const pass = (shares: readonly [number, number, number, number], excess: number): readonly Message[] => {
  const chance = createChance(`pass ${shares.join(" ")}`);
  return Array.from({ length: 50 }, (_, at): readonly Message[] => {
    const phase = (at - 25) / 5 / 0.945;
    const more = excess * (1 + phase * phase) ** -1.5;
    const each = chance.poisson(80 + more / 4);
    const window = (cps: number, share: number): number => chance.poisson(cps / 5 + more * share);
    return [
      { kind: "gamma-interval", counts: [each, each + 1, each, each + 1], portalAlarm: false },
      {
        kind: "energy-window-interval",
        counts: [
          window(443, shares[0]),
          window(583, shares[1]),
          window(289, shares[2]),
          window(270, shares[3]),
        ],
      },
    ];
  }).flat();
};
/** Thorium and uranium series; 137Cs. */
const norm = pass([0.51, 0.41, 0.05, 0.03], 900);
const cesium = pass([0.41, 0.56, 0.02, 0.01], 900);

const lived = (
  given: unknown,
  load: readonly Message[],
): { readonly events: readonly LaneEvent[]; readonly at: (kind: string) => number } => {
  const life = laneLife(given);
  const before = life.say(windowBackground, background(400));
  const events = [...before, ...life.say(...load), ...life.say(speed(8), closed, background(400))];
  return { events, at: (kind) => events.findIndex((event) => event.kind === kind) };
};
const alarms = (events: readonly LaneEvent[]): readonly string[] => [
  ...new Set(told(events).filter((text) => text.startsWith("alarm"))),
];
const quiet = { rules: { "window-ratio": null, "neutron-sprt": null } };
const withheld = { ...quiet, withhold: { classes: ["norm-like"] } };

describe("a lane that withholds NORM-like alarms", () => {
  it("tells nobody of a load of natural radioactivity, and records the alarm whole", () => {
    const { events } = lived(withheld, norm);
    expect(alarms(events)).toEqual(["alarm-withheld gamma"]);
    const [record] = events.flatMap((event) => (event.kind === "alarm-withheld" ? [event.alarm] : []));
    expect(record).toMatchObject({ state: "ended", advice: { class: "norm-like" } });
    expect(record?.profile.gamma).toHaveLength(50);
    expect(record?.decisions.length).toBeGreaterThan(0);
  });

  it("tells of a source before the vehicle has gone", () => {
    const { events, at } = lived(withheld, cesium);
    expect(alarms(events)[0]).toBe("alarm-raised gamma");
    expect(alarms(events)).not.toContain("alarm-withheld gamma");
    expect(at("alarm-raised")).toBeLessThan(at("occupancy-ended") - 10);
  });

  it("tells of neutrons at once, whatever else the load is", () => {
    const { events } = lived(withheld, [...norm.slice(0, 60), neutron(true), ...norm.slice(60)]);
    expect(alarms(events)).toContain("alarm-raised gamma-neutron");
  });

  it("gives the alarm whose class nobody could tell when the vehicle has gone", () => {
    const life = laneLife(withheld);
    life.say(windowBackground, background(400));
    const few = norm.filter(({ kind }) => kind === "gamma-interval").slice(0, 24);
    const during = life.say(...few);
    expect(alarms(during)).toEqual([]);
    expect(alarms(life.say(closed))).toEqual(["alarm-raised gamma", "alarm-ended gamma"]);
  });
});

it("is told of at once where the portal has no energy windows: its width alone says too little", () => {
  const life = laneLife(withheld);
  life.say(background(400));
  const gammas = norm.filter(({ kind }) => kind === "gamma-interval").slice(0, 24);
  expect(alarms(life.say(...gammas))).toContain("alarm-raised gamma");
});

it("is told of at once where nothing is withheld", () => {
  for (const load of [norm, cesium]) {
    const { events, at } = lived(quiet, load);
    expect(alarms(events)).toContain("alarm-raised gamma");
    expect(alarms(events)).not.toContain("alarm-withheld gamma");
    expect(at("alarm-raised")).toBeLessThan(60);
  }
});
