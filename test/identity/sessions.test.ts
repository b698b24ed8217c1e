import { afterEach, describe, expect, it } from "vitest";
import { sessionSecrets } from "../../src/adapters/scrypt-passphrase.ts";
import type { Account, KeptSession, Sessions, SessionStore } from "../../src/identity/sessions.ts";
import { openSessions, sessionsAnOfficerMax } from "../../src/identity/sessions.ts";
import { manualClock } from "../manual-clock.ts";

const minute = 60_000;
const limits = { limitInMs: 12 * 60 * minute, idleLimitInMs: 60 * minute };
const ada: Account = { officer: { name: "Ada", role: "officer" }, credential: "ada-1" };
const ben: Account = { officer: { name: "Ben", role: "officer" }, credential: "ben-1" };

/** A store that a test can look into. */
const memoryStore = (): SessionStore & { kept: readonly KeptSession[]; saves: number } => {
  const store = {
    kept: [] as readonly KeptSession[],
    saves: 0,
    load: () => Promise.resolve(store.kept),
    save: (sessions: readonly KeptSession[]) => {
      store.kept = sessions;
      store.saves += 1;
      return Promise.resolve();
    },
  };
  return store;
};

const opened: Sessions[] = [];
const open = async (
  clock = manualClock(),
  store: SessionStore = memoryStore(),
  isCurrent = (credential: string): boolean => credential.endsWith("-1"),
): Promise<Sessions> => {
  const sessions = await openSessions({ limits, isCurrent, clock, secrets: sessionSecrets, store });
  opened.push(sessions);
  return sessions;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((sessions) => sessions.close()));
});

describe("a session", () => {
  it("is opened by its secret, of 256 bits, and by nothing else", async () => {
    const sessions = await open();
    const { secret, session } = await sessions.open(ada);
    expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    expect(sessions.of(secret)).toEqual({ id: session.id, officer: ada.officer });
    for (const other of [undefined, "", session.id, secret.slice(1), `${secret}A`]) {
      expect(sessions.of(other)).toBeUndefined();
    }
  });

  it("ends when nothing was done for an hour", async () => {
    const clock = manualClock();
    const sessions = await open(clock);
    const { secret, session } = await sessions.open(ada);
    expect(sessions.expiresAt(session)).toBe(clock.wall() + limits.idleLimitInMs);
    await clock.advance(59 * minute);
    expect(sessions.of(secret)).toBeDefined();
    expect(sessions.expiresAt(session)).toBe(clock.wall() + limits.idleLimitInMs);
    await clock.advance(60 * minute);
    expect(sessions.of(secret)).toBeUndefined();
  });

  it("ends after twelve hours, whatever is done", async () => {
    const clock = manualClock();
    const sessions = await open(clock);
    const { secret } = await sessions.open(ada);
    for (let half = 1; half < 24; half += 1) {
      await clock.advance(30 * minute);
      expect(sessions.of(secret)).toBeDefined();
    }
    await clock.advance(30 * minute);
    expect(sessions.of(secret)).toBeUndefined();
  });

  it("tells who waits for its end: at sign-out, when its time is over without a request, and at once afterwards", async () => {
    const clock = manualClock();
    const sessions = await open(clock);
    const [left, over] = [await sessions.open(ada), await sessions.open(ben)];
    const ended: string[] = [];
    sessions.whenEnded(left.session, () => ended.push("left"));
    sessions.whenEnded(left.session, () => ended.push("unheard"))();
    sessions.whenEnded(over.session, () => ended.push("over"));
    await sessions.end(left.secret);
    expect(ended).toEqual(["left"]);
    await clock.advance(61 * minute);
    expect(ended).toEqual(["left", "over"]);
    sessions.whenEnded(over.session, () => ended.push("late"));
    expect(ended).toEqual(["left", "over", "late"]);
  });

  it(`is one of ${sessionsAnOfficerMax} at the most: the one unused for longest ends`, async () => {
    const sessions = await open();
    const others = await sessions.open(ben);
    const secrets: string[] = [];
    for (let index = 0; index < sessionsAnOfficerMax; index += 1) {
      secrets.push((await sessions.open(ada)).secret);
    }
    expect(sessions.of(secrets[0])).toBeDefined();
    await sessions.open(ada);
    expect(secrets.map((secret) => sessions.of(secret) !== undefined)).toEqual(
      secrets.map((_, index) => index !== 1),
    );
    expect(sessions.of(others.secret)).toBeDefined();
  });
});

describe("sessions that are kept", () => {
  it("outlive a restart without their secrets being kept", async () => {
    const clock = manualClock();
    const store = memoryStore();
    const { secret } = await (await open(clock, store)).open(ada);
    expect(JSON.stringify(store.kept)).not.toContain(secret);
    const again = await open(clock, store);
    expect(again.of(secret)?.officer).toEqual(ada.officer);
  });

  it("do not outlive a sign-out, a changed passphrase or role, or their time", async () => {
    const clock = manualClock();
    const store = memoryStore();
    const first = await open(clock, store);
    const [left, changed, late] = [
      await first.open(ada),
      await first.open({ ...ada, credential: "ada-2" }),
      await first.open(ben),
    ];
    await first.end(left.secret);
    const again = await open(clock, store);
    expect([left, changed, late].map(({ secret }) => again.of(secret)?.officer.name)).toEqual([
      ...[undefined, undefined, "Ben"],
    ]);
    clock.stepWall(61 * minute);
    const later = await open(clock, store);
    expect(later.of(late.secret)).toBeUndefined();
  });

  it("are saved with their signs of life, within half a minute and not at each", async () => {
    const clock = manualClock();
    const store = memoryStore();
    const sessions = await open(clock, store);
    const { secret } = await sessions.open(ada);
    const before = store.saves;
    for (let second = 0; second < 60; second += 1) {
      sessions.of(secret);
      await clock.advance(1000);
    }
    expect(store.saves - before).toBeGreaterThanOrEqual(1);
    expect(store.saves - before).toBeLessThanOrEqual(2);
    expect(store.kept[0]?.seenAt).toBeGreaterThan(clock.wall() - 31_000);
  });

  it("are saved one after the other, and the last save has all", async () => {
    let saving = 0;
    const written: number[] = [];
    const store: SessionStore = {
      load: () => Promise.resolve([]),
      save: async (sessions) => {
        saving += 1;
        expect(saving).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        written.push(sessions.length);
        saving -= 1;
      },
    };
    const sessions = await open(manualClock(), store);
    await Promise.all([sessions.open(ada), sessions.open(ben), sessions.open(ben)]);
    expect(written.at(-1)).toBe(3);
    expect(written.length).toBeLessThanOrEqual(2);
  });
});
