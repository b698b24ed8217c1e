import { portalEmissions } from "../simulators/portals/rapiscan-portal.ts";
import { trafficOf } from "./latency-traffic.ts";

/** What one lane says in each tick; null: nothing. */
export interface LaneCourse {
  readonly ticks: readonly (Uint8Array | null)[];
  /** Lines said in the ticks before each one; one element more than there are ticks. */
  readonly linesBefore: readonly number[];
}

/** So many lanes differ; the rest say what these say. */
const coursesMax = 64;
const vehiclesPerHour = 240;
/** Of all vehicles, those with a source. */
const alarmShare = 0.02;

const linesIn = (bytes: Uint8Array | null): number =>
  bytes === null ? 0 : bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);

/** Lanes of which one in three has the base firmware; a vehicle every 15 s in each, each at its own moment. */
export const coursesOf = (
  laneCount: number,
  { tickCount, tickInMs }: { readonly tickCount: number; readonly tickInMs: number },
): readonly LaneCourse[] => {
  const count = Math.min(laneCount, coursesMax);
  const alarmsPerMinute = (alarmShare * count * vehiclesPerHour) / 60;
  const traffic = { seed: "lanes", laneCount: count, vehiclesPerHour, alarmsPerMinute, baseShare: 0.33 };
  return trafficOf(traffic).lanes.map(({ lane }) => {
    const ticks = new Array<Uint8Array | null>(tickCount).fill(null);
    for (const emission of portalEmissions(lane)) {
      const at = Math.floor(emission.atMs / tickInMs);
      if (at >= tickCount) break;
      if (emission.kind !== "bytes") continue;
      const before = ticks[at];
      ticks[at] = before ? Buffer.concat([before, emission.bytes]) : emission.bytes;
    }
    const linesBefore = [0];
    for (const bytes of ticks) linesBefore.push((linesBefore.at(-1) ?? 0) + linesIn(bytes));
    return { ticks, linesBefore };
  });
};
