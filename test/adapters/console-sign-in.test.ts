import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { officerInRole, officerOf } from "../../src/adapters/console-officer.ts";
import { sessionFile } from "../../src/adapters/session-file.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import type { LocalIdentityOptions } from "../../src/identity/local-identity.ts";
import { doorViewSchema, sessionViewSchema, signedOutCloseCode } from "../../src/wire/console.ts";
import { siteViewSchema } from "../../src/wire/site.ts";
import { aCase } from "../core/board-history.ts";
import { manualClock } from "../manual-clock.ts";
import { testDoor, testIdentity, testPassphrase } from "../officers.ts";
import { makeCertificates } from "../services/test-certificates.ts";
import type { Answer, ConsoleSite } from "./console-site.ts";
import { alarmId, errorOf, hello, openConsoleSite } from "./console-site.ts";

let site: ConsoleSite;
const open = async (known: Partial<LocalIdentityOptions> = {}): Promise<void> => {
  site = await openConsoleSite(known);
};
afterEach(() => site.close());

const anonymous = { cookie: "" };
const enter = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  site.ask("/api/session", {
    method: "POST",
    headers: { ...anonymous, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const right = { name: "Ada", passphrase: testPassphrase };
const statusOf = async (cookie: string): Promise<number> =>
  (await site.ask("/api/session", { headers: { cookie } })).status;
const setCookieOf = ({ headers }: Answer): string => String(headers["set-cookie"]);

describe("signing in", () => {
  it("gives a cookie that scripts cannot read and other sites cannot send, and says who it is", async () => {
    await open();
    const answer = await enter(right);
    expect(answer.status).toBe(200);
    const { officer, expiresAt } = sessionViewSchema.parse(JSON.parse(answer.body));
    expect(officer).toEqual({ name: "Ada", role: "officer" });
    expect(expiresAt - Date.now()).toBeGreaterThan(3_590_000);
    expect(setCookieOf(answer)).toMatch(/^lanewatch-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const cookie = setCookieOf(answer).split(";", 1)[0] ?? "";
    const now = await site.ask("/api/session", { headers: { cookie: `a=b; ${cookie}; c=d` } });
    expect(sessionViewSchema.parse(JSON.parse(now.body)).officer).toEqual(officer);
  });

  it("over TLS gives a cookie for TLS alone", async () => {
    await open();
    const secure = await site.listen({ behindTls: true, hosts: ["console.example.org"] });
    const response = await fetch(`${secure.url}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(right),
    });
    expect(response.headers.get("set-cookie")).toMatch(/; SameSite=Strict; Secure$/);
    await secure.close();
  });

  it("is refused with the same words for a wrong passphrase and an unknown name, without a cookie", async () => {
    await open();
    const answers = [await enter({ ...right, passphrase: "wrong" }), await enter({ ...right, name: "Zoe" })];
    for (const answer of answers) {
      expect([answer.status, errorOf(answer).code]).toEqual([401, "sign-in-refused"]);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
    expect(answers[0]?.body).toBe(answers[1]?.body);
  });

  it("names the problems of what was entered, and does not repeat it", async () => {
    await open();
    const answer = await enter({ name: "x".repeat(50), passphrase: "y".repeat(300), more: 1 });
    expect(answer.status).toBe(400);
    expect(
      errorOf(answer)
        .problems?.map(({ path }) => path)
        .sort(),
    ).toEqual(["more", "name", "passphrase"]);
    expect(answer.body).not.toMatch(/yyy|xxx/);
  });

  it("is turned away after too many attempts, and told for how long", async () => {
    const clock = manualClock();
    await open({ clock });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await enter({ ...right, name: "Ben", passphrase: "guess" })).status).toBe(401);
    }
    const answer = await enter({ ...right, name: "Ben" });
    expect([answer.status, errorOf(answer).code]).toEqual([429, "too-many-attempts"]);
    expect(answer.headers["retry-after"]).toBe("30");
    expect((await enter(right)).status).toBe(200);
    await clock.advance(30_000);
    expect((await enter({ ...right, name: "Ben" })).status).toBe(200);
  });

  it("counts those behind a proxy each by itself", async () => {
    await open();
    const proxied = await site.listen({ behindTls: true });
    const enterFrom = (address: string): Promise<number> =>
      fetch(`${proxied.url}/api/session`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": `198.51.100.1, ${address}` },
        body: JSON.stringify({ name: "Ben", passphrase: "guess" }),
      }).then(({ status }) => status);
    for (let attempt = 0; attempt < 5; attempt += 1) expect(await enterFrom("192.0.2.1")).toBe(401);
    expect(await enterFrom("192.0.2.1")).toBe(429);
    expect(await enterFrom("192.0.2.2")).toBe(401);
    await proxied.close();
  });

  it("again at the same browser ends the session before", async () => {
    await open();
    const answer = await enter({ ...right, name: "Sue" }, { cookie: site.cookie });
    expect(answer.status).toBe(200);
    expect(await statusOf(site.cookie)).toBe(401);
    expect(await statusOf(setCookieOf(answer).split(";", 1)[0] ?? "")).toBe(200);
  });

  it("is nothing that a page of another origin can do", async () => {
    await open();
    const answer = await enter(right, { origin: "http://evil.example" });
    expect([answer.status, errorOf(answer).code]).toEqual([403, "origin-refused"]);
  });
});

describe("a session", () => {
  it("ends at sign-out, and the cookie is taken away", async () => {
    await open();
    const answer = await site.ask("/api/session", { method: "DELETE" });
    expect([answer.status, answer.body]).toEqual([204, ""]);
    expect(setCookieOf(answer)).toMatch(/^lanewatch-session=; .*Max-Age=0$/);
    expect(await statusOf(site.cookie)).toBe(401);
    expect((await site.ask("/api/session", { method: "DELETE", headers: anonymous })).status).toBe(204);
  });

  it("ends by itself, which closes its sockets so that the page can ask to sign in", async () => {
    const clock = manualClock();
    await open({ clock });
    const { socket, closed } = await site.browse();
    socket.send(hello);
    await clock.advance(3_601_000);
    expect(await closed).toEqual({ code: signedOutCloseCode, reason: "signed out" });
    expect(await statusOf(site.cookie)).toBe(401);
  });

  it("that is signed out closes its own sockets and nobody else's", async () => {
    await open();
    const mine = await site.browse();
    const theirs = await site.browse({ cookie: await site.signIn("Sue") });
    await site.ask("/api/session", { method: "DELETE" });
    expect((await mine.closed).code).toBe(4401);
    theirs.socket.send(hello);
    expect((await theirs.next()).kind).toBe("snapshot");
    expect(theirs.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("survives a restart of the server", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sessions-"));
    const told: string[] = [];
    const store = sessionFile(join(folder, "sessions.json"), (sentence) => told.push(sentence));
    await open({ store });
    const sue = await site.signIn("Sue");
    await site.ask("/api/session", { method: "DELETE" });
    const identity = await testIdentity({ store });
    const again = await site.listen({ identity });
    const ask = (cookie: string): Promise<Response> =>
      fetch(`${again.url}/api/session`, { headers: { cookie } });
    expect(await (await ask(sue)).json()).toMatchObject({ officer: { name: "Sue", role: "supervisor" } });
    expect((await ask(site.cookie)).status).toBe(401);
    await again.close();
    await identity.close();
    await rm(folder, { recursive: true });
    expect(told).toEqual([]);
  });
});

describe("a console with a certificate", () => {
  it("is reached over TLS alone, by its names, sockets too", async () => {
    await open();
    const folder = await mkdtemp(join(tmpdir(), "console-tls-"));
    const { ca, certificatePath, keyPath } = await makeCertificates(folder);
    const [cert, key] = await Promise.all([readFile(certificatePath, "utf8"), readFile(keyPath, "utf8")]);
    const secure = await site.listen({ tls: { cert, key }, host: "0.0.0.0", hosts: ["console.example.org"] });
    const at = new URL(secure.url.replace("0.0.0.0", "127.0.0.1"));
    expect(at.protocol).toBe("https:");
    const ask = (host: string, origin?: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { host, cookie: site.cookie, ...(origin === undefined ? {} : { origin }) };
        const place = { host: "127.0.0.1", servername: "localhost", port: at.port, ca };
        const sent = request({ ...place, path: "/api/session", method: "DELETE", headers }, (response) =>
          resolve(response.resume().statusCode ?? 0),
        );
        sent.on("error", reject).end();
      });
    const socket = new WebSocket(`wss://127.0.0.1:${at.port}/ws`, { ca, headers: { cookie: site.cookie } });
    await once(socket, "open");
    expect(await ask("evil.example")).toBe(403);
    expect(await ask("console.example.org", "http://console.example.org")).toBe(403);
    expect(await ask("console.example.org", "https://console.example.org")).toBe(204);
    expect((await once(socket, "close"))[0]).toBe(signedOutCloseCode);
    await expect(fetch(`http://127.0.0.1:${at.port}/healthz`)).rejects.toThrow();
    await secure.close();
    await rm(folder, { recursive: true });
  });

  it("says when certificate and key are none", async () => {
    await open();
    await expect(site.listen({ tls: { cert: "no", key: "no" } })).rejects.toMatchObject({
      code: "file-unreadable",
    });
  });
});

describe("without a session", () => {
  const command = { commandId: "command-1", expectedVersion: 0, act: { kind: "acknowledge" } };
  const post = { method: "POST", body: JSON.stringify(command) };

  it.each([
    ["GET", "/api/site", {}],
    ["GET", `/api/alarms/${alarmId}`, {}],
    ["POST", `/api/alarms/${alarmId}/commands`, post],
    ["POST", "/api/lanes/north/commands", post],
  ])("%s %s is refused, and says why", async (_, path, words) => {
    await open();
    for (const cookie of ["", "lanewatch-session=", `lanewatch-session=${"A".repeat(43)}`]) {
      const headers = { cookie, "content-type": "application/json" };
      const answer = await site.ask(path, { ...words, headers });
      expect([answer.status, errorOf(answer).code]).toEqual([401, "not-signed-in"]);
    }
    expect(
      (await site.ask(path, { ...words, headers: { "content-type": "application/json" } })).status,
    ).not.toBe(401);
  });

  it("no socket opens", async () => {
    await open();
    expect(await site.refusedUpgrade("/ws", anonymous)).toBe(401);
    expect(await site.refusedUpgrade("/ws", { cookie: `lanewatch-session=${"A".repeat(43)}` })).toBe(401);
  });

  it("the page, the door and the console's health are there", async () => {
    await open();
    for (const path of ["/", "/healthz", "/api/door"]) {
      expect((await site.ask(path, { headers: anonymous })).status).toBe(200);
    }
    const door = await site.ask("/api/door", { headers: anonymous });
    expect(doorViewSchema.parse(JSON.parse(door.body))).toEqual(testDoor);
  });
});

describe("who is signed in", () => {
  it("is whose word goes to the log, in the role they have", async () => {
    await open();
    for (const [name, role] of [
      ["Sue", "supervisor"],
      ["Eve", "engineer"],
    ] as const) {
      const cookie = await site.signIn(name);
      await site.post(
        { commandId: `command-${name}`, expectedVersion: 0, act: { kind: "comment", text: "Seen." } },
        { cookie },
      );
      const answer = await site.ask(`/api/alarms/${alarmId}`, { headers: { cookie } });
      expect(JSON.parse(answer.body)).toMatchObject({
        adjudication: {
          history: expect.arrayContaining([expect.objectContaining({ by: { name, role } })]) as unknown,
        },
      });
    }
    const refused = await site.post(
      { commandId: "command-claim", expectedVersion: 9, act: { kind: "claim" } },
      { cookie: await site.signIn("Eve") },
    );
    expect(errorOf(refused)).toMatchObject({ code: "command-refused", refusal: "not-permitted" });
  });

  it("may speak of a lane's faults, of a lane there is", async () => {
    await open();
    const act = { kind: "unshelve-fault", fault: "link-down" };
    const speak = (lane: string, body: unknown): Promise<Answer> =>
      site.ask(`/api/lanes/${lane}/commands`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const unknown = await speak("nowhere", { commandId: "command-1", act });
    expect([unknown.status, errorOf(unknown).code]).toEqual([404, "not-found"]);
    const bad = await speak("north", { commandId: "!", act: { kind: "unshelve-fault", fault: "mood" } });
    expect(
      errorOf(bad)
        .problems?.map(({ path }) => path)
        .sort(),
    ).toEqual(["act.fault", "commandId"]);
  });

  it("is known to routes of further subjects, and their role is asked for", async () => {
    await open();
    const addRoutes = (app: FastifyInstance): void => {
      app.get("/api/who", (asked) => officerOf(asked));
      app.get("/api/tune", (asked) => officerInRole(asked, ["engineer"]));
    };
    const more = await site.listen({ addRoutes });
    const ask = (path: string, cookie: string): Promise<Response> =>
      fetch(`${more.url}${path}`, { headers: { cookie } });
    expect((await ask("/api/who", "")).status).toBe(401);
    expect(await (await ask("/api/who", site.cookie)).json()).toEqual({ name: "Ada", role: "officer" });
    const refused = await ask("/api/tune", site.cookie);
    expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: "not-permitted" } }]);
    expect((await ask("/api/tune", await site.signIn("Eve"))).status).toBe(200);
    await more.close();
  });

  it("has alarms of the past where there is a history", async () => {
    await open();
    const past = aCase({ occupancy: 77 });
    const anyCase = (id: string): Promise<AlarmCase | undefined> =>
      Promise.resolve(id === past.alarm.alarmId ? past : undefined);
    const more = await site.listen({ console: { ...site.officers, anyCase } });
    const ask = (id: string): Promise<Response> =>
      fetch(`${more.url}/api/alarms/${id}`, { headers: { cookie: site.cookie } });
    expect(await (await ask(past.alarm.alarmId)).json()).toMatchObject({
      alarm: { alarmId: past.alarm.alarmId },
    });
    expect((await ask("nothing")).status).toBe(404);
    await more.close();
  });

  it("sees the site as it is configured", async () => {
    await open();
    const answer = await site.ask("/api/site");
    expect(siteViewSchema.parse(JSON.parse(answer.body)).name).toBe("Site");
  });
});
