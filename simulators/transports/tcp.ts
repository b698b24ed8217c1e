import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { OnConnection, OnProblem, PortalTransport } from "./transport.ts";

export interface TcpOptions {
  readonly host: string;
  /** 0 takes any free port; the endpoint says which. */
  readonly port: number;
  readonly onProblem: OnProblem;
  /** Told at once, before anything is sent over the connection and after the last that was. */
  readonly onConnection?: OnConnection | undefined;
}

/** 4 MiB ≈ 2 h of a busy lane, or four megabyte lines. A client further behind is cut off and reported. */
const BEHIND_BYTES_MAX = 4 * 1024 * 1024;

/** How long closing waits for a client to take what is left, milliseconds; then it is cut off. */
const CLOSE_WAIT_IN_MS = 250;

/** Serves one lane on a TCP port: every client gets the whole stream from when it connects. A busy port rejects with EADDRINUSE. */
export async function openTcpTransport(options: TcpOptions): Promise<PortalTransport> {
  const { host, onProblem } = options;
  const clients = new Map<Socket, number>();
  let connections = 0;
  let isUp = true;
  const lose = (client: Socket): void => {
    const connection = clients.get(client);
    if (connection === undefined) return;
    clients.delete(client);
    options.onConnection?.("closed", connection);
  };
  const server = createServer({ noDelay: true }, (client) => {
    if (!isUp) {
      client.destroy();
      return;
    }
    connections += 1;
    clients.set(client, connections);
    options.onConnection?.("opened", connections);
    client.on("close", () => lose(client));
    client.on("error", (error) => onProblem(`A client of ${host} was lost: ${error.message}`));
    client.resume();
  });
  const port = await listen(server, host, options.port);
  server.on("error", (error) => onProblem(`The server on ${host}:${port} failed: ${error.message}`));
  const dropAll = (): void => {
    for (const client of clients.keys()) {
      client.destroy();
      lose(client);
    }
  };
  return {
    endpoint: { kind: "tcp", host, port },
    send: (bytes) => {
      for (const client of clients.keys()) {
        client.write(bytes);
        if (client.writableLength <= BEHIND_BYTES_MAX) continue;
        client.destroy();
        lose(client);
        onProblem(`A client of ${host}:${port} read too slowly and was cut off.`);
      }
    },
    setLink: (up) => {
      isUp = up;
      if (!up) dropAll();
    },
    close: async () => {
      isUp = false;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients.keys()) client.end();
      const cutOff = setTimeout(dropAll, CLOSE_WAIT_IN_MS);
      await closed;
      clearTimeout(cutOff);
      // The server has let go of them; they have not all said so.
      dropAll();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port)));
    server.listen({ host, port }, () => {
      server.removeAllListeners("error");
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  const message =
    cause.code === "EADDRINUSE"
      ? `Port ${port} on ${host} is already in use: another simulation, or a serial server?`
      : `Cannot listen on ${host}:${port}: ${cause.message}`;
  return Object.assign(new Error(message, { cause }), { code: cause.code });
}
