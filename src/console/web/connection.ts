import type { AlarmId, LaneId } from "../../domain/ids.ts";
import type { ClientMessage, ServerMessage } from "../../wire/console.ts";

/**
 * The life of the page's connection to the console server, free of sockets, timers and the DOM: a reducer that is told
 * what happened and answers with what to do. Times are milliseconds of a monotonic clock.
 *
 * idle → opening → syncing → live, and from each of the last three back through waiting, or to barred. The picture counts as current
 * only while messages keep coming; a socket that claims to be open proves nothing.
 */

/** The server says something every second; after this long without a word the picture is no longer current. */
export const silenceInMsMax = 2500;
/** Time to open a socket, and then to get the first picture through it; after that the attempt is given up. */
export const answerInMsMax = 5000;
/** Alarms a `shown` message can name. */
export const shownMax = 100;
export const backoffInMsMin = 250;
export const backoffInMsMax = 5000;

export type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "opening"; readonly deadlineInMs: number }
  /** The greeting is said; the first picture (or the word that ours is up to date) has not come. */
  | { readonly kind: "syncing"; readonly deadlineInMs: number }
  | { readonly kind: "live" }
  | { readonly kind: "waiting"; readonly retryAtInMs: number }
  /** Nobody is signed in: nothing is tried until somebody is. */
  | { readonly kind: "barred" };

/** The server's close code for a session that is over. */
export const notSignedInCode = 4401;

/** Why the last connection ended. */
export type Trouble = "closed" | "silent" | "no-answer" | "sequence-broken" | "unreadable" | "not-signed-in";

export interface ConnectionState {
  readonly phase: Phase;
  /** Number of the latest socket; what older sockets still say is ignored. */
  readonly socket: number;
  readonly startedAtInMs: number | null;
  /** What the board on the page corresponds to; null asks the server for everything. */
  readonly position: { readonly stream: string; readonly sequence: number } | null;
  /** When the server last confirmed that the board is what it has. */
  readonly confirmedAtInMs: number | null;
  /** Attempts since a connection last proved good; sets the backoff. */
  readonly attempts: number;
  readonly trouble: Trouble | null;
  readonly watched: AlarmId | null;
  readonly watchedLane: LaneId | null;
}

export type ConnectionInput =
  /** Somebody is signed in, or nobody knows yet. */
  | { readonly kind: "start" }
  /** Nobody is signed in any more. */
  | { readonly kind: "bar" }
  | { readonly kind: "tick" }
  /** The network came back, or the page became visible: a reason to try at once. */
  | { readonly kind: "wake" }
  | { readonly kind: "watch"; readonly alarmId: AlarmId | null }
  | { readonly kind: "watch-lane"; readonly laneId: LaneId | null }
  /** Rows of new alarms have been painted. Said once, and only while somebody listens. */
  | { readonly kind: "shown"; readonly alarmIds: readonly AlarmId[] }
  | { readonly kind: "opened"; readonly socket: number }
  | { readonly kind: "closed"; readonly socket: number; readonly code: number }
  | { readonly kind: "received"; readonly socket: number; readonly message: ServerMessage }
  | { readonly kind: "unreadable"; readonly socket: number };

export type ConnectionEffect =
  | { readonly kind: "open"; readonly socket: number }
  | { readonly kind: "close"; readonly socket: number }
  | { readonly kind: "send"; readonly socket: number; readonly message: ClientMessage }
  | { readonly kind: "apply"; readonly message: ServerMessage };

/** Time and chance come with each input; `chance` is uniform on [0, 1). */
export interface Moment {
  readonly atInMs: number;
  readonly chance: number;
}

type Stepped = readonly [ConnectionState, readonly ConnectionEffect[]];

export const disconnected: ConnectionState = {
  phase: { kind: "idle" },
  socket: 0,
  startedAtInMs: null,
  position: null,
  confirmedAtInMs: null,
  attempts: 0,
  trouble: null,
  watched: null,
  watchedLane: null,
};

/** Doubles from 250 ms to 5 s; the upper half of each step is drawn, so that pages do not return in step. */
export const backoffInMs = (attempts: number, chance: number): number => {
  const ceiling = Math.min(backoffInMsMax, backoffInMsMin * 2 ** Math.min(attempts, 16));
  return Math.max(backoffInMsMin, ceiling / 2 + (ceiling / 2) * chance);
};

const open = (state: ConnectionState, moment: Moment): Stepped => {
  const socket = state.socket + 1;
  return [
    {
      ...state,
      socket,
      startedAtInMs: state.startedAtInMs ?? moment.atInMs,
      phase: { kind: "opening", deadlineInMs: moment.atInMs + answerInMsMax },
    },
    [{ kind: "open", socket }],
  ];
};

const retreat = (state: ConnectionState, trouble: Trouble, moment: Moment): Stepped => [
  {
    ...state,
    phase: { kind: "waiting", retryAtInMs: moment.atInMs + backoffInMs(state.attempts, moment.chance) },
    attempts: state.attempts + 1,
    trouble,
    // Resuming would only lead back to the same break: ask for everything.
    position: trouble === "sequence-broken" || trouble === "unreadable" ? null : state.position,
  },
  [{ kind: "close", socket: state.socket }],
];

const bar = (state: ConnectionState): Stepped => [
  { ...state, phase: { kind: "barred" }, attempts: 0, trouble: "not-signed-in", position: null },
  state.phase.kind === "idle" || state.phase.kind === "barred"
    ? []
    : [{ kind: "close", socket: state.socket }],
];

