import { describe, expect, test } from "vitest";
import { fetchDoor, fetchSession, sessionOver, signIn, signOut } from "../../../src/console/web/session.ts";
import type { Fetch } from "../../../src/console/web/session.ts";

const officer = { name: "olga", role: "officer" } as const;
const session = { officer, expiresAt: 1_800_000_000_000 };
const json = (status: number, body: unknown): Response => Response.json(body, { status });
const error = (status: number, code: string): Response => json(status, { error: { code, message: "…" } });
const answering =
  (answer: Response | "cut"): Fetch =>
  () =>
    answer === "cut" ? Promise.reject(new TypeError("network")) : Promise.resolve(answer);

describe("who is signed in", () => {
  test.each([
    [json(200, session), { kind: "signed-in", session }],
    [error(401, "not-signed-in"), { kind: "signed-out" }],
    [error(503, "log-closed"), { kind: "unanswered" }],
    [new Response("<html>", { status: 200 }), { kind: "unanswered" }],
    ["cut" as const, { kind: "unanswered" }],
  ])("%#", async (answer, expected) => {
    expect(await fetchSession(answering(answer))).toEqual(expected);
  });
});

describe("signing in", () => {
  test.each([
    [json(200, session), "signed-in"],
    [error(401, "sign-in-refused"), "wrong"],
    [error(429, "too-many-attempts"), "too-many"],
    [error(400, "bad-request"), "failed"],
    [error(500, "internal"), "unanswered"],
    ["cut" as const, "unanswered"],
  ])("%#", async (answer, kind) => {
    const entered = { name: "olga", passphrase: "a phrase" };
    expect((await signIn(answering(answer), entered)).kind).toBe(kind);
  });
});

test("the door is known only where the server says it in form", async () => {
  const door = { site: "Crossing", demo: [{ name: "olga", passphrase: "p", role: "officer" }] };
  expect(await fetchDoor(answering(json(200, door)))).toEqual(door);
  expect(await fetchDoor(answering(json(200, { site: 1 })))).toBeNull();
  expect(await fetchDoor(answering("cut"))).toBeNull();
});

test("signed out is signed out where the server has ended it, or had before", async () => {
  expect(await signOut(answering(new Response(null, { status: 204 })))).toBe(true);
  expect(await signOut(answering(error(401, "not-signed-in")))).toBe(true);
  expect(await signOut(answering("cut"))).toBe(false);
});

test("a session that is over remembers whose it was, once", () => {
  const over = sessionOver({ kind: "signed-in", officer });
  expect(over).toEqual({ kind: "signed-out", was: officer });
  expect(sessionOver(over)).toBe(over);
  expect(sessionOver({ kind: "unknown" })).toEqual({ kind: "signed-out", was: null });
});
