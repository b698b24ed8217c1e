import { computed, signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AlarmId, LaneId } from "../../domain/ids.ts";
import { wallMs } from "../../domain/units.ts";
import type { WallMs } from "../../domain/units.ts";
import { emptyBoard, queueOf, serverTimeAt } from "./board-state.ts";
import type { BoardState, Queue } from "./board-state.ts";
import type { CommandProgress } from "./commands.ts";
import { disconnected, freshnessOf } from "./connection.ts";
import type { ConnectionState, Freshness } from "./connection.ts";
import type { Drafts } from "./draft.ts";
import { siteTime } from "./format.ts";
import type { SiteTime } from "./format.ts";

export const commandsMax = 100;

/** All state of the page. Components read signals; what changes them is in main.tsx and the form's acts. */
export interface Store {
  readonly board: Signal<BoardState>;
  readonly connection: Signal<ConnectionState>;
  /** The page's monotonic clock, in milliseconds, ten times a second. */
  readonly nowInMs: Signal<number>;
  readonly selected: Signal<AlarmId | null>;
  /** The lane whose withheld alarms are open. */
  readonly openLane: Signal<LaneId | null>;
  readonly officer: Signal<string>;
  readonly drafts: Signal<Drafts>;
  /** Each alarm's latest command; at most `commandsMax`, the oldest forgotten. */
  readonly commands: Signal<ReadonlyMap<AlarmId, CommandProgress>>;
  /** Said once to those who listen to the page. */
  readonly announcement: Signal<string>;
  /** Alarms that arrived while the page was open: their rows draw attention. Bounded by the alarms on the board. */
  readonly arrived: Signal<ReadonlySet<AlarmId>>;

  readonly freshness: ReadonlySignal<Freshness>;
  /** Whether the picture is current: the only ground for saying that all is quiet. */
  readonly current: ReadonlySignal<boolean>;
  /** To the second, so that what depends on it is drawn once a second; 0 before the server's first word. */
  readonly serverNow: ReadonlySignal<WallMs>;
  readonly queue: ReadonlySignal<Queue>;
  readonly siteTime: ReadonlySignal<SiteTime>;
}

export const createStore = (): Store => {
  const board = signal(emptyBoard);
  const connection = signal(disconnected);
  const nowInMs = signal(0);
  const freshness = computed(() => freshnessOf(connection.value, nowInMs.value));
  const alarms = computed(() => board.value.alarms);
  const timeZone = computed(() => board.value.site?.timeZone ?? "UTC");
  return {
    board,
    connection,
    nowInMs,
    selected: signal(null),
    openLane: signal(null),
    officer: signal(""),
    drafts: signal(new Map()),
    commands: signal(new Map()),
    announcement: signal(""),
    arrived: signal(new Set()),
    freshness,
    current: computed(() => freshness.value.kind === "current"),
    serverNow: computed(() =>
      wallMs(Math.floor((serverTimeAt(board.value, nowInMs.value) ?? 0) / 1000) * 1000),
    ),
    queue: computed(() => queueOf(alarms.value)),
    siteTime: computed(() => siteTime(timeZone.value)),
  };
};

export const StoreContext = createContext<Store | null>(null);

export const useStore = (): Store => {
  const store = useContext(StoreContext);
  if (store === null) throw new Error("A component was drawn outside the store's context.");
  return store;
};
