import { request } from "node:http";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { listenConsole } from "../../src/adapters/console-server.ts";
import type { ConsoleServer } from "../../src/adapters/console-server.ts";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { runConsole } from "../../src/console/console.ts";
import type { RunningConsole } from "../../src/console/console.ts";
import type { EventLog } from "../../src/ports.ts";
import { alarmCaseSchema, decisionSchema } from "../../src/wire/alarm.ts";
import { errorBodySchema, serverMessageSchema } from "../../src/wire/console.ts";
import type { ErrorBody, ServerMessage } from "../../src/wire/console.ts";
import { aCase, anAlarm, at, caseInput, eventInput, north, occupancyOf } from "../core/board-history.ts";
import { recordOf, runSmallCore } from "../console/small-core.ts";

const { alarmId } = anAlarm();
const hello = JSON.stringify({ kind: "hello", resume: null });
const acknowledge = { kind: "acknowledge", commandId: "command-1", expectedVersion: 0, officer: "Ada" };

let webDirectory: string;
let log: EventLog;
let officers: RunningConsole;
let server: ConsoleServer;
let stop: AbortController;
let failures: unknown[];
const sockets: WebSocket[] = [];

beforeAll(async () => {
  const above = await mkdtemp(join(tmpdir(), "console-"));
  webDirectory = join(above, "web");
  await mkdir(join(webDirectory, "assets"), { recursive: true });
  await writeFile(join(webDirectory, "index.html"), "<!doctype html><title>lanewatch</title>");
  await writeFile(join(webDirectory, "assets", "main-1a2b.js"), "export {};");
  await writeFile(join(webDirectory, ".hidden"), "hidden");
  await writeFile(join(above, "secret.txt"), "secret");
});
afterAll(() => rm(join(webDirectory, ".."), { recursive: true }));

beforeEach(async () => {
  stop = new AbortController();
  failures = [];
  log = openMemoryLog({ partitionCount: 2, clock: systemClock });
  await log.append([recordOf(caseInput(aCase()), 2)]);
  const settings = {
    site: { name: "Site", timeZone: "UTC" },
    lanes: [{ laneId: north, name: "Lane north" }],
  };
  officers = await runConsole(
    { log, clock: systemClock, settings, stream: "run", onProblem: (problem) => failures.push(problem) },
    stop.signal,
  );
  void runSmallCore(log, [aCase()], stop.signal);
  server = await listen();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.close();
  stop.abort();
  await officers.ended;
  await log.close();
  expect(failures).toEqual([]);
});

const listen = (
  words: { host?: string; port?: number; webDirectory?: string } = {},
): Promise<ConsoleServer> =>
  listenConsole({
    host: "127.0.0.1",
    port: 0,
    webDirectory,
    console: officers,
    onFailure: (cause) => failures.push(cause),
    ...words,
  });

const portOf = (url: string): number => Number(new URL(url).port);

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** A request as written: `fetch` would tidy the path and refuse the headers. */
const ask = (
  path: string,
  words: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body } = words;
    const sent = request(
      { host: "127.0.0.1", port: portOf(server.url), path, method, headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });

const errorOf = ({ body }: Answer): ErrorBody["error"] => {
  expect(body).not.toMatch(/\bat .*\.(ts|js)|node_modules/);
  return errorBodySchema.parse(JSON.parse(body)).error;
};

