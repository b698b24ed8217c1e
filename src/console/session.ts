import type { AlarmId, LaneId } from "../domain/ids.ts";
import { problemsOf } from "../problems.ts";
import type { ClientMessage } from "../wire/console.ts";
import { clientMessageSchema } from "../wire/console.ts";
import type { Feed } from "./feed.ts";

/** A way to one browser. Nothing here throws for anything the network does. */
export interface ConsoleSocket {
  send(text: string): void;
  /** Sent, and not yet taken by the network. */
  readonly bufferedBytes: number;
  /** The first call counts; nothing is sent after it. */
  close(code: number, reason: string): void;
}

/** WebSocket close codes (RFC 6455, section 7.4.1, and the IANA registry). */
export const closeCodes = { goingAway: 1001, badMessage: 1008, failed: 1011, tryAgain: 1013 } as const;

/** Beyond what a snapshot itself put there. A slower browser is closed and resynchronizes; nothing queues without end. */
export const bufferedBytesMax = 1024 * 1024;

/** Pulses, one a second, that a socket may stay without a `hello`. */
export const pulsesBeforeHelloMax = 10;

export interface SessionView {
  readonly feed: Feed;
  /** Where the feed stands now, encoded: who missed nothing hears at once that nothing was missed. */
  readonly pulse: () => string;
  /** The whole picture, encoded. */
  readonly snapshot: () => string;
  /** An `alarm` or `alarm-unknown` message, encoded. */
  readonly alarm: (alarmId: AlarmId) => string;
  /** The browser has painted these alarms' rows. */
  readonly shown: (alarmIds: readonly AlarmId[]) => void;
  /** A `lane` message, encoded. */
  readonly lane: (laneId: LaneId) => string;
}

/** One browser's socket. Its owner calls `receive` for each message, and the rest for each thing that happens. */
export interface ConsoleSession {
  readonly receive: (text: string) => void;
  /** A binary message; the protocol has none. */
  readonly receiveBinary: () => void;
  /** The encoded change message that follows the one before. */
  readonly changed: (text: string) => void;
  readonly watched: () => AlarmId | null;
  readonly watchedLane: () => LaneId | null;
  /** What is watched has changed: the message that shows it. */
  readonly redraw: (text: string) => void;
  readonly pulse: (text: string) => void;
  readonly end: (code: number, reason: string) => void;
}

/** State: before `hello` nothing is sent; after it every change message in order; after the end nothing. */
export const openSession = (socket: ConsoleSocket, view: SessionView): ConsoleSession => {
  let phase: "greeting" | "following" | "ended" = "greeting";
  let watching: AlarmId | null = null;
  let watchingLane: LaneId | null = null;
  let silentPulses = 0;
  let allowedBytes = bufferedBytesMax;

  const end = (code: number, reason: string): void => {
    if (phase === "ended") return;
    phase = "ended";
    watching = null;
    watchingLane = null;
    socket.close(code, reason);
  };

  const send = (text: string): void => {
    if (phase !== "following") return;
    if (socket.bufferedBytes > allowedBytes) end(closeCodes.tryAgain, "too slow: connect again");
    else socket.send(text);
  };

  const greet = (resume: Extract<ClientMessage, { kind: "hello" }>["resume"]): void => {
    phase = "following";
    const missed = resume === null ? undefined : view.feed.since(resume);
    if (missed !== undefined) {
      for (const text of missed) send(text);
      send(view.pulse());
      return;
    }
    const snapshot = view.snapshot();
    allowedBytes = bufferedBytesMax + Buffer.byteLength(snapshot);
    send(snapshot);
  };

  const watch = (alarmId: AlarmId | null): void => {
    watching = alarmId;
    if (alarmId !== null) send(view.alarm(alarmId));
  };

  const watchLane = (laneId: LaneId | null): void => {
    watchingLane = laneId;
    if (laneId !== null) send(view.lane(laneId));
  };

  const receive = (text: string): void => {
    if (phase === "ended") return;
    const message = readClientMessage(text);
    if (typeof message === "string") end(closeCodes.badMessage, message);
    else if (message.kind === "hello") greet(message.resume);
    else if (phase === "greeting") end(closeCodes.badMessage, "the first message is hello");
    else if (message.kind === "watch") watch(message.alarmId);
    else if (message.kind === "watch-lane") watchLane(message.laneId);
    else view.shown(message.alarmIds);
  };

  const pulse = (text: string): void => {
    if (phase === "greeting" && (silentPulses += 1) > pulsesBeforeHelloMax)
      end(closeCodes.badMessage, "no hello came");
    send(text);
  };

  return {
    receive,
    receiveBinary: () => end(closeCodes.badMessage, "messages are JSON text"),
    changed: send,
    watched: () => watching,
    watchedLane: () => watchingLane,
    redraw: send,
    pulse,
    end,
  };
};

/** The message, or what is wrong with it in few enough bytes for a close frame (RFC 6455: 123). */
const readClientMessage = (text: string): ClientMessage | string => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return "not JSON";
  }
  const result = clientMessageSchema.safeParse(parsed);
  if (result.success) return result.data;
  const path = problemsOf(result.error)[0]?.path ?? "";
  return printableStart(
    path === "" ? "not a message of this protocol" : `not a message of this protocol: ${path}`,
  );
};

const printableStart = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?").slice(0, 120);
