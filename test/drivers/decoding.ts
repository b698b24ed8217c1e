import { isDeepStrictEqual } from "node:util";
import type { Chance } from "../../simulators/chance.ts";
import type { Codec, CodecState } from "../../src/domain/codec.ts";
import type { Decoded } from "../../src/domain/messages.ts";

/** All messages of a stream that comes in these chunks and then ends. `between` may exchange the state. */
export const decodeChunks = (
  codec: Codec,
  chunks: Iterable<Uint8Array>,
  between: (state: CodecState) => CodecState = (state) => state,
): readonly Decoded[] => {
  const all: Decoded[] = [];
  let state = codec.start(0);
  for (const chunk of chunks) {
    const [next, decoded] = codec.decode(between(state), chunk);
    for (const each of decoded) all.push(each);
    state = next;
  }
  return [...all, ...codec.end(between(state))[1]];
};

export const decodeWhole = (codec: Codec, bytes: Uint8Array): readonly Decoded[] =>
  decodeChunks(codec, [bytes]);

/** `bytes` in chunks of `size`, each a copy as it would come from a socket. */
export function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array, undefined> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.slice(start, start + size);
  return undefined;
}

/** `bytes` in chunks of chance sizes, empty ones included; the mean size is a matter of chance too. */
export function* chanceChunksOf(bytes: Uint8Array, chance: Chance): Generator<Uint8Array, undefined> {
  const mean = 2 ** chance.between(0, 11);
  for (let start = 0; start < bytes.length;) {
    const size = Math.floor(chance.exponential(mean));
    yield bytes.slice(start, start + size);
    start += size;
  }
  return undefined;
}

export const shifted = (decoded: readonly Decoded[], byBytes: number): readonly Decoded[] =>
  decoded.map((each) => ({ ...each, byteOffset: each.byteOffset + byBytes }));

/** Where two runs first differ, in words; undefined where they do not. */
export const firstDifference = (
  expected: readonly Decoded[],
  actual: readonly Decoded[],
): string | undefined => {
  for (let at = 0; at < Math.max(expected.length, actual.length); at += 1) {
    const [want, got] = [expected[at], actual[at]];
    if (want === undefined || got === undefined || !isDeepStrictEqual(want, got)) {
      return `message ${at}: ${JSON.stringify(got)} instead of ${JSON.stringify(want)}`;
    }
  }
  return undefined;
};