const json = { "content-type": "application/json" };
const post = (body: unknown, headers: Record<string, string> = {}, id: string = alarmId): Promise<Answer> =>
  ask(`/api/alarms/${encodeURIComponent(id)}/commands`, {
    method: "POST",
    headers: { ...json, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

interface Browser {
  readonly socket: WebSocket;
  readonly next: () => Promise<ServerMessage>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Opens a socket; `next` gives its messages in order. */
const browse = async (headers: Record<string, string> = {}): Promise<Browser> => {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, { headers });
  sockets.push(socket);
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

const nextChange = async ({ next }: Browser): Promise<ServerMessage> => {
  for (;;) {
    const message = await next();
    if (message.kind === "changes") return message;
  }
};

const refusedUpgrade = (path: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}${path}`, { headers });
    socket.on("open", () => reject(new Error("was let in")));
    socket.on("error", () => undefined);
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
  });

describe("the page", () => {
  it("is served with headers that let it use nothing but itself", async () => {
    const { status, headers, body } = await ask("/");
    expect({ status, body }).toEqual({ status: 200, body: "<!doctype html><title>lanewatch</title>" });
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "cache-control": "no-cache",
    });
    const policy = String(headers["content-security-policy"]).split(";");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${portOf(server.url)}`);
    expect(policy.join()).not.toContain("unsafe");
  });

  it("lets browsers keep what has a hash in its name", async () => {
    const { status, headers } = await ask("/assets/main-1a2b.js");
    expect(status).toBe(200);
    expect(headers["cache-control"]).toContain("immutable");
  });

  it.each([
    "/nothing",
    "/secret.txt",
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%5c..%5csecret.txt",
    "//secret.txt",
    "/.hidden",
    "/api/nothing",
    "/assets/",
  ])("answers %s with a coded 404", async (path) => {
    const answer = await ask(path);
    expect(answer.body).not.toContain("secret");
    expect([answer.status, errorOf(answer).code]).toEqual([404, "not-found"]);
  });

  it.each(["/%zz", "/%00", "/index.html%00.js"])("answers the path %s with a coded error", async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    errorOf(answer);
  });
});

describe("alarms and commands", () => {
  it("gives an alarm whole, with the course so far", async () => {
    const browser = await browse();
    browser.socket.send(hello);
    await browser.next();
    const counts = [1, 2, 3, 4] as const;
    const verdict = { kind: "undecided", reason: "no-background" } as const;
    const interval = {
      kind: "interval-measured",
      at: at(1),
      occupancyId: occupancyOf(north, 0),
      interval: 0,
      counts,
      portalFlag: false,
      verdict,
    } as const;
    await log.append([recordOf(eventInput(interval, 1), 2)]);
    await nextChange(browser);
    const { status, body } = await ask(`/api/alarms/${alarmId}`);
    expect(status).toBe(200);
    expect(alarmCaseSchema.parse(JSON.parse(body)).alarm.profile.gamma).toEqual([[1, 2, 3, 4]]);
  });

  it.each(["nothing", "a~b~c", "x".repeat(5000), "%20", "north~00000001~0~gamma%00"])(
    "knows no alarm %s",
    async (id) => {
      const answer = await ask(`/api/alarms/${id}`);
      expect([answer.status, errorOf(answer).code]).toEqual([404, "not-found"]);
    },
  );

  it("answers a command with its decision, and a refusal with its reason and version", async () => {
    const accepted = await post(acknowledge);
    expect(accepted.status).toBe(200);
    expect(decisionSchema.parse(JSON.parse(accepted.body))).toMatchObject({
      outcome: "accepted",
      version: 1,
    });
    const refused = await post({ ...acknowledge, commandId: "command-2" });
    expect(refused.status).toBe(409);
    expect(errorOf(refused)).toMatchObject({
      code: "command-refused",
      refusal: "already-acknowledged",
      version: 1,
    });
    const { body } = await ask(`/api/alarms/${alarmId}`);
    expect(alarmCaseSchema.parse(JSON.parse(body)).adjudication).toMatchObject({
      version: 1,
      state: "acknowledged",
    });
  });

  it("names every problem of a body at once", async () => {
    const answer = await post({
      kind: "dispose",
      commandId: "!",
      expectedVersion: -1,
      officer: " ",
      disposition: "fine",
      extra: 1,
    });
    expect(answer.status).toBe(400);
    const { code, problems } = errorOf(answer);
    expect(code).toBe("bad-request");
    expect(problems?.map(({ path }) => path).sort()).toEqual([
      "commandId",
      "disposition",
      "expectedVersion",
      "extra",
      "officer",
    ]);
  });

  it.each([
    ["no JSON", "{", 400, "bad-request"],
    ["nothing", "", 400, "bad-request"],
    ["a list", "[]", 400, "bad-request"],
    ["null", "null", 400, "bad-request"],
    ["a poisoned prototype", '{"__proto__":{"kind":"acknowledge"}}', 400, "bad-request"],
    ["too much", JSON.stringify({ notes: "x".repeat(70_000) }), 413, "too-large"],
  ])("refuses a body that is %s", async (_title, body, status, code) => {
    const answer = await post(body);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
  });

  it("refuses a body that says it is no JSON, as a form of another page would", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      const answer = await post(acknowledge, { "content-type": type });
      expect([answer.status, errorOf(answer).code]).toEqual([400, "bad-request"]);
    }
  });

  it("knows no alarm to command", async () => {
    const answer = await post(acknowledge, {}, anAlarm({ occupancy: 9 }).alarmId);
    expect([answer.status, errorOf(answer).code]).toEqual([404, "not-found"]);
  });

  it("says how it is", async () => {
    const { status, body } = await ask("/healthz");
    expect([status, JSON.parse(body)]).toMatchObject([
      200,
      { running: true, stream: "run", unreadableRecords: 0 },
    ]);
  });

  it("says when it is no longer connected to its log", async () => {
    stop.abort();
    await officers.ended;
    const answer = await ask("/healthz");
    expect([answer.status, errorOf(answer).code]).toEqual([503, "log-closed"]);
  });
});

