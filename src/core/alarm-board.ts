import type { AlarmCase } from "../domain/adjudication.ts";
import type { Alarm } from "../domain/alarms.ts";
import type { LaneEvent } from "../domain/events.ts";
import type { AlarmId, LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import { untouched } from "./adjudication.ts";
import { byAge, compareInQueue, isClosed, newerCase } from "./alarm-queue.ts";
import type { QueueEntry } from "./alarm-queue.ts";
import type { LaneBoard } from "./lane-board.ts";
import { emptyLaneBoard, stepLaneBoard, withLateEvent } from "./lane-board.ts";
import type { LaneStanding } from "./lane-standing.ts";
import { withStanding } from "./lane-standing.ts";
import { drawnOn } from "./occupancy-course.ts";

export type BoardInput =
  | {
      readonly kind: "event";
      readonly record: {
        readonly event: LaneEvent;
        readonly eventId: string;
        readonly laneId: LaneId;
        readonly historical?: true;
        readonly capturedAt?: WallMs;
        readonly loggedAt?: WallMs;
        /** When the core said it. */
        readonly decidedAt?: WallMs;
      };
    }
  /** `toldAt`: when the core said it. */
  | { readonly kind: "case"; readonly case: AlarmCase; readonly toldAt?: WallMs }
  /** What stood on a lane before the events that were read; after the past was read. Of no use for an unknown lane. */
  | { readonly kind: "standing"; readonly standing: LaneStanding };

/** Which lanes and alarms an input changed, and which closed alarms it pushed out; or why it changed nothing. */
export interface BoardChange {
  readonly lanes: readonly LaneId[];
  readonly alarms: readonly AlarmId[];
  readonly dropped: readonly AlarmId[];
  readonly ignored: "repeat" | "historical" | "no-place" | "too-many-lanes" | "unknown-lane" | null;
}

interface Versions {
  readonly alarm: number;
  readonly adjudication: number;
}

/**
 * Everything a console shows, projected from events and cases. The values are plain readonly data and every step is
 * pure but for one thing: `stepBoard` writes into these maps, which belong to one board and are never handed out
 * for writing. Copying a thousand lanes for each of five intervals a second would cost more than the rest.
 */
export interface AlarmBoard {
  readonly lanes: ReadonlyMap<LaneId, LaneBoard>;
  /** Not dispositioned, or still active: all of them, however many. */
  readonly open: ReadonlyMap<AlarmId, AlarmCase>;
  /** Dispositioned and ended: the newest `closedMax` by the time they were raised. */
  readonly closed: ReadonlyMap<AlarmId, AlarmCase>;
  /** When an alarm came first, as far as that was read: for alarms that came late. Goes with the alarm. */
  readonly cameAt: ReadonlyMap<AlarmId, WallMs>;
}

interface WritableBoard {
  readonly lanes: Map<LaneId, LaneBoard>;
  readonly open: Map<AlarmId, AlarmCase>;
  readonly closed: Map<AlarmId, AlarmCase>;
  readonly cameAt: Map<AlarmId, WallMs>;
  readonly forgotten: Map<AlarmId, Versions>;
  readonly closedMax: number;
}

export interface BoardBounds {
  readonly closedMax: number;
}

/** 500 closed alarms with profiles ≈ 5 MB. The oldest is dropped and said to be dropped; the log keeps it. */
export const defaultBounds: BoardBounds = { closedMax: 500 };

/** Far beyond any site. Events of further lanes are ignored and said to be; their alarms are shown all the same. */
export const maxLanes = 4096;

/** 16 384 dropped alarms ≈ 3 MB of ids, so that a repeat of an old record raises no ghost. The oldest is let go. */
export const maxForgotten = 16_384;

const unchanged = (ignored: BoardChange["ignored"]): BoardChange => ({
  lanes: [],
  alarms: [],
  dropped: [],
  ignored,
});

/** A board that begins with these lanes; a lane or alarm of any other is added when it is first heard of. */
export const openAlarmBoard = (
  lanes: readonly LaneId[],
  bounds: BoardBounds = defaultBounds,
): AlarmBoardSteps => {
  const board: WritableBoard = {
    lanes: new Map(lanes.map((laneId) => [laneId, emptyLaneBoard(laneId)])),
    open: new Map(),
    closed: new Map(),
    cameAt: new Map(),
    forgotten: new Map(),
    closedMax: bounds.closedMax,
  };
  return { board, step: (input) => stepBoard(board, input) };
};

export interface AlarmBoardSteps {
  readonly board: AlarmBoard;
  /** Idempotent: repeated and older records change nothing. Any order of topics gives the same board. */
  readonly step: (input: BoardInput) => BoardChange;
}

const stepBoard = (board: WritableBoard, input: BoardInput): BoardChange => {
  switch (input.kind) {
    case "case":
      // Later words on a case are about the officers' work: they do not tell when its alarm came.
      return mergeCase(board, input.case, input.case.adjudication.version === 0 ? input.toldAt : undefined);
    case "standing":
      return stand(board, input.standing);
    case "event": {
      const { event, historical } = input.record;
      // The lanes stand as they are now: what is told late of them goes to the history, and its alarms to the queue.
      if (historical !== undefined && !isAlarmNews(event)) return countLate(board, input.record);
      switch (event.kind) {
        case "alarm-raised":
        case "alarm-updated":
        case "alarm-ended":
          return mergeAlarm(board, event, input.record);
        case "occupancy-started":
        case "occupancy-ended":
        case "fault-raised":
        case "fault-cleared":
        case "frames-lost":
        case "agent-started":
        case "link-changed":
        case "setup-reported":
        case "unknown-tag-seen":
        case "alarm-withheld":
        case "frames-recovered":
        case "frames-dropped":
        case "background-shifted":
        case "background-measured":
        case "interval-measured":
        case "neutron-measured":
        case "energy-measured":
        case "bytes-quarantined":
          return moveLane(board, input.record);
      }
    }
  }
};

const isAlarmNews = ({ kind }: LaneEvent): boolean =>
  kind === "alarm-raised" || kind === "alarm-updated" || kind === "alarm-ended";

const countLate = (
  { lanes }: WritableBoard,
  { laneId, event }: Extract<BoardInput, { kind: "event" }>["record"],
): BoardChange => {
  const held = lanes.get(laneId);
  const lane = held === undefined ? undefined : withLateEvent(held, event);
  if (lane === undefined || lane === held) return unchanged("historical");
  lanes.set(laneId, lane);
  return { lanes: [laneId], alarms: [], dropped: [], ignored: null };
};

const moveLane = (
  { lanes }: WritableBoard,
  { laneId, eventId, event }: Extract<BoardInput, { kind: "event" }>["record"],
): BoardChange => {
  const held = lanes.get(laneId);
  if (held === undefined && lanes.size >= maxLanes) return unchanged("too-many-lanes");
  const step = stepLaneBoard(held ?? emptyLaneBoard(laneId), eventId, event);
  if (step.kind !== "changed") return unchanged(step.kind);
  lanes.set(laneId, step.lane);
  return { lanes: [laneId], alarms: [], dropped: [], ignored: null };
};

const stand = ({ lanes }: WritableBoard, standing: LaneStanding): BoardChange => {
  const held = lanes.get(standing.laneId);
  if (held === undefined) return unchanged("unknown-lane");
  const lane = withStanding(held, standing);
  if (lane === held) return unchanged("repeat");
  lanes.set(standing.laneId, lane);
  return { lanes: [standing.laneId], alarms: [], dropped: [], ignored: null };
};

/** An event knows the alarm alone; its adjudication is kept, and one that was dropped as closed stays dropped. */
const mergeAlarm = (
  board: WritableBoard,
  { kind, alarm }: { readonly kind: LaneEvent["kind"]; readonly alarm: Alarm },
  { capturedAt, loggedAt, decidedAt }: Extract<BoardInput, { kind: "event" }>["record"],
): BoardChange => {
  if (board.forgotten.has(alarm.alarmId)) return unchanged("repeat");
  const told = { alarm, adjudication: untouched };
  const isStamped = kind === "alarm-raised" && capturedAt !== undefined && decidedAt !== undefined;
  return mergeCase(
    board,
    isStamped ? { ...told, latency: { capturedAt, loggedAt: loggedAt ?? null, decidedAt } } : told,
    decidedAt,
  );
};

const mergeCase = (board: WritableBoard, told: AlarmCase, toldAt: WallMs | undefined): BoardChange => {
  const { alarmId } = told.alarm;
  const known = board.forgotten.get(alarmId);
  if (
    known !== undefined &&
    told.alarm.version <= known.alarm &&
    told.adjudication.version <= known.adjudication
  ) {
    return unchanged("repeat");
  }
  const held = board.open.get(alarmId) ?? board.closed.get(alarmId);
  const cameAt = board.cameAt.get(alarmId);
  const isEarlier = toldAt !== undefined && (cameAt === undefined || toldAt < cameAt);
  if (isEarlier) board.cameAt.set(alarmId, toldAt);
  const merged = held === undefined ? told : newerCase(held, told);
  if (merged.alarm === held?.alarm && merged.adjudication === held.adjudication) {
    // At most its stamps are new, which no row shows.
    (isClosed(merged) ? board.closed : board.open).set(alarmId, merged);
    return isEarlier && merged.alarm.historical === true
      ? { lanes: [], alarms: [alarmId], dropped: [], ignored: null }
      : unchanged("repeat");
  }
  board.forgotten.delete(alarmId);
  board.open.delete(alarmId);
  board.closed.delete(alarmId);
  (isClosed(merged) ? board.closed : board.open).set(alarmId, merged);
  const dropped = dropOldestClosed(board);
  return { lanes: [], alarms: dropped.includes(alarmId) ? [] : [alarmId], dropped, ignored: null };
};

const dropOldestClosed = ({ closed, cameAt, closedMax, forgotten }: WritableBoard): readonly AlarmId[] => {
  const dropped: AlarmId[] = [];
  while (closed.size > closedMax) {
    let oldest: AlarmCase | undefined;
    for (const candidate of closed.values()) {
      if (oldest === undefined || byAge(candidate.alarm, oldest.alarm) < 0) oldest = candidate;
    }
    if (oldest === undefined) break;
    const { alarm, adjudication } = oldest;
    closed.delete(alarm.alarmId);
    cameAt.delete(alarm.alarmId);
    forgotten.set(alarm.alarmId, { alarm: alarm.version, adjudication: adjudication.version });
    dropped.push(alarm.alarmId);
    const [first] = forgotten.keys();
    if (forgotten.size > maxForgotten && first !== undefined) forgotten.delete(first);
  }
  return dropped;
};

const entryOf = ({ alarm, adjudication }: AlarmCase): QueueEntry => ({
  alarmId: alarm.alarmId,
  kind: alarm.kind,
  raisedAt: alarm.raisedAt,
  state: adjudication.state,
});

/** The case as the board holds it, or undefined for an alarm it does not know or no longer keeps. */
export const caseOf = (board: AlarmBoard, alarmId: AlarmId): AlarmCase | undefined =>
  board.open.get(alarmId) ?? board.closed.get(alarmId);

/** The case with the course of its occupancy up to the latest interval. */
export const drawnCaseOf = (board: AlarmBoard, alarmId: AlarmId): AlarmCase | undefined => {
  const held = caseOf(board, alarmId);
  if (held === undefined) return undefined;
  return drawnOn(held, board.lanes.get(held.alarm.laneId)?.measurements.course ?? null);
};

/** All cases kept, in queue order. */
export const casesInQueueOrder = (board: AlarmBoard): readonly AlarmCase[] =>
  [...board.open.values(), ...board.closed.values()].sort((a, b) => compareInQueue(entryOf(a), entryOf(b)));
