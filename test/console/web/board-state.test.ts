import { queueOf } from "../../../src/console/web/queue.ts";
import { describe, expect, test } from "vitest";
import {
  applyCase,
  applyMessage,
  dispositionedMax,
  emptyBoard,
  serverTimeAt,
  watchAlarm,
} from "../../../src/console/web/board-state.ts";
import type { BoardState } from "../../../src/console/web/board-state.ts";
import { alarmId } from "../../../src/domain/ids.ts";
import { wallMs } from "../../../src/domain/units.ts";
import type { ServerMessage } from "../../../src/wire/console.ts";
import {
  changes,
  pulse,
  sampleCase,
  sampleLane,
  sampleProfile,
  sampleRow,
  serverStart,
  snapshot,
} from "./samples.ts";

const applied = (messages: readonly ServerMessage[], from: BoardState = emptyBoard): BoardState =>
  messages.reduce((state, message) => applyMessage(state, message, 0)[0], from);

describe("messages", () => {
  test("a snapshot replaces what was there, in the server's order", () => {
    const board = applied([
      snapshot(1, { lanes: [sampleLane("old")], alarms: [sampleRow("a")] }),
      snapshot(2, { lanes: [sampleLane("south"), sampleLane("north")], alarms: [sampleRow("b")] }),
    ]);
    expect([...board.lanes.keys()]).toEqual(["south", "north"]);
    expect([...board.alarms.keys()]).toEqual(["b"]);
    expect(board.site).toEqual({ name: "Crossing", timeZone: "Europe/Copenhagen" });
  });

  test("changes replace rows by id and leave the others as they are, the same objects", () => {
    const before = applied([snapshot(1, { lanes: [sampleLane("south"), sampleLane("north")] })]);
    const after = applied([changes(2, { lanes: [sampleLane("south", { occupied: true })] })], before);
    expect([...after.lanes.keys()]).toEqual(["south", "north"]);
    expect([...after.lanes.values()].map((lane) => lane.occupied)).toEqual([true, false]);
    expect([...after.lanes.values()][1]).toBe([...before.lanes.values()][1]);
  });

  test("changes of lanes alone leave the alarms as they are, the same object: nothing is sorted or drawn for them", () => {
    const before = applied([snapshot(1, { lanes: [sampleLane("south")], alarms: [sampleRow("a")] })]);
    const lanes = applied([changes(2, { lanes: [sampleLane("south", { occupied: true })] })], before);
    expect(lanes.alarms).toBe(before.alarms);
    const alarms = applied([changes(3, { alarms: [sampleRow("b")] })], lanes);
    expect([...alarms.alarms.keys()]).toEqual(["a", "b"]);
  });

  test("applying any message twice changes nothing more", () => {
    const start = applied([
      snapshot(1, { lanes: [sampleLane("north")], alarms: [sampleRow("a"), sampleRow("b")] }),
    ]);
    const several: readonly ServerMessage[] = [
      changes(2, { lanes: [sampleLane("north", { z: 4 })], alarms: [sampleRow("c")] }),
      { kind: "changes", sequence: 3, lanes: [], alarms: [], dropped: [alarmId("b")] },
      pulse(3),
    ];
    for (const message of several) {
      const once = applied([message], start);
      expect(applied([message], once)).toEqual(once);
    }
  });

  test("dropped alarms go", () => {
    const board = applied([
      snapshot(1, { alarms: [sampleRow("a"), sampleRow("b")] }),
      { kind: "changes", sequence: 2, lanes: [], alarms: [], dropped: [alarmId("a")] },
    ]);
    expect([...board.alarms.keys()]).toEqual(["b"]);
  });

  test("the server's time goes on with the page's clock from its last word", () => {
    const [board] = applyMessage(emptyBoard, snapshot(1), 500);
    expect(serverTimeAt(emptyBoard, 500)).toBeNull();
    expect(serverTimeAt(board, 2500)).toBe(serverStart + 2000);
    const [later] = applyMessage(board, pulse(1), 1700);
    expect(serverTimeAt(later, 1700)).toBe(serverStart + 1000);
  });
});

describe("arrivals", () => {
  test("an unacknowledged alarm that was not known has arrived, once", () => {
    const start = applied([snapshot(1, { alarms: [sampleRow("a")] })]);
    const message = changes(2, {
      alarms: [sampleRow("a", { peakZ: 20 }), sampleRow("b"), sampleRow("c", { state: "acknowledged" })],
    });
    const [board, arrivals] = applyMessage(start, message, 0);
    expect(arrivals.map(({ row }) => row.alarmId)).toEqual(["b"]);
    expect(applyMessage(board, message, 0)[1]).toEqual([]);
  });

  test("an alarm raised while the connection was lost arrives with the snapshot after it", () => {
    const start = applied([snapshot(1, { alarms: [sampleRow("a")] })]);
    const [, arrivals] = applyMessage(
      start,
      snapshot(9, { alarms: [sampleRow("a"), sampleRow("b")] }, "run-2"),
      0,
    );
    expect(arrivals.map(({ row }) => row.alarmId)).toEqual(["b"]);
  });
});

