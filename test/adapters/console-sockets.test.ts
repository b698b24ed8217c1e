import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { recordOf } from "../console/small-core.ts";
import { aCase, anAlarm, at, caseInput, eventInput } from "../core/board-history.ts";
import { alarmId, hello, nextChange, openConsoleSite, portOf, until } from "./console-site.ts";
import type { ConsoleSite } from "./console-site.ts";

let site: ConsoleSite;
beforeEach(async () => {
  site = await openConsoleSite();
});
afterEach(() => site.close());

describe("the socket", () => {
  it("shows everything, then an alarm the moment it is raised, then its drawing", async () => {
    const { socket, next } = await site.browse();
    socket.send(hello);
    expect(await next()).toMatchObject({ kind: "snapshot", sequence: 0, alarms: [{ alarmId }] });
    const { alarmId: second } = anAlarm({ occupancy: 8 });
    socket.send(JSON.stringify({ kind: "watch", alarmId: second }));
    expect(await next()).toEqual({ kind: "alarm-unknown", alarmId: second });
    await site.log.append([
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
    const first = await site.browse();
    first.socket.send(hello);
    await first.next();
    first.socket.terminate();
    await site.log.append([recordOf(caseInput(aCase({ version: 2 })), 2)]);
    await site.log.append([recordOf(caseInput(aCase({ version: 3 })), 2)]);
    await until(() => site.officers.health().sequence === 2);
    const second = await site.browse();
    second.socket.send(JSON.stringify({ kind: "hello", resume: { stream: "run", sequence: 1 } }));
    expect(await second.next()).toMatchObject({
      kind: "changes",
      sequence: 2,
      alarms: [{ alarmVersion: 3 }],
    });
    expect(await second.next()).toMatchObject({ kind: "pulse", sequence: 2 });
  });

  it("pulses each second", async () => {
    const { socket, next } = await site.browse();
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
    const rude = await site.browse();
    const polite = await site.browse();
    send(rude.socket);
    expect((await rude.closed).code).toBe(code);
    polite.socket.send(hello);
    expect((await polite.next()).kind).toBe("snapshot");
    await until(() => site.officers.health().sessions === 1);
  });

  it("closes a browser that takes nothing, and goes on serving the others", async () => {
    const slow = await site.browse();
    const quick = await site.browse();
    for (const { socket } of [slow, quick]) socket.send(hello);
    await Promise.all([slow.next(), quick.next()]);
    slow.socket.send(JSON.stringify({ kind: "watch", alarmId }));
    await slow.next();
    slow.socket.pause();
    const gamma = Array.from({ length: 4000 }, () => [100_000, 100_000, 100_000, 100_000] as const);
    let version = 1;
    while (site.officers.health().sessions === 2) {
      version += 1;
      await site.log.append([recordOf(caseInput(aCase({ version, gamma })), 2)]);
      expect(await nextChange(quick)).toMatchObject({ alarms: [{ alarmVersion: version }] });
    }
    expect(version).toBeLessThan(400);
  });

  it("forgets browsers that leave", async () => {
    const { socket } = await site.browse();
    await until(() => site.officers.health().sessions === 1);
    socket.terminate();
    await until(() => site.officers.health().sessions === 0);
  });

  it("opens for no page of another origin or host", async () => {
    expect(await site.refusedUpgrade("/ws", { origin: "http://evil.example" })).toBe(403);
    expect(await site.refusedUpgrade("/ws", { host: "evil.example" })).toBe(403);
    expect(await site.refusedUpgrade("/other", {})).toBe(404);
    const { socket } = await site.browse({ origin: site.server.url });
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it("closes within a second with sockets open, one of them deaf", async () => {
    const { closed, socket } = await site.browse();
    socket.send(hello);
    const deaf = connect(portOf(site.server.url), "127.0.0.1", () =>
      deaf.write(
        "GET /ws HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
      ),
    );
    await new Promise((resolve) => deaf.once("data", resolve));
    const idle = connect(portOf(site.server.url), "127.0.0.1");
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
    await site.server.close();
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await closed).toEqual({ code: 1001, reason: "the console is closing" });
    await Promise.all(gone);
    await expect(fetch(site.server.url)).rejects.toThrow();
  });
});
