import { describe, expect, it } from "vitest";
import { openDeliveries } from "../../src/console/delivery.ts";
import { latencyBudgetsSchema } from "../../src/core/latency.ts";
import { openAlarmBoard } from "../../src/core/alarm-board.ts";
import { openAudience, sessionsMax } from "../../src/console/audience.ts";
import type { Audience } from "../../src/console/audience.ts";
import { openFeed } from "../../src/console/feed.ts";
import { bufferedBytesMax, pulsesBeforeHelloMax } from "../../src/console/session.ts";
import type { ConsoleSession } from "../../src/console/session.ts";
import type { ServerMessage } from "../../src/wire/console.ts";
import type { AlarmBoard, BoardInput } from "../../src/core/alarm-board.ts";
import {
  aCase,
  anAlarm,
  at,
  caseInput,
  eventInput,
  north,
  occupancyOf,
  south,
} from "../core/board-history.ts";
import { fakeSocket } from "./fake-socket.ts";
import type { FakeSocket } from "./fake-socket.ts";

const hello = JSON.stringify({ kind: "hello", resume: null });
const watch = (alarmId: string | null): string => JSON.stringify({ kind: "watch", alarmId });
const { alarmId } = anAlarm();

interface Room {
  readonly audience: Audience;
  readonly happen: (...inputs: readonly BoardInput[]) => void;
  readonly join: () => { readonly socket: FakeSocket; readonly session: ConsoleSession };
}

const roomOf = (board: AlarmBoard): Pick<Room, "audience" | "join"> => {
  const feed = openFeed("run");
  const site = { name: "Site", timeZone: "Europe/Vienna" };
  const audience = openAudience({
    board,
    feed,
    site,
    laneNames: new Map([[north, "Lane north"]]),
    now: () => at(0),
    dataOf: () => ({ kind: "current" }),
    shelvedOf: () => [],
    slowOf: () => null,
    deliveries: openDeliveries(latencyBudgetsSchema.parse({})),
  });
  return {
    audience,
    join: () => {
      const socket = fakeSocket();
      const { session } = audience.join(socket);
      return { socket, session };
    },
  };
};

const openRoom = (): Room => {
  const { board, step } = openAlarmBoard([north]);
  const room = roomOf(board);
  return {
    ...room,
    happen: (...inputs) => {
      for (const input of inputs) room.audience.note(step(input));
      room.audience.flush();
    },
  };
};

const kindsOf = (messages: readonly ServerMessage[]): readonly string[] => messages.map(({ kind }) => kind);

const interval = (number: number): BoardInput =>
  eventInput(
    {
      kind: "interval-measured",
      at: at(1),
      occupancyId: occupancyOf(north, 0),
      interval: number,
      counts: [1, 2, 3, 4],
      portalFlag: false,
      verdict: { kind: "undecided", reason: "no-background" },
      rules: [],
    },
    number,
  );

describe("alarms that do not wait", () => {
  it("bring their own lane along, and leave the others to the next regular message", () => {
    const { board, step } = openAlarmBoard([north, south]);
    const { audience, join } = roomOf(board);
    const { socket, session } = join();
    session.receive(hello);
    socket.take();
    for (const laneId of [north, south]) {
      const event = { kind: "link-changed", at: at(1), link: "up", detail: "tcp" } as const;
      const eventId = `${laneId}~0a0b0c0d~1~0`;
      audience.note(step({ kind: "event", record: { event, eventId, laneId } }));
    }
    audience.flushAlarms();
    expect(socket.take()).toEqual([]);
    audience.note(step(caseInput(aCase())));
    audience.flushAlarms();
    expect(socket.take()).toMatchObject([
      { kind: "changes", lanes: [{ laneId: north }], alarms: [{ alarmId }] },
    ]);
    audience.flush();
    expect(socket.take()).toMatchObject([{ kind: "changes", lanes: [{ laneId: south }], alarms: [] }]);
    audience.flush();
    expect(socket.take()).toEqual([]);
  });
});

