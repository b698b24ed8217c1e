import "./no-eval.ts";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { alarmId } from "../../domain/ids.ts";
import type { AlarmId, LaneId } from "../../domain/ids.ts";
import { App } from "./app.tsx";
import { applyMessage, watchAlarm, watchLane } from "./board-state.ts";
import type { AlarmArrived } from "./board-state.ts";
import { messages } from "./messages.ts";
import { rememberOfficer, rememberedOfficer } from "./officer-name.ts";
import { connect } from "./socket.ts";
import { createStore, StoreContext } from "./store.ts";
import type { Store } from "./store.ts";

/** A loss shows at most this much after 2.5 s of silence. */
const nowTickInMs = 100;

const selectedInHash = (): AlarmId | null => {
  const value = new URLSearchParams(location.hash.slice(1)).get("alarm");
  return value === null || value === "" ? null : alarmId(value);
};

const announceArrivals = (store: Store, arrivals: readonly AlarmArrived[]): void => {
  const [first] = arrivals;
  if (first === undefined) return;
  const { alarms, lanes } = store.board.value;
  const known = [...store.arrived.value].filter((id) => alarms.has(id));
  store.arrived.value = new Set([...known, ...arrivals.map(({ row }) => row.alarmId)]);
  store.announcement.value =
    arrivals.length === 1
      ? messages.announce.arrived(first.row.kind, lanes.get(first.row.laneId)?.name ?? first.row.laneId)
      : messages.announce.arrivedMany(arrivals.length);
};

const start = (root: HTMLElement): void => {
  const store = createStore();
  store.nowInMs.value = performance.now();
  store.officer.value = rememberedOfficer();

  const connection = connect(new URL("./ws", location.href).href.replace(/^http/, "ws"), {
    changed: (state) => (store.connection.value = state),
    received: (message, atInMs) => {
      const first = store.board.value.site === null;
      const [board, arrivals] = applyMessage(store.board.value, message, atInMs);
      store.board.value = board;
      store.nowInMs.value = performance.now();
      // What was there when the page opened is not news.
      if (!first) announceArrivals(store, arrivals);
    },
  });

  const followHash = (): void => {
    const selected = selectedInHash();
    if (selected === store.selected.value) return;
    store.selected.value = selected;
    store.board.value = watchAlarm(store.board.value, selected);
    connection.watch(selected);
  };
  addEventListener("hashchange", followHash);
  addEventListener("popstate", followHash);
  followHash();

  setInterval(() => (store.nowInMs.value = performance.now()), nowTickInMs);

  let watchedLane: LaneId | null = null;
  effect(() => {
    const laneId = store.openLane.value;
    if (laneId === watchedLane) return;
    watchedLane = laneId;
    store.board.value = watchLane(store.board.peek(), laneId);
    connection.watchLane(laneId);
  });
  effect(() => rememberOfficer(store.officer.value));
  effect(() => {
    const { kind } = store.freshness.value;
    const lost = kind === "lost" || kind === "unreachable";
    document.documentElement.dataset["lost"] = String(lost);
    document.title = lost
      ? messages.titleLost
      : messages.title(store.board.value.site?.name ?? null, store.queue.value.unacknowledged.length);
  });
  let wasLost = false;
  effect(() => {
    const lost = store.freshness.value.kind === "lost";
    if (lost !== wasLost)
      store.announcement.value = lost ? messages.announce.lost : messages.announce.restored;
    wasLost = lost;
  });

  render(
    <StoreContext.Provider value={store}>
      <App />
    </StoreContext.Provider>,
    root,
  );
};

const root = document.getElementById("app");
if (root !== null) start(root);
