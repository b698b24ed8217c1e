/** A lane of a fault suite, as the simulator and the roles know it. */
export interface FaultLane {
  readonly id: string;
  readonly port: number;
  /** A pseudo-terminal in place of the port. */
  readonly link?: string;
  readonly faults?: readonly Readonly<Record<string, unknown>>[];
}

export interface FaultScenario {
  readonly seed: string;
  /** Simulated seconds a real one. */
  readonly speed: number;
  readonly lanes: readonly FaultLane[];
}

/** Unmistakable alarms all the time: three vehicles of four have a source far above every threshold. */
const vehicles = ["137Cs", "nothing", "252Cf", "60Co"].map((load, index) => ({
  load,
  strength: [3, 1, 6, 3][index],
  lengthM: 14,
  speedKph: 10,
}));
/** What a vehicle needs to pass, and the least that the next one keeps away. */
export const vehicleEveryS = 15;
const baud = 921_600;

/** YAML of the scenario, which JSON is. Lanes begin one after the other, so that somewhere is always a vehicle. */
export const scenarioText = ({ seed, speed, lanes }: FaultScenario): string =>
  JSON.stringify({
    seed,
    speed,
    lanes: lanes.map(({ id, port, link, faults = [] }, index) => ({
      id,
      transport: link === undefined ? { kind: "tcp", port } : { kind: "pty", link, baud },
      firmware: index % 3 === 2 ? "base" : "extended",
      arrivalsPerHour: 0,
      effects: { gainDriftPctPerDay: 0, cosmicBurstsPerHour: 0 },
      // The backgrounds come first, every 5 s; what a serial line says before somebody opens it is gone without a trace.
      convoy: {
        firstAtS: (link === undefined ? 12 : 40) + (index * vehicleEveryS) / lanes.length,
        everyS: vehicleEveryS,
        vehicles: [...vehicles.slice(index % 4), ...vehicles.slice(0, index % 4)],
      },
      faults,
    })),
  });
