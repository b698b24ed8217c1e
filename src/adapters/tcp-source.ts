import { createConnection } from "node:net";
import type { TcpSettings } from "../edge/source-settings.ts";
import { endpointOf } from "../edge/source-settings.ts";
import type { ByteSource } from "../ports.ts";
import { plainReason, stoppedReason } from "./plain-reason.ts";
import type { EventSink, Pushing } from "./pushed-events.ts";
import { pushedEvents } from "./pushed-events.ts";

/** One read, and so the largest frame: 8 KiB ≈ 290 lines, and 11 MiB for 1,400 lanes. */
const readBufferInBytes = 8_192;
/** Quiet for so long, the peer's machine is asked whether it still lives; gone without answer, it shows 10 s later. */
const keepAliveInMs = 10_000;

const openSocket = (settings: TcpSettings, sink: EventSink, signal: AbortSignal): Pushing => {
  const { host, port, connectTimeoutInMs, idleTimeoutInMs } = settings;
  let reason = "the portal closed the connection";
  // Reading into a buffer of our own: the socket queues nothing, so an error cannot take bytes with it that had arrived.
  const socket = createConnection({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveInMs,
    onread: {
      buffer: Buffer.alloc(readBufferInBytes),
      callback: (length, buffer) => sink.bytes(Uint8Array.from(buffer.subarray(0, length))),
    },
  });
  const giveUp = (why: string): void => {
    reason = why;
    socket.destroy();
  };
  const stop = (): void => giveUp(stoppedReason);
  const deadline = setTimeout(() => giveUp(`no answer within ${connectTimeoutInMs} ms`), connectTimeoutInMs);

  socket.on("connect", () => {
    clearTimeout(deadline);
    sink.opened(endpointOf(settings));
    if (idleTimeoutInMs !== undefined) socket.setTimeout(idleTimeoutInMs);
  });
  socket.on("timeout", () => {
    if (idleTimeoutInMs === undefined) return;
    if (sink.isFull()) socket.setTimeout(idleTimeoutInMs);
    else giveUp(`nothing was received for ${idleTimeoutInMs} ms`);
  });
  socket.on("error", (error) => {
    reason = plainReason(error);
  });
  socket.on("close", () => {
    clearTimeout(deadline);
    sink.closed(reason);
  });
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();

  return {
    resume: () => socket.resume(),
    release: () => {
      clearTimeout(deadline);
      signal.removeEventListener("abort", stop);
      socket.destroy();
    },
  };
};

/** Connects to a portal or serial server that listens. */
export const tcpSource = (settings: TcpSettings): ByteSource => ({
  endpoint: endpointOf(settings),
  connect: (signal) => pushedEvents((sink) => openSocket(settings, sink, signal)),
});