describe("bounds", () => {
  test("dispositioned alarms beyond the bound go, the least recently touched first; open ones never", () => {
    const settled = Array.from({ length: dispositionedMax + 3 }, (_, at) =>
      sampleRow(`settled-${at}`, { state: "dispositioned", actedAt: wallMs(serverStart + at) }),
    );
    const open = Array.from({ length: dispositionedMax + 3 }, (_, at) => sampleRow(`open-${at}`));
    const board = applied([snapshot(1, { alarms: [...settled, ...open] })]);
    expect(board.alarms.size).toBe(dispositionedMax + open.length);
    expect(["settled-0", "settled-1", "settled-2"].some((id) => board.alarms.has(alarmId(id)))).toBe(false);
    expect(board.alarms.has(alarmId("settled-3"))).toBe(true);
  });
});

describe("the queue", () => {
  test("unacknowledged by severity and then age, then acknowledged, then the latest disposed", () => {
    const at = (second: number) => wallMs(serverStart + second * 1000);
    const board = applied([
      snapshot(1, {
        alarms: [
          sampleRow("gamma-new", { raisedAt: at(30) }),
          sampleRow("energy-oldest", { kind: "energy", raisedAt: at(1) }),
          sampleRow("gamma-old", { raisedAt: at(10) }),
          sampleRow("neutron-newest", { kind: "neutron", raisedAt: at(50) }),
          sampleRow("ack", { state: "acknowledged", kind: "neutron", raisedAt: at(2) }),
          sampleRow("done-first", { state: "dispositioned", actedAt: at(60) }),
          sampleRow("done-last", { state: "dispositioned", actedAt: at(70) }),
        ],
      }),
    ]);
    const queue = queueOf(board.alarms);
    expect(queue.unacknowledged.map((row) => row.alarmId)).toEqual([
      "neutron-newest",
      "gamma-old",
      "gamma-new",
      "energy-oldest",
    ]);
    expect(queue.acknowledged.map((row) => row.alarmId)).toEqual(["ack"]);
    expect(queue.dispositioned.map((row) => row.alarmId)).toEqual(["done-last", "done-first"]);
  });
});

describe("the watched alarm", () => {
  const watching = watchAlarm(emptyBoard, alarmId("a"));

  test("is loading until it comes, and only it is shown", () => {
    expect(watching.watched).toEqual({ kind: "loading", alarmId: "a" });
    expect(applyCase(watching, sampleCase("b"))).toBe(watching);
    expect(applyCase(watching, sampleCase("a")).watched.kind).toBe("shown");
  });

  test("an unknown one is said to be unknown", () => {
    const other = applied([{ kind: "alarm-unknown", alarmId: alarmId("b") }], watching);
    expect(other.watched.kind).toBe("loading");
    const mine = applied([{ kind: "alarm-unknown", alarmId: alarmId("a") }], watching);
    expect(mine.watched).toEqual({ kind: "unknown", alarmId: "a" });
  });

  test("an answer that was overtaken takes nothing back, neither alarm, nor profile, nor adjudication", () => {
    const two = sampleProfile([
      [1, 1, 1, 1],
      [2, 2, 2, 2],
    ]);
    const newer = applyCase(watching, sampleCase("a", { version: 3, profile: two }, 2));
    const olderAlarm = applyCase(newer, sampleCase("a", { version: 2 }, 3));
    expect(olderAlarm.watched).toMatchObject({
      case: { alarm: { version: 3 }, adjudication: { version: 3 } },
    });
    const shorter = applyCase(newer, sampleCase("a", { version: 3 }, 1));
    expect(shorter.watched).toEqual(newer.watched);
  });

  test("the profile grows without a new version", () => {
    const one = applyCase(watching, sampleCase("a", { profile: sampleProfile([[1, 1, 1, 1]]) }));
    const grown = sampleProfile([
      [1, 1, 1, 1],
      [2, 2, 2, 2],
    ]);
    expect(applyCase(one, sampleCase("a", { profile: grown })).watched).toMatchObject({
      case: { alarm: { profile: { gamma: { length: 2 } } } },
    });
  });

  test("a snapshot and the choice of the same alarm again leave it in view", () => {
    const shown = applyCase(watching, sampleCase("a"));
    expect(applied([snapshot(5)], shown).watched).toBe(shown.watched);
    expect(watchAlarm(shown, alarmId("a"))).toBe(shown);
    expect(watchAlarm(shown, null).watched).toEqual({ kind: "none" });
  });
});
