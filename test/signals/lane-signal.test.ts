import { describe, expect, it } from "vitest";
import { createChance } from "../../simulators/chance.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import type { FaultKind } from "../../src/domain/faults.ts";
import { wallMs } from "../../src/domain/units.ts";
import {
  doneMax,
  type LaneSignal,
  type LaneSignalState,
  type SignalInput,
  signalStep,
  silentLane,
} from "../../src/signals/lane-signal.ts";
import { aCase, at, north } from "../core/board-history.ts";

const rules = { alarmUntil: "dispositioned", faultsFrom: "high", unknownAfterInMs: 20_000 } as const;

const moment = (second: number): SignalInput["moment"] => ({ wall: at(second), monotonic: second * 1000 });
const standing = (
  second: number,
  vary: {
    readonly faults?: readonly FaultKind[];
    readonly occupied?: boolean;
    readonly frameOffset?: number;
  } = {},
): SignalInput => ({
  kind: "standing",
  moment: moment(second),
  ageInMs: 0,
  standing: { frameOffset: second, occupied: false, faults: [], ...vary },
});
const told = (second: number, alarmCase: AlarmCase): SignalInput => ({
  kind: "case",
  moment: moment(second),
  case: alarmCase,
});
const time = (second: number): SignalInput => ({ kind: "time", moment: moment(second) });

const run = (
  inputs: readonly SignalInput[],
  settings: Parameters<typeof signalStep>[0] = rules,
): { readonly state: LaneSignalState; readonly said: readonly LaneSignal[] } => {
  const step = signalStep(settings);
  const said: LaneSignal[] = [];
  let state = silentLane(north);
  for (const input of inputs) {
    const [next, signals] = step(state, input);
    state = next;
    said.push(...signals);
  }
  return { state, said };
};

const course = (
  inputs: readonly SignalInput[],
  settings = rules as Parameters<typeof signalStep>[0],
): readonly string[] =>
  run(inputs, settings).said.map(({ state, alarmKinds, acknowledged, occupied, faults }) =>
    [
      state,
      ...alarmKinds,
      ...(acknowledged ? ["acknowledged"] : []),
      ...(occupied === null ? ["?"] : occupied ? ["occupied"] : []),
      ...faults,
    ].join(" "),
  );

const raised = aCase({ version: 1 });
const acknowledged = aCase({ version: 1 }, 1);
const disposed = aCase({ version: 2, state: "ended" }, 2);

const rows: readonly (readonly [
  string,
  readonly SignalInput[],
  readonly string[],
  Partial<Parameters<typeof signalStep>[0]>?,
])[] = [
  ["nothing heard", [time(0), time(100)], ["unknown ?"]],
  ["heard", [time(0), standing(1), standing(6), time(20)], ["unknown ?", "clear"]],
  ["heard no more", [standing(1), time(21), time(22), time(60)], ["clear", "unknown ?"]],
  ["heard again", [standing(1), time(30), standing(40)], ["clear", "unknown ?", "clear"]],
  [
    "a vehicle",
    [standing(1), standing(2, { occupied: true }), standing(9)],
    ["clear", "clear occupied", "clear"],
  ],
  [
    "a high fault",
    [standing(1), standing(2, { faults: ["link-down"] }), standing(9)],
    ["clear", "fault link-down", "clear"],
  ],
  [
    "a fault that nobody reports on any more",
    [standing(1, { faults: ["link-down"] }), time(100)],
    ["fault link-down", "fault ? link-down"],
  ],
  ["a medium fault", [standing(1, { faults: ["occupancy-stuck"] })], ["clear occupancy-stuck"]],
  [
    "a medium fault that counts",
    [standing(1, { faults: ["occupancy-stuck"] })],
    ["fault occupancy-stuck"],
    { faultsFrom: "medium" },
  ],
  [
    "an alarm until its disposition",
    [standing(1), told(2, raised), told(3, acknowledged), standing(4), told(5, disposed)],
    ["clear", "alarm gamma", "alarm gamma acknowledged", "clear"],
  ],
  [
    "an alarm until it is acknowledged",
    [standing(1), told(2, raised), told(3, acknowledged), told(5, disposed)],
    ["clear", "alarm gamma", "clear"],
    { alarmUntil: "acknowledged" },
  ],
  [
    "an alarm that has ended and nobody has looked at",
    [standing(1), told(2, aCase({ version: 3, state: "ended" }))],
    ["clear", "alarm gamma"],
  ],
  [
    "an alarm of a lane nobody judges any more",
    [standing(1), told(2, raised), time(100)],
    ["clear", "alarm gamma", "alarm gamma ?"],
  ],
  [
    "an alarm with a fault",
    [standing(1, { faults: ["tamper"] }), told(2, raised)],
    ["fault tamper", "alarm gamma tamper"],
  ],
  [
    "an alarm that grows to another kind",
    [
      standing(1),
      told(2, raised),
      told(3, { ...raised, alarm: { ...raised.alarm, version: 2, kind: "gamma-neutron" } }),
    ],
    ["clear", "alarm gamma", "alarm gamma-neutron"],
  ],
  [
    "two alarms, one acknowledged, then both, then one gone",
    [
      standing(1),
      told(2, raised),
      told(3, aCase({ occupancy: 1, kind: "neutron" })),
      told(4, acknowledged),
      told(5, aCase({ occupancy: 1, kind: "neutron" }, 1)),
      told(6, aCase({ occupancy: 1, kind: "neutron" }, 2)),
    ],
    [
      "clear",
      "alarm gamma",
      "alarm neutron gamma",
      "alarm neutron gamma acknowledged",
      "alarm gamma acknowledged",
    ],
  ],
  [
    "a repeat of an alarm that is done",
    [standing(1), told(2, disposed), told(3, raised), told(4, acknowledged)],
    ["clear"],
  ],
  ["an older checkpoint", [standing(5), standing(4, { faults: ["tamper"] })], ["clear"]],
];

