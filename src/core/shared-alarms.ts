import { type Alarm, type AlarmSlot, alarmSlotOf, type RuleDecision } from "../domain/alarms.ts";
import type { AlarmEnded, AlarmRaised, AlarmUpdated, LaneEvent } from "../domain/events.ts";
import type { OccupancyId } from "../domain/ids.ts";
import type { LatchedAlarm } from "./alarm-latch.ts";
import type { Hole } from "./frame-holes.ts";
import type { Occupancy } from "./occupancy.ts";

/**
 * Alarms of a vehicle that stood in the portal where a hole begins: the live lane and the hole both judge it, and each may
 * raise, join and end its alarms. So that an alarm is one alarm to whoever reads, with versions that are told once each,
 * the hole tells nothing of its own: what it finds is added to what was told last.
 */
export interface SharedAlarms {
  /** The occupancy under way in the live lane: what it has latched was told last. */
  readonly occupancy: Occupancy | null;
  /** What was told last of such vehicles that are no longer in the live lane; two of a hole at most. */
  readonly letGo: LatchedAlarm[];
}

type AlarmNews = AlarmRaised | AlarmUpdated | AlarmEnded;

const isNews = (event: LaneEvent): event is AlarmNews =>
  event.kind === "alarm-raised" || event.kind === "alarm-updated" || event.kind === "alarm-ended";

const strengthOf = (decision: RuleDecision): number => {
  if (decision.origin === "portal") return 0;
  if (decision.rule === "gross-count") return decision.evidence.z;
  return decision.evidence.statistic - decision.evidence.threshold;
};

/** Each rule with its stronger evidence; the same list where nothing is added. */
const joinedDecisions = (
  known: readonly RuleDecision[],
  found: readonly RuleDecision[],
): readonly RuleDecision[] => {
  let joined = known;
  for (const decision of found) {
    const at = joined.findIndex(({ rule }) => rule === decision.rule);
    const before = joined[at];
    if (before === undefined) joined = [...joined, decision];
    else if (strengthOf(decision) > strengthOf(before)) {
      const { firstInterval } = before;
      const flaggedIntervals = Math.max(before.flaggedIntervals, decision.flaggedIntervals);
      joined = joined.with(at, { ...decision, firstInterval, flaggedIntervals });
    }
  }
  return joined;
};

/** The alarm that was told last, with what another judge of the same vehicle has found; itself where that is nothing new. */
const joinedAlarm = (last: LatchedAlarm, found: LatchedAlarm): LatchedAlarm => {
  const decisions = joinedDecisions(last.decisions, found.decisions);
  const kind = last.kind === found.kind ? last.kind : "gamma-neutron";
  return decisions === last.decisions && kind === last.kind ? last : { ...last, kind, decisions };
};

const latchedOf = ({ profile: _, advice: __, ...latched }: Alarm): LatchedAlarm => latched;

/** The live lane goes on with the vehicle: it tells the end. */
const tellOfPresent = (occupancy: Occupancy, event: AlarmNews): readonly LaneEvent[] => {
  const { at, alarm } = event;
  const { profile, advice } = alarm;
  const slot = alarmSlotOf(alarm.kind);
  const last = occupancy.latch[slot];
  const isTold = last !== undefined && !occupancy.held.includes(slot);
  const { historical: _, ...found } = latchedOf(alarm);
  const joined = last === undefined ? { ...found, version: 0 } : joinedAlarm(last, found);
  if (isTold && joined === last) return [];
  const latched = { ...joined, version: joined.version + 1, state: "active" as const, endedAt: null };
  occupancy.latch = { ...occupancy.latch, [slot]: latched };
  occupancy.held = occupancy.held.filter((each) => each !== slot);
  return [{ kind: isTold ? "alarm-updated" : "alarm-raised", at, alarm: { ...latched, profile, advice } }];
};

/** The live lane has let the vehicle go: an alarm that has ended stays so, whatever is found of it. */
const tellOfPast = (letGo: LatchedAlarm[], index: number, event: AlarmNews): readonly LaneEvent[] => {
  const last = letGo[index];
  const { at, alarm } = event;
  if (last === undefined) {
    letGo.push(latchedOf(alarm));
    return [event];
  }
  const { profile, advice, historical, continuedBy = last.continuedBy } = alarm;
  const joined = joinedAlarm(last, latchedOf(alarm));
  const hasEnded = last.state === "ended";
  const isContinued = continuedBy !== last.continuedBy;
  const isEnd = event.kind === "alarm-ended";
  const isWorthTelling = hasEnded
    ? joined.kind !== last.kind || isContinued || (isEnd && joined !== last)
    : isEnd || joined !== last;
  letGo[index] = joined;
  if (!isWorthTelling) return [];
  const { state, endedAt } = hasEnded ? last : alarm;
  const marks = {
    ...(historical === undefined ? {} : { historical }),
    ...(continuedBy === undefined ? {} : { continuedBy }),
  };
  const told = { ...joined, ...marks, version: last.version + 1, state, endedAt };
  letGo[index] = told;
  return [
    { kind: state === "ended" ? "alarm-ended" : "alarm-updated", at, alarm: { ...told, profile, advice } },
  ];
};

const indexOf = (letGo: readonly LatchedAlarm[], { occupancyId, kind }: Alarm): number => {
  const slot: AlarmSlot = alarmSlotOf(kind);
  return letGo.findIndex((each) => each.occupancyId === occupancyId && alarmSlotOf(each.kind) === slot);
};

/** What a hole says, as it is to be told beside what the live lane and other holes have told. */
export const toldBeside = (
  shared: SharedAlarms,
  ownOccupancyId: OccupancyId | null,
  events: readonly LaneEvent[],
): readonly LaneEvent[] =>
  events.flatMap((event): readonly LaneEvent[] => {
    if (!isNews(event)) return [event];
    const { occupancy, letGo } = shared;
    const { occupancyId } = event.alarm;
    const at = indexOf(letGo, event.alarm);
    if (occupancyId !== ownOccupancyId && at < 0) return [event];
    return occupancy?.occupancyId === occupancyId
      ? tellOfPresent(occupancy, event)
      : tellOfPast(letGo, at, event);
  });

/** Remembers what the live lane, which lets a vehicle go, has told last of its alarms, as far as a hole may add to it. */
export const rememberLetGo = (
  { letGo }: SharedAlarms,
  holes: readonly Pick<Hole, "ownOccupancyId">[],
  events: readonly LaneEvent[],
): void => {
  for (const event of events) {
    if (event.kind !== "alarm-ended") continue;
    const { alarm } = event;
    if (holes.some(({ ownOccupancyId }) => ownOccupancyId === alarm.occupancyId))
      letGo.push(latchedOf(alarm));
  }
};

/** Forgets what no hole can add to any more. */
export const forgetLetGo = (
  { letGo }: SharedAlarms,
  holes: readonly Pick<Hole, "ownOccupancyId">[],
): void => {
  const kept = letGo.filter(({ occupancyId }) => holes.some((hole) => hole.ownOccupancyId === occupancyId));
  letGo.splice(0, letGo.length, ...kept);
};
