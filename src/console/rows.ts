import type { AlarmCase, Shelf } from "../domain/adjudication.ts";
import { type Alarm, peakZ } from "../domain/alarms.ts";
import type { OccupancyId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import type { AlarmRow, LaneData, LaneView } from "../wire/console.ts";
import type { LaneBoard } from "../core/lane-board.ts";
import { figuresOf } from "../core/lane-board.ts";

/** The lane as browsers see it. */
export const laneViewOf = (
  lane: LaneBoard,
  told: {
    readonly name: string;
    readonly data: LaneData;
    readonly shelved: readonly Shelf[];
    readonly slow: LaneView["slow"];
  },
): LaneView => ({ ...figuresOf(lane), ...told });

/** What else the board knows of an alarm. */
export interface AlarmPlace {
  /** When the alarm came, or null where that is not known any more. */
  readonly cameAt: WallMs | null;
  /** What is under way in the alarm's lane. */
  readonly occupancyId: OccupancyId | null;
}

/** A late alarm is of a vehicle long gone, unless the occupancy it is of goes on. */
const isPresent = (alarm: Alarm, { occupancyId }: AlarmPlace): boolean =>
  alarm.state === "active" &&
  alarm.vacant === undefined &&
  (alarm.historical === undefined || alarm.occupancyId === occupancyId);

/** The alarm's row of the queue. `flaggedIntervals`: of the rule that held most often. */
export const alarmRowOf = ({ alarm, adjudication }: AlarmCase, place: AlarmPlace): AlarmRow => {
  const last = adjudication.history.at(-1);
  const { claim, secondary, escalation, proposal, disposal } = adjudication;
  return {
    alarmId: alarm.alarmId,
    laneId: alarm.laneId,
    kind: alarm.kind,
    origin: alarm.origin,
    active: alarm.state === "active",
    present: isPresent(alarm, place),
    vacant: alarm.vacant === true,
    late: alarm.historical === undefined ? null : { cameAt: place.cameAt },
    raisedAt: alarm.raisedAt,
    endedAt: alarm.endedAt,
    peakZ: peakZ(alarm),
    flaggedIntervals: Math.max(0, ...alarm.decisions.map(({ flaggedIntervals }) => flaggedIntervals)),
    alarmVersion: alarm.version,
    adjudicationVersion: adjudication.version,
    state: adjudication.state,
    claim,
    secondary: secondary.state,
    escalated: escalation !== null && escalation.answer === null,
    proposal: proposal?.act.kind ?? null,
    officer: last?.by.name ?? null,
    actedAt: last?.at ?? null,
    disposition: disposal?.entry.disposition ?? null,
    loadClass: alarm.advice.class,
    vehicleId: disposal?.entry.vehicleId ?? "",
    containerId: disposal?.entry.containerId ?? "",
    ...(alarm.continuedBy === undefined ? {} : { continuedBy: alarm.continuedBy }),
  };
};
