import { describe, expect, test } from "vitest";
import { alarmId, laneId } from "../../../src/domain/ids.ts";
import type { ServerMessage } from "../../../src/wire/console.ts";
import {
  answerInMsMax,
  backoffInMs,
  disconnected,
  freshnessOf,
  notSignedInCode,
  shownMax,
  silenceInMsMax,
  stepConnection,
} from "../../../src/console/web/connection.ts";
import type {
  ConnectionEffect,
  ConnectionInput,
  ConnectionState,
} from "../../../src/console/web/connection.ts";
import { changes, pulse, sampleCase, snapshot } from "./samples.ts";

/** The machine under a clock that moves when told; remembers the effects of the last input. */
const startMachine = (chance = 0) => {
  let state: ConnectionState = disconnected;
  let now = 1000;
  const step = (input: ConnectionInput): readonly ConnectionEffect[] => {
    const [after, effects] = stepConnection(state, input, { atInMs: now, chance });
    state = after;
    return effects;
  };
  const machine = {
    step,
    after: (delayInMs: number) => {
      now += delayInMs;
      return step({ kind: "tick" });
    },
    receive: (message: ServerMessage) => step({ kind: "received", socket: state.socket, message }),
    state: () => state,
    freshness: () => freshnessOf(state, now),
    goLive: (sequence = 7) => {
      if (state.phase.kind === "idle") step({ kind: "start" });
      step({ kind: "opened", socket: state.socket });
      return machine.receive(snapshot(sequence));
    },
  };
  return machine;
};

const sent = (effects: readonly ConnectionEffect[]) =>
  effects.flatMap((effect) => (effect.kind === "send" ? [effect.message] : []));
const kinds = (effects: readonly ConnectionEffect[]) => effects.map((effect) => effect.kind);

describe("the first connection", () => {
  test("opens, says hello without a position, and is live with the snapshot", () => {
    const machine = startMachine();
    expect(machine.step({ kind: "start" })).toEqual([{ kind: "open", socket: 1 }]);
    expect(machine.freshness()).toEqual({ kind: "connecting" });
    expect(sent(machine.step({ kind: "opened", socket: 1 }))).toEqual([{ kind: "hello", resume: null }]);
    expect(machine.state().phase.kind).toBe("syncing");
    expect(kinds(machine.receive(snapshot(7)))).toEqual(["apply"]);
    expect(machine.state()).toMatchObject({
      phase: { kind: "live" },
      position: { stream: "run-1", sequence: 7 },
    });
    expect(machine.freshness()).toEqual({ kind: "current" });
  });

  test("is called unreachable, never current, when no picture comes", () => {
    const machine = startMachine();
    machine.step({ kind: "start" });
    machine.after(silenceInMsMax);
    expect(machine.freshness()).toEqual({ kind: "connecting" });
    machine.after(1);
    expect(machine.freshness()).toEqual({ kind: "unreachable" });
  });

  test("is given up when the socket opens and the server says nothing", () => {
    const machine = startMachine();
    machine.step({ kind: "start" });
    machine.step({ kind: "opened", socket: 1 });
    expect(machine.after(answerInMsMax)).toEqual([]);
    expect(kinds(machine.after(1))).toEqual(["close"]);
    expect(machine.state()).toMatchObject({ phase: { kind: "waiting" }, trouble: "no-answer" });
  });

  test("ignores changes and pulses that come before the snapshot", () => {
    const machine = startMachine();
    machine.step({ kind: "start" });
    machine.step({ kind: "opened", socket: 1 });
    expect(machine.receive(changes(8))).toEqual([]);
    expect(machine.receive(pulse(8))).toEqual([]);
    expect(machine.state().phase.kind).toBe("syncing");
    expect(machine.state().confirmedAtInMs).toBeNull();
  });
});

