import { describe, expect, it } from "vitest";
import {
  type HealthEvent,
  type HealthInput,
  type HealthState,
  healthSettings,
  healthFold,
  unknownHealth,
} from "../../src/core/portal-health.ts";
import { wallMs } from "../../src/domain/units.ts";

const noon = Date.UTC(2024, 5, 1, 12);
const fold = healthFold(healthSettings.parse({ silentAfterInMs: 12_000, undecodablePerMinute: 3 }));

type Distributed<Input> = Input extends unknown ? Omit<Input, "moment"> : never;
type Said = Distributed<HealthInput>;

const linkUp: Said = { kind: "link", link: "up", detail: "tcp portal:1600" };
const linkDown: Said = { kind: "link", link: "down", detail: "the connection was refused" };
const heard: Said = { kind: "heard" };
const quiet: Said = { kind: "quiet" };
const bad: Said = { kind: "undecodable" };
const tampered: Said = { kind: "raise", fault: "tamper", detail: "" };
const untampered: Said = { kind: "clear", fault: "tamper" };

interface Told {
  readonly state: HealthState;
  /** `second:+fault` and `second:-fault`. */
  readonly said: readonly string[];
  readonly events: readonly HealthEvent[];
}

/** Inputs with the second of the lane's life they came at. */
const tell = (inputs: readonly (readonly [second: number, input: Said])[]): Told => {
  const state = unknownHealth();
  const events: HealthEvent[] = [];
  const said: string[] = [];
  for (const [second, input] of inputs) {
    const moment = { wall: wallMs(noon + second * 1000), laneMs: second * 1000 };
    const told: HealthEvent[] = [];
    fold(state, { ...input, moment }, told);
    events.push(...told);
    for (const event of told)
      said.push(`${second}:${event.kind === "fault-raised" ? "+" : "-"}${event.fault}`);
  }
  return { state, said, events };
};

describe("silence", () => {
  it.each<[string, readonly (readonly [number, Said])[], readonly string[]]>([
    [
      "begins after the limit, not at it",
      [
        [0, linkUp],
        [12, quiet],
        [12.001, quiet],
      ],
      ["12.001:+silent"],
    ],
    [
      "is said once",
      [
        [0, linkUp],
        [13, quiet],
        [15, quiet],
        [17, quiet],
      ],
      ["13:+silent"],
    ],
    [
      "ends when something is understood",
      [
        [0, linkUp],
        [13, quiet],
        [14, heard],
        [15, quiet],
      ],
      ["13:+silent", "14:-silent"],
    ],
    [
      "counts from the last thing understood",
      [
        [0, linkUp],
        [10, heard],
        [20, quiet],
        [23, quiet],
      ],
      ["23:+silent"],
    ],
    [
      "undecodable records do not end it",
      [
        [0, linkUp],
        [13, quiet],
        [14, bad],
      ],
      ["13:+silent"],
    ],
    [
      "is none without a link",
      [
        [0, linkUp],
        [1, linkDown],
        [60, quiet],
      ],
      ["1:+link-down"],
    ],
    [
      "gives way to a lost link",
      [
        [0, linkUp],
        [13, quiet],
        [14, linkDown],
      ],
      ["13:+silent", "14:-silent", "14:+link-down"],
    ],
    [
      "counts anew from a new link",
      [
        [0, linkUp],
        [1, linkDown],
        [60, linkUp],
        [70, quiet],
        [73, quiet],
      ],
      ["1:+link-down", "60:-link-down", "73:+silent"],
    ],
    [
      "is none of a lane never heard of",
      [
        [0, quiet],
        [100, quiet],
      ],
      [],
    ],
    [
      "is noticed where the word of the link was lost, but the portal was heard",
      [
        [0, heard],
        [13, quiet],
      ],
      ["13:+silent"],
    ],
  ])("%s", (_, inputs, said) => expect(tell(inputs).said).toEqual(said));

  it("says for how long", () => {
    expect(
      tell([
        [0, linkUp],
        [13.5, quiet],
      ]).events,
    ).toEqual([
      { kind: "fault-raised", at: noon + 13_500, fault: "silent", detail: "Nothing understood for 13 s." },
    ]);
  });
});

