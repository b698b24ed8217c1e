import type { Scenario } from "../simulators/scenario.ts";
import { parseScenario } from "../simulators/scenario.ts";

export interface TrafficOptions {
  readonly seed: string;
  readonly laneCount: number;
  readonly vehiclesPerHour: number;
  /** How many vehicles of the whole site have a source, in a minute. */
  readonly alarmsPerMinute: number;
  /** Of the firmware without energy windows, which says a third as much; of 1. */
  readonly baseShare: number;
}

/** 33 min at one vehicle every 10 s, then again from the beginning. */
const vehiclesOfALane = 200;
/** The backgrounds come first, every 5 s. */
const firstAtS = 12;

const sources = [
  { load: "137Cs", strength: 3 },
  { load: "60Co", strength: 3 },
  { load: "252Cf", strength: 6 },
] as const;

/** Evenly spread on [0, 1) and the same in every run: the golden ratio's multiples (low discrepancy). */
const spread = (index: number): number => (index * 0.618_033_988_749_895) % 1;

export const laneIdOf = (index: number): string => `lane-${String(index + 1).padStart(4, "0")}`;

/**
 * Lanes whose vehicles come regularly, each lane at its own moment. Some carry a source far above every threshold, so
 * that it is sure which alarms there must be; the others nothing. The lane's own drift and cosmic bursts are off for
 * the same reason.
 */
export const trafficOf = ({
  seed,
  laneCount,
  vehiclesPerHour,
  alarmsPerMinute,
  baseShare,
}: TrafficOptions): Scenario => {
  const everyS = 3_600 / vehiclesPerHour;
  const alarmShare = Math.min(1, alarmsPerMinute / ((laneCount * vehiclesPerHour) / 60));
  const vehicle = (lane: number, number: number): Record<string, unknown> => {
    const place = lane * vehiclesOfALane + number;
    const source = spread(place) < alarmShare ? sources[place % sources.length] : undefined;
    return { lengthM: 14, speedKph: 14, ...(source ?? { load: "nothing" }) };
  };
  return parseScenario({
    seed,
    lanes: Array.from({ length: laneCount }, (_, lane) => ({
      id: laneIdOf(lane),
      transport: { kind: "tcp", port: 0 },
      firmware: spread(lane) < baseShare ? "base" : "extended",
      arrivalsPerHour: 0,
      effects: { gainDriftPctPerDay: 0, cosmicBurstsPerHour: 0 },
      convoy: {
        firstAtS: firstAtS + (lane * everyS) / laneCount,
        everyS,
        vehicles: Array.from({ length: vehiclesOfALane }, (__, number) => vehicle(lane, number)),
      },
    })),
  });
};