describe("sequences", () => {
  test("changes in order are applied", () => {
    const machine = startMachine();
    machine.goLive(7);
    expect(kinds(machine.receive(changes(8)))).toEqual(["apply"]);
    expect(kinds(machine.receive(changes(9)))).toEqual(["apply"]);
    expect(machine.state().position?.sequence).toBe(9);
  });

  test.each([
    ["a gap", changes(9)],
    ["a repeat", changes(7)],
    ["a pulse that is ahead", pulse(8)],
    ["a pulse that is behind", pulse(6)],
    ["a pulse of another run of the server", pulse(7, "run-2")],
  ])("%s closes the socket and asks for everything anew", (_, message) => {
    const machine = startMachine();
    machine.goLive(7);
    expect(machine.receive(message)).toEqual([{ kind: "close", socket: 1 }]);
    expect(machine.state().trouble).toBe("sequence-broken");
    expect(machine.after(250)).toEqual([{ kind: "open", socket: 2 }]);
    expect(sent(machine.step({ kind: "opened", socket: 2 }))).toEqual([{ kind: "hello", resume: null }]);
  });

  test("what cannot be read does the same", () => {
    const machine = startMachine();
    machine.goLive(7);
    expect(kinds(machine.step({ kind: "unreadable", socket: 1 }))).toEqual(["close"]);
    expect(machine.state()).toMatchObject({ position: null, trouble: "unreadable" });
  });

  test("a gap again and again is retried more and more slowly", () => {
    const machine = startMachine(0.999);
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      machine.goLive(7);
      machine.receive(changes(9));
      const { phase } = machine.state();
      const before = phase.kind === "waiting" ? phase.retryAtInMs : NaN;
      let waited = 0;
      while (machine.after(10).length === 0) waited += 10;
      waits.push(waited);
      expect(before).toBeGreaterThan(0);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[3]).toBeGreaterThan(1500);
  });
});

describe("losing the server", () => {
  test("2.5 s of silence on an open socket is a loss, and its age is told", () => {
    const machine = startMachine();
    machine.goLive(7);
    expect(machine.after(silenceInMsMax)).toEqual([]);
    expect(machine.freshness()).toEqual({ kind: "current" });
    expect(kinds(machine.after(1))).toEqual(["close"]);
    expect(machine.freshness()).toEqual({ kind: "lost", ageInMs: 2501 });
    expect(machine.state().trouble).toBe("silent");
  });

  test("pulses keep it current", () => {
    const machine = startMachine();
    machine.goLive(7);
    for (let second = 0; second < 60; second += 1) {
      machine.after(1000);
      expect(kinds(machine.receive(pulse(7)))).toEqual(["apply"]);
      expect(machine.freshness()).toEqual({ kind: "current" });
    }
  });

  test("a socket that dies and does not come back shows within 3 s", () => {
    const machine = startMachine();
    machine.goLive(7);
    machine.after(900);
    machine.step({ kind: "closed", socket: 1, code: 1006 });
    machine.after(2100);
    expect(machine.freshness().kind).toBe("lost");
  });

  test("a reconnection says again which lane's list is open, and nothing once it is closed", () => {
    const machine = startMachine();
    machine.goLive(7);
    const open = { kind: "watch-lane", laneId: laneId("north") } as const;
    const shut = { kind: "watch-lane", laneId: null } as const;
    expect(sent(machine.step(open))).toEqual([open]);
    const greetings = () => {
      machine.step({ kind: "closed", socket: machine.state().socket, code: 1006 });
      machine.after(5000);
      const said = sent(machine.step({ kind: "opened", socket: machine.state().socket }));
      return said.filter(({ kind }) => kind === "watch-lane");
    };
    expect(greetings()).toEqual([open]);
    machine.receive(pulse(7));
    expect(sent(machine.step(shut))).toEqual([shut]);
    expect(greetings()).toEqual([]);
  });

  test("a reconnection resumes, and says again which alarm is watched", () => {
    const machine = startMachine();
    machine.goLive(7);
    const alarm = alarmId("north~00000001~0~gamma");
    expect(sent(machine.step({ kind: "watch", alarmId: alarm }))).toEqual([
      { kind: "watch", alarmId: alarm },
    ]);
    machine.step({ kind: "closed", socket: 1, code: 1006 });
    expect(machine.after(250)).toEqual([{ kind: "open", socket: 2 }]);
    expect(sent(machine.step({ kind: "opened", socket: 2 }))).toEqual([
      { kind: "hello", resume: { stream: "run-1", sequence: 7 } },
      { kind: "watch", alarmId: alarm },
    ]);
    expect(kinds(machine.receive(changes(8)))).toEqual(["apply"]);
    expect(machine.state().phase.kind).toBe("live");
  });

  test("a reconnection that missed nothing is live with the first pulse that agrees", () => {
    const machine = startMachine();
    machine.goLive(7);
    machine.after(2000);
    machine.step({ kind: "closed", socket: 1, code: 1006 });
    machine.after(5000);
    machine.step({ kind: "opened", socket: 2 });
    expect(machine.freshness().kind).toBe("lost");
    expect(machine.receive(pulse(9))).toEqual([]);
    expect(machine.freshness().kind).toBe("lost");
    machine.receive(pulse(7));
    expect(machine.freshness()).toEqual({ kind: "current" });
  });

  test("an alarm's detail while syncing is shown but proves nothing about the board", () => {
    const machine = startMachine();
    machine.goLive(7);
    machine.after(1000);
    machine.step({ kind: "closed", socket: 1, code: 1006 });
    machine.after(5000);
    machine.step({ kind: "opened", socket: 2 });
    expect(kinds(machine.receive({ kind: "alarm", case: sampleCase("a"), stamps: null }))).toEqual(["apply"]);
    expect(machine.freshness().kind).toBe("lost");
  });

  test("what an older socket still says is ignored", () => {
    const machine = startMachine();
    machine.goLive(7);
    machine.step({ kind: "closed", socket: 1, code: 1006 });
    machine.after(250);
    expect(machine.step({ kind: "received", socket: 1, message: snapshot(99) })).toEqual([]);
    expect(machine.step({ kind: "closed", socket: 1, code: 1006 })).toEqual([]);
    expect(machine.state().phase.kind).toBe("opening");
  });
});

