import type { AlarmBoard, BoardChange } from "../core/alarm-board.ts";
import { caseOf, casesInQueueOrder, drawnCaseOf } from "../core/alarm-board.ts";
import type { AlarmCase, Shelf } from "../domain/adjudication.ts";
import type { AlarmId, LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import type { AlarmRow, LaneData, LaneView } from "../wire/console.ts";
import type { Deliveries, LaneBreach } from "./delivery.ts";
import type { Feed } from "./feed.ts";
import { encodeMessage } from "./feed.ts";
import { alarmRowOf, laneViewOf } from "./rows.ts";
import type { ConsoleSession, ConsoleSocket, SessionView } from "./session.ts";
import { closeCodes, openSession } from "./session.ts";

export interface ConsoleSite {
  readonly name: string;
  readonly timeZone: string;
}

/** 256 browsers of one site. One more is told to try again (1013). */
export const sessionsMax = 256;

export interface AudienceOptions {
  readonly board: AlarmBoard;
  readonly feed: Feed;
  readonly site: ConsoleSite;
  readonly laneNames: ReadonlyMap<LaneId, string>;
  readonly now: () => WallMs;
  readonly dataOf: (laneId: LaneId) => LaneData;
  readonly shelvedOf: (laneId: LaneId) => readonly Shelf[];
  /** Where an alarm of the lane was late on its way, lately. */
  readonly slowOf: (laneId: LaneId) => LaneBreach | null;
  readonly deliveries: Pick<Deliveries, "sent" | "shown" | "stampsOf">;
}

/**
 * Everyone who is looking. Changes are gathered as the board steps and go out with `flush`: as one numbered message to
 * all, and as a new drawing to those who watch an alarm that grew.
 */
export interface Audience {
  /** True where officers must not wait for it: a change of an alarm. */
  readonly note: (change: BoardChange) => boolean;
  /** Whether these lanes are of now has changed. */
  readonly noteData: (lanes: readonly LaneId[]) => void;
  readonly flush: () => void;
  /** The alarms that have changed, and their lanes; other lanes wait for `flush`, so that no alarm waits for their text. */
  readonly flushAlarms: () => void;
  readonly pulse: () => void;
  readonly join: (socket: ConsoleSocket) => { readonly session: ConsoleSession; readonly leave: () => void };
  readonly size: () => number;
  /** Ends every session; who joins later is turned away with the same words. */
  readonly dismiss: (code: number, reason: string) => void;
}

/** What browsers have to be told of. */
interface Changed {
  readonly lanes: ReadonlySet<LaneId>;
  readonly alarms: ReadonlySet<AlarmId>;
  readonly dropped: ReadonlySet<AlarmId>;
}

export const openAudience = (options: AudienceOptions): Audience => {
  const { board, feed, site, laneNames, now, dataOf, shelvedOf, slowOf, deliveries } = options;
  const sessions = new Set<ConsoleSession>();
  const pending = { lanes: new Set<LaneId>(), alarms: new Set<AlarmId>(), dropped: new Set<AlarmId>() };
  let dismissed: { readonly code: number; readonly reason: string } | null = null;

  const laneViews = (ids: Iterable<LaneId>): readonly LaneView[] =>
    [...ids].flatMap((id) => {
      const lane = board.lanes.get(id);
      if (lane === undefined) return [];
      const name = laneNames.get(id) ?? id;
      const told = { name, data: dataOf(id), shelved: shelvedOf(id), slow: slowOf(id) };
      return [laneViewOf(lane, told)];
    });
  const rowOf = (held: AlarmCase): AlarmRow =>
    alarmRowOf(held, {
      cameAt: board.cameAt.get(held.alarm.alarmId) ?? null,
      occupancyId: board.lanes.get(held.alarm.laneId)?.records.occupancyId ?? null,
    });
  const casesOf = (ids: Iterable<AlarmId>): readonly AlarmCase[] =>
    [...ids].flatMap((id) => caseOf(board, id) ?? []);
  const alarmRows = (ids: Iterable<AlarmId>): readonly AlarmRow[] => casesOf(ids).map(rowOf);

  const view: SessionView = {
    feed,
    pulse: () =>
      encodeMessage({
        kind: "pulse",
        stream: feed.stream,
        sequence: feed.sequence(),
        serverTime: now(),
      }),
    snapshot: () =>
      encodeMessage({
        kind: "snapshot",
        stream: feed.stream,
        sequence: feed.sequence(),
        serverTime: now(),
        site,
        lanes: laneViews(board.lanes.keys()),
        alarms: casesInQueueOrder(board).map(rowOf),
      }),
    alarm: (id) => {
      const drawn = drawnCaseOf(board, id);
      return encodeMessage(
        drawn === undefined
          ? { kind: "alarm-unknown", alarmId: id }
          : { kind: "alarm", case: drawn, stamps: deliveries.stampsOf(drawn) },
      );
    },
    shown: (ids) => {
      for (const id of deliveries.shown(ids, now())) pending.lanes.add(id);
    },
    lane: (id) =>
      encodeMessage({
        kind: "lane",
        laneId: id,
        withheld: board.lanes.get(id)?.records.withheld.latest ?? [],
      }),
  };

  const hasGrown = (changed: Changed, id: AlarmId): boolean => {
    if (changed.alarms.has(id)) return true;
    const alarm = caseOf(board, id)?.alarm;
    return alarm?.state === "active" && changed.lanes.has(alarm.laneId);
  };

  const redraw = (changed: Changed): void => {
    const drawings = new Map<AlarmId, string>();
    for (const session of sessions) {
      const id = session.watched();
      if (id === null || !hasGrown(changed, id)) continue;
      const drawing = drawings.get(id) ?? view.alarm(id);
      drawings.set(id, drawing);
      session.redraw(drawing);
    }
  };

  /** Withheld alarms as they were last sent to those who watch the lane. */
  const listed = new WeakMap<ConsoleSession, unknown>();
  const listWithheld = (changed: Changed): void => {
    for (const session of sessions) {
      const id = session.watchedLane();
      if (id === null || !changed.lanes.has(id)) continue;
      const latest = board.lanes.get(id)?.records.withheld.latest;
      if (listed.get(session) === latest) continue;
      listed.set(session, latest);
      session.redraw(view.lane(id));
    }
  };

  /** Sends a part of what is pending, which is all or less. */
  const send = (changed: Changed): void => {
    const { lanes, alarms, dropped } = changed;
    if (lanes.size + alarms.size + dropped.size === 0) return;
    const text = feed.publish({
      lanes: laneViews(lanes),
      alarms: alarmRows(alarms),
      dropped: [...dropped].filter((id) => caseOf(board, id) === undefined),
    });
    for (const session of sessions) session.changed(text);
    if (sessions.size > 0) deliveries.sent(casesOf(alarms), now());
    redraw(changed);
    listWithheld(changed);
    for (const id of lanes) pending.lanes.delete(id);
    for (const id of alarms) pending.alarms.delete(id);
    for (const id of dropped) pending.dropped.delete(id);
  };

  return {
    note: ({ lanes, alarms, dropped }) => {
      for (const id of lanes) pending.lanes.add(id);
      for (const id of alarms) pending.alarms.add(id);
      for (const id of dropped) pending.dropped.add(id);
      return alarms.length > 0 || dropped.length > 0;
    },
    noteData: (lanes) => {
      for (const id of lanes) if (board.lanes.has(id)) pending.lanes.add(id);
    },
    flush: () => send(pending),
    flushAlarms: () => {
      const own = casesOf(pending.alarms).map(({ alarm }) => alarm.laneId);
      send({ ...pending, lanes: new Set(own.filter((id) => pending.lanes.has(id))) });
    },
    pulse: () => {
      const text = view.pulse();
      for (const session of sessions) session.pulse(text);
    },
    join: (socket) => {
      const session = openSession(socket, view);
      if (dismissed !== null) session.end(dismissed.code, dismissed.reason);
      else if (sessions.size >= sessionsMax) session.end(closeCodes.tryAgain, "too many consoles are open");
      else sessions.add(session);
      return { session, leave: () => sessions.delete(session) };
    },
    size: () => sessions.size,
    dismiss: (code, reason) => {
      dismissed = { code, reason };
      for (const session of sessions) session.end(code, reason);
      sessions.clear();
    },
  };
};
