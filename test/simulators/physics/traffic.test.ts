import { describe, expect, it } from "vitest";
import { createChance } from "../../../simulators/chance.ts";
import { drawCargo, LOADS, ORDINARY_MIX } from "../../../simulators/physics/loads.ts";
import { arrivals, GAP_IN_S_MIN, type TrafficPlan } from "../../../simulators/physics/traffic.ts";
import { frontAtM, transitInS, type Vehicle } from "../../../simulators/physics/vehicles.ts";
import { meanOf, sdOf } from "../lanes.ts";

function take(plan: Partial<TrafficPlan>, count: number): readonly Vehicle[] {
  const all = arrivals(createChance("traffic"), {
    arrivalsPerHour: 40,
    mix: ORDINARY_MIX,
    vehicles: [],
    ...plan,
  });
  const taken: Vehicle[] = [];
  for (const vehicle of all) {
    taken.push(vehicle);
    if (taken.length === count) break;
  }
  return taken;
}

describe("traffic", () => {
  it("arrives at about the asked rate, never overlapping", () => {
    const vehicles = take({ arrivalsPerHour: 40 }, 2000);
    const hours = (vehicles.at(-1)?.atS ?? 0) / 3600;
    // Waiting one's turn takes some of the 40 an hour.
    expect(2000 / hours).toBeGreaterThan(30);
    expect(2000 / hours).toBeLessThan(41);
    for (const [index, vehicle] of vehicles.entries()) {
      const before = vehicles[index - 1];
      if (before !== undefined)
        expect(vehicle.atS).toBeGreaterThanOrEqual(before.atS + transitInS(before) + GAP_IN_S_MIN);
    }
  });

  it("drives at 8 km/h with sd 0.5, some slower, some stopping", () => {
    const vehicles = take({}, 3000);
    const ordinary = vehicles.filter(({ speedKph }) => speedKph > 6.2).map(({ speedKph }) => speedKph);
    expect(Math.abs(meanOf(ordinary) - 8)).toBeLessThan(0.05);
    expect(Math.abs(sdOf(ordinary) - 0.5)).toBeLessThan(0.05);
    expect(vehicles.filter(({ speedKph }) => speedKph < 6).length).toBeGreaterThan(40);
    expect(vehicles.filter(({ stopInS }) => stopInS > 0).length).toBeGreaterThan(10);
  });

  it("keeps scripted vehicles to their time, in their order, and random ones out of their way", () => {
    const vehicles = take(
      {
        arrivalsPerHour: 100,
        vehicles: [
          { atS: 900, load: "137Cs" },
          { atS: 60, load: "granite" },
        ],
      },
      40,
    );
    expect(vehicles.find(({ cargo, atS }) => cargo === "granite" && atS === 60)).toBeDefined();
    expect(vehicles.find(({ cargo, atS }) => cargo === "137Cs" && atS === 900)).toBeDefined();
  });

  it("makes a scripted vehicle wait for the one before", () => {
    const [first, second, third] = take({ arrivalsPerHour: 0, vehicles: [{ atS: 5 }, { atS: 6 }] }, 3);
    expect(first?.atS).toBe(5);
    expect(second?.atS).toBeGreaterThan(5 + GAP_IN_S_MIN);
    expect(third).toBeUndefined();
  });

  it("repeats a convoy without end, explicit vehicles among it in their time", () => {
    const convoy = {
      firstAtS: 20,
      everyS: 60,
      vehicles: [{ load: "137Cs", speedKph: 8, lengthM: 12 }, { load: "nothing" }, { load: "60Co" }],
    } as const;
    const vehicles = take(
      {
        arrivalsPerHour: 0,
        convoy,
        vehicles: [
          { atS: 110, load: "granite", lengthM: 6 },
          { atS: 1, load: "tile", lengthM: 6, speedKph: 20 },
        ],
      },
      8,
    );
    expect(vehicles.map(({ atS, cargo }) => [atS, cargo])).toEqual([
      [1, "tile"],
      [20, "137Cs"],
      [80, "nothing"],
      [110, "granite"],
      [140, "60Co"],
      [200, "137Cs"],
      [260, "nothing"],
      [320, "60Co"],
    ]);
    expect(vehicles[5]).toMatchObject({ speedKph: 8, lengthM: 12, strength: 1 });
  });

  it("makes a convoy that is too dense wait, and never overlap", () => {
    const convoy = { firstAtS: 0, everyS: 5, vehicles: [{ load: "nothing" }] } as const;
    const vehicles = take({ arrivalsPerHour: 0, convoy }, 50);
    for (const [index, vehicle] of vehicles.entries()) {
      const before = vehicles[index - 1];
      if (before !== undefined)
        expect(vehicle.atS).toBeCloseTo(before.atS + transitInS(before) + GAP_IN_S_MIN, 9);
    }
  });

  it("holds a stopping vehicle with its load abreast", () => {
    const [vehicle] = take(
      { arrivalsPerHour: 0, vehicles: [{ atS: 0, load: "137Cs", stopS: 20, speedKph: 8 }] },
      1,
    );
    if (vehicle === undefined) throw new Error("no vehicle");
    const abreastAtS = (vehicle.loadAtM + 1.5) / (8 / 3.6);
    expect(frontAtM(vehicle, abreastAtS + 10)).toBeCloseTo(vehicle.loadAtM);
    expect(frontAtM(vehicle, transitInS(vehicle))).toBeCloseTo(vehicle.lengthM + 1.5);
  });
});

describe("mix of loads", () => {
  it("is 95 to 3 to .04 by default, with no real source", () => {
    const chance = createChance("mix");
    const draws = Array.from({ length: 100_000 }, () => drawCargo(chance, ORDINARY_MIX));
    const share = (wanted: string): number =>
      draws.filter((cargo) => (cargo === "nothing" ? cargo : LOADS[cargo].class) === wanted).length /
      draws.length;
    expect(Math.abs(share("nothing") - 95 / 98.04)).toBeLessThan(0.003);
    expect(Math.abs(share("norm") - 3 / 98.04)).toBeLessThan(0.003);
    expect(Math.abs(share("medical") - 0.04 / 98.04)).toBeLessThan(0.0004);
    expect(share("industrial") + share("neutron")).toBe(0);
  });

  it("has window shares that sum to 1", () => {
    for (const { windows } of Object.values(LOADS))
      expect(windows.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1);
  });
});
