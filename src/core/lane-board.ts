import type { LaneEvent } from "../domain/events.ts";
import { eventClass } from "../domain/events.ts";
import type { FaultKind } from "../domain/faults.ts";
import type { DropReason } from "../domain/frames.ts";
import type { LaneId, OccupancyId } from "../domain/ids.ts";
import type { PerPanel } from "../domain/panels.ts";
import type { WallMs } from "../domain/units.ts";
import type { EventCursor } from "./event-cursor.ts";
import { advance, startOfEvents } from "./event-cursor.ts";
import type { FrameLosses } from "./frame-losses.ts";
import { droppedFrames, missingFrames, noFrameLosses, withFrameLoss } from "./frame-losses.ts";
import type { OccupancyCourse } from "./occupancy-course.ts";
import { withInterval, withNeutronSecond } from "./occupancy-course.ts";
import type { WithheldAlarms } from "./withheld-alarms.ts";
import { noneWithheld, withWithheld } from "./withheld-alarms.ts";

export interface StandingFault {
  readonly fault: FaultKind;
  readonly since: WallMs;
  readonly detail: string;
}

/**
 * One lane as a fold over its events. The three parts are fed by three topics and never look at each other, so the
 * order in which the topics are read against one another does not matter.
 */
export interface LaneBoard {
  readonly laneId: LaneId;
  readonly records: {
    readonly cursor: EventCursor;
    readonly heardAt: WallMs | null;
    readonly link: "unknown" | "up" | "down";
    readonly linkDetail: string;
    readonly occupancyId: OccupancyId | null;
    readonly faults: readonly StandingFault[];
    /** Faults that an event has cleared, whether or not they stand again: see `withStanding`. */
    readonly cleared: readonly FaultKind[];
    readonly occupancies: number;
    readonly frameLosses: FrameLosses;
    readonly withheld: WithheldAlarms;
    /** The first `maxUnknownTags`; more are not listed. */
    readonly unknownTags: readonly string[];
  };
  readonly measurements: {
    readonly cursor: EventCursor;
    readonly heardAt: WallMs | null;
    readonly gammaBackgroundCps: PerPanel | null;
    readonly neutronBackgroundCps: PerPanel | null;
    readonly interval: {
      readonly occupancyId: OccupancyId;
      readonly counts: PerPanel;
      readonly z: number | null;
    } | null;
    readonly neutron: { readonly occupancyId: OccupancyId; readonly counts: PerPanel } | null;
    readonly course: OccupancyCourse | null;
  };
  readonly quarantine: { readonly cursor: EventCursor; readonly undecodable: number };
}

type EventOfClass<Class extends string> = Extract<
  LaneEvent,
  {
    readonly kind: {
      [Kind in LaneEvent["kind"]]: (typeof eventClass)[Kind] extends Class ? Kind : never;
    }[LaneEvent["kind"]];
  }
>;
type RecordEvent = EventOfClass<"record">;
type MeasurementEvent = EventOfClass<"measurement">;

export const maxUnknownTags = 32;

export const emptyLaneBoard = (laneId: LaneId): LaneBoard => ({
  laneId,
  records: {
    cursor: startOfEvents,
    heardAt: null,
    link: "unknown",
    linkDetail: "",
    occupancyId: null,
    faults: [],
    cleared: [],
    occupancies: 0,
    frameLosses: noFrameLosses,
    withheld: noneWithheld,
    unknownTags: [],
  },
  measurements: {
    cursor: startOfEvents,
    heardAt: null,
    gammaBackgroundCps: null,
    neutronBackgroundCps: null,
    interval: null,
    neutron: null,
    course: null,
  },
  quarantine: { cursor: startOfEvents, undecodable: 0 },
});

const stepRecords = (records: LaneBoard["records"], event: RecordEvent): LaneBoard["records"] => {
  switch (event.kind) {
    case "occupancy-started":
      return {
        ...records,
        heardAt: event.at,
        occupancyId: event.occupancyId,
        occupancies: records.occupancies + 1,
      };
    case "occupancy-ended":
      return { ...records, occupancyId: null };
    case "fault-raised": {
      const since = records.faults.find(({ fault }) => fault === event.fault)?.since ?? event.at;
      const others = records.faults.filter(({ fault }) => fault !== event.fault);
      return { ...records, faults: [...others, { fault: event.fault, since, detail: event.detail }] };
    }
    case "fault-cleared": {
      const { fault } = event;
      const cleared = records.cleared.includes(fault) ? records.cleared : [...records.cleared, fault];
      return { ...records, cleared, faults: records.faults.filter((known) => known.fault !== fault) };
    }
    case "frames-lost":
    case "frames-recovered":
    case "frames-dropped":
      return { ...records, frameLosses: withFrameLoss(records.frameLosses, event) };
    case "alarm-withheld":
      return { ...records, withheld: withWithheld(records.withheld, event.alarm) };
    case "link-changed":
      return { ...records, link: event.link, linkDetail: event.detail };
    case "setup-reported":
      return { ...records, heardAt: event.at };
    case "unknown-tag-seen":
      return records.unknownTags.includes(event.tag) || records.unknownTags.length >= maxUnknownTags
        ? records
        : { ...records, unknownTags: [...records.unknownTags, event.tag] };
    case "background-shifted":
    case "agent-started":
    case "alarm-raised":
    case "alarm-updated":
    case "alarm-ended":
      return records;
  }
};

