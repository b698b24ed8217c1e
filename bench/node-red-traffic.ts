import { z } from "zod";
import { portalEmissions } from "../simulators/portals/rapiscan-portal.ts";
import { documentOfLine } from "../simulators/transports/mqtt-documents.ts";
import { trafficOf } from "./latency-traffic.ts";

/** One message of one lane, as both programs get it. */
export interface Said {
  readonly laneId: string;
  readonly atMs: number;
  readonly payload: Buffer;
  /** Ordinal of the lane's alarm that this message makes due, from 1; 0: none. */
  readonly alarm: number;
  /** What the alarm rests on; 0 where there is none. */
  readonly counts: number;
  readonly threshold: number;
}

/** N, and the window of gross count, in intervals of 200 ms. */
export const nSigma = 4;
export const windowIntervals = 5;

const documentSchema = z.looseObject({
  kind: z.string(),
  cps: z.array(z.number()).optional(),
  counts: z.array(z.number()).optional(),
});
type Document = z.infer<typeof documentSchema>;

interface Lane {
  background: number;
  threshold: number | null;
  readonly window: number[];
  hasAlarmed: boolean;
  alarms: number;
}

const sum = (values: readonly number[] = []): number => values.reduce((total, value) => total + value, 0);

const endOccupancy = (lane: Lane): void => {
  lane.threshold = null;
  lane.window.length = 0;
  lane.hasAlarmed = false;
};

/** The third opinion, by the book: counts of the last second above B + ceil(N·√B), B before the vehicle. */
const judge = (lane: Lane, { kind, cps, counts }: Document): number | null => {
  if (kind === "gamma-background") {
    endOccupancy(lane);
    lane.background = sum(cps);
  }
  if (kind === "occupancy-closed") endOccupancy(lane);
  if (kind !== "gamma-interval") return null;
  const expected = (lane.background * windowIntervals) / 5;
  lane.threshold ??= expected + Math.ceil(nSigma * Math.sqrt(expected) - 1e-9);
  lane.window.push(sum(counts));
  if (lane.window.length > windowIntervals) lane.window.shift();
  if (lane.hasAlarmed || lane.window.length < windowIntervals) return null;
  if (sum(lane.window) <= lane.threshold) return null;
  lane.hasAlarmed = true;
  lane.alarms += 1;
  return sum(lane.window);
};

/** The equipment's own flags are left out: who compares rules must not be told the answer. */
const documentOf = (line: string): Document | undefined => {
  const text = documentOfLine(line, () => ({}));
  if (text?.startsWith("{") !== true) return undefined;
  const document = documentSchema.parse(JSON.parse(text));
  if (document.kind === "energy-alarm") return undefined;
  return "alarm" in document ? { ...document, alarm: false } : document;
};

/** All messages of the site in the order of their time. */
export const messagesOf = (laneCount: number, seconds: number): readonly Said[] => {
  const alarmsPerMinute = laneCount * 4 * 0.2;
  const traffic = { seed: "node-red", laneCount, vehiclesPerHour: 240, alarmsPerMinute, baseShare: 0 };
  const all: Said[] = [];
  for (const { lane } of trafficOf(traffic).lanes) {
    const state: Lane = { background: 0, threshold: null, window: [], hasAlarmed: false, alarms: 0 };
    for (const emission of portalEmissions(lane)) {
      if (emission.atMs >= seconds * 1_000) break;
      if (emission.kind !== "bytes") continue;
      for (const line of Buffer.from(emission.bytes).toString("latin1").split("\r\n")) {
        const document = documentOf(line);
        if (document === undefined) continue;
        const counts = judge(state, document);
        const payload = Buffer.from(JSON.stringify(document));
        const due = { alarm: counts === null ? 0 : state.alarms, counts: counts ?? 0 };
        all.push({ laneId: lane.id, atMs: emission.atMs, payload, ...due, threshold: state.threshold ?? 0 });
      }
    }
  }
  return all.toSorted((a, b) => a.atMs - b.atMs);
};
