import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alarmCaseSchema } from "../../src/wire/alarm.ts";
import { decisionSchema } from "../../src/wire/command.ts";
import { errorBodySchema } from "../../src/wire/console.ts";
import { recordOf } from "../console/small-core.ts";
import { anAlarm, at, eventInput, north, occupancyOf } from "../core/board-history.ts";
import { alarmId, errorOf, hello, nextChange, openConsoleSite, portOf } from "./console-site.ts";
import type { ConsoleSite } from "./console-site.ts";

const acknowledge = { commandId: "command-1", expectedVersion: 0, act: { kind: "acknowledge" } };

let site: ConsoleSite;
beforeEach(async () => {
  site = await openConsoleSite();
});
afterEach(() => site.close());

describe("the page", () => {
  it("is served with headers that let it use nothing but itself", async () => {
    const { status, headers, body } = await site.ask("/");
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
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${portOf(site.server.url)}`);
    expect(policy.join()).not.toContain("unsafe");
  });

  it("lets browsers keep what has a hash in its name", async () => {
    const { status, headers } = await site.ask("/assets/main-1a2b.js");
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
    const answer = await site.ask(path);
    expect(answer.body).not.toContain("secret");
    expect([answer.status, errorOf(answer).code]).toEqual([404, "not-found"]);
  });

  it.each(["/%zz", "/%00", "/index.html%00.js"])("answers the path %s with a coded error", async (path) => {
    const answer = await site.ask(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    errorOf(answer);
  });
});
describe("alarms and commands", () => {
  it("gives an alarm whole, with the course so far", async () => {
    const browser = await site.browse();
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
      rules: [],
    } as const;
    await site.log.append([recordOf(eventInput(interval, 1), 2)]);
    await nextChange(browser);
    const { status, body } = await site.ask(`/api/alarms/${alarmId}`);
    expect(status).toBe(200);
    expect(alarmCaseSchema.parse(JSON.parse(body)).alarm.profile.gamma).toEqual([[1, 2, 3, 4]]);
  });

  it.each(["nothing", "a~b~c", "x".repeat(5000), "%20", "north~00000001~0~gamma%00"])(
    "knows no alarm %s",
    async (id) => {
      const answer = await site.ask(`/api/alarms/${id}`);
      expect([answer.status, errorOf(answer).code]).toEqual([404, "not-found"]);
    },
  );

  it("answers a command with its decision, and a refusal with its reason and version", async () => {
    const accepted = await site.post(acknowledge);
    expect(accepted.status).toBe(200);
    expect(decisionSchema.parse(JSON.parse(accepted.body))).toMatchObject({
      outcome: "accepted",
      version: 1,
    });
    const refused = await site.post({ ...acknowledge, commandId: "command-2" });
    expect(refused.status).toBe(409);
    expect(errorOf(refused)).toMatchObject({
      code: "command-refused",
      refusal: "already-acknowledged",
      version: 1,
    });
    const { body } = await site.ask(`/api/alarms/${alarmId}`);
    expect(alarmCaseSchema.parse(JSON.parse(body)).adjudication).toMatchObject({
      version: 1,
      state: "acknowledged",
    });
  });

  it("names every problem of a body at once", async () => {
    const entry = {
      disposition: "fine",
      isotopes: [],
      vehicleId: "",
      containerId: "",
      commodity: "",
      notes: "",
    };
    const answer = await site.post({
      commandId: "!",
      expectedVersion: -1,
      act: { kind: "dispose", entry },
      extra: 1,
    });
    expect(answer.status).toBe(400);
    const { code, problems } = errorOf(answer);
    expect(code).toBe("bad-request");
    expect(problems?.map(({ path }) => path).sort()).toEqual([
      "act.entry.disposition",
      "act.entry.riidResult",
      "commandId",
      "expectedVersion",
      "extra",
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
    const answer = await site.post(body);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
  });

  it("refuses a body that says it is no JSON, as a form of another page would", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      const answer = await site.post(acknowledge, { "content-type": type });
      expect(answer.status).toBe(400);
      // Not read at all, rather than read and found wanting.
      expect(errorOf(answer)).toEqual({ code: "bad-request", message: "The body must be JSON." });
    }
  });

  it("knows no alarm to command", async () => {
    const answer = await site.post(acknowledge, {}, anAlarm({ occupancy: 9 }).alarmId);
    expect([answer.status, errorOf(answer).code]).toEqual([404, "not-found"]);
  });

  it("says how it is", async () => {
    const { status, body } = await site.ask("/healthz");
    expect([status, JSON.parse(body)]).toMatchObject([
      200,
      { running: true, stream: "run", unreadableRecords: 0 },
    ]);
  });

  it("says when it is no longer connected to its log", async () => {
    site.stop.abort();
    await site.officers.ended;
    const answer = await site.ask("/healthz");
    expect([answer.status, errorOf(answer).code]).toEqual([503, "log-closed"]);
  });
});
describe("requests from elsewhere", () => {
  it("are refused by host", async () => {
    for (const path of ["/", "/healthz", `/api/alarms/${alarmId}`, "/nothing"]) {
      const answer = await site.ask(path, { headers: { host: "evil.example" } });
      expect([answer.status, errorOf(answer).code]).toEqual([403, "origin-refused"]);
      expect(String(answer.headers["content-security-policy"])).not.toContain("evil");
    }
  });

  it("are refused by origin, and change nothing", async () => {
    for (const origin of ["http://evil.example", "null", "http://localhost:1"]) {
      const answer = await site.post(acknowledge, { origin });
      expect([answer.status, errorOf(answer).code]).toEqual([403, "origin-refused"]);
    }
    expect(await site.log.end("lanewatch.commands.v1", 0)).toBe(0);
    expect(await site.log.end("lanewatch.commands.v1", 1)).toBe(0);
    expect((await site.post(acknowledge, { origin: site.server.url })).status).toBe(200);
  });

  it("that are not HTTP get a coded answer", async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(portOf(site.server.url), "127.0.0.1", () =>
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
describe("starting and ending", () => {
  it("names the page that is not built", async () => {
    await expect(site.listen({ webDirectory: join(site.webDirectory, "assets") })).rejects.toMatchObject({
      code: "console-unbuilt",
      message: expect.stringContaining(join(site.webDirectory, "assets")) as unknown,
    });
  });

  it("names the port that is busy", async () => {
    const port = portOf(site.server.url);
    await expect(site.listen({ port })).rejects.toMatchObject({
      code: "port-busy",
      message: `Another program is already listening on 127.0.0.1:${port}.`,
    });
  });

  it("listens to this machine only where there is no TLS", async () => {
    for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.org"]) {
      await expect(site.listen({ host })).rejects.toMatchObject({ code: "address-unusable" });
    }
  });

  it("serves on every loopback address of localhost", async () => {
    const local = await site.listen({ host: "localhost" });
    expect(local.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await fetch(local.url)).status).toBe(200);
    await local.close();
  });
});
