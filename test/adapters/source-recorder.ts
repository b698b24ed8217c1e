import type { ByteSource, Chance, SourceEvent } from "../../src/ports.ts";

export interface SourceRecorder {
  readonly events: readonly SourceEvent[];
  /** All bytes so far, as one. */
  bytes(): Uint8Array;
  /** Resolves when the condition holds; rejects when the attempt ends without that. */
  until(condition: (recorder: SourceRecorder) => boolean): Promise<void>;
  /** The reason of the one `closed` event, after the iteration has ended. */
  ended: Promise<string>;
  stop(): void;
}

/** Makes one connection attempt and keeps all it says. `beforeEach` runs before each pull: a slow consumer. */
export const recordSource = (
  source: ByteSource,
  beforeEach: () => Promise<void> = async () => {},
): SourceRecorder => {
  const events: SourceEvent[] = [];
  const stopping = new AbortController();
  let changed = (): void => undefined;
  let isOver = false;

  const run = async (): Promise<string> => {
    for await (const event of source.connect(stopping.signal)) {
      events.push(event);
      changed();
      await beforeEach();
    }
    isOver = true;
    changed();
    const closings = events.filter((event) => event.kind === "closed");
    const last = events.at(-1);
    if (closings.length !== 1 || last?.kind !== "closed")
      throw new Error(`${closings.length} closed events, last: ${last?.kind}`);
    return last.reason;
  };

  const recorder: SourceRecorder = {
    events,
    bytes: () => Buffer.concat(events.flatMap((event) => (event.kind === "bytes" ? [event.bytes] : []))),
    until: async (condition) => {
      while (!condition(recorder)) {
        if (isOver) throw new Error(`the source ended before: ${JSON.stringify(events.at(-1))}`);
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
    ended: run(),
    stop: () => stopping.abort(),
  };
  return recorder;
};

export const isOpen = (recorder: SourceRecorder): boolean => recorder.events[0]?.kind === "opened";
export const hasBytes =
  (length: number) =>
  (recorder: SourceRecorder): boolean =>
    recorder.bytes().length >= length;

/** Numbers on [0, 1) from a seed: a 32-bit mix of a Weyl sequence. */
export const seededChance = (seed: number): Chance => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
  };
};

/** Bytes of every value. */
export const randomBytes = (length: number, chance: Chance): Uint8Array =>
  Uint8Array.from({ length }, () => Math.floor(chance() * 256));

/** The bytes again, cut at random: pieces of 1 to `maxLength`. */
export const randomPieces = (bytes: Uint8Array, maxLength: number, chance: Chance): readonly Uint8Array[] => {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const length = 1 + Math.floor(chance() * maxLength);
    pieces.push(bytes.subarray(from, from + length));
    from += length;
  }
  return pieces;
};
