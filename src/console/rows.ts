import type { AlarmCase } from "../domain/adjudication.ts";
import { peakZ } from "../domain/alarms.ts";
import type { AlarmRow, LaneView } from "../wire/console.ts";
import type { LaneBoard } from "../core/lane-board.ts";
import { figuresOf } from "../core/lane-board.ts";

/** The lane as browsers see it. */
export const laneViewOf = (lane: LaneBoard, name: string): LaneView => ({ ...figuresOf(lane), name });

/** The alarm's row of the queue. `flaggedIntervals`: of the rule that held most often. */
export const alarmRowOf = ({ alarm, adjudication }: AlarmCase): AlarmRow => {
  const last = adjudication.history.at(-1);
  const disposal = adjudication.history.findLast((command) => command.kind === "dispose");
  return {
    alarmId: alarm.alarmId,
    laneId: alarm.laneId,
    kind: alarm.kind,
    origin: alarm.origin,
    active: alarm.state === "active",
    raisedAt: alarm.raisedAt,
    endedAt: alarm.endedAt,
    peakZ: peakZ(alarm),
    flaggedIntervals: Math.max(0, ...alarm.decisions.map(({ flaggedIntervals }) => flaggedIntervals)),
    alarmVersion: alarm.version,
    adjudicationVersion: adjudication.version,
    state: adjudication.state,
    officer: last?.officer ?? null,
    actedAt: last?.at ?? null,
    disposition: disposal?.disposition ?? null,
  };
};
