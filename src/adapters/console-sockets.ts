import type { IncomingMessage } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import type { RunningConsole } from "../console/console.ts";
import type { ErrorReply } from "../console/error-body.ts";
import { errorReply } from "../console/error-body.ts";
import type { HostGuard } from "../console/host-guard.ts";
import type { ConsoleSocket } from "../console/session.ts";
import { closeCodes } from "../console/session.ts";
import type { Identity, Session } from "../identity/identity.ts";
import { signedOutCloseCode } from "../wire/console.ts";
import { secretIn } from "./console-cookie.ts";
import { notSignedIn } from "./console-officer.ts";

/** What a browser sends is a hundred bytes; a longer message ends its socket (1009). */
const messageBytesMax = 64 * 1024;

/** Between a close frame and the cut, for whoever does not answer it. */
const cutAfterMs = 500;

/** The sockets of one server. */
export interface ConsoleSockets {
  /** For the server's `upgrade` event: `/ws`, for an officer who is signed in, from a page of ours. */
  readonly upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
  /** Tells everyone (1001), cuts who has not gone after half a second, and takes nobody more. */
  readonly close: () => Promise<void>;
}

export interface ConsoleSocketsOptions {
  readonly officers: RunningConsole;
  readonly identity: Identity;
  readonly guard: HostGuard;
}

/** A socket lives as long as its officer's session at the most: then it is closed with `signedOutCloseCode`. */
export const openConsoleSockets = (options: ConsoleSocketsOptions): ConsoleSockets => {
  const { identity, guard } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  });
  let isClosing = false;

  const upgrade: ConsoleSockets["upgrade"] = (request, stream, head) => {
    stream.on("error", () => stream.destroy());
    const { host, origin } = request.headers;
    const refusal = guard.refusalOf({ host, origin, guarded: true }) ?? pathRefusal(request.url);
    if (refusal !== null) {
      answerRaw(stream, refusal);
      return;
    }
    const signedIn = identity.sessionOf(secretIn(request.headers));
    if (signedIn === undefined) answerRaw(stream, notSignedIn);
    else if (isClosing) answerRaw(stream, errorReply("log-closed", "The console is closing."));
    else server.handleUpgrade(request, stream, head, (socket) => attach(socket, signedIn, options));
  };

  const close = async (): Promise<void> => {
    isClosing = true;
    const gone = [...server.clients].map((socket) => {
      const left = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      closeSoon(socket, closeCodes.goingAway, "the console is closing");
      return left;
    });
    await Promise.all(gone);
    server.close();
  };

  return { upgrade, close };
};

const pathRefusal = (url: string | undefined): ErrorReply | null =>
  url?.split("?", 1)[0] === "/ws" ? null : errorReply("not-found", "There is no socket here; it is at /ws.");

const attach = (
  socket: WebSocket,
  signedIn: Session,
  { officers, identity }: ConsoleSocketsOptions,
): void => {
  // An error (a broken connection, a message too long, bad UTF-8) is followed by `close`, where it is dealt with.
  socket.on("error", () => undefined);
  const { session, leave } = officers.join(consoleSocketOf(socket));
  socket.on("message", (message, isBinary) => {
    if (isBinary || !Buffer.isBuffer(message)) session.receiveBinary();
    else session.receive(message.toString("utf8"));
  });
  const forget = identity.whenEnded(signedIn, () => session.end(signedOutCloseCode, "signed out"));
  socket.on("close", () => {
    forget();
    leave();
  });
};

const consoleSocketOf = (socket: WebSocket): ConsoleSocket => ({
  send: (text) => {
    // A failed send is followed by `close` as well.
    if (socket.readyState === socket.OPEN) socket.send(text, () => undefined);
  },
  get bufferedBytes() {
    return socket.bufferedAmount;
  },
  close: (code, reason) => closeSoon(socket, code, reason),
});

const closeSoon = (socket: WebSocket, code: number, reason: string): void => {
  const cut = setTimeout(() => socket.terminate(), cutAfterMs);
  socket.once("close", () => clearTimeout(cut));
  socket.close(code, reason);
};

/** An error reply on a connection that no framework holds. */
export const answerRaw = (stream: Duplex, { status, body }: ErrorReply): void => {
  if (!stream.writable) return;
  const text = JSON.stringify(body);
  stream.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
      "content-type: application/json; charset=utf-8",
      `content-length: ${Buffer.byteLength(text)}`,
      "connection: close",
      "",
      text,
    ].join("\r\n"),
  );
  stream.once("finish", () => stream.destroy());
};