const stepMeasurements = (
  held: LaneBoard["measurements"],
  event: MeasurementEvent,
): LaneBoard["measurements"] => {
  const heardAt = event.at;
  switch (event.kind) {
    case "background-measured":
      return event.particle === "gamma"
        ? { ...held, heardAt, gammaBackgroundCps: event.cps }
        : { ...held, heardAt, neutronBackgroundCps: event.cps };
    case "interval-measured": {
      const { occupancyId, counts, verdict } = event;
      const z = verdict.kind === "decided" ? verdict.evidence.z : null;
      return {
        ...held,
        heardAt,
        interval: { occupancyId, counts, z },
        course: withInterval(held.course, event),
      };
    }
    case "energy-measured":
      return { ...held, heardAt };
    case "neutron-measured": {
      const { occupancyId, counts } = event;
      return {
        ...held,
        heardAt,
        neutron: { occupancyId, counts },
        course: withNeutronSecond(held.course, event),
      };
    }
  }
};

export type LaneStep =
  | { readonly kind: "changed"; readonly lane: LaneBoard }
  | { readonly kind: "repeat" }
  | { readonly kind: "no-place" };

/** One event of the lane. Repeats, and events whose id has no place in a boot, change nothing and say so. */
export const stepLaneBoard = (lane: LaneBoard, eventId: string, event: LaneEvent): LaneStep => {
  const part = partOf[eventClass[event.kind]];
  const step = advance(lane[part].cursor, eventId);
  if (step.kind !== "new") return step;
  const { cursor } = step;
  switch (event.kind) {
    case "background-measured":
    case "interval-measured":
    case "neutron-measured":
    case "energy-measured":
      return {
        kind: "changed",
        lane: { ...lane, measurements: { ...stepMeasurements(lane.measurements, event), cursor } },
      };
    case "bytes-quarantined":
      return {
        kind: "changed",
        lane: { ...lane, quarantine: { cursor, undecodable: lane.quarantine.undecodable + 1 } },
      };
    case "occupancy-started":
    case "occupancy-ended":
    case "alarm-raised":
    case "alarm-updated":
    case "alarm-ended":
    case "fault-raised":
    case "fault-cleared":
    case "frames-lost":
    case "agent-started":
    case "link-changed":
    case "setup-reported":
    case "alarm-withheld":
    case "frames-recovered":
    case "frames-dropped":
    case "background-shifted":
    case "unknown-tag-seen":
      return { kind: "changed", lane: { ...lane, records: { ...stepRecords(lane.records, event), cursor } } };
  }
};

/**
 * An event of frames that came late. The lane stands as it is now, and an id of then has no place among those of now:
 * only what is counted by its own name counts. The same lane where nothing does.
 */
export const withLateEvent = (lane: LaneBoard, event: LaneEvent): LaneBoard => {
  // Frames missing within a range that is being filled were reported with the range.
  if (
    event.kind !== "alarm-withheld" &&
    event.kind !== "frames-recovered" &&
    event.kind !== "frames-dropped"
  ) {
    return lane;
  }
  const records = stepRecords(lane.records, event);
  const { frameLosses, withheld } = lane.records;
  const isSame = records.frameLosses === frameLosses && records.withheld === withheld;
  return isSame ? lane : { ...lane, records };
};

const partOf = { record: "records", measurement: "measurements", quarantine: "quarantine" } as const;

/** What a board shows of a lane. */
export interface LaneFigures {
  readonly laneId: LaneId;
  readonly link: "unknown" | "up" | "down";
  readonly linkDetail: string;
  /** By the edge's clock, of the latest measurement; of the latest record where there is none. */
  readonly heardAt: WallMs | null;
  readonly occupied: boolean;
  /** Counts per second: the last interval × 5 of the occupancy under way, the portal's background else. */
  readonly gammaCps: PerPanel | null;
  readonly gammaBackgroundCps: PerPanel | null;
  readonly neutronCps: PerPanel | null;
  readonly neutronBackgroundCps: PerPanel | null;
  readonly z: number | null;
  readonly faults: readonly StandingFault[];
  readonly occupancies: number;
  /** Missing now. */
  readonly framesLost: number;
  readonly framesRecovered: number;
  readonly framesDropped: readonly { readonly reason: DropReason; readonly frames: number }[];
  readonly withheld: number;
  readonly undecodable: number;
  readonly unknownTags: readonly string[];
}

const intervalsPerSecond = 5;
const perSecond = ([a, b, c, d]: PerPanel): PerPanel => [
  a * intervalsPerSecond,
  b * intervalsPerSecond,
  c * intervalsPerSecond,
  d * intervalsPerSecond,
];

/** A link nobody has spoken of is up where the portal has been measured: the word of it is older than what was read. */
export const figuresOf = ({ laneId, records, measurements, quarantine }: LaneBoard): LaneFigures => {
  const { occupancyId } = records;
  const interval = measurements.interval?.occupancyId === occupancyId ? measurements.interval : null;
  const neutron = measurements.neutron?.occupancyId === occupancyId ? measurements.neutron : null;
  return {
    laneId,
    link: records.link === "unknown" && measurements.heardAt !== null ? "up" : records.link,
    linkDetail: records.linkDetail,
    heardAt: measurements.heardAt ?? records.heardAt,
    occupied: occupancyId !== null,
    gammaCps: interval === null ? measurements.gammaBackgroundCps : perSecond(interval.counts),
    gammaBackgroundCps: measurements.gammaBackgroundCps,
    neutronCps: neutron?.counts ?? measurements.neutronBackgroundCps,
    neutronBackgroundCps: measurements.neutronBackgroundCps,
    z: interval?.z ?? null,
    faults: records.faults,
    occupancies: records.occupancies,
    framesLost: missingFrames(records.frameLosses),
    framesRecovered: records.frameLosses.recovered,
    framesDropped: droppedFrames(records.frameLosses),
    withheld: records.withheld.count,
    undecodable: quarantine.undecodable,
    unknownTags: records.unknownTags,
  };
};
