import { describe, expect, it } from "vitest";
import { jsonMqtt } from "../../../drivers/json-mqtt/driver.ts";
import { rememberedDocuments } from "../../../drivers/json-mqtt/ordering.ts";
import { createChance } from "../../../simulators/chance.ts";
import type { Decoded } from "../../../src/domain/messages.ts";
import { chunksOf, decodeChunks } from "../decoding.ts";
import { bytesOf, courseOf, decoded, interval } from "./publish.ts";

const course = (numbers: readonly number[], settings: unknown = {}): readonly (number | string)[] =>
  courseOf(
    decoded(
      numbers.map((number) => interval(number)),
      settings,
    ),
  );

const window = (windowDocuments: number): unknown => ({ sequence: { windowDocuments } });

const rows: readonly (readonly [
  name: string,
  numbers: readonly number[],
  expected: readonly (number | string)[],
  settings?: unknown,
])[] = [
  ["in order", [5, 6, 7], [5, 6, 7]],
  ["doubled", [5, 5, 6, 7, 6], [5, "repeated 5", 6, 7, "repeated 6"]],
  ["exchanged", [5, 7, 6, 8], [5, 6, 7, 8]],
  ["exchanged and doubled", [5, 7, 7, 6, 6, 7, 8], [5, "repeated 7", 6, 7, "repeated 6", "repeated 7", 8]],
  ["two away, two waiting", [1, 4, 5, 3, 2, 6], [1, 2, 3, 4, 5, 6]],
  ["a gap, said when the window is full", [1, 3, 4, 5, 6], [1, "sequence 2", 3, 4, 5, 6], window(3)],
  ["a gap of many", [1, 100, 101], [1, "sequence 2 to 99", 100, 101], window(1)],
  ["a gap at the end", [1, 3], [1, "sequence 2", 3]],
  ["too late for the window", [1, 3, 4, 2, 5], [1, "sequence 2", 3, 4, "too-late 2", 5], window(1)],
  ["without a window", [1, 3, 2], [1, "sequence 2", 3, "too-late 2"], window(0)],
  ["switched off", [1, 1, 3, 2], [1, 1, 3, 2], { sequence: null }],
  ["the first one late", [5, 4, 6], [5, "too-late 4", 6]],
];

const filled = rows.map(
  ([name, numbers, expected, settings = {}]) => [name, numbers, expected, settings] as const,
);