describe("requests from elsewhere", () => {
  it("are refused by host", async () => {
    for (const path of ["/", "/healthz", `/api/alarms/${alarmId}`, "/nothing"]) {
      const answer = await ask(path, { headers: { host: "evil.example" } });
      expect([answer.status, errorOf(answer).code]).toEqual([403, "origin-refused"]);
      expect(String(answer.headers["content-security-policy"])).not.toContain("evil");
    }
  });

  it("are refused by origin, and change nothing", async () => {
    for (const origin of ["http://evil.example", "null", "http://localhost:1"]) {
      const answer = await post(acknowledge, { origin });
      expect([answer.status, errorOf(answer).code]).toEqual([403, "origin-refused"]);
    }
    expect(await log.end("lanewatch.commands.v1", 0)).toBe(0);
    expect(await log.end("lanewatch.commands.v1", 1)).toBe(0);
    expect((await post(acknowledge, { origin: server.url })).status).toBe(200);
  });

  it("open no socket", async () => {
    expect(await refusedUpgrade("/ws", { origin: "http://evil.example" })).toBe(403);
    expect(await refusedUpgrade("/ws", { host: "evil.example" })).toBe(403);
    expect(await refusedUpgrade("/other", {})).toBe(404);
    const { socket } = await browse({ origin: server.url });
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it("that are not HTTP get a coded answer", async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(portOf(server.url), "127.0.0.1", () =>
        socket.write("\x16\x03\x01 hello\r\n\r\n"),
      );
      let said = "";
      socket.setEncoding("utf8");
      socket.on("data", (chunk: string) => (said += chunk));
      socket.on("close", () => resolve(said));
      socket.on("error", reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(errorBodySchema.parse(JSON.parse(text.split("\r\n\r\n")[1] ?? "")).error.code).toBe("bad-request");
  });
});

describe("the socket", () => {
  it("shows everything, then an alarm the moment it is raised, then its drawing", async () => {
    const { socket, next } = await browse();
    socket.send(hello);
    expect(await next()).toMatchObject({ kind: "snapshot", sequence: 0, alarms: [{ alarmId }] });
    const { alarmId: second } = anAlarm({ occupancy: 8 });
    socket.send(JSON.stringify({ kind: "watch", alarmId: second }));
    expect(await next()).toEqual({ kind: "alarm-unknown", alarmId: second });
    await log.append([
      recordOf(eventInput({ kind: "alarm-raised", at: at(8), alarm: anAlarm({ occupancy: 8 }) }, 9), 2),
    ]);
    expect(await next()).toMatchObject({
      kind: "changes",
      sequence: 1,
      alarms: [{ alarmId: second, active: true }],
    });
    expect(await next()).toMatchObject({ kind: "alarm", case: { alarm: { alarmId: second } } });
  });

  it("goes on where a dropped one was", async () => {
    const first = await browse();
    first.socket.send(hello);
    await first.next();
    first.socket.terminate();
    await log.append([recordOf(caseInput(aCase({ version: 2 })), 2)]);
    await log.append([recordOf(caseInput(aCase({ version: 3 })), 2)]);
    await until(() => officers.health().sequence === 2);
    const second = await browse();
    second.socket.send(JSON.stringify({ kind: "hello", resume: { stream: "run", sequence: 1 } }));
    expect(await second.next()).toMatchObject({
      kind: "changes",
      sequence: 2,
      alarms: [{ alarmVersion: 3 }],
    });
    expect(await second.next()).toMatchObject({ kind: "pulse", sequence: 2 });
  });

  it("pulses each second", async () => {
    const { socket, next } = await browse();
    socket.send(hello);
    await next();
    const first = await next();
    const second = await next();
    if (first.kind !== "pulse" || second.kind !== "pulse") throw new Error("expected pulses");
    expect(second.serverTime - first.serverTime).toBeGreaterThan(900);
    expect(second.serverTime - first.serverTime).toBeLessThan(1500);
  });

  it.each([
    ["no JSON", (socket: WebSocket) => socket.send("{"), 1008],
    ["a binary frame", (socket: WebSocket) => socket.send(Buffer.from(hello)), 1008],
    ["a message too long", (socket: WebSocket) => socket.send("x".repeat(70_000)), 1009],
  ])("ends after %s and serves the others", async (_title, send, code) => {
    const rude = await browse();
    const polite = await browse();
    send(rude.socket);
    expect((await rude.closed).code).toBe(code);
    polite.socket.send(hello);
    expect((await polite.next()).kind).toBe("snapshot");
    await until(() => officers.health().sessions === 1);
  });

  it("closes a browser that takes nothing, and goes on serving the others", async () => {
    const slow = await browse();
    const quick = await browse();
    for (const { socket } of [slow, quick]) socket.send(hello);
    await Promise.all([slow.next(), quick.next()]);
    slow.socket.send(JSON.stringify({ kind: "watch", alarmId }));
    await slow.next();
    slow.socket.pause();
    const gamma = Array.from({ length: 4000 }, () => [100_000, 100_000, 100_000, 100_000] as const);
    let version = 1;
    while (officers.health().sessions === 2) {
      version += 1;
      await log.append([recordOf(caseInput(aCase({ version, gamma })), 2)]);
      expect(await nextChange(quick)).toMatchObject({ alarms: [{ alarmVersion: version }] });
    }
    expect(version).toBeLessThan(400);
  });

  it("forgets browsers that leave", async () => {
    const { socket } = await browse();
    await until(() => officers.health().sessions === 1);
    socket.terminate();
    await until(() => officers.health().sessions === 0);
  });
});

describe("starting and ending", () => {
  it("names the page that is not built", async () => {
    await expect(listen({ webDirectory: join(webDirectory, "assets") })).rejects.toMatchObject({
      code: "console-unbuilt",
      message: expect.stringContaining(join(webDirectory, "assets")) as unknown,
    });
  });

  it("names the port that is busy", async () => {
    const port = portOf(server.url);
    await expect(listen({ port })).rejects.toMatchObject({
      code: "port-busy",
      message: `Another program is already listening on 127.0.0.1:${port}.`,
    });
  });

  it("listens to this machine only", async () => {
    for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.org"]) {
      await expect(listen({ host })).rejects.toMatchObject({ code: "address-unusable" });
    }
  });

  it("serves on every loopback address of localhost", async () => {
    const local = await listen({ host: "localhost" });
    expect(local.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await fetch(local.url)).status).toBe(200);
    await local.close();
  });

  it("closes within a second with sockets open, one of them deaf", async () => {
    const { closed, socket } = await browse();
    socket.send(hello);
    const deaf = connect(portOf(server.url), "127.0.0.1", () =>
      deaf.write(
        "GET /ws HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
      ),
    );
    await new Promise((resolve) => deaf.once("data", resolve));
    const idle = connect(portOf(server.url), "127.0.0.1");
    await new Promise((resolve) => idle.once("connect", resolve));
    const gone = [deaf, idle].map(
      (end) =>
        new Promise((resolve) =>
          end
            .on("close", resolve)
            .on("error", () => undefined)
            .resume(),
        ),
    );
    const before = performance.now();
    await server.close();
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await closed).toEqual({ code: 1001, reason: "the console is closing" });
    await Promise.all(gone);
    await expect(fetch(server.url)).rejects.toThrow();
  });
});

/** Waits for a condition that is on its way; the test's own limit ends it. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
};
