import { describe, expect, it } from "vitest";
import { jsonMqtt } from "../../../drivers/json-mqtt/driver.ts";
import { messages, said } from "./publish.ts";

const withKind = (kind: string, settings: unknown): unknown => ({ kinds: { [kind]: settings } });

const rows: readonly (readonly [name: string, document: unknown, settings: unknown, expected: unknown])[] = [
  [
    "a dotted path",
    { kind: "gamma-interval", data: { gamma: [1, 2, 3, 4] } },
    withKind("gamma-interval", { counts: "data.gamma" }),
    { kind: "gamma-interval", counts: [1, 2, 3, 4], portalAlarm: false },
  ],
  [
    "a JSON pointer with escapes",
    { kind: "gamma-interval", "a/b": { "~": [[1, 2, 3, 4]] } },
    withKind("gamma-interval", { counts: "/a~1b/~0/0" }),
    { kind: "gamma-interval", counts: [1, 2, 3, 4], portalAlarm: false },
  ],
  [
    "four fields of their own, one scaled, one constant, one by default",
    { kind: "gamma-interval", a: 1, b: { c: 20 } },
    withKind("gamma-interval", {
      counts: ["a", { path: "b.c", scale: 0.5 }, { constant: 7 }, { path: "d", default: 9 }],
    }),
    { kind: "gamma-interval", counts: [1, 10, 7, 9], portalAlarm: false },
  ],
  [
    "rates of 200 ms as counts, rounded",
    { kind: "gamma-interval", cps: [355, 5.1, 14.9, 0] },
    withKind("gamma-interval", { counts: { path: "cps", scale: 0.2 } }),
    { kind: "gamma-interval", counts: [71, 1, 3, 0], portalAlarm: false },
  ],
  [
    "panels in another order",
    { kind: "gamma-background", cps: [1, 2, 3, 4] },
    { panelOrder: [3, 2, 1, 0] },
    { kind: "gamma-background", cps: [4, 3, 2, 1], level: "normal" },
  ],
  [
    "one pillar of two panels",
    { kind: "gamma-background", cps: [1, 2] },
    { panelOrder: [1, 0, null, null] },
    { kind: "gamma-background", cps: [2, 1, 0, 0], level: "normal" },
  ],
  [
    "energy windows, whatever the order of the panels",
    { kind: "energy-window-interval", counts: [1, 2, 3, 4] },
    { panelOrder: [1, 0, null, null] },
    { kind: "energy-window-interval", counts: [1, 2, 3, 4] },
  ],
  [
    "words of the equipment",
    { kind: "gamma-background", cps: [1, 2, 3, 4], state: 2 },
    withKind("gamma-background", { level: { path: "state", values: { "0": "normal", "2": "high" } } }),
    { kind: "gamma-background", cps: [1, 2, 3, 4], level: "high" },
  ],
  [
    "a word that the equipment should not have",
    { kind: "gamma-background", cps: [1, 2, 3, 4], state: 3 },
    withKind("gamma-background", { level: { path: "state", values: { "0": "normal", "2": "high" } } }),
    "bad-field",
  ],
  [
    "a flag of other values",
    { kind: "tamper", door: "OPEN" },
    withKind("tamper", { open: { path: "door", trueWhen: "OPEN", falseWhen: "SHUT" } }),
    { kind: "tamper", state: "set" },
  ],
  ["a flag of neither value", { kind: "tamper", open: 1 }, {}, "bad-field"],
  [
    "miles an hour",
    { kind: "speed", mph: 10 },
    withKind("speed", { kph: { path: "mph", scale: 1.609344 } }),
    { kind: "speed", secondsPerFoot: 1 / (16.09344 / 1.09728), mph: 10, kph: 16.09344, valid: true },
  ],
  [
    "numbers as kinds",
    { type: 7, counts: [1, 2, 3, 4] },
    { kindField: "type", ...Object(withKind("neutron-interval", { when: "7" })) },
    { kind: "neutron-interval", counts: [1, 2, 3, 4], portalAlarm: false },
  ],
  [
    "a kind that is switched off",
    { kind: "speed", kph: 5 },
    withKind("speed", null),
    { kind: "opaque", tag: "speed", fields: ['{"kind":"speed","kph":5}'], known: false },
  ],
  ["null for a number", { kind: "speed", kph: null }, {}, "missing-field"],
  [
    "the length of an array as a number",
    { kind: "speed", kph: [1, 2] },
    withKind("speed", { kph: "kph.length" }),
    "missing-field",
  ],
  [
    "what objects inherit",
    { kind: "speed" },
    withKind("speed", { kph: "constructor.length" }),
    "missing-field",
  ],
];

