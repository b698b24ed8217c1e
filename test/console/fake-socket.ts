import type { ConsoleSocket } from "../../src/console/session.ts";
import { serverMessageSchema } from "../../src/wire/console.ts";
import type { ServerMessage } from "../../src/wire/console.ts";

/** The server's end of a connection whose other end takes messages when the test lets it. */
export interface FakeSocket extends ConsoleSocket {
  /** Sent and not taken, oldest first. */
  readonly inFlight: string[];
  readonly closed: () => { readonly code: number; readonly reason: string } | null;
  /** Takes what is in flight, or the first `count` of it. */
  readonly take: (count?: number) => readonly ServerMessage[];
}

export const fakeSocket = (): FakeSocket => {
  const inFlight: string[] = [];
  let bufferedBytes = 0;
  let closed: { readonly code: number; readonly reason: string } | null = null;
  return {
    inFlight,
    send: (text) => {
      if (closed !== null) throw new Error(`sent after close: ${text}`);
      inFlight.push(text);
      bufferedBytes += Buffer.byteLength(text);
    },
    get bufferedBytes() {
      return bufferedBytes;
    },
    close: (code, reason) => {
      closed ??= { code, reason };
    },
    closed: () => closed,
    take: (count = inFlight.length) =>
      inFlight.splice(0, count).map((text) => {
        bufferedBytes -= Buffer.byteLength(text);
        return serverMessageSchema.parse(JSON.parse(text));
      }),
  };
};
