import type { LaneEvent } from "../domain/events.ts";
import { faults } from "../domain/faults.ts";
import { alarmKinds } from "../domain/alarms.ts";
import type { LaneId } from "../domain/ids.ts";
import type { PerPanel } from "../domain/panels.ts";
import type { SeriesPoint, StoredSeries } from "../domain/series.ts";
import type { EventRecord } from "../wire/event.ts";
import { isApart, noResiduals, residualStep, type ResidualState } from "./poisson-residual.ts";

/** A lane that is heard of again after longer than this was without measurements; vacant portals speak every 5 s. */
export const quietInMs = 15_000;

const alarmParts: readonly string[] = Object.keys(alarmKinds);
const faultParts: readonly string[] = Object.keys(faults);
const lossParts = { "frames-lost": 0, "frames-recovered": 1, "frames-dropped": 2 } as const;

/** Milliseconds a place; a frame of 64 KiB holds no more records than that. */
const placesAFrame = 10_000;

/**
 * When a point stands, in microseconds: the event's own time, and for the n-th event of a frame n milliseconds later, since
 * all records of a frame carry its one time; the frame's sequence, modulo 1 000, in microseconds. So no two events of a lane
 * and boot stand at the same time (frames that share a millisecond are no thousand apart), their order is kept, and an event
 * that is said again stands where it stood. Only where the edge's clock was set back, or between two boots, could two events
 * meet: one in a million of those that share a millisecond.
 */
export const stampUsOf = (eventId: string, at: number): number | null => {
  const [, sequence, n] = /~(\d+)~(\d+)$/.exec(eventId) ?? [];
  if (sequence === undefined || n === undefined) return null;
  return (Math.round(at) + Math.min(Number(n), placesAFrame)) * 1_000 + (Number(sequence) % 1_000);
};

interface LaneMemory {
  residuals: ResidualState[];
  /** Of the last background taken for the residuals. */
  residualAt: number | null;
  /** Of the newest measurement. */
  heardAt: number | null;
}

/**
 * From what the core said to points. Remembers of each lane only what the derived series need: 10 000 lanes at 0.5 kB;
 * of more, those heard of longest ago are forgotten, which costs one value of variance.
 */
export interface PointMaker {
  /** Nothing for events that say nothing about the time they stand at. */
  readonly pointsOf: (record: EventRecord) => readonly SeriesPoint[];
}

const maxLanes = 10_000;
const only = (parts: number, part: number, value: number): readonly (number | null)[] =>
  Array.from({ length: parts }, (_, index) => (index === part ? value : null));

/**
 * @param heardBefore when a lane was last measured, in milliseconds, as the store knows it; null where it does not. So that
 * the time for which the program did not run counts as time without measurements.
 */
export const pointMaker = (heardBefore: (laneId: LaneId) => number | null = () => null): PointMaker => {
  const lanes = new Map<LaneId, LaneMemory>();
  const memoryOf = (laneId: LaneId): LaneMemory => {
    const known = lanes.get(laneId);
    if (known !== undefined) return known;
    const [oldest] = lanes.keys();
    if (lanes.size >= maxLanes && oldest !== undefined) lanes.delete(oldest);
    const fresh: LaneMemory = { residuals: [], residualAt: null, heardAt: heardBefore(laneId) };
    lanes.set(laneId, fresh);
    return fresh;
  };

  return {
    pointsOf: (record) => {
      const { eventId, laneId, event, historical } = record;
      const atUs = stampUsOf(eventId, event.at);
      if (atUs === null) return [];
      const points: SeriesPoint[] = [];
      const put = (what: StoredSeries, values: SeriesPoint["values"]): void => {
        points.push({ laneId, what, atUs, values });
      };
      putEvent(event, put);
      putLatency(record, put);
      // What comes late would look like a gap, or like scatter, at the wrong time.
      if (historical === undefined) putDerived(event, memoryOf(laneId), put);
      return points;
    },
  };
};

type Put = (what: StoredSeries, values: SeriesPoint["values"]) => void;

const putEvent = (event: LaneEvent, put: Put): void => {
  switch (event.kind) {
    case "background-measured":
      put(event.particle === "gamma" ? "gamma-background" : "neutron-background", event.cps);
      break;
    case "interval-measured":
      put("gamma-counts", event.counts);
      if (event.verdict.kind === "decided") put("z", [event.verdict.evidence.z]);
      break;
    case "neutron-measured":
      put("neutron", event.counts);
      break;
    case "energy-measured":
      put("energy", event.counts);
      break;
    case "occupancy-started":
      put("occupancies", [1]);
      break;
    case "alarm-raised":
      put("alarms", only(alarmParts.length, alarmParts.indexOf(event.alarm.kind), 1));
      break;
    case "fault-raised":
    case "fault-cleared":
      put(
        "faults",
        only(faultParts.length, faultParts.indexOf(event.fault), event.kind === "fault-raised" ? 1 : 0),
      );
      break;
    case "frames-lost":
    case "frames-recovered":
    case "frames-dropped":
      put("losses", only(3, lossParts[event.kind], event.lastSequence - event.firstSequence + 1));
      break;
    case "occupancy-ended":
    case "alarm-updated":
    case "alarm-ended":
    case "alarm-withheld":
    case "agent-started":
    case "link-changed":
    case "setup-reported":
    case "unknown-tag-seen":
    case "background-shifted":
    case "bytes-quarantined":
  }
};

/** Of alarms, whose frames' times are all known, and of backgrounds, so that a quiet lane's latency is known too. */
const putLatency = ({ event, capturedAt, loggedAt, decidedAt, historical }: EventRecord, put: Put): void => {
  const isSteady = event.kind === "background-measured" && event.particle === "gamma";
  if (historical !== undefined || !(isSteady || event.kind === "alarm-raised")) return;
  put("latency", [
    loggedAt === undefined ? null : Math.max(0, loggedAt - capturedAt),
    loggedAt === undefined ? null : Math.max(0, decidedAt - loggedAt),
    Math.max(0, decidedAt - capturedAt),
  ]);
};

const putDerived = (event: LaneEvent, memory: LaneMemory, put: Put): void => {
  switch (event.kind) {
    case "background-measured":
    case "interval-measured":
    case "neutron-measured":
    case "energy-measured": {
      const quiet = memory.heardAt === null ? 0 : event.at - memory.heardAt;
      if (quiet > quietInMs) put("dead-time", [quiet / 1_000]);
      memory.heardAt = Math.max(memory.heardAt ?? event.at, event.at);
      if (event.kind === "background-measured" && event.particle === "gamma") putVariance(event, memory, put);
      break;
    }
    case "occupancy-started":
    case "alarm-raised":
    case "fault-raised":
    case "fault-cleared":
    case "frames-lost":
    case "frames-recovered":
    case "frames-dropped":
    case "occupancy-ended":
    case "alarm-updated":
    case "alarm-ended":
    case "alarm-withheld":
    case "agent-started":
    case "link-changed":
    case "setup-reported":
    case "unknown-tag-seen":
    case "background-shifted":
    case "bytes-quarantined":
  }
};

const putVariance = (
  { at, cps }: { readonly at: number; readonly cps: PerPanel },
  memory: LaneMemory,
  put: Put,
): void => {
  if (!isApart(at, memory.residualAt)) return;
  memory.residualAt = at;
  const values = cps.map((value, panel) => {
    const [next, estimate] = residualStep(memory.residuals[panel] ?? noResiduals, { at, cps: value });
    memory.residuals[panel] = next;
    return estimate;
  });
  if (values.some((value) => value !== null)) put("variance", values);
};
