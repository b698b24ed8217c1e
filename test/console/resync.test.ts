import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openDeliveries } from "../../src/console/delivery.ts";
import { latencyBudgetsSchema } from "../../src/core/latency.ts";
import { openAlarmBoard } from "../../src/core/alarm-board.ts";
import type { AlarmBoard } from "../../src/core/alarm-board.ts";
import { openAudience } from "../../src/console/audience.ts";
import type { Audience } from "../../src/console/audience.ts";
import { openFeed } from "../../src/console/feed.ts";
import { alarmRowOf, laneViewOf } from "../../src/console/rows.ts";
import type { ServerMessage } from "../../src/wire/console.ts";
import { at, historyActs, historyOf } from "../core/board-history.ts";
import { fakeSocket } from "./fake-socket.ts";
import type { FakeSocket } from "./fake-socket.ts";

/** A browser as the contract describes it: rows replace rows, and each change follows the one before. */
interface Browser {
  readonly rows: Map<string, unknown>;
  position: { stream: string; sequence: number } | null;
  link: { readonly socket: FakeSocket; readonly leave: () => void } | null;
  snapshots: number;
  resumes: number;
}

const apply = (browser: Browser, message: ServerMessage): void => {
  switch (message.kind) {
    case "snapshot":
      browser.rows.clear();
      browser.position = { stream: message.stream, sequence: message.sequence };
      browser.snapshots += 1;
      for (const lane of message.lanes) browser.rows.set(lane.laneId, lane);
      for (const row of message.alarms) browser.rows.set(row.alarmId, row);
      return;
    case "changes":
      if (browser.position === null) throw new Error("changes before any snapshot");
      expect(message.sequence).toBe(browser.position.sequence + 1);
      browser.position.sequence = message.sequence;
      for (const lane of message.lanes) browser.rows.set(lane.laneId, lane);
      for (const row of message.alarms) browser.rows.set(row.alarmId, row);
      for (const id of message.dropped ?? []) browser.rows.delete(id);
      return;
    case "pulse":
      expect({ stream: message.stream, sequence: message.sequence }).toEqual(browser.position);
      return;
    case "alarm":
    case "alarm-unknown":
    case "lane":
      throw new Error("nothing is watched");
  }
};

const rowsOf = (board: AlarmBoard): Map<string, unknown> => {
  const rows = new Map<string, unknown>();
  for (const lane of board.lanes.values())
    rows.set(
      lane.laneId,
      laneViewOf(lane, { name: lane.laneId, data: { kind: "current" }, shelved: [], slow: null }),
    );
  for (const held of [...board.open.values(), ...board.closed.values()])
    rows.set(held.alarm.alarmId, alarmRowOf(held, { cameAt: null, occupancyId: null }));
  return rows;
};

const plain = (rows: ReadonlyMap<string, unknown>): unknown =>
  new Map([...rows].sort(([a], [b]) => (a < b ? -1 : 1)));

const act = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant("step"), records: fc.integer({ min: 1, max: 14 }) }),
  },
  { weight: 16, arbitrary: fc.record({ kind: fc.constant("flush") }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pulse") }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant("take"), browser: fc.nat(2), count: fc.nat(12) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("drop"), browser: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("connect"), browser: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart") }) },
);

const historyStep = fc.record({
  lane: fc.integer({ min: 0, max: 1 }),
  act: fc.constantFrom(...historyActs),
  count: fc.integer({ min: 0, max: 60 }),
});

/** One server run after another over one board, and three browsers whose sockets break where the seed says. */
const openWorld = (): {
  readonly board: AlarmBoard;
  readonly step: ReturnType<typeof openAlarmBoard>["step"];
  readonly browsers: readonly Browser[];
  readonly audience: () => Audience;
  readonly restart: () => void;
  readonly connect: (browser: Browser) => void;
  readonly drop: (browser: Browser) => void;
} => {
  const { board, step } = openAlarmBoard([], { closedMax: 1 });
  const browsers = [0, 1, 2].map((): Browser => ({
    rows: new Map(),
    position: null,
    link: null,
    snapshots: 0,
    resumes: 0,
  }));
  let run = 0;
  const open = (): Audience => {
    run += 1;
    const feed = openFeed(`run-${run}`, {
      messagesMax: 12,
      charactersMax: 60_000,
      resumeCharactersMax: 30_000,
    });
    return openAudience({
      board,
      feed,
      site: { name: "Site", timeZone: "UTC" },
      laneNames: new Map(),
      now: () => at(0),
      dataOf: () => ({ kind: "current" }),
      shelvedOf: () => [],
      slowOf: () => null,
      deliveries: openDeliveries(latencyBudgetsSchema.parse({})),
    });
  };
  let audience = open();
  const drop = (browser: Browser): void => {
    browser.link?.leave();
    browser.link = null;
  };
  return {
    board,
    step,
    browsers,
    audience: () => audience,
    restart: () => {
      for (const browser of browsers) drop(browser);
      audience = open();
    },
    drop,
    connect: (browser) => {
      drop(browser);
      const socket = fakeSocket();
      const { session, leave } = audience.join(socket);
      session.receive(JSON.stringify({ kind: "hello", resume: browser.position }));
      browser.link = { socket, leave };
      if (browser.position !== null && !socket.inFlight.some((text) => text.includes('"snapshot"')))
        browser.resumes += 1;
    },
  };
};

describe("browsers whose sockets drop anywhere", () => {
  it("end with exactly the server's rows, none missed and none doubled", () => {
    let resumes = 0;
    let snapshots = 0;
    let drops = 0;
    fc.assert(
      fc.property(
        fc.array(historyStep, { minLength: 100, maxLength: 300 }),
        fc.array(act, { minLength: 30, maxLength: 200 }),
        (steps, acts) => {
          const world = openWorld();
          const history = historyOf(steps);
          let next = 0;
          for (const move of acts) {
            switch (move.kind) {
              case "step":
                for (const { input } of history.slice(next, (next += move.records))) {
                  const change = world.step(input);
                  drops += change.dropped.length;
                  world.audience().note(change);
                }
                break;
              case "flush":
                world.audience().flush();
                break;
              case "pulse":
                world.audience().pulse();
                break;
              case "restart":
                world.restart();
                break;
              case "take":
              case "drop":
              case "connect": {
                const browser = world.browsers[move.browser];
                if (browser === undefined) throw new Error("three browsers");
                if (move.kind === "connect") world.connect(browser);
                else if (move.kind === "drop") world.drop(browser);
                else
                  for (const message of browser.link?.socket.take(move.count) ?? []) apply(browser, message);
              }
            }
          }
          world.audience().flush();
          for (const browser of world.browsers) {
            if (browser.link === null) world.connect(browser);
            for (const message of browser.link?.socket.take() ?? []) apply(browser, message);
            expect(plain(browser.rows)).toEqual(plain(rowsOf(world.board)));
            resumes += browser.resumes;
            snapshots += browser.snapshots;
          }
        },
      ),
      { numRuns: 800, seed: 20_240_103 },
    );
    expect(resumes).toBeGreaterThan(400);
    expect(drops).toBeGreaterThan(200);
    expect(snapshots).toBeGreaterThan(400);
  }, 60_000);
});
