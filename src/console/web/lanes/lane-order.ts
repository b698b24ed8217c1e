import { faults } from "../../../domain/faults.ts";
import type { LaneId } from "../../../domain/ids.ts";
import type { WallMs } from "../../../domain/units.ts";
import type { LaneView } from "../../../wire/console.ts";
import { isStale, laneCondition } from "./lane-condition.ts";

/** What a lane asks of the people at the console, the most pressing first. `shelved`: its faults are being seen to. */
export const laneNeeds = ["alarm", "fault", "warning", "shelved", "none"] as const;
export type LaneNeed = (typeof laneNeeds)[number];

/** A shelved fault presses no more; an alarm, missing data and alarms that are late on their way always do. */
export const laneNeed = (lane: LaneView, serverNow: WallMs, hasOpenAlarm: boolean): LaneNeed => {
  if (hasOpenAlarm) return "alarm";
  const standing = standingFaults(lane);
  const isDark = isStale(laneCondition(lane, serverNow)) && !isSilenceShelved(lane);
  if (isDark || standing.some(({ fault }) => faults[fault].severity === "high")) return "fault";
  if (standing.length > 0 || lane.slow !== null) return "warning";
  return lane.faults.length > 0 || isStale(laneCondition(lane, serverNow)) ? "shelved" : "none";
};

/** Faults that nobody has shelved. */
export const standingFaults = (lane: LaneView): LaneView["faults"] =>
  lane.faults.filter(({ fault }) => !lane.shelved.some((shelf) => shelf.fault === fault));

/** That nothing comes of the portal is known and being seen to. */
const isSilenceShelved = (lane: LaneView): boolean =>
  lane.shelved.some(({ fault }) => fault === "link-down" || fault === "silent");

export const laneFilters = ["all", "alarm", "trouble", "shelved"] as const;
export type LaneFilter = (typeof laneFilters)[number];
export const laneOrders = ["site", "need", "name"] as const;
export type LaneOrder = (typeof laneOrders)[number];

export interface LaneChoice {
  readonly filter: LaneFilter;
  readonly order: LaneOrder;
  /** Part of a lane's name or id, in any case. */
  readonly text: string;
}

export const everyLane: LaneChoice = { filter: "all", order: "site", text: "" };

export interface OrderedLanes {
  /** The lanes that are chosen, in the order that is. */
  readonly ids: readonly LaneId[];
  /** Of all lanes, whatever is chosen. */
  readonly counts: Readonly<Record<LaneFilter, number>>;
  /** Lanes with an alarm or trouble that the choice leaves out. */
  readonly hidden: number;
}

const passes = (need: LaneNeed, lane: LaneView, filter: LaneFilter): boolean => {
  switch (filter) {
    case "all":
      return true;
    case "alarm":
      return need === "alarm";
    case "trouble":
      return isTrouble(need, lane);
    case "shelved":
      return lane.shelved.length > 0;
  }
};

/** An alarm may stand before the trouble that its lane has as well. */
const isTrouble = (need: LaneNeed, lane: LaneView): boolean =>
  need === "fault" ||
  need === "warning" ||
  (need === "alarm" && (standingFaults(lane).length > 0 || lane.slow !== null));

export interface LaneSituation {
  readonly serverNow: WallMs;
  /** Lanes that have one. */
  readonly openAlarms: ReadonlySet<LaneId>;
}

/** One pass over the lanes and one stable sort: within equals the site's order stays, by which officers find a lane. */
export const orderLanes = (
  lanes: ReadonlyMap<LaneId, LaneView>,
  choice: LaneChoice,
  { serverNow, openAlarms }: LaneSituation,
): OrderedLanes => {
  const counts = { all: lanes.size, alarm: 0, trouble: 0, shelved: 0 };
  const wanted = choice.text.trim().toLowerCase();
  const chosen: { readonly lane: LaneView; readonly need: LaneNeed }[] = [];
  let hidden = 0;
  for (const lane of lanes.values()) {
    const need = laneNeed(lane, serverNow, openAlarms.has(lane.laneId));
    const troubled = isTrouble(need, lane);
    if (need === "alarm") counts.alarm += 1;
    if (troubled) counts.trouble += 1;
    if (lane.shelved.length > 0) counts.shelved += 1;
    const named =
      wanted === "" || lane.name.toLowerCase().includes(wanted) || lane.laneId.toLowerCase().includes(wanted);
    if (named && passes(need, lane, choice.filter)) chosen.push({ lane, need });
    else if (need === "alarm" || troubled) hidden += 1;
  }
  switch (choice.order) {
    case "site":
      break;
    case "need":
      chosen.sort((a, b) => laneNeeds.indexOf(a.need) - laneNeeds.indexOf(b.need));
      break;
    case "name":
      chosen.sort((a, b) => a.lane.name.localeCompare(b.lane.name, undefined, { numeric: true }));
      break;
  }
  return { ids: chosen.map(({ lane }) => lane.laneId), counts, hidden };
};

export const isSameLanes = (a: readonly LaneId[], b: readonly LaneId[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

export const isSameOrder = (a: OrderedLanes, b: OrderedLanes): boolean =>
  a.hidden === b.hidden &&
  laneFilters.every((filter) => a.counts[filter] === b.counts[filter]) &&
  isSameLanes(a.ids, b.ids);
