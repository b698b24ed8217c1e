import type { Adjudication, AlarmCase } from "../domain/adjudication.ts";
import type { AlarmKind } from "../domain/alarms.ts";
import { alarmKinds } from "../domain/alarms.ts";
import { type FaultKind, faults } from "../domain/faults.ts";
import type { AlarmId, LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import type { SignalSettings } from "./signal-settings.ts";

/** `clear` alone says that the lane is judged and free of alarm; whatever is in doubt is not clear. */
export type SignalState = "clear" | "alarm" | "fault" | "unknown";

/** What a light, a barrier or a siren is told of a lane: the payload of its topic, whole every time. */
export interface LaneSignal {
  readonly v: 1;
  readonly laneId: LaneId;
  readonly state: SignalState;
  /** Kinds of the alarms that stand, the most severe first; empty but in `alarm`. */
  readonly alarmKinds: readonly AlarmKind[];
  readonly alarms: number;
  /** In `alarm`: whether officers have acknowledged every one of them. */
  readonly acknowledged: boolean;
  /** Whether a vehicle is in the portal; null where that is not known. */
  readonly occupied: boolean | null;
  /** What stands against the portal, whatever the state. */
  readonly faults: readonly FaultKind[];
  /** When the state became what it is, as far back as this program knows; of an alarm, when the oldest was raised. */
  readonly since: WallMs;
  /** When any of this last changed. */
  readonly updatedAt: WallMs;
  /** Counts the messages about the lane from 1, in one run of this program. */
  readonly sequence: number;
}

/** Both clocks at once: the wall for people, the monotonic for durations. */
export interface SignalMoment {
  readonly wall: WallMs;
  /** Milliseconds. */
  readonly monotonic: number;
}

/** What the core's latest checkpoint says of a lane. It is written together with every event of the lane's state. */
export interface LaneStanding {
  /** Grows with each checkpoint; an older one is a repeat. */
  readonly frameOffset: number;
  readonly occupied: boolean;
  readonly faults: readonly FaultKind[];
}

interface HeldAlarm {
  readonly alarmId: AlarmId;
  readonly kind: AlarmKind;
  readonly raisedAt: WallMs;
  readonly alarmVersion: number;
  readonly adjudicationVersion: number;
  readonly adjudication: Exclude<Adjudication["state"], "awaiting-approval">;
}

/** All that a lane's signal is made of. Plain data. */
export interface LaneSignalState {
  readonly laneId: LaneId;
  readonly standing: LaneStanding | null;
  /** Monotonic milliseconds of this program when the core last said anything of the lane; null before that. */
  readonly heardAtMs: number | null;
  /** The alarms that stand: all of them, however many. */
  readonly open: readonly HeldAlarm[];
  /** 64 alarms that no longer stand, so that an old record of one does not bring it back. The oldest is let go. */
  readonly done: readonly HeldAlarm[];
  readonly said: LaneSignal | null;
}

export const doneMax = 64;

export type SignalInput = { readonly moment: SignalMoment } & (
  | { readonly kind: "standing"; readonly standing: LaneStanding; readonly ageInMs: number }
  | { readonly kind: "case"; readonly case: AlarmCase }
  /** Time has passed. */
  | { readonly kind: "time" }
);

export const silentLane = (laneId: LaneId): LaneSignalState => ({
  laneId,
  standing: null,
  heardAtMs: null,
  open: [],
  done: [],
  said: null,
});

type Rules = Pick<SignalSettings, "alarmUntil" | "faultsFrom" | "unknownAfterInMs">;

/**
 * A lane's signal as a fold over what the core writes. Repeats and older records change nothing; the order of topics
 * against each other does not matter. Says the signal where anything of it changed, and nothing else.
 */
export const signalStep =
  (rules: Rules) =>
  (state: LaneSignalState, input: SignalInput): readonly [LaneSignalState, readonly LaneSignal[]] => {
    const next = taken(rules, state, input);
    const signal = signalOf(rules, next, input.moment);
    if (state.said !== null && isSame(state.said, signal)) return [next, []];
    return [{ ...next, said: signal }, [signal]];
  };

const taken = (rules: Rules, state: LaneSignalState, input: SignalInput): LaneSignalState => {
  switch (input.kind) {
    case "standing": {
      const { standing, moment, ageInMs } = input;
      if (state.standing !== null && standing.frameOffset < state.standing.frameOffset) return state;
      return { ...state, standing, heardAtMs: moment.monotonic - ageInMs };
    }
    case "case":
      return withCase(rules, state, input.case);
    case "time":
      return state;
  }
};

/** What waits for a second person has not happened yet: neither a disposition nor a reopening. */
const standingState = ({ state, disposal }: Adjudication): HeldAlarm["adjudication"] => {
  if (state !== "awaiting-approval") return state;
  return disposal === null ? "acknowledged" : "dispositioned";
};

const stands = ({ alarmUntil }: Rules, { adjudication }: HeldAlarm): boolean =>
  adjudication === "unacknowledged" || (adjudication === "acknowledged" && alarmUntil === "dispositioned");

const withCase = (
  rules: Rules,
  state: LaneSignalState,
  { alarm, adjudication }: AlarmCase,
): LaneSignalState => {
  const { alarmId, kind, raisedAt } = alarm;
  const isOther = (each: HeldAlarm): boolean => each.alarmId !== alarmId;
  const held = [...state.open, ...state.done].find((each) => !isOther(each));
  const isNewAlarm = held === undefined || alarm.version > held.alarmVersion;
  const isNewAdjudication = held === undefined || adjudication.version > held.adjudicationVersion;
  if (!isNewAlarm && !isNewAdjudication) return state;
  const merged: HeldAlarm = {
    alarmId,
    kind: isNewAlarm ? kind : held.kind,
    raisedAt,
    alarmVersion: isNewAlarm ? alarm.version : held.alarmVersion,
    adjudicationVersion: isNewAdjudication ? adjudication.version : held.adjudicationVersion,
    adjudication: isNewAdjudication ? standingState(adjudication) : held.adjudication,
  };
  const open = state.open.filter(isOther);
  const done = state.done.filter(isOther);
  if (stands(rules, merged)) return { ...state, open: [...open, merged], done };
  return { ...state, open, done: [...done, merged].slice(-doneMax) };
};

const severities = { high: ["high"], medium: ["high", "medium"] } as const;

/** Alarm before fault before unknown before clear: no doubt about a portal takes an alarm back. */
const stateOf = (rules: Rules, state: LaneSignalState, monotonic: number): SignalState => {
  if (state.open.length > 0) return "alarm";
  if (state.standing === null || state.heardAtMs === null) return "unknown";
  const counting: readonly string[] = severities[rules.faultsFrom];
  if (state.standing.faults.some((fault) => counting.includes(faults[fault].severity))) return "fault";
  return monotonic - state.heardAtMs > rules.unknownAfterInMs ? "unknown" : "clear";
};

const kindsOf = (open: readonly HeldAlarm[]): readonly AlarmKind[] =>
  [...new Set(open.map(({ kind }) => kind))].sort(
    (a, b) => alarmKinds[a].severity - alarmKinds[b].severity || (a < b ? -1 : 1),
  );

const signalOf = (rules: Rules, state: LaneSignalState, moment: SignalMoment): LaneSignal => {
  const { laneId, said, open, standing, heardAtMs } = state;
  const now = stateOf(rules, state, moment.monotonic);
  const isStale = heardAtMs === null || moment.monotonic - heardAtMs > rules.unknownAfterInMs;
  const changedAt = said?.state === now ? said.since : moment.wall;
  return {
    v: 1,
    laneId,
    state: now,
    alarmKinds: kindsOf(open),
    alarms: open.length,
    acknowledged: open.length > 0 && open.every(({ adjudication }) => adjudication === "acknowledged"),
    occupied: standing === null || isStale ? null : standing.occupied,
    faults: [...(standing?.faults ?? [])].sort(),
    since: now === "alarm" ? oldest(open, changedAt) : changedAt,
    updatedAt: moment.wall,
    sequence: (said?.sequence ?? 0) + 1,
  };
};

const oldest = (open: readonly HeldAlarm[], otherwise: WallMs): WallMs =>
  open.reduce((first, { raisedAt }) => (raisedAt < first ? raisedAt : first), open[0]?.raisedAt ?? otherwise);

/** The same but for its time and number. */
const isSame = (a: LaneSignal, b: LaneSignal): boolean =>
  JSON.stringify({ ...a, updatedAt: 0, sequence: 0 }) === JSON.stringify({ ...b, updatedAt: 0, sequence: 0 });
