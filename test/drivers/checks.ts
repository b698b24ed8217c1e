import { isDeepStrictEqual } from "node:util";
import { createChance } from "../../simulators/chance.ts";
import type { Codec, CodecState } from "../../src/domain/codec.ts";
import type { Decoded } from "../../src/domain/messages.ts";
import { chanceDamage, damaged, garbage } from "./damage.ts";
import { chanceChunksOf, chunksOf, decodeChunks, decodeWhole, firstDifference, shifted } from "./decoding.ts";
import { shapeProblem } from "./message-shapes.ts";

/** One thing that the contract of a codec demands. Says what is wrong with this codec on these bytes, if anything. */
export type Check = (codec: Codec, bytes: Uint8Array) => string | undefined;

const isProblem = (problem: string | undefined): boolean => problem !== undefined;

const freeze = (state: CodecState): CodecState => Object.freeze({ ...state });

const everyChunkSize: Check = (codec, bytes) => {
  const expected = decodeWhole(codec, bytes);
  for (let size = 1; size <= 64; size += 1) {
    const difference = firstDifference(expected, decodeChunks(codec, chunksOf(bytes, size)));
    if (difference !== undefined) return `chunks of ${size}: ${difference}`;
  }
  return undefined;
};

const chanceChunks: Check = (codec, bytes) => {
  const expected = decodeWhole(codec, bytes);
  for (let seed = 1; seed <= 60; seed += 1) {
    const difference = firstDifference(
      expected,
      decodeChunks(codec, chanceChunksOf(bytes, createChance(seed))),
    );
    if (difference !== undefined) return `chunks of seed ${seed}: ${difference}`;
  }
  return undefined;
};

const stateIsPlainJson: Check = (codec, bytes) => {
  const expected = decodeWhole(codec, bytes);
  let problem: string | undefined;
  const throughJson = (state: CodecState): CodecState => {
    const { byteOffset, carry, skippedBytes, ...more }: CodecState = JSON.parse(
      JSON.stringify(state),
    ) as CodecState;
    const read = { byteOffset, carry, skippedBytes };
    if (Object.keys(more).length > 0 || !isDeepStrictEqual(read, state))
      problem ??= `not plain: ${JSON.stringify(state)}`;
    return read;
  };
  for (const size of [1, 7, 64]) {
    const difference = firstDifference(expected, decodeChunks(codec, chunksOf(bytes, size), throughJson));
    if (difference !== undefined) return `chunks of ${size}: ${difference}`;
  }
  return problem;
};

/** Two streams through one codec, chunk by chunk in turn; every state used twice; every chunk overwritten after use. */
const codecIsPure: Check = (codec, bytes) => {
  const streams = [bytes, bytes.slice(Math.floor(bytes.length / 3))].map((each) => ({
    bytes: each,
    expected: decodeWhole(codec, each),
    state: freeze(codec.start(0)),
    said: new Array<Decoded>(),
  }));
  for (let start = 0; start < bytes.length; start += 23) {
    for (const stream of streams) {
      const chunk = stream.bytes.slice(start, start + 23);
      const before = chunk.slice();
      const [, again] = codec.decode(stream.state, chunk);
      codec.end(stream.state);
      const [next, said] = codec.decode(stream.state, chunk);
      if (!isDeepStrictEqual(chunk, before)) return `changes the chunk at byte ${start}`;
      const text = JSON.stringify(said);
      if (JSON.stringify(again) !== text)
        return `at byte ${start} the same state and chunk give something else`;
      chunk.fill(0x58);
      if (JSON.stringify(said) !== text) return `messages at byte ${start} change with the chunk`;
      stream.said.push(...said);
      stream.state = freeze(next);
    }
  }
  for (const { expected, said, state } of streams) {
    const difference = firstDifference(expected, [...said, ...codec.end(state)[1]]);
    if (difference !== undefined) return difference;
  }
  return undefined;
};

const offsetsAreTrue: Check = (codec, bytes) => {
  const whole = decodeWhole(codec, bytes);
  for (const [at, said] of whole.entries()) {
    const end = whole[at + 1]?.byteOffset ?? bytes.length;
    if (said.byteOffset >= end) return `message ${at} at byte ${said.byteOffset} begins not before the next`;
    const [state, decoded] = codec.decode(codec.start(said.byteOffset), bytes.subarray(said.byteOffset, end));
    const difference = firstDifference([said], [...decoded, ...codec.end(state)[1]]);
    if (difference !== undefined) return `from byte ${said.byteOffset}: ${difference}`;
  }
  return undefined;
};

/** After any byte: what `end` says of a record begun is what the whole record says, or that it is undecodable. */
const cutsAreHonest: Check = (codec, bytes) => {
  const whole = new Map(decodeWhole(codec, bytes).map((said) => [said.byteOffset, said]));
  let state = codec.start(0);
  for (const [at, byte] of bytes.entries()) {
    const [ended, said] = codec.end(state);
    if (said.length > 1) return `cut before byte ${at}: ${said.length} messages of one record`;
    if (!isDeepStrictEqual(ended, codec.start(state.byteOffset)))
      return `cut before byte ${at}: the state is not fresh`;
    for (const each of said) {
      const full = whole.get(each.byteOffset);
      if (each.message.kind === "undecodable" || full?.message.kind === "undecodable") continue;
      const sameTime = each.recordedAt === undefined || isDeepStrictEqual(each.recordedAt, full?.recordedAt);
      if (isDeepStrictEqual(each.message, full?.message) && sameTime) continue;
      return `cut before byte ${at}: ${JSON.stringify(each)} instead of ${JSON.stringify(full)}`;
    }
    [state] = codec.decode(state, Uint8Array.of(byte));
  }
  return undefined;
};

