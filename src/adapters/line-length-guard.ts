import { Transform } from "node:stream";

/** The longest record of any portal is well below 100 bytes. */
export const maxLineInBytes = 1_024;

const lineFeed = 0x0a;
const mark = Uint8Array.of(lineFeed);

/**
 * Chunk by chunk: the pieces to pass on, with a line feed (the mark) behind every `maxInBytes` bytes in a row that
 * have none. `unfinished` counts the bytes since the last line feed or mark.
 */
export const markLongLines = (
  unfinished: number,
  chunk: Uint8Array,
  maxInBytes: number,
): readonly [number, readonly Uint8Array[]] => {
  const pieces: Uint8Array[] = [];
  let length = unfinished;
  let passed = 0;
  let from = 0;
  while (from < chunk.length) {
    const found = chunk.indexOf(lineFeed, from);
    const lineEnd = found === -1 ? chunk.length : found;
    if (length + lineEnd - from >= maxInBytes) {
      from += maxInBytes - length;
      pieces.push(chunk.subarray(passed, from), mark);
      passed = from;
      length = 0;
    } else if (found === -1) {
      length += chunk.length - from;
      from = chunk.length;
    } else {
      from = found + 1;
      length = 0;
    }
  }
  if (passed < chunk.length) pieces.push(chunk.subarray(passed));
  return [length, pieces];
};

/**
 * Stands before a line parser, which holds a line until its line feed comes: with the guard that is never more than
 * `maxInBytes` and the mark. A line of the portal has at most `maxInBytes` bytes with its line feed, so a longer one is
 * exactly one that was cut, and `withoutMark` gives back what arrived.
 */
export const lineLengthGuard = (maxInBytes: number): Transform => {
  let unfinished = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      const [rest, pieces] = markLongLines(unfinished, chunk, maxInBytes);
      unfinished = rest;
      for (const piece of pieces) this.push(piece);
      done();
    },
  });
};

/** A line with its line feed, as it arrived. */
export const withoutMark = (line: Uint8Array, maxInBytes: number): Uint8Array =>
  line.length > maxInBytes ? line.subarray(0, maxInBytes) : line;