describe("the mapping of json-mqtt takes", () => {
  it.each(rows)("%s", (_, document, settings, expected) => {
    expect(said(document, settings)).toEqual(expected);
  });

  it("several kinds from one document that is told by its fields", () => {
    const settings = {
      kindField: null,
      kinds: {
        "gamma-interval": { when: "gamma", counts: "gamma" },
        "neutron-interval": { when: "neutron", counts: "neutron", portalAlarm: { constant: true } },
        "energy-window-interval": null,
      },
    };
    const both = { gamma: [1, 2, 3, 4], neutron: [0, 1, 0, 0], sequence: 5 };
    expect(messages([both, { gamma: [5, 6, 7, 8] }, { other: 1 }], settings)).toEqual([
      { kind: "gamma-interval", counts: [1, 2, 3, 4], portalAlarm: false },
      { kind: "neutron-interval", counts: [0, 1, 0, 0], portalAlarm: true },
      { kind: "gamma-interval", counts: [5, 6, 7, 8], portalAlarm: false },
      { kind: "opaque", tag: "document", fields: ['{"other":1}'], known: false },
    ]);
    expect(said({ gamma: [1, 2, 3, 4], neutron: [0, -1, 0, 0] }, settings)).toBe("bad-field");
  });

  it("nothing of a document that is longer than 64 KiB, and the next one", () => {
    const long = { kind: "gamma-interval", counts: [1, 2, 3, 4], text: "x".repeat(65_536) };
    const [refused, next] = messages([long, { kind: "tamper", open: true }]);
    expect(refused).toMatchObject({
      kind: "undecodable",
      reason: "line-too-long",
      byteLength: JSON.stringify(long).length,
    });
    expect(next).toEqual({ kind: "tamper", state: "set" });
  });

  it.each([16, 17])(
    "documents nested %i deep as the bound says, brackets in strings not counted",
    (depth) => {
      const nested = `${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}`;
      const document = `{"kind":"tamper","open":true,"text":"${'[{\\"'.repeat(40)}","nested":${nested}}`;
      expect(said(document)).toEqual(depth === 16 ? { kind: "tamper", state: "set" } : "too-deep");
    },
  );

  it("65,536 opening brackets without a fault", () => {
    expect(said("[".repeat(65_536))).toBe("too-deep");
  });

  it("no bytes that are not UTF-8", () => {
    const codec = jsonMqtt.codec({});
    const bytes = Uint8Array.from(Buffer.from('{"kind":"tamper","open":true,"n":"\xff"}\n', "latin1"));
    expect(codec.decode(codec.start(0), bytes)[1][0]?.message).toMatchObject({ reason: "not-a-record" });
  });
});

describe("the settings of json-mqtt refuse", () => {
  it.each([
    ["a path with an empty name", { kindField: "a..b" }],
    ["a pointer with a wrong escape", { kindField: "/a~2" }],
    ["a path too long", { kindField: new Array(17).fill("a").join(".") }],
    ["a kind nobody knows", { kinds: { gamma: {} } }],
    ["a setting of a kind nobody knows", withKind("speed", { mph: "mph" })],
    ["a column of five", { panelOrder: [0, 1, 2, 3, 4] }],
    ["a window beyond the bound", { sequence: { windowDocuments: 33 } }],
    ["a scale of zero", withKind("speed", { kph: { path: "v", scale: 0 } })],
  ])("%s", (_, settings) => {
    expect(jsonMqtt.settings.safeParse(settings).success).toBe(false);
  });
});