describe("the link", () => {
  it.each<[string, readonly (readonly [number, Said])[], readonly string[]]>([
    [
      "going is a fault, once",
      [
        [0, linkDown],
        [1, linkDown],
      ],
      ["0:+link-down"],
    ],
    [
      "coming back clears it",
      [
        [0, linkDown],
        [5, linkUp],
      ],
      ["0:+link-down", "5:-link-down"],
    ],
    ["coming up first says nothing", [[0, linkUp]], []],
    [
      "is up where the portal is heard",
      [
        [0, linkDown],
        [5, heard],
      ],
      ["0:+link-down", "5:-link-down"],
    ],
  ])("%s", (_, inputs, said) => expect(tell(inputs).said).toEqual(said));

  it("carries the reason", () => {
    expect(tell([[0, linkDown]]).events).toEqual([
      { kind: "fault-raised", at: noon, fault: "link-down", detail: "the connection was refused" },
    ]);
  });
});

describe("undecodable records", () => {
  it.each<[string, readonly (readonly [number, Said])[], readonly string[]]>([
    [
      "are a fault from the set number in a minute on",
      [
        [0, bad],
        [1, bad],
        [2, bad],
        [3, bad],
      ],
      ["2:+undecodable-bytes"],
    ],
    [
      "are none below it",
      [
        [0, bad],
        [1, bad],
        [60, bad],
        [61, bad],
      ],
      [],
    ],
    [
      "are over after a whole minute without one",
      [
        [0, bad],
        [1, bad],
        [2, bad],
        [59, quiet],
        [61, quiet],
        [120, quiet],
        [121, quiet],
      ],
      ["2:+undecodable-bytes", "121:-undecodable-bytes"],
    ],
    [
      "are over also where the portal never pauses",
      [
        [0, bad],
        [1, bad],
        [2, bad],
        [61, heard],
        [90, heard],
        [122, heard],
      ],
      ["2:+undecodable-bytes", "122:-undecodable-bytes"],
    ],
    [
      "go on being a fault while one a minute comes",
      [
        [0, bad],
        [1, bad],
        [2, bad],
        [61, bad],
        [122, bad],
        [183, quiet],
      ],
      ["2:+undecodable-bytes"],
    ],
    [
      "after years of peace count from one",
      [
        [0, bad],
        [1, bad],
        [1e8, bad],
      ],
      [],
    ],
  ])("%s", (_, inputs, said) => expect(tell(inputs).said).toEqual(said));
});

describe("what the portal reports", () => {
  it("is raised and cleared once, with the meaning of the fault where it says nothing itself", () => {
    const { said, events } = tell([
      [0, tampered],
      [1, tampered],
      [2, untampered],
      [3, untampered],
    ]);
    expect(said).toEqual(["0:+tamper", "2:-tamper"]);
    expect(events[0]).toMatchObject({ detail: "The portal reports that a cabinet is open." });
  });

  it("stands beside other faults and outlasts them", () => {
    const { state } = tell([
      [0, tampered],
      [1, linkDown],
      [2, linkUp],
      [20, quiet],
      [21, heard],
    ]);
    expect(state.standing).toEqual(["tamper"]);
  });
});

it("holds no more than one of each fault, however long it goes on", () => {
  const inputs = Array.from({ length: 500 }, (_, index): readonly [number, Said] => [
    index * 7,
    [bad, quiet, tampered, linkDown, bad, linkUp, quiet][index % 7] ?? quiet,
  ]);
  const { state } = tell(inputs);
  expect(new Set(state.standing).size).toBe(state.standing.length);
});
