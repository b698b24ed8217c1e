import { type AlarmKind, alarmKinds } from "../domain/alarms.ts";
import type { DispositionId } from "../domain/dispositions.ts";
import { dispositionIds, dispositions } from "../domain/dispositions.ts";
import type { LaneId } from "../domain/ids.ts";
import { wallMs } from "../domain/units.ts";
import type { Delay, HistoryFigures } from "../wire/history.ts";
import { floodsOf } from "./floods.ts";
import type { ActFact, AlarmFact, Place } from "./history-index.ts";
import { loadStepsOf } from "./load-steps.ts";

const hour = 3_600_000;
const minute = 60_000;
const tenMinutes = 10 * minute;
const floodsListed = 100;

export interface FiguresSpan {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** Of the site: `Europe/Vienna`. */
  readonly timeZone: string;
}

export type SpanFigures = Omit<HistoryFigures, "standing" | "progress">;

/**
 * Adds up facts in any portions, alarms in the order in which they were raised. It keeps some 30 bytes an alarm: 10 MB
 * for a quarter of a year of a busy site.
 */
export interface FiguresSum {
  readonly alarms: (facts: readonly AlarmFact[]) => void;
  readonly acts: (facts: readonly ActFact[]) => void;
  readonly result: () => SpanFigures;
}

const count = <Key>(counts: Map<Key, number>, key: Key): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

/** The value that the share `q` of all does not pass. */
const quantileOf = (sorted: readonly number[], q: number): number | null =>
  sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? null;

/** A wall clock that stepped back between two stamps makes no negative delay. */
const delayOf = (delays: readonly number[], alarms: number): Delay => {
  const sorted = delays.map((delay) => Math.max(0, delay)).sort((a, b) => a - b);
  return {
    count: sorted.length,
    waiting: alarms - sorted.length,
    p50Ms: quantileOf(sorted, 0.5),
    p90Ms: quantileOf(sorted, 0.9),
    maxMs: quantileOf(sorted, 1),
  };
};

/** Hours of the day in a time zone. Each hour's difference to UTC is looked up once, which costs some 10 µs. */
const hourIn = (timeZone: string): ((at: number) => number) => {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const known = new Map<number, number>();
  const minuteOfDayAt = (start: number): number => {
    const [hours = 0, minutes = 0] = format.format(start).split(":").map(Number);
    return hours * 60 + minutes;
  };
  return (at) => {
    const start = Math.floor(at / hour) * hour;
    const minuteOfDay = known.get(start) ?? minuteOfDayAt(start);
    known.set(start, minuteOfDay);
    return Math.floor((minuteOfDay + (at - start) / minute) / 60) % 24;
  };
};

interface OfficerSum {
  acts: number;
  readonly places: Set<Place>;
  readonly hours: Set<number>;
}

export const byDispositionOf = (
  counts: ReadonlyMap<DispositionId, number>,
): HistoryFigures["byDisposition"] =>
  dispositionIds.flatMap((disposition) => {
    const alarms = counts.get(disposition) ?? 0;
    const { code, group } = dispositions[disposition];
    return alarms === 0 ? [] : [{ disposition, code, group, alarms }];
  });

const sharesOf = (byDisposition: HistoryFigures["byDisposition"]): HistoryFigures["shares"] => {
  const disposed = byDisposition.reduce((sum, { alarms }) => sum + alarms, 0);
  const share = (wanted: string): number =>
    byDisposition.reduce((sum, { group, alarms }) => sum + (group === wanted ? alarms : 0), 0) /
    Math.max(1, disposed);
  return { real: share("real"), innocent: share("innocent"), false: share("false") };
};

const officersOf = (sums: ReadonlyMap<string, OfficerSum>): HistoryFigures["officers"] =>
  [...sums]
    .map(([officer, { acts, places, hours }]) => ({
      officer,
      alarms: places.size,
      acts,
      hours: hours.size,
      per10Minutes: places.size / (hours.size * 6),
    }))
    .sort((a, b) => b.alarms - a.alarms || (a.officer < b.officer ? -1 : 1));

export const sumFigures = ({ from, to, now, timeZone }: FiguresSpan): FiguresSum => {
  const raisedAt: number[] = [];
  const acknowledged: number[] = [];
  const disposed: number[] = [];
  const byKind = new Map<AlarmKind, number>();
  const byLane = new Map<LaneId, number>();
  const byHour = Array.from({ length: 24 }, () => 0);
  const byDisposition = new Map<DispositionId, number>();
  const officers = new Map<string, OfficerSum>();
  const hourOf = hourIn(timeZone);
  let undisposed = 0;

  const alarm = (fact: AlarmFact): void => {
    raisedAt.push(fact.raisedAt);
    if (fact.acknowledgedAt !== null) acknowledged.push(fact.acknowledgedAt - fact.raisedAt);
    if (fact.disposedAt !== null) disposed.push(fact.disposedAt - fact.raisedAt);
    count(byKind, fact.kind);
    count(byLane, fact.laneId);
    const hourOfDay = hourOf(fact.raisedAt);
    byHour[hourOfDay] = (byHour[hourOfDay] ?? 0) + 1;
    if (fact.disposition === null) undisposed += 1;
    else count(byDisposition, fact.disposition);
  };
  const act = ({ officer, place, at }: ActFact): void => {
    const sum: OfficerSum = officers.get(officer) ?? { acts: 0, places: new Set(), hours: new Set() };
    officers.set(officer, sum);
    sum.acts += 1;
    sum.places.add(place);
    sum.hours.add(Math.floor(at / hour));
  };
  const result = (): SpanFigures => {
    const until = Math.max(from + 1, Math.min(to, now));
    const { floods, busiest } = floodsOf(raisedAt.sort((a, b) => a - b));
    const onDuty = officersOf(officers);
    const dutyHours = onDuty.reduce((sum, { hours }) => sum + hours, 0);
    const mix = byDispositionOf(byDisposition);
    const lengthOf = (flood: { from: number; to: number }): number => flood.to - flood.from;
    return {
      from: wallMs(from),
      to: wallMs(to),
      until: wallMs(until),
      alarms: raisedAt.length,
      per10Minutes: (raisedAt.length * tenMinutes) / (until - from),
      per10MinutesAnOfficer: dutyHours === 0 ? null : raisedAt.length / (dutyHours * 6),
      busiest: busiest === null ? null : { from: wallMs(busiest.from), alarms: busiest.alarms },
      floods: {
        count: floods.length,
        totalMs: floods.reduce((sum, flood) => sum + lengthOf(flood), 0),
        longest: [...floods].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, floodsListed),
      },
      toAcknowledge: delayOf(acknowledged, raisedAt.length),
      toDispose: delayOf(disposed, raisedAt.length),
      byKind: alarmKindNames.map((kind) => ({ kind, alarms: byKind.get(kind) ?? 0 })),
      byLane: [...byLane]
        .map(([laneId, alarms]) => ({ laneId, alarms }))
        .sort((a, b) => b.alarms - a.alarms || (a.laneId < b.laneId ? -1 : 1)),
      byHour,
      load: loadStepsOf(raisedAt, {
        from,
        until,
        dutyHours: [...officers.values()].map(({ hours }) => hours),
      }),
      byDisposition: mix,
      undisposed,
      shares: sharesOf(mix),
      officers: onDuty,
    };
  };
  return { alarms: (facts) => facts.forEach(alarm), acts: (facts) => facts.forEach(act), result };
};

const alarmKindNames = Object.keys(alarmKinds) as readonly AlarmKind[];
