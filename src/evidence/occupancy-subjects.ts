import type { Alarm } from "../domain/alarms.ts";
import type { LaneEvent } from "../domain/events.ts";
import type { LaneId } from "../domain/ids.ts";
import { type EvidencePlace, type EvidenceSubject, subjectOfCase, subjectOfOccupancy } from "./subject.ts";
import { untouched } from "../core/adjudication.ts";

/** Alarms of the occupancy under way that have ended: at most two, told just before its end. */
export type EndedAlarms = readonly Alarm[];

export const noEndedAlarms: EndedAlarms = [];

/** Gathers a lane's events; an occupancy, or a vacant stretch that alarmed, when it has ended. */
export const stepOccupancySubjects = (
  alarms: EndedAlarms,
  event: LaneEvent,
  { place, laneId }: { readonly place: EvidencePlace; readonly laneId: LaneId },
): readonly [EndedAlarms, EvidenceSubject | null] => {
  switch (event.kind) {
    case "alarm-ended":
    case "alarm-withheld":
      return event.alarm.vacant === true
        ? [alarms, subjectOfCase(place, { alarm: event.alarm, adjudication: untouched })]
        : [[...alarms, event.alarm], null];
    case "occupancy-ended": {
      const own = alarms.filter(({ occupancyId }) => occupancyId === event.occupancyId);
      return [noEndedAlarms, subjectOfOccupancy(place, { laneId, ended: event, alarms: own })];
    }
    case "occupancy-started":
    case "alarm-raised":
    case "alarm-updated":
    case "fault-raised":
    case "fault-cleared":
    case "frames-lost":
    case "frames-recovered":
    case "frames-dropped":
    case "agent-started":
    case "link-changed":
    case "setup-reported":
    case "unknown-tag-seen":
    case "background-shifted":
    case "background-measured":
    case "interval-measured":
    case "neutron-measured":
    case "energy-measured":
    case "bytes-quarantined":
      return [alarms, null];
  }
};
