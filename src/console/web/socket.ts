import type { AlarmId, LaneId } from "../../domain/ids.ts";
import { serverMessageSchema } from "../../wire/console.ts";
import type { ServerMessage } from "../../wire/console.ts";
import { disconnected, stepConnection } from "./connection.ts";
import type { ConnectionEffect, ConnectionInput, ConnectionState } from "./connection.ts";

/** Well below the half second between `silenceInMsMax` and the three seconds within which a loss must show. */
const tickInMs = 250;

export interface Connection {
  watch(alarmId: AlarmId | null): void;
  watchLane(laneId: LaneId | null): void;
  shown(alarmIds: readonly AlarmId[]): void;
  /** Somebody is signed in, or nobody knows yet: the connection is made and kept. */
  start(): void;
  /** Nobody is signed in: there is no connection until `start`. */
  bar(): void;
}

export interface ConnectionListener {
  changed(state: ConnectionState): void;
  received(message: ServerMessage, atInMs: number): void;
}

const parse = (data: unknown): ServerMessage | null => {
  if (typeof data !== "string") return null;
  try {
    const result = serverMessageSchema.safeParse(JSON.parse(data));
    return result.success ? result.data : null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
};

/** Runs the state machine of connection.ts on a real WebSocket, the page's clock and its events, for the page's life. */
export const connect = (url: string, listener: ConnectionListener): Connection => {
  let state = disconnected;
  let socket: WebSocket | null = null;

  const perform = (effect: ConnectionEffect): void => {
    switch (effect.kind) {
      case "open":
        socket = openSocket(effect.socket);
        break;
      case "close":
        socket?.close();
        socket = null;
        break;
      case "send":
        if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(effect.message));
        break;
      case "apply":
        listener.received(effect.message, performance.now());
        break;
    }
  };

  const tell = (input: ConnectionInput): void => {
    const before = state;
    const [after, effects] = stepConnection(state, input, {
      atInMs: performance.now(),
      chance: Math.random(),
    });
    state = after;
    for (const effect of effects) perform(effect);
    if (after !== before) listener.changed(after);
  };

  const openSocket = (number: number): WebSocket => {
    const opening = new WebSocket(url);
    opening.addEventListener("open", () => tell({ kind: "opened", socket: number }));
    // An `error` is always followed by `close`.
    opening.addEventListener("close", ({ code }) => tell({ kind: "closed", socket: number, code }));
    opening.addEventListener("message", (event: MessageEvent<unknown>) => {
      const message = parse(event.data);
      tell(
        message === null
          ? { kind: "unreadable", socket: number }
          : { kind: "received", socket: number, message },
      );
    });
    return opening;
  };

  setInterval(() => tell({ kind: "tick" }), tickInMs);
  addEventListener("online", () => tell({ kind: "wake" }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") tell({ kind: "wake" });
  });
  return {
    watch: (alarmId) => tell({ kind: "watch", alarmId }),
    watchLane: (laneId) => tell({ kind: "watch-lane", laneId }),
    shown: (alarmIds) => tell({ kind: "shown", alarmIds }),
    start: () => tell({ kind: "start" }),
    bar: () => tell({ kind: "bar" }),
  };
};
