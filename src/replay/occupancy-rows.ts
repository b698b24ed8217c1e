import type { LaneEvent } from "../domain/events.ts";
import { loadClasses } from "../domain/load-classes.ts";

/** One line of the table of occupancies. */
export interface OccupancyRow {
  /** The portal's own number. */
  readonly occupancyNumber: number | null;
  readonly intervals: number;
  readonly speedKph: number | null;
  readonly peakZ: number | null;
  readonly peakMember: string | null;
  /** Kinds of its alarms; those that only the portal raised, or that were withheld, say so. */
  readonly alarms: readonly string[];
  /** What the alarms' load looks like. */
  readonly load: string | null;
  readonly ending: string;
}

/** Rows of the occupancies that ended among the events. Their alarms end in the same step, just before them. */
export const occupancyRows = (events: readonly LaneEvent[]): readonly OccupancyRow[] => {
  const rows: OccupancyRow[] = [];
  let alarms: string[] = [];
  let load: string | null = null;
  for (const event of events) {
    if (event.kind === "alarm-ended") {
      const { alarm } = event;
      const byPortalAlone = alarm.decisions.every(({ origin }) => origin === "portal");
      alarms.push(byPortalAlone ? `${alarm.kind} (portal)` : alarm.kind);
      load = loadClasses[alarm.advice.class].label;
    }
    if (event.kind === "alarm-withheld") {
      alarms.push(`${event.alarm.kind} (withheld)`);
      load = loadClasses[event.alarm.advice.class].label;
    }
    if (event.kind !== "occupancy-ended") continue;
    const { occupancyNumber, intervals, speedKph, peak, ending } = event;
    rows.push({
      occupancyNumber,
      intervals,
      speedKph,
      peakZ: peak?.z ?? null,
      peakMember: peak?.member ?? null,
      alarms,
      load,
      ending,
    });
    alarms = [];
    load = null;
  }
  return rows;
};
