import { EventEmitter, once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { type Direction, type ProxyFaults, noFaults, pump, untilFree, type Wire } from "./proxy-pump.ts";
import { freePort, loopback } from "./loopback.ts";

export interface ProxyCounts {
  readonly accepted: number;
  readonly toServerBytes: number;
  readonly toClientBytes: number;
  readonly swallowedBytes: number;
}

/** A TCP proxy on the loopback whose faults are switched while it runs. They hold for connections that are open, too. */
export interface TcpProxy {
  readonly port: number;
  /** `host:port` */
  readonly address: string;
  /** Switches the named faults and leaves the others as they are. */
  readonly setFaults: (faults: Partial<ProxyFaults>) => Promise<void>;
  /** No faults. A connection that lost bytes is cut: it could only go on out of step. */
  readonly heal: () => Promise<void>;
  /** Resets every connection, now; says how many they were. */
  readonly cut: () => number;
  readonly connectionCount: () => number;
  readonly counts: () => ProxyCounts;
  readonly close: () => Promise<void>;
}

interface Pair {
  readonly destroy: () => void;
  readonly hasLost: () => boolean;
}

const listenOn = async (server: Server, port: number): Promise<void> => {
  server.listen(port, loopback);
  await once(server, "listening");
};

const reset = (socket: Socket): void => {
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
};

const connectPair = (client: Socket, to: number, wire: Wire): Pair => {
  const server = createConnection({ host: loopback, port: to, noDelay: true, allowHalfOpen: true });
  const lost = { bytes: 0 };
  const closing = new AbortController();
  const destroy = (): void => {
    closing.abort();
    reset(client);
    reset(server);
  };
  /** One side is gone without a goodbye. The other learns it as soon as anything can pass. */
  const breakOff = (): void => void untilFree(wire, closing.signal).then(destroy);
  const swallow = (byteCount: number): void => {
    lost.bytes += byteCount;
  };
  for (const socket of [client, server]) {
    socket.on("error", breakOff);
    socket.on("close", () => {
      if (client.destroyed && server.destroyed) closing.abort();
    });
  }
  const run = (from: Socket, into: Socket, direction: Direction): void =>
    void pump({ from, into, direction, wire, swallow, signal: closing.signal }).catch(breakOff);
  run(client, server, "toServer");
  run(server, client, "toClient");
  return { destroy, hasLost: () => lost.bytes > 0 };
};

/** A proxy on a free port before a port of this machine. It need not be there yet. */
export const tcpProxy = async ({ to }: { readonly to: number }): Promise<TcpProxy> => {
  const port = await freePort();
  const pairs = new Map<Socket, Pair>();
  const changed = new EventEmitter().setMaxListeners(0);
  const counts = { accepted: 0, toServerBytes: 0, toClientBytes: 0, swallowedBytes: 0 };
  let faults: ProxyFaults = noFaults;
  const wire: Wire = {
    faults: () => faults,
    changed,
    forwarded: (direction, byteCount) => void (counts[`${direction}Bytes`] += byteCount),
    swallowed: (byteCount) => void (counts.swallowedBytes += byteCount),
  };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    counts.accepted += 1;
    pairs.set(client, connectPair(client, to, wire));
    client.once("close", () => pairs.delete(client));
  });
  const cutAll = (isToCut: (pair: Pair) => boolean): number => {
    const cut = [...pairs.values()].filter(isToCut);
    for (const pair of cut) pair.destroy();
    return cut.length;
  };
  const door = async (isRefusing: boolean): Promise<void> => {
    if (isRefusing && server.listening) server.close();
    if (!isRefusing && !server.listening) await listenOn(server, port);
  };
  const setFaults = async (next: Partial<ProxyFaults>): Promise<void> => {
    const before = faults;
    faults = { ...faults, ...next };
    const isSwallowingOver =
      (before.isToClientSwallowed && !faults.isToClientSwallowed) ||
      (before.isToServerSwallowed && !faults.isToServerSwallowed);
    if (isSwallowingOver) cutAll((pair) => pair.hasLost());
    changed.emit("change");
    await door(faults.isRefusing);
  };

  await listenOn(server, port);
  return {
    port,
    address: `${loopback}:${port}`,
    setFaults,
    heal: () => setFaults(noFaults),
    cut: () => cutAll(() => true),
    connectionCount: () => pairs.size,
    counts: () => ({ ...counts }),
    close: async () => {
      cutAll(() => true);
      if (!server.listening) return;
      server.close();
      await once(server, "close");
    },
  };
};
