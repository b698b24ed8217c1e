import { type RecordedClock, recordedClockStart, recordedClockStep } from "../core/recorded-clock.ts";
import type { Codec } from "../domain/codec.ts";

/**
 * A piece of a recording as the portal said it, and when: milliseconds since the recording's first record, pauses longer
 * than `maxPauseMs` cut short.
 */
export interface Utterance {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

const lineFeed = 0x0a;
const comma = 0x2c;

/** A portal is never quiet for a minute: a longer pause is the recorder's, or a damaged time, and nobody waits for it. */
export const maxPauseMs = 60_000;

/** A piece this long without a line end is played as it is. */
const maxHeldBytes = 65_536;

/**
 * Takes a recording apart into what the portal said, line by line, without the times that the recorder appended.
 * Bytes that are no record are played as well: the portal said them too.
 */
export const playback = async function* (
  chunks: AsyncIterable<Uint8Array>,
  codec: Codec,
): AsyncGenerator<Utterance, void> {
  let clock: RecordedClock | null = null;
  let atMs = 0;
  for await (const line of linesOf(chunks)) {
    const [, [record]] = codec.decode(codec.start(0), terminated(line));
    if (record !== undefined) {
      const next = recordedClockStep(clock ?? recordedClockStart, record);
      if (clock !== null) atMs += Math.min(next.laneMs - clock.laneMs, maxPauseMs);
      clock = next;
    }
    yield { atMs, bytes: record?.recordedAt === undefined ? line : withoutLastField(line) };
  }
};

/** The last line of a file may lack its end. If it is whole otherwise, it was said whole. */
const terminated = (line: Uint8Array): Uint8Array =>
  line.at(-1) === lineFeed ? line : Buffer.concat([line, Uint8Array.of(lineFeed)]);

const crlf = Uint8Array.of(0x0d, lineFeed);

const withoutLastField = (line: Uint8Array): Uint8Array => {
  const end = line.lastIndexOf(comma);
  const bytes = new Uint8Array(end + crlf.length);
  bytes.set(line.subarray(0, end));
  bytes.set(crlf, end);
  return bytes;
};

/** Pieces that end with LF; the last one may lack it. */
const linesOf = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let held: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    let rest = Buffer.concat([held, chunk]);
    for (let end = rest.indexOf(lineFeed); end !== -1; end = rest.indexOf(lineFeed)) {
      yield rest.subarray(0, end + 1);
      rest = rest.subarray(end + 1);
    }
    held = rest;
    if (held.length <= maxHeldBytes) continue;
    yield held;
    held = new Uint8Array(0);
  }
  if (held.length > 0) yield held;
};
