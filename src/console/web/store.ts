import { computed, signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AlarmId, LaneId } from "../../domain/ids.ts";
import type { Officer } from "../../domain/officers.ts";
import { wallMs } from "../../domain/units.ts";
import type { WallMs } from "../../domain/units.ts";
import { emptyBoard, serverTimeAt } from "./board-state.ts";
import type { BoardState } from "./board-state.ts";
import type { CommandProgress } from "./commands.ts";
import { disconnected, freshnessOf } from "./connection.ts";
import type { ConnectionState, Freshness } from "./connection.ts";
import type { Drafts } from "./draft.ts";
import type { Theme } from "./preferences.ts";
import { noFilter, queueOf } from "./queue.ts";
import type { Queue, QueueFilter } from "./queue.ts";
import { parseRoute } from "./router.ts";
import type { Route } from "./router.ts";
import { officerOf } from "./session.ts";
import type { SessionState } from "./session.ts";
import { siteTime } from "./site-time.ts";
import type { SiteTime } from "./site-time.ts";
import type { SoundState } from "./sound/attention.ts";
import { silence } from "./sound/attention.ts";
import type { Texts } from "./texts/catalog.ts";
import { languages } from "./texts/languages.ts";
import { english } from "./texts/load.ts";

export const commandsMax = 100;

/** All state of the page. Components read signals; what changes them is in main.tsx and in the acts. */
export interface Store {
  readonly board: Signal<BoardState>;
  readonly connection: Signal<ConnectionState>;
  /** The page's monotonic clock, in milliseconds, ten times a second. */
  readonly nowInMs: Signal<number>;
  readonly route: Signal<Route>;
  readonly session: Signal<SessionState>;
  readonly texts: Signal<Texts>;
  readonly theme: Signal<Theme>;
  /** The lane whose withheld alarms are open. */
  readonly openLane: Signal<LaneId | null>;
  readonly filter: Signal<QueueFilter>;
  readonly drafts: Signal<Drafts>;
  /** Each alarm's latest command; at most `commandsMax`, the oldest forgotten. */
  readonly commands: Signal<ReadonlyMap<AlarmId, CommandProgress>>;
  readonly sound: Signal<SoundState>;
  /** The officer wants notifications of the browser, and the browser allows them. */
  readonly notify: Signal<boolean>;
  /** Said once to those who listen to the page. */
  readonly announcement: Signal<string>;
  /** Shown for a few seconds; null for nothing. */
  readonly toast: Signal<string | null>;
  /** Alarms that arrived while the page was open: their rows draw attention. Bounded by the alarms on the board. */
  readonly arrived: Signal<ReadonlySet<AlarmId>>;

  readonly officer: ReadonlySignal<Officer | null>;
  /** The alarm that is open. */
  readonly selected: ReadonlySignal<AlarmId | null>;
  readonly freshness: ReadonlySignal<Freshness>;
  /** Whether the picture is current: the only ground for saying that all is quiet. */
  readonly current: ReadonlySignal<boolean>;
  /** To the second, so that what depends on it is drawn once a second; 0 before the server's first word. */
  readonly serverNow: ReadonlySignal<WallMs>;
  /** All alarms of the board, whatever the filter. */
  readonly queue: ReadonlySignal<Queue>;
  readonly siteTime: ReadonlySignal<SiteTime>;
}

export const createStore = (): Store => {
  const board = signal(emptyBoard);
  const connection = signal(disconnected);
  const nowInMs = signal(0);
  const route = signal<Route>(parseRoute(""));
  const session = signal<SessionState>({ kind: "unknown" });
  const texts = signal(english);
  const freshness = computed(() => freshnessOf(connection.value, nowInMs.value));
  const alarms = computed(() => board.value.alarms);
  const timeZone = computed(() => board.value.site?.timeZone ?? "UTC");
  return {
    board,
    connection,
    nowInMs,
    route,
    session,
    texts,
    theme: signal("system"),
    openLane: signal(null),
    filter: signal(noFilter),
    drafts: signal(new Map()),
    commands: signal(new Map()),
    sound: signal(silence),
    notify: signal(false),
    announcement: signal(""),
    toast: signal(null),
    arrived: signal(new Set()),
    officer: computed(() => officerOf(session.value)),
    selected: computed(() => (route.value.kind === "alarms" ? route.value.alarmId : null)),
    freshness,
    current: computed(() => freshness.value.kind === "current"),
    serverNow: computed(() =>
      wallMs(Math.floor((serverTimeAt(board.value, nowInMs.value) ?? 0) / 1000) * 1000),
    ),
    queue: computed(() => queueOf(alarms.value)),
    siteTime: computed(() => siteTime(timeZone.value, languages[texts.value.language].tag)),
  };
};

export const StoreContext = createContext<Store | null>(null);

export const useStore = (): Store => {
  const store = useContext(StoreContext);
  if (store === null) throw new Error("A component was drawn outside the store's context.");
  return store;
};

/** The texts and formats of the officer's language: `t.lanes.heading`, `t.lanes.noDataFor({ age: t.format.age(ms) })`. */
export const useTexts = (): Texts => useStore().texts.value;
