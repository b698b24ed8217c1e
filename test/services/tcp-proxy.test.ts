import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loopback } from "./loopback.ts";
import { type TcpProxy, tcpProxy } from "./tcp-proxy.ts";
import { isSoon, waitUntil } from "./waiting.ts";

/** Says everything back, and keeps what it heard. */
interface Echo {
  readonly server: Server;
  readonly port: number;
  readonly heard: () => string;
  /** Resets its connections. */
  readonly vanish: () => void;
}

const startEcho = async (): Promise<Echo> => {
  let heard = "";
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on("data", (bytes) => {
      heard += bytes.toString();
      socket.write(bytes);
    });
    socket.on("end", () => socket.end());
    socket.on("error", () => undefined);
  }).listen(0, loopback);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port.");
  const vanish = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return { server, port: address.port, heard: () => heard, vanish };
};

interface Talk {
  readonly socket: Socket;
  readonly heard: () => string;
  readonly isClosed: () => boolean;
}

const talkTo = async (port: number): Promise<Talk> => {
  let heard = "";
  let isClosed = false;
  const socket = createConnection({ host: loopback, port, noDelay: true });
  socket.on("data", (bytes) => (heard += bytes.toString()));
  socket.on("close", () => (isClosed = true));
  await once(socket, "connect");
  socket.on("error", () => undefined);
  return { socket, heard: () => heard, isClosed: () => isClosed };
};

describe("a fault proxy", () => {
  let echo: Echo;
  let proxy: TcpProxy;
  beforeEach(async () => {
    echo = await startEcho();
    proxy = await tcpProxy({ to: echo.port });
  });
  afterEach(async () => {
    await proxy.close();
    echo.server.close();
  });
  const talk = (): Promise<Talk> => talkTo(proxy.port);
  const heardBy = (who: { readonly heard: () => string }, text: string): Promise<void> =>
    waitUntil(`"${text}" is heard`, () => who.heard() === text, 3_000);

  it("without faults carries bytes both ways and counts them", async () => {
    const { socket, heard } = await talk();
    socket.write("one");
    await heardBy({ heard }, "one");
    expect(proxy.counts()).toEqual({ accepted: 1, toServerBytes: 3, toClientBytes: 3, swallowedBytes: 0 });
    expect(proxy.connectionCount()).toBe(1);
  });

  it("carries a large load unchanged, and the end of it", async () => {
    const { socket, heard, isClosed } = await talk();
    const load = "0123456789abcdef".repeat(300_000);
    socket.end(load);
    await waitUntil("the proxy closes", isClosed, 10_000);
    expect(heard() === load).toBe(true);
    await waitUntil("nobody is connected", () => proxy.connectionCount() === 0, 3_000);
  });

  it.each(["toServerDelayInMs", "toClientDelayInMs"] as const)("delays: %s", async (fault) => {
    await proxy.setFaults({ [fault]: 150 });
    const { socket, heard } = await talk();
    const begun = performance.now();
    socket.write("a");
    socket.write("b");
    await heardBy({ heard }, "ab");
    expect(performance.now() - begun).toBeGreaterThanOrEqual(149);
    expect(performance.now() - begun).toBeLessThan(1_500);
  });

  it("swallows answers, not requests, and cuts what is out of step when it heals", async () => {
    const { socket, heard, isClosed } = await talk();
    const bystander = await talk();
    await proxy.setFaults({ isToClientSwallowed: true });
    socket.write("lost answer");
    await waitUntil("it is swallowed", () => proxy.counts().swallowedBytes === 11, 3_000);
    expect(echo.heard()).toBe("lost answer");
    expect(heard()).toBe("");
    await proxy.heal();
    await waitUntil("it is cut", isClosed, 3_000);
    bystander.socket.write("fine");
    await heardBy(bystander, "fine");
  });

  it("swallows requests", async () => {
    const { socket } = await talk();
    await proxy.setFaults({ isToServerSwallowed: true });
    socket.write("lost");
    await waitUntil("it is swallowed", () => proxy.counts().swallowedBytes === 4, 3_000);
    expect(echo.heard()).toBe("");
  });

  it("stalls open and new connections, and loses nothing", async () => {
    const open = await talk();
    await proxy.setFaults({ isStalled: true });
    open.socket.write("open");
    const late = await talk();
    late.socket.write("late");
    expect(await isSoon(() => echo.heard() !== "" || open.heard() !== "", 150)).toBe(false);
    await proxy.heal();
    await heardBy(open, "open");
    await heardBy(late, "late");
  });

  it("stalled does not even tell that the server is gone", async () => {
    const { socket, isClosed } = await talk();
    socket.write("hello");
    await waitUntil("it is heard", () => echo.heard() === "hello", 3_000);
    await proxy.setFaults({ isStalled: true });
    echo.vanish();
    expect(await isSoon(isClosed, 150)).toBe(false);
    await proxy.heal();
    await waitUntil("it is closed", isClosed, 3_000);
  });

  it("refuses new connections and accepts them again, while open ones go on", async () => {
    const open = await talk();
    await proxy.setFaults({ isRefusing: true });
    await expect(talk()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    open.socket.write("still here");
    await heardBy(open, "still here");
    await proxy.heal();
    const late = await talk();
    late.socket.write("back");
    await heardBy(late, "back");
  });

  it("cuts every connection", async () => {
    const talks = [await talk(), await talk()];
    await waitUntil("both are there", () => proxy.connectionCount() === 2, 3_000);
    expect(proxy.cut()).toBe(2);
    await waitUntil("both are closed", () => talks.every(({ isClosed }) => isClosed()), 3_000);
  });

  it("limits the bandwidth of a direction", async () => {
    await proxy.setFaults({ bandwidthInBytesPerS: 50_000 });
    const { socket, heard } = await talk();
    const begun = performance.now();
    socket.write("x".repeat(20_000));
    await waitUntil("all is heard", () => heard().length === 20_000, 5_000);
    expect(performance.now() - begun).toBeGreaterThan(380);
  });

  it("before nothing closes the client's connection", async () => {
    const nowhere = await tcpProxy({ to: 1 });
    const { isClosed } = await talkTo(nowhere.port);
    await waitUntil("it is closed", isClosed, 3_000);
    await nowhere.close();
  });
});