const confirmed = (state: ConnectionState, moment: Moment): ConnectionState => ({
  ...state,
  phase: { kind: "live" },
  confirmedAtInMs: moment.atInMs,
  trouble: null,
});

const receivePulse = (
  state: ConnectionState,
  message: Extract<ServerMessage, { kind: "pulse" }>,
  moment: Moment,
): Stepped => {
  const agrees = state.position?.stream === message.stream && state.position.sequence === message.sequence;
  if (agrees) return [{ ...confirmed(state, moment), attempts: 0 }, [{ kind: "apply", message }]];
  // While syncing the picture is still on its way; its deadline runs.
  return state.phase.kind === "live" ? retreat(state, "sequence-broken", moment) : [state, []];
};

const receive = (state: ConnectionState, message: ServerMessage, moment: Moment): Stepped => {
  switch (message.kind) {
    case "snapshot": {
      const position = { stream: message.stream, sequence: message.sequence };
      return [{ ...confirmed(state, moment), position }, [{ kind: "apply", message }]];
    }
    case "changes": {
      // Without a position a snapshot is on its way, and what comes before it is in it.
      if (state.position === null) return [state, []];
      if (message.sequence !== state.position.sequence + 1) return retreat(state, "sequence-broken", moment);
      const position = { stream: state.position.stream, sequence: message.sequence };
      return [{ ...confirmed(state, moment), position }, [{ kind: "apply", message }]];
    }
    case "pulse":
      return receivePulse(state, message, moment);
    case "alarm":
    case "alarm-unknown":
    case "lane":
      return [state.phase.kind === "live" ? confirmed(state, moment) : state, [{ kind: "apply", message }]];
  }
};

const tick = (state: ConnectionState, moment: Moment): Stepped => {
  switch (state.phase.kind) {
    case "idle":
    case "barred":
      return [state, []];
    case "waiting":
      return moment.atInMs >= state.phase.retryAtInMs ? open(state, moment) : [state, []];
    case "opening":
    case "syncing":
      return moment.atInMs > state.phase.deadlineInMs ? retreat(state, "no-answer", moment) : [state, []];
    case "live":
      return isCurrent(state, moment.atInMs) ? [state, []] : retreat(state, "silent", moment);
  }
};

const opened = (state: ConnectionState, moment: Moment): Stepped => {
  if (state.phase.kind !== "opening") return [state, []];
  const effects: ConnectionEffect[] = [
    { kind: "send", socket: state.socket, message: { kind: "hello", resume: state.position } },
  ];
  if (state.watched !== null) {
    effects.push({ kind: "send", socket: state.socket, message: { kind: "watch", alarmId: state.watched } });
  }
  if (state.watchedLane !== null) {
    const message = { kind: "watch-lane", laneId: state.watchedLane } as const;
    effects.push({ kind: "send", socket: state.socket, message });
  }
  return [{ ...state, phase: { kind: "syncing", deadlineInMs: moment.atInMs + answerInMsMax } }, effects];
};

/** `state` with what is watched, which the server is told now, or else when it is greeted. */
const watching = (state: ConnectionState, message: ClientMessage): Stepped => {
  const talking = state.phase.kind === "syncing" || state.phase.kind === "live";
  return [state, talking ? [{ kind: "send", socket: state.socket, message }] : []];
};

export const stepConnection = (state: ConnectionState, input: ConnectionInput, moment: Moment): Stepped => {
  if ("socket" in input) {
    const ended =
      state.phase.kind === "idle" || state.phase.kind === "waiting" || state.phase.kind === "barred";
    if (ended || input.socket !== state.socket) return [state, []];
  }
  switch (input.kind) {
    case "start":
      return state.phase.kind === "idle" || state.phase.kind === "barred"
        ? open({ ...state, trouble: null }, moment)
        : [state, []];
    case "bar":
      return bar(state);
    case "tick":
      return tick(state, moment);
    case "wake":
      return state.phase.kind === "waiting" ? open({ ...state, attempts: 0 }, moment) : tick(state, moment);
    case "watch":
      return watching({ ...state, watched: input.alarmId }, input);
    case "watch-lane":
      return watching({ ...state, watchedLane: input.laneId }, input);
    case "shown":
      return input.alarmIds.length === 0
        ? [state, []]
        : watching(state, { kind: "shown", alarmIds: input.alarmIds.slice(0, shownMax) });
    case "opened":
      return opened(state, moment);
    case "closed":
      return input.code === notSignedInCode ? bar(state) : retreat(state, "closed", moment);
    case "received":
      return receive(state, input.message, moment);
    case "unreadable":
      return retreat(state, "unreadable", moment);
  }
};

export const isCurrent = (state: ConnectionState, nowInMs: number): boolean =>
  state.confirmedAtInMs !== null && nowInMs - state.confirmedAtInMs <= silenceInMsMax;

/** What may be claimed about the picture on the page. */
export type Freshness =
  | { readonly kind: "connecting" }
  /** Nothing has ever been shown, and nothing comes. */
  | { readonly kind: "unreachable" }
  | { readonly kind: "current" }
  | { readonly kind: "lost"; readonly ageInMs: number };

export const freshnessOf = (state: ConnectionState, nowInMs: number): Freshness => {
  if (state.confirmedAtInMs !== null) {
    return isCurrent(state, nowInMs)
      ? { kind: "current" }
      : { kind: "lost", ageInMs: nowInMs - state.confirmedAtInMs };
  }
  const patient = state.startedAtInMs === null || nowInMs - state.startedAtInMs <= silenceInMsMax;
  return { kind: patient ? "connecting" : "unreachable" };
};