const filled = rows.map(
  ([name, inputs, expected, vary]) => [name, inputs, expected, { ...rules, ...vary }] as const,
);

describe("a lane's signal", () => {
  it.each(filled)("%s", (_, inputs, expected, settings) => {
    expect(course(inputs, settings)).toEqual(expected);
  });

  it("is whole, numbered, and says since when", () => {
    const { said } = run([
      standing(1),
      told(12, aCase({ occupancy: 10 })),
      told(13, aCase({ occupancy: 20 })),
    ]);
    expect(said).toEqual([
      {
        v: 1,
        laneId: north,
        state: "clear",
        alarmKinds: [],
        alarms: 0,
        acknowledged: false,
        occupied: false,
        faults: [],
        since: at(1),
        updatedAt: at(1),
        sequence: 1,
      },
      expect.objectContaining({ state: "alarm", alarms: 1, since: at(10), updatedAt: at(12), sequence: 2 }),
      expect.objectContaining({ state: "alarm", alarms: 2, since: at(10), updatedAt: at(13), sequence: 3 }),
    ]);
  });

  it("takes an old checkpoint for what it is", () => {
    const old = { ...standing(1), ageInMs: 21_000 };
    expect(course([old])).toEqual(["unknown ?"]);
  });

  it("becomes unknown though the wall clock steps back", () => {
    const { said } = run([
      standing(1),
      { kind: "time", moment: { wall: wallMs(at(1) - 3_600_000), monotonic: 22_000 } },
    ]);
    expect(said.map(({ state }) => state)).toEqual(["clear", "unknown"]);
  });

  it("remembers a bounded number of alarms that are done", () => {
    const many = Array.from({ length: doneMax + 20 }, (_, occupancy) =>
      told(occupancy, aCase({ occupancy }, 2)),
    );
    expect(run(many).state.done.length).toBe(doneMax);
  });

  it("comes out the same from 200 seeded orders with repeats", () => {
    const inputs = [
      ...([1, 2, 3] as const).map((version) => told(30, aCase({ version }))),
      told(30, aCase({ version: 3 }, 1)),
      told(30, aCase({ version: 4, state: "ended" }, 1)),
      ...([0, 1, 2] as const).map((acts) => told(30, aCase({ occupancy: 1, kind: "energy" }, acts))),
      standing(30, { frameOffset: 1, faults: ["tamper"] }),
      standing(30, { frameOffset: 2, occupied: true }),
      standing(30, { frameOffset: 3, faults: ["link-down"] }),
    ];
    for (let seed = 1; seed <= 200; seed += 1) {
      const chance = createChance(seed);
      const shuffled = [...inputs, ...inputs]
        .map((input) => ({ input, place: chance.between(0, 1) }))
        .sort((a, b) => a.place - b.place)
        .map(({ input }) => input);
      const { said } = run(shuffled);
      expect(said.at(-1), `seed ${seed}`).toMatchObject({
        state: "alarm",
        alarmKinds: ["gamma"],
        acknowledged: true,
        occupied: false,
        faults: ["link-down"],
        since: at(0),
      });
    }
  });
});
