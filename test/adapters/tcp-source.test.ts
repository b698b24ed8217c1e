import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createConnection, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { tcpSource } from "../../src/adapters/tcp-source.ts";
import { sourceSettingsSchema } from "../../src/edge/source-settings.ts";
import type { ByteSource } from "../../src/ports.ts";
import {
  hasBytes,
  isOpen,
  randomBytes,
  randomPieces,
  recordSource,
  seededChance,
} from "./source-recorder.ts";

const servers = new Set<Server>();
const sockets = new Set<Socket>();
const listeners = new Set<ChildProcess>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const listener of listeners) listener.kill("SIGKILL");
  listeners.clear();
  await Promise.all([...servers].map((server) => new Promise((resolve) => server.close(resolve))));
  servers.clear();
});

const listen = async (serve: (socket: Socket) => void): Promise<number> => {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

/**
 * A port that does not answer: its process stands still and its queue of connections is full, so the kernel drops any
 * further attempt.
 */
const deafPort = async (): Promise<number> => {
  const script = `const s = require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () =>
    process.stdout.write(String(s.address().port)))`;
  const listener = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  listeners.add(listener);
  const port = await new Promise<number>((resolve) => {
    listener.stdout.once("data", (text: Buffer) => resolve(Number(text.toString())));
  });
  listener.kill("SIGSTOP");
  for (let attempts = 0; attempts < 20; attempts += 1) {
    const socket = createConnection({ host: "127.0.0.1", port });
    sockets.add(socket);
    socket.on("error", () => undefined);
    const isAccepted = await Promise.race([once(socket, "connect").then(() => true), delay(100, false)]);
    if (!isAccepted) return port;
  }
  throw new Error("the queue of connections does not fill");
};

const sourceAt = (port: number, more: Record<string, unknown> = {}): ByteSource => {
  const settings = sourceSettingsSchema.parse({ kind: "tcp", host: "127.0.0.1", port, ...more });
  if (settings.kind !== "tcp") throw new Error("not tcp");
  return tcpSource(settings);
};

const freePort = async (): Promise<number> => {
  const port = await listen(() => undefined);
  const [server] = servers;
  await new Promise((resolve) => server?.close(resolve));
  servers.clear();
  return port;
};

describe("tcpSource", () => {
  it("tells the opening, the bytes and the closing, in order", async () => {
    const port = await listen((socket) => socket.end("GB,000391,000384,000423,000429\r\n"));
    const recorder = recordSource(sourceAt(port));
    expect(await recorder.ended).toBe("the portal closed the connection");
    expect(recorder.events).toEqual([
      { kind: "opened", endpoint: `tcp 127.0.0.1:${port}` },
      { kind: "bytes", bytes: Uint8Array.from(Buffer.from("GB,000391,000384,000423,000429\r\n")) },
      { kind: "closed", reason: "the portal closed the connection" },
    ]);
  });

  it("keeps half a line that a cut leaves", async () => {
    const port = await listen((socket) => socket.end("GB,000391,0003"));
    const recorder = recordSource(sourceAt(port));
    await recorder.ended;
    expect(Buffer.from(recorder.bytes()).toString()).toBe("GB,000391,0003");
  });

  it("says in plain words that the connection was refused", async () => {
    const recorder = recordSource(sourceAt(await freePort()));
    expect(await recorder.ended).toBe("the connection was refused");
    expect(recorder.events).toHaveLength(1);
  });

  it("says in plain words that a host has no address", async () => {
    const recorder = recordSource(sourceAt(1600, { host: "portal.invalid" }));
    expect(await recorder.ended).toMatch(/^the host name (is unknown|cannot be looked up at the moment)$/);
  });

  it("gives every byte that arrived before a reset", async () => {
    const port = await listen((socket) => {
      socket.write("NS,000002,000002,000000,000000\r\nGS,00");
      socket.once("data", () => socket.resetAndDestroy());
    });
    const opened = recordSource(sourceAt(port));
    await opened.until(hasBytes(37));
    for (const socket of sockets) socket.resetAndDestroy();
    expect(await opened.ended).toBe("the connection was reset by the other side");
    expect(Buffer.from(opened.bytes()).toString()).toBe("NS,000002,000002,000000,000000\r\nGS,00");
  });

  it("gives up when nobody answers in time", async () => {
    const port = await deafPort();
    const recorder = recordSource(sourceAt(port, { connectTimeoutInMs: 150 }));
    expect(await recorder.ended).toBe("no answer within 150 ms");
    expect(recorder.events).toHaveLength(1);
  });

  it("gives a silent connection up after the idle timeout, and only then", async () => {
    const port = await listen((socket) => {
      socket.write("a");
      setTimeout(() => socket.write("b"), 60);
    });
    const startedAt = performance.now();
    const recorder = recordSource(sourceAt(port, { idleTimeoutInMs: 150 }));
    expect(await recorder.ended).toBe("nothing was received for 150 ms");
    expect(performance.now() - startedAt).toBeGreaterThan(190);
    expect(Buffer.from(recorder.bytes()).toString()).toBe("ab");
  });

  it("ends when it is told to stop, connected or not yet", async () => {
    const port = await listen(() => undefined);
    const connected = recordSource(sourceAt(port));
    await connected.until(isOpen);
    connected.stop();
    expect(await connected.ended).toBe("the edge agent was stopped");

    const unconnected = recordSource(sourceAt(port));
    unconnected.stop();
    expect(await unconnected.ended).toBe("the edge agent was stopped");
    expect(unconnected.events).toHaveLength(1);
  });

  it("closes the socket when the consumer leaves", async () => {
    let closed = (): void => undefined;
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const port = await listen((socket) => {
      socket.on("close", closed);
      socket.resume();
    });
    for await (const event of sourceAt(port).connect(new AbortController().signal)) {
      expect(event.kind).toBe("opened");
      break;
    }
    await isClosed;
  });

  it.each([1, 2, 3])("gives random bytes in random pieces exactly (seed %i)", async (seed) => {
    const chance = seededChance(seed);
    const sent = randomBytes(60_000, chance);
    const pieces = randomPieces(sent, 900, chance);
    const port = await listen((socket) => {
      void (async () => {
        socket.setNoDelay(true);
        for (const [index, piece] of pieces.entries()) {
          socket.write(piece);
          if (index % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        socket.end();
      })();
    });
    const recorder = recordSource(sourceAt(port));
    await recorder.ended;
    expect(Buffer.compare(recorder.bytes(), sent)).toBe(0);
    expect(recorder.events.length).toBeGreaterThan(5);
  });

  it("gives a line of 1 MB", async () => {
    const sent = Buffer.alloc(1_048_576, "x");
    const port = await listen((socket) => socket.end(sent));
    const recorder = recordSource(sourceAt(port));
    await recorder.ended;
    expect(Buffer.compare(recorder.bytes(), sent)).toBe(0);
  });

  it("makes the other side wait while the consumer does, and then loses nothing", async () => {
    const sent = randomBytes(8 * 1_048_576, seededChance(9));
    const port = await listen((socket) => void socket.end(sent));
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const recorder = recordSource(sourceAt(port), () => held);
    await recorder.until(isOpen);
    // What the sender could get rid of stands still while nobody takes it.
    const [sender] = sockets;
    const unsent = (): number => sender?.writableLength ?? 0;
    let before = -1;
    while (before !== unsent()) {
      before = unsent();
      await delay(50);
    }
    expect(unsent()).toBeGreaterThan(1_048_576);
    letGo();
    await recorder.ended;
    expect(Buffer.compare(recorder.bytes(), sent)).toBe(0);
  });
});
