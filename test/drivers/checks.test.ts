import { describe, expect, it } from "vitest";
import { latin1, lineCodec } from "../../drivers/line-codec.ts";
import type { Codec, CodecState } from "../../src/domain/codec.ts";
import type { Decoded } from "../../src/domain/messages.ts";
import { checks, type CheckName } from "./checks.ts";

/** Lines such as `T,0012`: a tag of one letter and four digits, so that cut lines can be told from whole ones. */
const soundCodec = lineCodec({
  maxLineBytes: 64,
  decodeLine: (bytes, start, end) => {
    const text = latin1(bytes, start, end);
    if (!/^[A-Z],\d{4}$/.test(text)) return "not-a-record";
    return {
      message: { kind: "opaque", tag: text.slice(0, 1), fields: [text.slice(2)], known: true },
      whole: "line",
    };
  },
});

const bytes = Uint8Array.from(
  Buffer.from("A,0001\r\nB,0002\nnoise\r\nC,0003\r\nD,0004\r\nE,0005\r\n", "latin1"),
);
const lineFeed = Uint8Array.of(0x0a);

const changed = (codec: Codec, change: (said: Decoded, chunk: Uint8Array) => Decoded): Codec => ({
  ...codec,
  decode: (state, chunk) => {
    const [next, decoded] = codec.decode(state, chunk);
    return [next, decoded.map((said) => change(said, chunk))];
  },
});

const forgetsItsCarry: Codec = {
  ...soundCodec,
  decode: (state, chunk) => soundCodec.decode({ ...state, carry: "" }, chunk),
};

const keepsAnArray: Codec = {
  ...soundCodec,
  decode: (state, chunk) => {
    const [next, decoded] = soundCodec.decode(state, chunk);
    const more: CodecState & { readonly chunk: Uint8Array } = { ...next, chunk };
    return [more, decoded];
  },
};

let calls = 0;
const remembersOutsideItsState = changed(soundCodec, (said) => {
  calls += 1;
  return { ...said, message: { kind: "opaque", tag: "A", fields: [String(calls)], known: true } };
});

const keepsTheChunk = changed(soundCodec, (said, chunk) => ({
  ...said,
  message: {
    kind: "opaque",
    tag: "A",
    get fields() {
      return [latin1(chunk, 0, chunk.length)];
    },
    known: true,
  },
}));

const countsFromOne = changed(soundCodec, (said) => ({ ...said, byteOffset: said.byteOffset + 1 }));

const believesCutLines = lineCodec({
  maxLineBytes: 64,
  decodeLine: (line, start, end) => {
    const text = latin1(line, start, end);
    if (!/^[A-Z],\d+$/.test(text)) return "not-a-record";
    return {
      message: { kind: "opaque", tag: text.slice(0, 1), fields: [text.slice(2)], known: true },
      whole: "line",
    };
  },
});

/** After bytes that are no record it wants a whole line in one chunk. */
const sulks: Codec = {
  ...soundCodec,
  decode: (state, chunk) => {
    const [next, decoded] = soundCodec.decode(state, chunk);
    const offended = decoded.findIndex(({ message }) => message.kind === "undecodable");
    return [next, offended === -1 ? decoded : decoded.filter((_, at) => at !== offended + 1)];
  },
};

const growsWithoutBound: Codec = {
  ...lineCodec({ maxLineBytes: 2_000_000, decodeLine: () => "not-a-record" }),
  maxCarryBytes: 64,
};

const losesLinesAfterAHole: Codec = {
  ...soundCodec,
  start: (byteOffset) => ({ byteOffset, carry: byteOffset === 0 ? "" : "?", skippedBytes: 0 }),
};

const saysNaN = changed(soundCodec, (said) => ({
  ...said,
  message: { kind: "gamma-background", cps: [1, 2, Number.NaN, 4], level: "normal" },
}));

const broken: readonly (readonly [fault: string, codec: Codec, check: CheckName])[] = [
  ["forgets its carry", forgetsItsCarry, "says the same for every chunk size from 1 to 64"],
  ["forgets its carry", forgetsItsCarry, "says the same for 60 seeded chunkings"],
  ["keeps an array in its state", keepsAnArray, "keeps its state as plain JSON"],
  ["remembers outside its state", remembersOutsideItsState, "is pure"],
  ["keeps the chunk", keepsTheChunk, "is pure"],
  ["counts bytes from one", countsFromOne, "says where each record stands"],
  ["believes cut lines", believesCutLines, "never takes a cut record for a whole one"],
  ["leaves out what follows damage", sulks, "loses to 200 seeded damages only what they hit"],
  ["cannot start in the middle", losesLinesAfterAHole, "loses to 100 seeded holes only what they hit"],
  ["grows without bound", growsWithoutBound, "stays bounded on garbage and decodes what follows"],
  ["says NaN", saysNaN, "says only messages of the contract"],
];

describe("the checks of the conformance suite", () => {
  it.each(Object.entries(checks))("pass a sound codec: %s", (_, check) => {
    expect(check(soundCodec, bytes)).toBeUndefined();
  });

  it.each(broken)("catch a codec that %s", (_, codec, check) => {
    expect(checks[check](codec, bytes)).toEqual(expect.any(String));
  });

  it("let a codec's exception through", () => {
    const throws = changed(soundCodec, (said) => {
      if (said.message.kind === "undecodable") throw new Error("cannot read this");
      return said;
    });
    expect(() => checks["stays bounded on garbage and decodes what follows"](throws, bytes)).toThrow(
      "cannot read",
    );
  });

  it("need no line end after a record that is whole without it", () => {
    const [state] = soundCodec.decode(soundCodec.start(0), Uint8Array.from(Buffer.from("A,0001")));
    const [, ended] = soundCodec.end(state);
    const [, terminated] = soundCodec.decode(state, lineFeed);
    expect(ended).toEqual(terminated);
  });
});