/** `undefined` where the run begins with `before` and ends with `after`, whatever stands between. */
const edgesDiffer = (
  run: readonly Decoded[],
  before: readonly Decoded[],
  after: readonly Decoded[],
): string | undefined =>
  firstDifference(before, run.slice(0, before.length)) ??
  firstDifference(after, run.slice(Math.max(0, run.length - after.length)));

/** The messages of the records that end at or before byte `start`. */
const endedBefore = (whole: readonly Decoded[], start: number, length: number): readonly Decoded[] =>
  whole.filter((_, at) => (whole[at + 1]?.byteOffset ?? length) <= start);

/** Damage within a record costs that record; damage to its last byte, which may end it, the next one as well. */
const damageIsLocal: Check = (codec, bytes) => {
  const whole = decodeWhole(codec, bytes);
  for (let seed = 1; seed <= 200; seed += 1) {
    const chance = createChance(seed);
    const damage = chanceDamage(chance, bytes);
    const { kind, start, end, put } = damage;
    const before = endedBefore(whole, start, bytes.length);
    const after = whole.filter(({ byteOffset }) => byteOffset > end);
    const said = decodeChunks(codec, chanceChunksOf(damaged(bytes, damage), chance));
    const hit = said.slice(before.length, said.length - after.length);
    const problem =
      edgesDiffer(said, before, shifted(after, put.length - (end - start))) ??
      hit.map(shapeProblem).find(isProblem);
    if (problem !== undefined) return `seed ${seed}, bytes ${start} to ${end} ${kind}: ${problem}`;
  }
  return undefined;
};

/** A hole in the stream: what was begun before it is ended, and the bytes after it are decoded from where they stand. */
const holesAreLocal: Check = (codec, bytes) => {
  const whole = decodeWhole(codec, bytes);
  for (let seed = 1; seed <= 100; seed += 1) {
    const chance = createChance(seed);
    const start = Math.floor(chance.between(0, bytes.length));
    const end = Math.min(bytes.length, start + Math.floor(chance.exponential(40)));
    const before = endedBefore(whole, start, bytes.length);
    const after = whole.filter(({ byteOffset }) => byteOffset >= end && byteOffset > start);
    const [beginning, first] = codec.decode(codec.start(0), bytes.subarray(0, start));
    const [rest, second] = codec.decode(codec.start(end), bytes.subarray(end));
    const said = [...first, ...codec.end(beginning)[1], ...second, ...codec.end(rest)[1]];
    const problem = edgesDiffer(said, before, after);
    if (problem !== undefined) return `seed ${seed}, bytes ${start} to ${end} missing: ${problem}`;
  }
  return undefined;
};

/** Longest JSON of a state: six characters for each carried byte, and the names and numbers around them. */
const stateBound = (codec: Codec): number => 6 * codec.maxCarryBytes + 120;

/** Garbage before a capture, which costs at most the record it runs into. */
const garbageIsBounded: Check = (codec, bytes) => {
  const whole = decodeWhole(codec, bytes);
  for (const [name, noise] of garbage(createChance("garbage"))) {
    const stream = damaged(bytes, { kind: name, start: 0, end: 0, put: noise });
    let longest = 0;
    const said = decodeChunks(codec, chunksOf(stream, noise.length > 200_000 ? 4096 : 61), (state) => {
      if (state.carry.length > codec.maxCarryBytes) longest = Infinity;
      longest = Math.max(longest, JSON.stringify(state).length);
      return state;
    });
    if (longest > stateBound(codec)) return `${name}: a state of ${longest} characters`;
    const after = shifted(whole.slice(1), noise.length);
    const problem = edgesDiffer(said, [], after) ?? said.slice(0, 2000).map(shapeProblem).find(isProblem);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
};

const shapesAreTrue: Check = (codec, bytes) => decodeWhole(codec, bytes).map(shapeProblem).find(isProblem);

/** What every codec must pass on every capture, as sentences. */
export const checks = {
  "says the same for every chunk size from 1 to 64": everyChunkSize,
  "says the same for 60 seeded chunkings": chanceChunks,
  "keeps its state as plain JSON": stateIsPlainJson,
  "is pure": codecIsPure,
  "says where each record stands": offsetsAreTrue,
  "never takes a cut record for a whole one": cutsAreHonest,
  "loses to 200 seeded damages only what they hit": damageIsLocal,
  "loses to 100 seeded holes only what they hit": holesAreLocal,
  "stays bounded on garbage and decodes what follows": garbageIsBounded,
  "says only messages of the contract": shapesAreTrue,
} as const satisfies Record<string, Check>;
export type CheckName = keyof typeof checks;