describe("sequence numbers", () => {
  it.each(filled)("%s", (_, numbers, expected, settings) => {
    expect(course(numbers, settings)).toEqual(expected);
  });

  it.each(filled)("%s, in chunks of every size", (_, numbers, expected, settings) => {
    const codec = jsonMqtt.codec(settings);
    const bytes = bytesOf(numbers.map((number) => interval(number)));
    for (let size = 1; size <= 64; size += 1)
      expect(courseOf(decodeChunks(codec, chunksOf(bytes, size)))).toEqual(expected);
  });

  it("begin anew where a known number says something else", () => {
    const documents = [
      interval(0),
      interval(1),
      interval(2),
      interval(0, { alarm: true }),
      interval(1),
      interval(2),
    ];
    expect(courseOf(decoded(documents))).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it("begin anew where they are far behind", () => {
    const many = Array.from({ length: 400 }, (_, at) => at + 1000);
    expect(course([...many, 0, 1])).toEqual([...many, 0, 1]);
  });

  it("never begin anew within an epoch, however far behind", () => {
    const many = Array.from({ length: 400 }, (_, at) => interval(at, { epoch: "a" }));
    const [last] = courseOf(decoded([...many, interval(3, { epoch: "a", alarm: true })])).slice(-1);
    expect(last).toBe("repeated 3");
  });

  it("begin anew with another epoch, which ends all waiting, and come too late with an old one", () => {
    const documents = [
      interval(7, { epoch: "a" }),
      interval(9, { epoch: "a" }),
      interval(0, { epoch: 2 }),
      interval(8, { epoch: "a" }),
      interval(1, { epoch: 2 }),
    ];
    expect(courseOf(decoded(documents))).toEqual([7, "sequence 8", 9, 0, "too-late 8", 1]);
  });

  it("are of no concern to documents without one", () => {
    const plain = { kind: "gamma-interval", counts: [99, 0, 0, 0] };
    expect(courseOf(decoded([interval(1), plain, interval(3), plain, interval(2)]))).toEqual([
      1, 99, 99, 2, 3,
    ]);
  });

  it.each([-1, 1.5, "7", 2 ** 53, true])("are whole: %j is a bad field", (sequence) => {
    const [only] = decoded([interval(0, { sequence })]);
    expect(only?.message).toMatchObject({ kind: "undecodable", reason: "bad-field" });
  });

  it("of a document that cannot be read count all the same", () => {
    const bad = interval(2, { counts: [-1, 0, 0, 0] });
    expect(courseOf(decoded([interval(1), interval(3), bad]))).toEqual([1, "bad-field 2", 3]);
  });

  it("are remembered across holes, ends and boots", () => {
    const codec = jsonMqtt.codec({});
    const [state] = codec.decode(codec.start(0), bytesOf([interval(1), interval(2)]));
    const [ended] = codec.end(state);
    const [, again] = codec.decode(codec.start(0, ended), bytesOf([interval(1), interval(2), interval(3)]));
    expect(courseOf(again)).toEqual(["repeated 1", "repeated 2", 3]);
    const [, fresh] = codec.decode(codec.start(0), bytesOf([interval(1)]));
    expect(courseOf(fresh)).toEqual([1]);
  });
});

/** What a network does to messages: some come twice, some overtake up to `farthest` others. */
const disordered = (numbers: readonly number[], seed: number, farthest: number): readonly number[] => {
  const chance = createChance(seed);
  return numbers
    .flatMap((number) => {
      const place = number + chance.between(0, farthest);
      return chance.happens(0.1)
        ? [
            { number, place },
            { number, place: place + chance.between(0, 100) },
          ]
        : [{ number, place }];
    })
    .sort((a, b) => a.place - b.place)
    .map(({ number }) => number);
};

const plainState = (state: unknown): void => expect(JSON.parse(JSON.stringify(state))).toEqual(state);

describe("numbered streams in disorder", () => {
  const numbers = Array.from({ length: 600 }, (_, at) => at);

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])("of seed %i are said once each and in order", (seed) => {
    const sent = disordered(numbers, seed, 7);
    const codec = jsonMqtt.codec({});
    // The first document sets where the numbers begin.
    const bytes = bytesOf(
      [interval(0), ...sent].map((each) => (typeof each === "number" ? interval(each + 1) : each)),
    );
    let longest = 0;
    const all: readonly Decoded[] = decodeChunks(codec, chunksOf(bytes, 1 + seed * 6), (state) => {
      longest = Math.max(longest, state.memory?.length ?? 0);
      return state;
    });
    const said = courseOf(all).filter((each) => typeof each === "number");
    expect(said).toEqual([0, ...numbers.map((number) => number + 1)]);
    const repeats = courseOf(all).filter((each) => typeof each === "string");
    expect(repeats.length).toBe(sent.length - numbers.length);
    expect(repeats.every((each) => /^repeated \d+$/.test(each))).toBe(true);
    expect(longest).toBeLessThan((rememberedDocuments + 32) * 8 + 9 * 200 + 200);
  });

  it("lose nothing to any chunking, and keep plain state", () => {
    const bytes = bytesOf(disordered(numbers.slice(0, 60), 3, 12).map((number) => interval(number)));
    const codec = jsonMqtt.codec({});
    const whole = decodeChunks(codec, [bytes]);
    for (let size = 1; size <= 64; size += 1) {
      const parts = decodeChunks(codec, chunksOf(bytes, size), (state) => {
        if (size % 16 === 0) plainState(state);
        return state;
      });
      expect(parts).toEqual(whole);
    }
  });

  it("with garbage of 300 seeds between never throw and stay bounded", () => {
    const codec = jsonMqtt.codec({});
    for (let seed = 1; seed <= 300; seed += 1) {
      const chance = createChance(seed);
      const bytes = bytesOf(disordered(numbers.slice(0, 40), seed, 20).map((number) => interval(number)));
      for (let hits = 0; hits < 12; hits += 1)
        bytes[Math.floor(chance.between(0, bytes.length))] = Math.floor(chance.between(0, 256));
      const all = decodeChunks(codec, chunksOf(bytes, 97), (state) => {
        expect(state.memory?.length ?? 0).toBeLessThan(8_000);
        return state;
      });
      const intact = courseOf(all).filter((each) => typeof each === "number");
      expect(intact.length).toBeGreaterThan(20);
    }
  });
});
