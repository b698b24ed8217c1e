import type { AlarmCase } from "../../domain/adjudication.ts";
import type { AlarmId, LaneId } from "../../domain/ids.ts";
import { wallMs } from "../../domain/units.ts";
import type { WallMs } from "../../domain/units.ts";
import type { AlarmRow, AlarmStamps, LaneView, ServerMessage, WithheldAlarm } from "../../wire/console.ts";

/** The alarm whose detail is open. */
export type Watched =
  | { readonly kind: "none" }
  | { readonly kind: "loading"; readonly alarmId: AlarmId }
  | { readonly kind: "unknown"; readonly alarmId: AlarmId }
  | {
      readonly kind: "shown";
      readonly alarmId: AlarmId;
      readonly case: AlarmCase;
      /** Its way to the officers, as the server last told it; null where it has not. */
      readonly stamps: AlarmStamps | null;
    };

/** Everything the server told that is on the page. */
export interface BoardState {
  readonly site: { readonly name: string; readonly timeZone: string } | null;
  /** In the server's order. */
  readonly lanes: ReadonlyMap<LaneId, LaneView>;
  readonly alarms: ReadonlyMap<AlarmId, AlarmRow>;
  /** The server's clock, and the page's monotonic clock when it said so. */
  readonly clock: { readonly serverTime: WallMs; readonly atInMs: number } | null;
  readonly watched: Watched;
  /** The lane whose withheld alarms are listed, as far as they are known. */
  readonly withheld: { readonly laneId: LaneId; readonly alarms: readonly WithheldAlarm[] | null } | null;
}

/** What an officer's attention is drawn to. */
export interface AlarmArrived {
  readonly kind: "alarm-arrived";
  readonly row: AlarmRow;
}

export const emptyBoard: BoardState = {
  site: null,
  lanes: new Map(),
  alarms: new Map(),
  clock: null,
  watched: { kind: "none" },
  withheld: null,
};

/** Dispositioned alarms kept on the page; the least recently touched is dropped beyond. Open alarms are never dropped. */
export const dispositionedMax = 200;

const touchedAt = (row: AlarmRow): number => row.actedAt ?? row.raisedAt;

const withinBound = (alarms: ReadonlyMap<AlarmId, AlarmRow>): ReadonlyMap<AlarmId, AlarmRow> => {
  const settled = [...alarms.values()].filter((row) => row.state === "dispositioned");
  if (settled.length <= dispositionedMax) return alarms;
  settled.sort((a, b) => touchedAt(b) - touchedAt(a));
  const dropped = new Set(settled.slice(dispositionedMax).map((row) => row.alarmId));
  return new Map([...alarms].filter(([alarmId]) => !dropped.has(alarmId)));
};

const arrivalsAmong = (
  rows: readonly AlarmRow[],
  known: ReadonlyMap<AlarmId, AlarmRow>,
): readonly AlarmArrived[] =>
  rows
    .filter((row) => row.state === "unacknowledged" && !known.has(row.alarmId))
    .map((row) => ({ kind: "alarm-arrived", row }));

const merged = <K, V>(
  held: ReadonlyMap<K, V>,
  rows: readonly V[],
  keyOf: (row: V) => K,
): ReadonlyMap<K, V> => {
  if (rows.length === 0) return held;
  const next = new Map(held);
  for (const row of rows) next.set(keyOf(row), row);
  return next;
};

const without = <K, V>(held: ReadonlyMap<K, V>, keys: readonly K[]): ReadonlyMap<K, V> => {
  if (keys.length === 0) return held;
  const next = new Map(held);
  for (const key of keys) next.delete(key);
  return next;
};

const laneKey = (lane: LaneView): LaneId => lane.laneId;
const alarmKey = (row: AlarmRow): AlarmId => row.alarmId;

/**
 * The newer of two views of one alarm, part by part: answers to requests and pushed messages may overtake each other.
 * An alarm of the same version whose profile is longer is newer, for a profile grows between versions.
 */
