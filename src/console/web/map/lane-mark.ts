import { alarmKinds } from "../../../domain/alarms.ts";
import type { AlarmId, LaneId } from "../../../domain/ids.ts";
import type { WallMs } from "../../../domain/units.ts";
import type { AlarmRow, LaneView } from "../../../wire/console.ts";
import { isStale, laneCondition } from "../lanes/lane-condition.ts";
import { laneNeed } from "../lanes/lane-order.ts";
import type { Queue } from "../queue.ts";

/** How a lane is drawn, the most pressing first. Each has a colour, a shape and a word of its own. */
export const markLooks = [
  "unacknowledged",
  "acknowledged",
  "no-data",
  "fault",
  "warning",
  "shelved",
  "occupied",
  "vacant",
] as const;
export type MarkLook = (typeof markLooks)[number];

/** The most severe open alarm of each lane; those that nobody has acknowledged before all others. */
export const worstAlarms = (queue: Queue): ReadonlyMap<LaneId, AlarmRow> => {
  const worst = new Map<LaneId, AlarmRow>();
  const isWorse = (row: AlarmRow, than: AlarmRow): boolean =>
    alarmKinds[row.kind].severity < alarmKinds[than.kind].severity;
  for (const rows of [queue.unacknowledged, [...queue.acknowledged, ...queue.awaiting]]) {
    const before = new Set(worst.keys());
    for (const row of rows) {
      if (before.has(row.laneId)) continue;
      const held = worst.get(row.laneId);
      if (held === undefined || isWorse(row, held)) worst.set(row.laneId, row);
    }
  }
  return worst;
};

export interface LaneMark {
  readonly look: MarkLook;
  /** What a press opens; null for the lane itself. */
  readonly alarmId: AlarmId | null;
}

export const laneMark = (lane: LaneView, alarm: AlarmRow | undefined, serverNow: WallMs): LaneMark => {
  if (alarm !== undefined) {
    const look = alarm.state === "unacknowledged" ? "unacknowledged" : "acknowledged";
    return { look, alarmId: alarm.alarmId };
  }
  const condition = laneCondition(lane, serverNow);
  const need = laneNeed(lane, serverNow, false);
  return { look: lookOf(need, isStale(condition), lane.occupied), alarmId: null };
};

const lookOf = (need: ReturnType<typeof laneNeed>, isDark: boolean, isOccupied: boolean): MarkLook => {
  if (isDark) return "no-data";
  switch (need) {
    case "alarm":
      return "unacknowledged";
    case "fault":
    case "warning":
    case "shelved":
      return need;
    case "none":
      return isOccupied ? "occupied" : "vacant";
  }
};