describe("trying again", () => {
  test("backoff doubles from 250 ms to 5 s, jittered within its upper half", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map((attempts) => backoffInMs(attempts, 0))).toEqual([
      250, 250, 500, 1000, 2000, 2500, 2500, 2500,
    ]);
    const highest = [0, 1, 2, 3, 4, 5, 60].map((attempts) => Math.round(backoffInMs(attempts, 0.999999)));
    expect(highest).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
  });

  test("the network's return or a visible page tries at once", () => {
    const machine = startMachine();
    machine.goLive(7);
    machine.step({ kind: "closed", socket: 1, code: 1006 });
    expect(machine.step({ kind: "wake" })).toEqual([{ kind: "open", socket: 2 }]);
  });

  test("waking does not disturb a connection that is well", () => {
    const machine = startMachine();
    machine.goLive(7);
    expect(machine.step({ kind: "wake" })).toEqual([]);
    expect(machine.state().phase.kind).toBe("live");
  });
});

describe("a session that is over", () => {
  test("closes with its own code: nothing is tried until somebody is signed in, and then everything is asked for", () => {
    const machine = startMachine();
    machine.goLive(7);
    machine.step({ kind: "closed", socket: 1, code: notSignedInCode });
    expect(machine.state()).toMatchObject({
      phase: { kind: "barred" },
      trouble: "not-signed-in",
      position: null,
    });
    expect(machine.after(60_000)).toEqual([]);
    expect(machine.step({ kind: "wake" })).toEqual([]);
    expect(machine.freshness().kind).toBe("lost");
    expect(machine.step({ kind: "start" })).toEqual([{ kind: "open", socket: 2 }]);
    expect(sent(machine.step({ kind: "opened", socket: 2 }))).toEqual([{ kind: "hello", resume: null }]);
  });

  test("known otherwise closes the socket, once", () => {
    const machine = startMachine();
    machine.goLive(7);
    expect(machine.step({ kind: "bar" })).toEqual([{ kind: "close", socket: 1 }]);
    expect(machine.step({ kind: "bar" })).toEqual([]);
    expect(machine.receive(changes(8))).toEqual([]);
  });
});

describe("rows that have been painted", () => {
  test("are told while somebody listens, at most so many at a time, and not later", () => {
    const alarmIds = Array.from({ length: shownMax + 1 }, (_, n) => alarmId(`a${n}`));
    const machine = startMachine();
    expect(sent(machine.step({ kind: "shown", alarmIds }))).toEqual([]);
    machine.goLive(7);
    expect(sent(machine.step({ kind: "shown", alarmIds }))).toEqual([
      { kind: "shown", alarmIds: alarmIds.slice(0, shownMax) },
    ]);
    expect(machine.step({ kind: "shown", alarmIds: [] })).toEqual([]);
  });
});
