import { type Alarm, type AlarmKind, alarmKinds } from "../domain/alarms.ts";
import type { LaneEvent } from "../domain/events.ts";
import type { UndecodableReason } from "../domain/messages.ts";

/** What a replay counts of one recording. */
export interface Tally {
  readonly occupancies: number;
  /** Occupancies that the portal closed itself. */
  readonly closedOccupancies: number;
  readonly intervals: number;
  readonly undecidedIntervals: number;
  readonly flagged: number;
  readonly coreAlarms: number;
  /** Intervals at which both, only the core, only the portal held. */
  readonly agree: number;
  readonly false: number;
  readonly missed: number;
  readonly alarms: Readonly<Record<AlarmKind, AlarmTally>>;
  /** How the alarms of the occupancy under way are counted in `alarms`: their kind can still change. */
  readonly open: Readonly<Record<string, { readonly kind: AlarmKind; readonly byCore: boolean }>>;
  /** The largest z of any interval, with its occupancy from 0. */
  readonly peak: { readonly z: number; readonly member: string; readonly occupancy: number } | null;
  readonly undecodable: Readonly<Partial<Record<UndecodableReason, number>>>;
  readonly unknownTags: readonly string[];
  readonly faults: readonly string[];
}

export interface AlarmTally {
  readonly raised: number;
  /** Of those, found by the core's own rules, at once or later. */
  readonly byCore: number;
}

const noAlarms: AlarmTally = { raised: 0, byCore: 0 };

export const emptyTally: Tally = {
  occupancies: 0,
  closedOccupancies: 0,
  intervals: 0,
  undecidedIntervals: 0,
  flagged: 0,
  coreAlarms: 0,
  agree: 0,
  false: 0,
  missed: 0,
  alarms: { "gamma-neutron": noAlarms, neutron: noAlarms, gamma: noAlarms, energy: noAlarms },
  open: {},
  peak: null,
  undecodable: {},
  unknownTags: [],
  faults: [],
};

export const alarmKindNames = Object.keys(alarmKinds) as readonly AlarmKind[];

/** Many events at once: intervals are most of them, and are counted in a copy that is made once. */
export const tallyEvents = (tally: Tally, events: readonly LaneEvent[]): Tally => {
  let counted: MutableTally = { ...tally };
  for (const event of events) {
    if (event.kind === "interval-measured") addInterval(counted, event);
    else if (!isMeasured(event)) counted = { ...tallyEvent(counted, event) };
  }
  return counted;
};

export const tallyEvent = (tally: Tally, event: LaneEvent): Tally => {
  switch (event.kind) {
    case "occupancy-started":
      return { ...tally, occupancies: tally.occupancies + 1 };
    case "occupancy-ended": {
      const closed = event.ending === "closed-by-portal" ? 1 : 0;
      return { ...tally, open: {}, closedOccupancies: tally.closedOccupancies + closed };
    }
    case "interval-measured":
      return tallyInterval(tally, event);
    case "alarm-raised":
    case "alarm-updated":
    case "alarm-ended":
      return tallyAlarm(tally, event.alarm);
    case "bytes-quarantined": {
      const before = tally.undecodable[event.reason] ?? 0;
      return { ...tally, undecodable: { ...tally.undecodable, [event.reason]: before + 1 } };
    }
    case "unknown-tag-seen":
      return { ...tally, unknownTags: [...tally.unknownTags, event.tag] };
    case "fault-raised":
      return tally.faults.includes(event.fault)
        ? tally
        : { ...tally, faults: [...tally.faults, event.fault] };
    case "fault-cleared":
    case "frames-lost":
    case "agent-started":
    case "link-changed":
    case "setup-reported":
    case "alarm-withheld":
    case "frames-recovered":
    case "frames-dropped":
    case "background-shifted":
    case "background-measured":
    case "neutron-measured":
    case "energy-measured":
      return tally;
  }
};

/** Counts an alarm as what it is now, in place of what it was. */
const tallyAlarm = (tally: Tally, alarm: Alarm): Tally => {
  const byCore = alarm.decisions.some(({ origin }) => origin === "core");
  const before = tally.open[alarm.alarmId];
  const without = before === undefined ? tally.alarms : counted(tally.alarms, before, -1);
  const now = { kind: alarm.kind, byCore };
  return { ...tally, open: { ...tally.open, [alarm.alarmId]: now }, alarms: counted(without, now, 1) };
};

const counted = (
  alarms: Tally["alarms"],
  { kind, byCore }: { readonly kind: AlarmKind; readonly byCore: boolean },
  by: 1 | -1,
): Tally["alarms"] => {
  const { raised, byCore: before } = alarms[kind];
  return { ...alarms, [kind]: { raised: raised + by, byCore: before + (byCore ? by : 0) } };
};

/** Measurements that are not counted. */
const isMeasured = ({ kind }: LaneEvent): boolean =>
  kind === "energy-measured" || kind === "neutron-measured" || kind === "background-measured";

type MutableTally = { -readonly [Field in keyof Tally]: Tally[Field] };
type Interval = Extract<LaneEvent, { kind: "interval-measured" }>;

const tallyInterval = (tally: Tally, event: Interval): Tally => {
  const counted = { ...tally };
  addInterval(counted, event);
  return counted;
};

const addInterval = (tally: MutableTally, { verdict, portalFlag }: Interval): void => {
  const core = verdict.kind === "decided" && verdict.alarm;
  tally.intervals += 1;
  if (verdict.kind === "undecided") tally.undecidedIntervals += 1;
  if (portalFlag) tally.flagged += 1;
  if (core) tally.coreAlarms += 1;
  if (core && portalFlag) tally.agree += 1;
  if (core && !portalFlag) tally.false += 1;
  if (!core && portalFlag) tally.missed += 1;
  if (verdict.kind === "decided" && (tally.peak === null || verdict.evidence.z > tally.peak.z)) {
    const { z, member } = verdict.evidence;
    tally.peak = { z, member, occupancy: tally.occupancies - 1 };
  }
};
