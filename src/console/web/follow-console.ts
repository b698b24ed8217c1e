import { effect } from "@preact/signals";
import type { AlarmId, LaneId } from "../../domain/ids.ts";
import { applyCase, applyMessage, watchAlarm, watchLane } from "./board-state.ts";
import type { AlarmArrived } from "./board-state.ts";
import { senderFor } from "./api.ts";
import { fetchCase } from "./commands.ts";
import { shownMax } from "./connection.ts";
import { keepDrafts } from "./draft-keeping.ts";
import { sessionOver } from "./session.ts";
import { type Connection, connect } from "./socket.ts";
import { followOutput, notifyOf, tellSound, unlockSound } from "./sound/sound-acts.ts";
import type { Store } from "./store.ts";

/** A loss shows at most this much after 2.5 s of silence. */
const nowTickInMs = 100;

const announceArrivals = (store: Store, arrivals: readonly AlarmArrived[]): void => {
  const [first] = arrivals;
  if (first === undefined) return;
  const { alarms, lanes } = store.board.value;
  const { shell, domain } = store.texts.value;
  const known = [...store.arrived.value].filter((id) => alarms.has(id));
  store.arrived.value = new Set([...known, ...arrivals.map(({ row }) => row.alarmId)]);
  const lane = lanes.get(first.row.laneId)?.name ?? first.row.laneId;
  store.announcement.value =
    arrivals.length === 1
      ? shell.announce.arrived({ kind: domain.alarmKinds[first.row.kind], lane })
      : shell.announce.arrivedMany(arrivals.length);
  notifyOf(store, first.row);
};

/** Two frames after a change its rows are on the screen: then the server is told, for the latency of the alarm. */
const tellShown = (connection: Connection, alarmIds: readonly AlarmId[]): void => {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      for (let at = 0; at < alarmIds.length; at += shownMax)
        connection.shown(alarmIds.slice(at, at + shownMax));
    }),
  );
};

const followSelection = (store: Store, connection: Connection): void => {
  let watchedLane: LaneId | null = null;
  effect(() => {
    const alarmId = store.selected.value;
    store.board.value = watchAlarm(store.board.peek(), alarmId);
    connection.watch(alarmId);
  });
  effect(() => {
    const laneId = store.openLane.value;
    if (laneId === watchedLane) return;
    watchedLane = laneId;
    store.board.value = watchLane(store.board.peek(), laneId);
    connection.watchLane(laneId);
  });
};

/** An alarm that the board does not hold may be in the history; commands on it are taken all the same. */
const fetchPast = async (store: Store, alarmId: AlarmId): Promise<void> => {
  const past = await fetchCase(alarmId, senderFor(store));
  if (past !== null) store.board.value = applyCase(store.board.value, past);
};

const followSession = (store: Store, connection: Connection): void => {
  effect(() => {
    switch (store.session.value.kind) {
      case "unknown":
      case "signed-in":
        connection.start();
        break;
      case "signed-out":
        connection.bar();
        break;
    }
  });
  effect(() => {
    const drafts = store.drafts.value;
    const officer = store.officer.peek();
    if (officer !== null) keepDrafts(officer.name, drafts);
  });
};

const followLoss = (store: Store): void => {
  let wasLost = false;
  effect(() => {
    const lost = store.freshness.value.kind === "lost";
    const { announce } = store.texts.peek().shell;
    if (lost !== wasLost) store.announcement.value = lost ? announce.lost : announce.restored;
    wasLost = lost;
  });
};

/** Everything that comes from the server, and the page's clock. */
export const followConsole = (store: Store): void => {
  const connection = connect(new URL("./ws", location.href).href.replace(/^http/, "ws"), {
    changed: (state) => {
      store.connection.value = state;
      if (state.trouble === "not-signed-in") store.session.value = sessionOver(store.session.peek());
    },
    received: (message, atInMs) => {
      const isFirst = store.board.value.site === null;
      const [board, arrivals] = applyMessage(store.board.value, message, atInMs);
      store.board.value = board;
      if (message.kind === "alarm-unknown") void fetchPast(store, message.alarmId);
      store.nowInMs.value = performance.now();
      tellShown(
        connection,
        arrivals.map(({ row }) => row.alarmId),
      );
      // What was there when the page opened is not news.
      if (!isFirst) announceArrivals(store, arrivals);
      const waiting = store.queue.value.unacknowledged;
      if (waiting === store.sound.peek().waiting && arrivals.length === 0) return;
      tellSound(store, {
        kind: "queue",
        waiting,
        arrived: isFirst ? [] : arrivals.map(({ row }) => row.kind),
      });
    },
  });
  followSelection(store, connection);
  followSession(store, connection);
  followLoss(store);
  setInterval(() => {
    store.nowInMs.value = performance.now();
    followOutput(store);
    tellSound(store, { kind: "tick" });
  }, nowTickInMs);
  // Any touch of the page is leave enough for the browser; the banner is for whoever has not touched it yet.
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => void unlockSound(store));
};
