import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";

/** A way to a server that can be cut: whatever goes through it is passed on unread, and ends when it is said to. */
export interface CutProxy {
  readonly url: string;
  /** Connections for a WebSocket on which the server has spoken since they were made. */
  readonly talking: () => number;
  /** Ends every connection for a WebSocket, in the middle of whatever is being said; the number of them. */
  readonly cut: () => number;
  readonly close: () => Promise<void>;
}

interface Passage {
  readonly near: Socket;
  readonly far: Socket;
  isSocket: boolean;
  /** Chunks from the server; the first is its answer to the upgrade. */
  heard: number;
}

/** @param port of the server, on loopback */
export const openCutProxy = async (port: number): Promise<CutProxy> => {
  const passages = new Set<Passage>();
  const end = (passage: Passage): void => {
    passages.delete(passage);
    passage.near.resetAndDestroy();
    passage.far.resetAndDestroy();
  };
  const server = createServer((near) => {
    const passage: Passage = { near, far: connect(port, "127.0.0.1"), isSocket: false, heard: 0 };
    passages.add(passage);
    near.setNoDelay(true);
    passage.far.setNoDelay(true);
    near.on("data", (chunk: Buffer) => {
      if (chunk.subarray(0, 8).toString("latin1") === "GET /ws ") passage.isSocket = true;
      passage.far.write(chunk);
    });
    passage.far.on("data", (chunk: Buffer) => {
      passage.heard += 1;
      near.write(chunk);
    });
    for (const socket of [near, passage.far]) {
      socket.on("error", () => end(passage));
      socket.on("close", () => end(passage));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  const sockets = (): readonly Passage[] =>
    [...passages].filter(({ isSocket, heard }) => isSocket && heard > 1);
  return {
    url: `http://127.0.0.1:${own}`,
    talking: () => sockets().length,
    cut: () => {
      const all = sockets();
      for (const passage of all) end(passage);
      return all.length;
    },
    close: async () => {
      for (const passage of passages) end(passage);
      server.close();
      await once(server, "close");
    },
  };
};
