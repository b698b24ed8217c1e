import { Encoder } from "cbor-x";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { alarmId, laneId } from "../../src/domain/ids.ts";
import { alarmCaseCodec } from "../../src/wire/alarm.ts";
import { checkpointCodec, commandCheckpointCodec } from "../../src/wire/checkpoint.ts";
import { commandCodec, decisionCodec, laneShelfCodec } from "../../src/wire/command.ts";
import { eventRecordCodec } from "../../src/wire/event.ts";
import { decodeFrame, encodeFrame } from "../../src/wire/frame.ts";
import { dispose, entryOf } from "../commands.ts";
import { agentOf, alarmedPass, bootNumber, foldAll, foldOf, framesOf } from "../core/frame-life.ts";
import {
  anyCase,
  anyCommand,
  anyDecision,
  anyEventIdentity,
  anyEventOf,
  anyFrame,
  anyShelf,
  eventKinds,
} from "./anything.ts";

const utf8 = new TextEncoder();
const parsedJson = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

const codeOf = (decode: () => unknown): string => {
  try {
    decode();
  } catch (error) {
    if (error instanceof LanewatchError) return error.code;
    throw error;
  }
  return "decoded";
};

/** A decoded frame's bytes may be a Buffer. */
const plain = (frame: Frame): unknown =>
  frame.body.kind === "bytes"
    ? { ...frame, body: { ...frame.body, bytes: Array.from(frame.body.bytes) } }
    : frame;

describe("what is encoded is decoded", () => {
  it("frames", () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const decoded = decodeFrame(encodeFrame(frame));
        expect(plain(decoded)).toEqual(plain(frame));
      }),
    );
  });

  it.each(eventKinds)("events: %s", (kind) => {
    fc.assert(
      fc.property(anyEventIdentity, anyEventOf(kind), (identity, event) => {
        const record = { ...identity, event };
        expect(eventRecordCodec.decode(eventRecordCodec.encode(record))).toEqual(record);
      }),
      { numRuns: 30 },
    );
  });

  it("alarm cases", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        expect(alarmCaseCodec.decode(alarmCaseCodec.encode(one))).toEqual(one);
      }),
    );
  });

  it("commands", () => {
    fc.assert(
      fc.property(anyCommand, (one) => {
        expect(commandCodec.decode(commandCodec.encode(one))).toEqual(one);
      }),
    );
  });

  it("decisions", () => {
    fc.assert(
      fc.property(anyDecision, (one) => {
        expect(decisionCodec.decode(decisionCodec.encode(one))).toEqual(one);
      }),
    );
  });

  it("shelves", () => {
    fc.assert(
      fc.property(anyShelf, (one) => {
        expect(laneShelfCodec.decode(laneShelfCodec.encode(one))).toEqual(one);
      }),
    );
  });

  it("checkpoints, after every frame of a lane's life", () => {
    const fold = foldOf();
    const frames = [
      ...framesOf(agentOf(bootNumber(1)), [
        ...alarmedPass,
        "ZZ,1",
        "rubbish",
        "NA,000001,000002,000003,000004",
        "AA,000001,000001,000001,11111A",
      ]),
      ...framesOf(agentOf(bootNumber(2)), alarmedPass.slice(0, 9)),
    ];
    let state = fold.start();
    for (const [frameOffset, frame] of [undefined, ...frames].entries()) {
      if (frame !== undefined) state = foldAll(fold, [frame], state).state;
      const checkpoint = { laneId: laneId("north-1"), frameOffset, state };
      expect(checkpointCodec.decode(checkpointCodec.encode(checkpoint))).toEqual(checkpoint);
    }
  });

  it("command checkpoints", () => {
    expect(commandCheckpointCodec.decode(commandCheckpointCodec.encode({ commandOffset: 7 }))).toEqual({
      commandOffset: 7,
    });
  });
});

describe("officers' words are trimmed and held to their length", () => {
  const given = dispose({ alarmId: alarmId("north~1~gamma"), laneId: laneId("north") });
  const decoded = (change: Record<string, unknown>, entry: Record<string, unknown> = {}): unknown => {
    const act = { kind: "dispose", entry: { ...entryOf(), ...entry } };
    return commandCodec.decode(utf8.encode(JSON.stringify({ v: 1, value: { ...given, act, ...change } })));
  };

  it("trimmed", () =>
    expect(decoded({}, { notes: "  as declared \n", isotopes: [" 40K "] })).toMatchObject({
      act: { entry: { notes: "as declared", isotopes: ["40K"] } },
    }));

  it.each<Record<string, unknown>>([
    { by: { name: "", role: "officer" } },
    { by: { name: "x".repeat(41), role: "officer" } },
    { by: { name: "Ozols", role: "captain" } },
    { by: "Ozols" },
    { commandId: "short" },
    { expectedVersion: -1 },
    { expectedVersion: 0.5 },
    { caseOffset: -1 },
    { laneId: "North 1" },
    { at: null },
    { act: { kind: "claim", leaseInMs: 4_999 } },
    { act: { kind: "claim" } },
    { act: { kind: "comment", text: "  " } },
    { act: { kind: "comment", text: "x".repeat(2001) } },
    { act: { kind: "reopen", reason: "" } },
    { act: { kind: "eat" } },
    { rank: "captain" },
  ])("%o is refused", (change) => expect(codeOf(() => decoded(change))).toBe("record-unreadable"));

  it.each<Record<string, unknown>>([
    { notes: "x".repeat(4001) },
    { vehicleId: "x".repeat(41) },
    { isotopes: Array.from({ length: 11 }, () => "40K") },
    { isotopes: [""] },
    { disposition: "eaten" },
    { disposition: "toString" },
    { colour: "red" },
  ])("a disposition with %o is refused", (entry) =>
    expect(codeOf(() => decoded({}, entry))).toBe("record-unreadable"),
  );
});

