import { describe, expect, test } from "vitest";
import { fetchCase, retryDelaysInMs, sendCommand } from "../../../src/console/web/commands.ts";
import { commandIdFor, draftsMax, editDraft, emptyDraft, entryOf } from "../../../src/console/web/draft.ts";
import type { Drafts } from "../../../src/console/web/draft.ts";
import { alarmId, commandId } from "../../../src/domain/ids.ts";
import type { CommandRequest } from "../../../src/wire/console.ts";
import { sampleCase, serverStart } from "./samples.ts";

const request: CommandRequest = {
  commandId: commandId("11111111-command"),
  expectedVersion: 0,
  act: { kind: "acknowledge" },
};
const command = {
  ...request,
  laneId: "north",
  alarmId: "north~1~gamma",
  by: { name: "R. Okafor", role: "officer" },
  at: serverStart,
};

const json = (status: number, body: unknown): Response => Response.json(body, { status });
const error = (status: number, body: Record<string, unknown>): Response =>
  json(status, { error: { message: "…", ...body } });

/** A server that gives these answers in turn; "cut" is a connection that breaks. */
const send = async (answers: readonly (Response | "cut")[]) => {
  const bodies: string[] = [];
  const paths: string[] = [];
  const waits: number[] = [];
  const result = await sendCommand("/api/alarms/north~1~gamma/commands", request, {
    fetch: (path, init) => {
      const answer = answers[bodies.length];
      bodies.push(typeof init?.body === "string" ? init.body : "");
      paths.push(path);
      return answer === undefined || answer === "cut"
        ? Promise.reject(new TypeError("network"))
        : Promise.resolve(answer);
    },
    sleep: (delayInMs) => {
      waits.push(delayInMs);
      return Promise.resolve();
    },
  });
  return { result, bodies, paths, waits };
};

describe("sending a command", () => {
  test("posts it to the alarm and takes the decision", async () => {
    const { result, paths, bodies } = await send([json(200, { outcome: "accepted", command, version: 1 })]);
    expect(result).toEqual({ kind: "accepted", version: 1 });
    expect(paths).toEqual(["/api/alarms/north~1~gamma/commands"]);
    expect(JSON.parse(bodies[0] ?? "")).toEqual(request);
  });

  test("without an answer the very same command is repeated, then the officer is asked", async () => {
    const once = await send(["cut", json(200, { outcome: "accepted", command, version: 1 })]);
    expect(once.result).toEqual({ kind: "accepted", version: 1 });
    expect(new Set(once.bodies).size).toBe(1);
    const never = await send([]);
    expect(never.result).toEqual({ kind: "unanswered" });
    expect(never.bodies).toHaveLength(retryDelaysInMs.length + 1);
    expect(new Set(never.bodies).size).toBe(1);
    expect(never.waits).toEqual(retryDelaysInMs);
  });

  test.each([
    ["a late decision", error(504, { code: "decision-late" })],
    ["a full server", error(503, { code: "too-busy" })],
    ["a proxy's page", new Response("<html>", { status: 502 })],
    ["an answer cut short", new Response('{"outcome":"acc', { status: 200 })],
  ])("%s is no answer and is retried", async (_, answer) => {
    const { result, bodies } = await send([answer, json(200, { outcome: "accepted", command, version: 1 })]);
    expect(result).toEqual({ kind: "accepted", version: 1 });
    expect(bodies).toHaveLength(2);
  });

  test.each([
    [error(409, { code: "command-refused", refusal: "stale-version", version: 3 }), "stale-version"],
    [error(409, { code: "command-refused", refusal: "of-tomorrow" }), null],
    [
      json(200, { outcome: "refused", command, version: 1, refusal: "already-acknowledged" }),
      "already-acknowledged",
    ],
  ])("a refusal is final: %#", async (answer, refusal) => {
    const { result, bodies } = await send([answer]);
    expect(result).toEqual({ kind: "refused", refusal, holder: null, missing: [] });
    expect(bodies).toHaveLength(1);
  });

  test("a bad request says which field, and is not repeated", async () => {
    const problems = [{ path: "officer", message: "an officer's name is needed" }];
    const { result, bodies } = await send([error(400, { code: "bad-request", problems })]);
    expect(result).toEqual({
      kind: "failed",
      code: "bad-request",
      problems: ["officer: an officer's name is needed"],
    });
    expect(bodies).toHaveLength(1);
    expect((await send([error(418, { code: "of-tomorrow" })])).result).toMatchObject({
      kind: "failed",
      code: "of-tomorrow",
    });
  });

  test("who holds the alarm and what is missing is told", async () => {
    const held = { code: "command-refused", refusal: "held-by-other", version: 2, holder: "A. Lind" };
    const lacking = {
      code: "command-refused",
      refusal: "incomplete-entry",
      version: 2,
      missing: ["notes", "x"],
    };
    expect((await send([error(409, held)])).result).toMatchObject({ holder: "A. Lind", missing: [] });
    expect((await send([error(409, lacking)])).result).toMatchObject({ holder: null, missing: ["notes"] });
  });

  test("without a session nothing was done, and nothing is repeated by itself", async () => {
    const { result, bodies } = await send([error(401, { code: "not-signed-in" })]);
    expect(result).toEqual({ kind: "signed-out" });
    expect(bodies).toHaveLength(1);
  });
});

