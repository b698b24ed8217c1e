import { alarmKinds } from "../../domain/alarms.ts";
import type { AlarmKind } from "../../domain/alarms.ts";
import type { AlarmId, LaneId } from "../../domain/ids.ts";
import type { Officer } from "../../domain/officers.ts";
import type { AlarmRow } from "../../wire/console.ts";

/** The queue's sections, each in queue order. */
export interface Queue {
  readonly awaiting: readonly AlarmRow[];
  readonly unacknowledged: readonly AlarmRow[];
  readonly acknowledged: readonly AlarmRow[];
  readonly dispositioned: readonly AlarmRow[];
}

const touchedAt = (row: AlarmRow): number => row.actedAt ?? row.raisedAt;

const byUrgency = (a: AlarmRow, b: AlarmRow): number =>
  alarmKinds[a.kind].severity - alarmKinds[b.kind].severity ||
  a.raisedAt - b.raisedAt ||
  (a.alarmId < b.alarmId ? -1 : 1);

/** Open alarms by severity, the oldest first; dispositioned ones with the latest act first. One pass and one sort each. */
export const queueOf = (alarms: ReadonlyMap<AlarmId, AlarmRow>): Queue => {
  const sections: Record<AlarmRow["state"], AlarmRow[]> = {
    "awaiting-approval": [],
    unacknowledged: [],
    acknowledged: [],
    dispositioned: [],
  };
  for (const row of alarms.values()) sections[row.state].push(row);
  return {
    awaiting: sections["awaiting-approval"].sort(byUrgency),
    unacknowledged: sections.unacknowledged.sort(byUrgency),
    acknowledged: sections.acknowledged.sort(byUrgency),
    dispositioned: sections.dispositioned.sort((a, b) => touchedAt(b) - touchedAt(a)),
  };
};

/** Null: whatever it is. `mine`: held by, or last acted on by, the signed-in officer. */
export interface QueueFilter {
  readonly laneId: LaneId | null;
  readonly kind: AlarmKind | null;
  readonly state: AlarmRow["state"] | null;
  readonly mine: boolean;
}

export const noFilter: QueueFilter = { laneId: null, kind: null, state: null, mine: false };

export const isFiltering = (filter: QueueFilter): boolean =>
  filter.laneId !== null || filter.kind !== null || filter.state !== null || filter.mine;

const passes = (row: AlarmRow, filter: QueueFilter, officer: Officer | null): boolean =>
  (filter.laneId === null || row.laneId === filter.laneId) &&
  (filter.kind === null || row.kind === filter.kind) &&
  (filter.state === null || row.state === filter.state) &&
  (!filter.mine ||
    (officer !== null && (row.claim?.by.name === officer.name || row.officer === officer.name)));

export interface FilteredQueue {
  readonly queue: Queue;
  /** Open alarms that the filter leaves out: their number is always said. */
  readonly hiddenOpen: number;
}

export const filterQueue = (queue: Queue, filter: QueueFilter, officer: Officer | null): FilteredQueue => {
  if (!isFiltering(filter)) return { queue, hiddenOpen: 0 };
  const kept = (rows: readonly AlarmRow[]): readonly AlarmRow[] =>
    rows.filter((row) => passes(row, filter, officer));
  const filtered = {
    awaiting: kept(queue.awaiting),
    unacknowledged: kept(queue.unacknowledged),
    acknowledged: kept(queue.acknowledged),
    dispositioned: kept(queue.dispositioned),
  };
  return { queue: filtered, hiddenOpen: openCount(queue) - openCount(filtered) };
};

export const openCount = ({ awaiting, unacknowledged, acknowledged }: Queue): number =>
  awaiting.length + unacknowledged.length + acknowledged.length;

export type QueueSection = keyof Queue;

/** What awaits approval comes first for those who can give it; for others it is work that is with somebody else. */
export const sectionsFor = (officer: Officer | null): readonly QueueSection[] =>
  officer?.role === "supervisor"
    ? ["awaiting", "unacknowledged", "acknowledged", "dispositioned"]
    : ["unacknowledged", "acknowledged", "awaiting", "dispositioned"];
