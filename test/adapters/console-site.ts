import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import WebSocket from "ws";
import { listenConsole } from "../../src/adapters/console-server.ts";
import type { ConsoleServer, ConsoleServerOptions } from "../../src/adapters/console-server.ts";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { runConsole } from "../../src/console/console.ts";
import type { RunningConsole } from "../../src/console/console.ts";
import type { Identity } from "../../src/identity/identity.ts";
import type { LocalIdentityOptions } from "../../src/identity/local-identity.ts";
import type { EventLog } from "../../src/ports.ts";
import { errorBodySchema, serverMessageSchema } from "../../src/wire/console.ts";
import type { ErrorBody, ServerMessage } from "../../src/wire/console.ts";
import { aCase, anAlarm, caseInput, north } from "../core/board-history.ts";
import { signIn, testDoor, testIdentity, type TestName, testSiteView } from "../officers.ts";
import { recordOf, runSmallCore } from "../console/small-core.ts";

export const { alarmId } = anAlarm();
export const hello = JSON.stringify({ kind: "hello", resume: null });

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

export interface Browser {
  readonly socket: WebSocket;
  /** The messages in order. */
  readonly next: () => Promise<ServerMessage>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** A console over a memory log with one lane and one alarm, a small core, and a server on a free port. */
export interface ConsoleSite {
  readonly log: EventLog;
  readonly officers: RunningConsole;
  readonly server: ConsoleServer;
  readonly webDirectory: string;
  readonly stop: AbortController;
  readonly identity: Identity;
  /** Ada's, with which everything here is asked unless it says another one. */
  readonly cookie: string;
  readonly signIn: (name: TestName) => Promise<string>;
  /** Another server of the same console. */
  readonly listen: (words?: Partial<ConsoleServerOptions>) => Promise<ConsoleServer>;
  /** A request as written: `fetch` would tidy the path and refuse the headers. */
  readonly ask: (path: string, words?: AskWords) => Promise<Answer>;
  readonly post: (body: unknown, headers?: Record<string, string>, id?: string) => Promise<Answer>;
  readonly browse: (headers?: Record<string, string>) => Promise<Browser>;
  /** The status with which the server refuses to open a socket. */
  readonly refusedUpgrade: (path: string, headers: Record<string, string>) => Promise<number>;
  /** Ends everything; fails where the console met a mistake of its own. */
  readonly close: () => Promise<void>;
}

interface AskWords {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export const openConsoleSite = async (known: Partial<LocalIdentityOptions> = {}): Promise<ConsoleSite> => {
  const webDirectory = await buildPage();
  const stop = new AbortController();
  const failures: unknown[] = [];
  const log = openMemoryLog({ partitionCount: 2, clock: systemClock });
  await log.append([recordOf(caseInput(aCase()), 2)]);
  const settings = {
    site: { name: "Site", timeZone: "UTC" },
    lanes: [{ laneId: north, name: "Lane north" }],
  };
  const onProblem = (problem: unknown): void => void failures.push(problem);
  const officers = await runConsole(
    { log, clock: systemClock, settings, stream: "run", onProblem },
    stop.signal,
  );
  const core = runSmallCore(log, [aCase()], stop.signal);
  const identity = await testIdentity(known);
  const listen: ConsoleSite["listen"] = (words = {}) =>
    listenConsole({
      host: "127.0.0.1",
      port: 0,
      webDirectory,
      console: officers,
      identity,
      door: testDoor,
      site: testSiteView,
      onFailure: onProblem,
      ...words,
    });
  const server = await listen();
  const cookie = await signIn(server.url);
  const sockets: WebSocket[] = [];
  const ask: ConsoleSite["ask"] = (path, { headers, ...words } = {}) =>
    askAt(server.url, path, { ...words, headers: { cookie, ...headers } });

  return {
    log,
    officers,
    server,
    webDirectory,
    stop,
    identity,
    cookie,
    signIn: (name) => signIn(server.url, name),
    listen,
    ask,
    post: (body, headers = {}, id = alarmId) =>
      ask(`/api/alarms/${encodeURIComponent(id)}/commands`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    browse: (headers = {}) => {
      const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, {
        headers: { cookie, ...headers },
      });
      sockets.push(socket);
      return browserOf(socket);
    },
    refusedUpgrade: (path, headers) =>
      refusedAt(`${server.url.replace("http", "ws")}${path}`, { cookie, ...headers }),
    close: async () => {
      for (const socket of sockets) socket.terminate();
      await server.close();
      await identity.close();
      stop.abort();
      await Promise.all([officers.ended, core]);
      await log.close();
      await rm(join(webDirectory, ".."), { recursive: true });
      expect(failures).toEqual([]);
    },
  };
};

/** The directory of a page, with a secret beside it. */
const buildPage = async (): Promise<string> => {
  const above = await mkdtemp(join(tmpdir(), "console-"));
  const webDirectory = join(above, "web");
  await mkdir(join(webDirectory, "assets"), { recursive: true });
  await writeFile(join(webDirectory, "index.html"), "<!doctype html><title>lanewatch</title>");
  await writeFile(join(webDirectory, "assets", "main-1a2b.js"), "export {};");
  await writeFile(join(webDirectory, ".hidden"), "hidden");
  await writeFile(join(above, "secret.txt"), "secret");
  return webDirectory;
};

export const portOf = (url: string): number => Number(new URL(url).port);

const askAt = (
  url: string,
  path: string,
  { method = "GET", headers = {}, body }: AskWords,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const target = { host: "127.0.0.1", port: portOf(url), path, method, headers, agent: false };
    const sent = request(target, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });

/** The coded error of an answer, which shows nothing of the inside. */
export const errorOf = ({ body }: Answer): ErrorBody["error"] => {
  expect(body).not.toMatch(/\bat .*\.(ts|js)|node_modules/);
  return errorBodySchema.parse(JSON.parse(body)).error;
};

const browserOf = async (socket: WebSocket): Promise<Browser> => {
  const messages: ServerMessage[] = [];
  const waiting: ((message: ServerMessage) => void)[] = [];
  socket.on("message", (data: Buffer) => {
    const message = serverMessageSchema.parse(JSON.parse(data.toString("utf8")));
    const taker = waiting.shift();
    if (taker === undefined) messages.push(message);
    else taker(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString("utf8") }));
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  socket.on("error", () => undefined);
  const next = (): Promise<ServerMessage> => {
    const message = messages.shift();
    return message === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(message);
  };
  return { socket, next, closed };
};

export const nextChange = async ({ next }: Browser): Promise<ServerMessage> => {
  for (;;) {
    const message = await next();
    if (message.kind === "changes") return message;
  }
};

const refusedAt = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on("open", () => reject(new Error("was let in")));
    socket.on("error", () => undefined);
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
  });

/** Waits for a condition that is on its way; the test's own limit ends it. */
export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
};
