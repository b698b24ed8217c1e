import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { LanewatchError } from "../domain/errors.ts";
import { plainReason } from "./plain-reason.ts";

/** Somebody's end of a line that a recording is played on. */
export interface PlaybackLine {
  /** For people: what to connect to. */
  readonly endpoint: string;
  /** Resolves when somebody listens, or when the signal aborts. */
  readonly listener: (signal: AbortSignal) => Promise<void>;
  /** Resolves when there is room for more. Bytes that a listener leaves behind as it goes are lost, as on a wire. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Resolves when the listener has everything, or has gone. */
  readonly close: () => Promise<void>;
}

/** How long a listener may take over what is left when the recording is at its end. */
const finishWithinMs = 10_000;

/**
 * Serves one listener at a time on the loopback interface; a later one takes an earlier one's place.
 * @throws LanewatchError `port-busy`, `address-unusable`
 */
export const tcpPlaybackLine = async (port: number): Promise<PlaybackLine> => {
  const host = "127.0.0.1";
  const server = createServer({ noDelay: true });
  let listener: Socket | null = null;
  const arrivals = new EventTarget();
  server.on("connection", (socket) => {
    listener?.destroy();
    listener = socket;
    socket.resume();
    socket.on("error", () => socket.destroy()); // A listener that goes badly has gone; the next one is waited for.
    socket.on("close", () => {
      if (listener === socket) listener = null;
    });
    arrivals.dispatchEvent(new Event("arrival"));
  });
  const bound = await listen(server, host, port);
  return {
    endpoint: `tcp ${host}:${bound}`,
    listener: async (signal) => {
      while (listener === null && !signal.aborted) {
        await new Promise((resolve) => {
          arrivals.addEventListener("arrival", resolve, { once: true });
          signal.addEventListener("abort", resolve, { once: true });
        });
      }
    },
    write: async (bytes) => {
      const socket = listener;
      if (socket === null || socket.write(bytes)) return;
      await Promise.race([once(socket, "drain"), once(socket, "close")]);
    },
    close: async () => {
      const socket = listener;
      server.close();
      if (socket === null) return;
      const cutOff = setTimeout(() => socket.destroy(), finishWithinMs);
      socket.end();
      if (!socket.closed) await once(socket, "close");
      clearTimeout(cutOff);
    },
  };
};

const listen = async (server: Server, host: string, port: number): Promise<number> => {
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (cause) {
    const busy = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    throw busy
      ? new LanewatchError("port-busy", `Port ${port} on ${host} is already in use.`, cause)
      : new LanewatchError(
          "address-unusable",
          `${host}:${port} cannot be listened on: ${plainReason(cause)}.`,
          cause,
        );
  }
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
};