describe("a browser's session", () => {
  it("says nothing before hello, and answers it with everything", () => {
    const { audience, happen, join } = openRoom();
    const { socket, session } = join();
    happen(caseInput(aCase()));
    audience.pulse();
    expect(socket.inFlight).toEqual([]);
    session.receive(hello);
    expect(socket.take()).toMatchObject([
      {
        kind: "snapshot",
        stream: "run",
        sequence: 1,
        site: { name: "Site", timeZone: "Europe/Vienna" },
        lanes: [{ laneId: north, name: "Lane north", link: "unknown" }],
        alarms: [{ alarmId, active: true, state: "unacknowledged", peakZ: 5, flaggedIntervals: 1 }],
      },
    ]);
  });

  it("tells a browser that missed nothing so at once", () => {
    const { happen, join } = openRoom();
    happen(caseInput(aCase()));
    const { socket, session } = join();
    session.receive(JSON.stringify({ kind: "hello", resume: { stream: "run", sequence: 1 } }));
    expect(socket.take()).toEqual([{ kind: "pulse", stream: "run", sequence: 1, serverTime: at(0) }]);
  });

  it("lists a lane's withheld alarms now and when there is another, and no longer when told so", () => {
    const { happen, join } = openRoom();
    const { socket, session } = join();
    const withheld = (occupancy: number): BoardInput =>
      eventInput({ kind: "alarm-withheld", at: at(occupancy), alarm: anAlarm({ occupancy }) }, occupancy);
    session.receive(hello);
    happen(withheld(1));
    session.receive(JSON.stringify({ kind: "watch-lane", laneId: north }));
    expect(socket.take()).toMatchObject([
      { kind: "snapshot" },
      { kind: "changes", lanes: [{ withheld: 1 }], alarms: [] },
      { kind: "lane", laneId: north, withheld: [{ alarmId: anAlarm({ occupancy: 1 }).alarmId }] },
    ]);
    happen(withheld(2));
    expect(socket.take()).toMatchObject([
      { kind: "changes", lanes: [{ withheld: 2 }] },
      { kind: "lane", withheld: [{ raisedAt: at(2) }, { raisedAt: at(1) }] },
    ]);
    happen(interval(0));
    expect(kindsOf(socket.take()), "nothing new is listed").toEqual(["changes"]);
    session.receive(JSON.stringify({ kind: "watch-lane", laneId: null }));
    happen(withheld(9999));
    expect(kindsOf(socket.take())).toEqual(["changes"]);
  });

  it.each([
    ["another run", { stream: "other", sequence: 1 }],
    ["the future", { stream: "run", sequence: 9 }],
    ["no whole number", { stream: "run", sequence: 0.5 }],
  ])("answers a position of %s with everything", (_title, resume) => {
    const { happen, join } = openRoom();
    happen(caseInput(aCase()));
    const { socket, session } = join();
    session.receive(JSON.stringify({ kind: "hello", resume }));
    expect(kindsOf(socket.take())).toEqual(["snapshot"]);
  });

  it("shows the watched alarm now, when its case changes and when its course grows, and no longer when told so", () => {
    const { happen, join } = openRoom();
    const { socket, session } = join();
    session.receive(hello);
    session.receive(watch(alarmId));
    expect(kindsOf(socket.take())).toEqual(["snapshot", "alarm-unknown"]);
    happen(caseInput(aCase()));
    expect(kindsOf(socket.take())).toEqual(["changes", "alarm"]);
    happen(interval(0), interval(1));
    expect(socket.take()).toMatchObject([
      { kind: "changes" },
      {
        case: {
          alarm: {
            profile: {
              gamma: [
                [1, 2, 3, 4],
                [1, 2, 3, 4],
              ],
            },
          },
        },
      },
    ]);
    happen(caseInput(aCase({ occupancy: 3, kind: "neutron" })));
    expect(kindsOf(socket.take())).toEqual(["changes"]);
    session.receive(watch(null));
    happen(interval(2));
    expect(kindsOf(socket.take())).toEqual(["changes"]);
  });

  it.each([
    ["no JSON", "{", "not JSON"],
    ["no message", "17", "not a message of this protocol"],
    ["an unknown kind", '{"kind":"shout"}', "not a message of this protocol: kind"],
    [
      "a bad field",
      '{"kind":"hello","resume":{"stream":7,"sequence":1}}',
      "not a message of this protocol: resume.stream",
    ],
    ["a key from afar", `{"kind":"hello","resume":null,"${"ü".repeat(300)}":1}`, undefined],
    ["watch before hello", watch(alarmId), "the first message is hello"],
  ])("ends with 1008 after %s", (_title, text, reason) => {
    const { audience, join, happen } = openRoom();
    const { socket, session } = join();
    session.receive(text);
    expect(socket.closed()?.code).toBe(1008);
    expect(Buffer.byteLength(socket.closed()?.reason ?? "")).toBeLessThanOrEqual(123);
    if (reason !== undefined) expect(socket.closed()?.reason).toBe(reason);
    session.receive(hello);
    happen(caseInput(aCase()));
    audience.pulse();
    expect(socket.inFlight).toEqual([]);
  });

  it("ends with 1008 after a binary message", () => {
    const { socket, session } = openRoom().join();
    session.receiveBinary();
    expect(socket.closed()).toEqual({ code: 1008, reason: "messages are JSON text" });
  });

  it("ends with 1008 when no hello comes", () => {
    const { audience, join } = openRoom();
    const { socket } = join();
    for (let pulse = 0; pulse < pulsesBeforeHelloMax; pulse += 1) audience.pulse();
    expect(socket.closed()).toBeNull();
    audience.pulse();
    expect(socket.closed()).toEqual({ code: 1008, reason: "no hello came" });
  });

  it("ends a browser that takes nothing at a megabyte over its snapshot, and leaves the others alone", () => {
    const { happen, join } = openRoom();
    const slow = join();
    const quick = join();
    slow.session.receive(hello);
    quick.session.receive(hello);
    const snapshotBytes = slow.socket.bufferedBytes;
    let largest = 0;
    for (let n = 0; slow.socket.closed() === null && n < 20_000; n += 1) {
      happen(caseInput(aCase({ version: n + 1 })));
      largest = Math.max(largest, ...quick.socket.inFlight.map(({ length }) => length));
      quick.socket.take();
    }
    expect(slow.socket.closed()?.code).toBe(1013);
    expect(slow.socket.bufferedBytes).toBeGreaterThan(bufferedBytesMax + snapshotBytes);
    expect(slow.socket.bufferedBytes).toBeLessThanOrEqual(bufferedBytesMax + snapshotBytes + largest);
    expect(quick.socket.closed()).toBeNull();
  });

  it("turns away more browsers than the console serves, and everyone once it ends", () => {
    const { audience, join } = openRoom();
    const first = join();
    for (let n = 1; n < sessionsMax; n += 1) join();
    expect(join().socket.closed()?.code).toBe(1013);
    audience.dismiss(1001, "the console is closing");
    expect(first.socket.closed()).toEqual({ code: 1001, reason: "the console is closing" });
    expect(audience.size()).toBe(0);
    expect(join().socket.closed()?.code).toBe(1001);
  });
});