const jsonCodecs = {
  event: eventRecordCodec,
  alarm: alarmCaseCodec,
  command: commandCodec,
  decision: decisionCodec,
  shelf: laneShelfCodec,
  checkpoint: checkpointCodec,
  "command checkpoint": commandCheckpointCodec,
};

describe.each(Object.entries(jsonCodecs))("as %s records", (name, codec) => {
  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["bytes that are no UTF-8", Uint8Array.of(0xff, 0xfe, 0x7b)],
    ["text", utf8.encode("hello")],
    ["null", utf8.encode("null")],
    ["a list", utf8.encode("[]")],
    ["no version", utf8.encode('{"value":{}}')],
    ["another version", utf8.encode('{"v":2,"value":{}}')],
    ["a version as text", utf8.encode('{"v":"1","value":{}}')],
    ["no value", utf8.encode('{"v":1}')],
    ["another value", utf8.encode('{"v":1,"value":{"unlike":true}}')],
    ["half a record", utf8.encode('{"v":1,"value":{')],
  ])("%s is unreadable", (_, bytes) => {
    expect(codeOf(() => codec.decode(bytes))).toBe("record-unreadable");
    expect(() => codec.decode(bytes)).toThrow(new RegExp(`^The ${name} record `));
  });

  it("random bytes and random JSON are unreadable, and nothing worse", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(codeOf(() => codec.decode(bytes))).toBe("record-unreadable");
      }),
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(codeOf(() => codec.decode(utf8.encode(`{"v":1,"value":${json}}`)))).toBe("record-unreadable");
      }),
    );
  });
});

it("every JSON record says its version", () => {
  const [one] = fc.sample(anyCommand, 1);
  if (one === undefined) throw new Error("no sample");
  expect(parsedJson(commandCodec.encode(one))).toMatchObject({ v: 1 });
});

describe("as frames", () => {
  const cbor = new Encoder({ useRecords: false, variableMapSize: true });
  const [frame] = fc.sample(
    anyFrame.filter(({ body }) => body.kind === "heartbeat"),
    { numRuns: 1, seed: 1 },
  );

  it.each<[string, unknown]>([
    ["another version", { v: 2, ...frame }],
    ["no version", { ...frame }],
    ["a part too many", { v: 1, ...frame, colour: "red" }],
    ["a part too few", { v: 1, ...frame, wall: undefined }],
    ["a lane that is none", { v: 1, ...frame, laneId: "North 1" }],
    ["a boot that is none", { v: 1, ...frame, bootId: "xyz" }],
    ["a sequence below 0", { v: 1, ...frame, sequence: -1 }],
    ["a body of no kind", { v: 1, ...frame, body: { kind: "song" } }],
    ["bytes as text", { v: 1, ...frame, body: { kind: "bytes", bytes: "GS" } }],
    ["text", "hello"],
    ["null", null],
  ])("%s is unreadable", (_, value) => {
    expect(codeOf(() => decodeFrame(cbor.encode(value)))).toBe("record-unreadable");
  });

  it("nothing, halves and random bytes are unreadable, and nothing worse", () => {
    expect(codeOf(() => decodeFrame(new Uint8Array(0)))).toBe("record-unreadable");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(codeOf(() => decodeFrame(bytes))).toBe("record-unreadable");
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(anyFrame, fc.nat(), (whole, cut) => {
        const bytes = encodeFrame(whole);
        expect(codeOf(() => decodeFrame(bytes.slice(0, cut % bytes.length)))).toBe("record-unreadable");
      }),
    );
  });

  it("damaged ones are unreadable or another frame, and nothing worse", () => {
    fc.assert(
      fc.property(
        anyFrame,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
        (whole, damages) => {
          const bytes = encodeFrame(whole).slice();
          for (const [at, value] of damages) bytes[at % bytes.length] = value;
          expect(["record-unreadable", "decoded"]).toContain(codeOf(() => decodeFrame(bytes)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("bytes are the record's own: a later change to what was encoded does not reach them", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const encoded = encodeFrame({ ...agentOf(bootNumber(1)).bytes(bytes) });
    bytes.fill(9);
    const { body } = decodeFrame(encoded);
    expect(body.kind === "bytes" && Array.from(body.bytes)).toEqual([1, 2, 3]);
  });
});