const newerCase = (held: AlarmCase, came: AlarmCase): AlarmCase => {
  const older =
    came.alarm.version < held.alarm.version ||
    (came.alarm.version === held.alarm.version &&
      came.alarm.profile.gamma.length < held.alarm.profile.gamma.length);
  return {
    alarm: older ? held.alarm : came.alarm,
    adjudication:
      came.adjudication.version < held.adjudication.version ? held.adjudication : came.adjudication,
    ...(came.latency === undefined ? {} : { latency: came.latency }),
  };
};

/** Shows a case if it is of the alarm being watched. Answers to requests bring no stamps: those that came before stay. */
export const applyCase = (
  state: BoardState,
  came: AlarmCase,
  stamps: AlarmStamps | null = null,
): BoardState => {
  const { watched } = state;
  const { alarmId } = came.alarm;
  if (watched.kind === "none" || watched.alarmId !== alarmId) return state;
  const shown = watched.kind === "shown" ? newerCase(watched.case, came) : came;
  const held = watched.kind === "shown" ? watched.stamps : null;
  return { ...state, watched: { kind: "shown", alarmId, case: shown, stamps: stamps ?? held } };
};

export const watchAlarm = (state: BoardState, alarmId: AlarmId | null): BoardState => {
  if (alarmId === null) return { ...state, watched: { kind: "none" } };
  if (state.watched.kind !== "none" && state.watched.alarmId === alarmId) return state;
  return { ...state, watched: { kind: "loading", alarmId } };
};

export const watchLane = (state: BoardState, laneId: LaneId | null): BoardState => ({
  ...state,
  withheld: laneId === null ? null : { laneId, alarms: null },
});

/**
 * Applies one message of the server; applying it twice changes nothing. The sequence is the connection's concern.
 * `atInMs` is the page's monotonic clock.
 */
export const applyMessage = (
  state: BoardState,
  message: ServerMessage,
  atInMs: number,
): readonly [BoardState, readonly AlarmArrived[]] => {
  switch (message.kind) {
    case "snapshot": {
      const board: BoardState = {
        site: message.site,
        lanes: merged(emptyBoard.lanes, message.lanes, laneKey),
        alarms: withinBound(merged(emptyBoard.alarms, message.alarms, alarmKey)),
        clock: { serverTime: message.serverTime, atInMs },
        watched: state.watched,
        withheld: state.withheld,
      };
      return [board, arrivalsAmong(message.alarms, state.alarms)];
    }
    case "changes": {
      const alarms = without(merged(state.alarms, message.alarms, alarmKey), message.dropped ?? []);
      const board: BoardState = {
        ...state,
        lanes: merged(state.lanes, message.lanes, laneKey),
        // Most messages bring no alarm: then nothing that is drawn from them changes.
        alarms: alarms === state.alarms ? alarms : withinBound(alarms),
      };
      return [board, arrivalsAmong(message.alarms, state.alarms)];
    }
    case "pulse":
      return [{ ...state, clock: { serverTime: message.serverTime, atInMs } }, []];
    case "alarm":
      return [applyCase(state, message.case, message.stamps), []];
    case "lane":
      return state.withheld?.laneId === message.laneId
        ? [{ ...state, withheld: { laneId: message.laneId, alarms: message.withheld } }, []]
        : [state, []];
    case "alarm-unknown": {
      const awaited = state.watched.kind !== "none" && state.watched.alarmId === message.alarmId;
      return [awaited ? { ...state, watched: { kind: "unknown", alarmId: message.alarmId } } : state, []];
    }
  }
};

/** The server's time now, by its last word and the page's clock since; null before its first word. */
export const serverTimeAt = (state: BoardState, nowInMs: number): WallMs | null =>
  state.clock === null ? null : wallMs(state.clock.serverTime + (nowInMs - state.clock.atInMs));