describe("asking for an alarm", () => {
  const ask = (answer: Response | Error) =>
    fetchCase(alarmId("a"), {
      fetch: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)),
    });

  test("gives it, or null where it cannot be had", async () => {
    expect(await ask(json(200, sampleCase("a")))).toEqual(sampleCase("a"));
    expect(await ask(error(404, { code: "not-found" }))).toBeNull();
    expect(await ask(new TypeError("network"))).toBeNull();
  });
});

describe("command ids", () => {
  const fresh: CommandRequest = { ...request, commandId: commandId("22222222-command") };
  const refused = { kind: "refused", refusal: "stale-version", holder: null, missing: [] } as const;

  test("the same act with an unknown outcome keeps its id", () => {
    expect(commandIdFor(fresh, { request, result: { kind: "unanswered" } })).toBe(request.commandId);
  });

  test("anything else is a new command", () => {
    expect(commandIdFor(fresh, undefined)).toBe(fresh.commandId);
    expect(commandIdFor(fresh, { request, result: refused })).toBe(fresh.commandId);
    const others: readonly CommandRequest[] = [
      { ...fresh, act: { kind: "claim" } },
      { ...fresh, act: { kind: "comment", text: "Tiles." } },
      { ...fresh, expectedVersion: 1 },
    ];
    for (const other of others) {
      expect(commandIdFor(other, { request, result: { kind: "unanswered" } })).toBe(fresh.commandId);
    }
  });
});

describe("drafts", () => {
  test("keep what was typed about each alarm", () => {
    const none: Drafts = new Map();
    const first = editDraft(none, alarmId("a"), { notes: "Ceramic tiles" });
    const second = editDraft(first, alarmId("b"), { vehicleId: "KX 4471" });
    const third = editDraft(second, alarmId("a"), { disposition: "norm-found" });
    expect(third.get(alarmId("a"))).toEqual({
      ...emptyDraft,
      disposition: "norm-found",
      notes: "Ceramic tiles",
    });
    expect(third.get(alarmId("b"))).toEqual({ ...emptyDraft, vehicleId: "KX 4471" });
  });

  test("beyond the bound the one edited longest ago is forgotten", () => {
    let drafts: Drafts = editDraft(new Map(), alarmId("first"), { notes: "kept by editing it again" });
    for (let at = 0; at < draftsMax; at += 1) {
      drafts = editDraft(drafts, alarmId(`alarm-${at}`), { notes: String(at) });
      drafts = editDraft(drafts, alarmId("first"), { vehicleId: String(at) });
    }
    expect(drafts.size).toBe(draftsMax);
    expect(drafts.has(alarmId("alarm-0"))).toBe(false);
    expect(drafts.get(alarmId("first"))?.notes).toBe("kept by editing it again");
  });

  test("become entries: trimmed, isotopes by their names, once each; none without a disposition", () => {
    expect(entryOf({ ...emptyDraft, notes: "x" })).toBeNull();
    const typed = {
      disposition: "norm-found",
      isotopes: "40K, 226Ra;40K  232Th",
      notes: " Tiles \n",
    } as const;
    expect(entryOf({ ...emptyDraft, ...typed })).toEqual({
      disposition: "norm-found",
      isotopes: ["40K", "226Ra", "232Th"],
      vehicleId: "",
      containerId: "",
      commodity: "",
      riidResult: "",
      notes: "Tiles",
    });
  });
});
