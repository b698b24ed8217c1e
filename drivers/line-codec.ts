import type { Codec, CodecState } from "../src/domain/codec.ts";
import type { Decoded, Message, RecordedTime, UndecodableReason } from "../src/domain/messages.ts";

/** What a driver makes of the bytes of one line, the line end excluded. */
export interface DecodedLine {
  readonly message: Message;
  readonly recordedAt?: RecordedTime;
  /**
   * What the form of the line alone shows to be whole, so that the line end may be missing: the `line`, the `message`
   * but not the recorded time, or `nothing`, because a cut line could look the same and say something else.
   */
  readonly whole: "line" | "message" | "nothing";
}

/**
 * Decodes bytes `start` (inclusive) to `end` (exclusive) of `bytes`, without CR and LF, at least one byte; or says why
 * they are no record.
 */
export type LineDecoder = (bytes: Uint8Array, start: number, end: number) => DecodedLine | UndecodableReason;

/** Raw bytes kept of an undecodable line. The whole of it stands in the frames for as long as those are kept. */
export const maxRawBytes = 256;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** A line of the stream: bytes [start, end), LF excluded. */
interface Line {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly byteOffset: number;
  /** Bytes of it already thrown away, because it was longer than a line may be. */
  readonly skippedBytes: number;
  readonly terminated: boolean;
}

/**
 * Framing for drivers that speak in lines ended by LF, with or without CR before it. Empty lines say nothing and are
 * passed over. A line longer than `maxLineBytes` (a CR included) costs itself only: it becomes one undecodable message
 * when it ends, and no more of it than `maxLineBytes` is ever held.
 */
export const lineCodec = (options: {
  readonly maxLineBytes: number;
  readonly decodeLine: LineDecoder;
}): Codec => {
  const { maxLineBytes, decodeLine } = options;
  const maxRaw = Math.min(maxRawBytes, maxLineBytes);

  const undecodable = (line: Line, end: number, reason: UndecodableReason): Decoded => {
    const { bytes, start, byteOffset, skippedBytes } = line;
    const raw = latin1(bytes, start, Math.min(end, start + maxRaw));
    return {
      byteOffset,
      message: { kind: "undecodable", raw, byteLength: end - start + skippedBytes, reason },
    };
  };

  const decodedLine = (line: Line): Decoded | undefined => {
    const { bytes, start, end, byteOffset, skippedBytes, terminated } = line;
    if (end - start + skippedBytes > maxLineBytes) return undecodable(line, end, "line-too-long");
    const textEnd = end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;
    if (textEnd === start) return undefined;
    const decoded = decodeLine(bytes, start, textEnd);
    if (typeof decoded === "string") return undecodable(line, textEnd, terminated ? decoded : "unterminated");
    const { message, recordedAt, whole } = decoded;
    if (!terminated && whole === "nothing") return undecodable(line, textEnd, "unterminated");
    if (recordedAt === undefined || (!terminated && whole === "message")) return { byteOffset, message };
    return { byteOffset, message, recordedAt };
  };

  const decode = (state: CodecState, chunk: Uint8Array): readonly [CodecState, readonly Decoded[]] => {
    const decoded: Decoded[] = [];
    let end = indexOfLineFeed(chunk, 0);
    if (end === -1) return [grown(state, chunk, { start: 0, maxLineBytes }), decoded];
    let line = decodedLine(lineOf(state, chunk, { end, terminated: true }));
    if (line !== undefined) decoded.push(line);
    let start = end + 1;
    for (end = indexOfLineFeed(chunk, start); end !== -1; end = indexOfLineFeed(chunk, start)) {
      const byteOffset = state.byteOffset + start;
      line = decodedLine({ bytes: chunk, start, end, byteOffset, skippedBytes: 0, terminated: true });
      if (line !== undefined) decoded.push(line);
      start = end + 1;
    }
    return [grown(startAt(state.byteOffset + start), chunk, { start, maxLineBytes }), decoded];
  };

  const end = (state: CodecState): readonly [CodecState, readonly Decoded[]] => {
    const line = decodedLine(lineOf(state, new Uint8Array(0), { end: 0, terminated: false }));
    return [startAt(state.byteOffset), line === undefined ? [] : [line]];
  };

  return { maxCarryBytes: maxLineBytes, start: startAt, decode, end };
};

/** Characters made at once: few enough for the arguments of a call. */
const maxCodes = 256;

/** Bytes [start, end) as text, one character a byte. */
export const latin1 = (bytes: Uint8Array, start: number, end: number): string => {
  let text = "";
  for (let from = start; from < end; from += maxCodes) {
    const codes: number[] = [];
    for (let at = from; at < end && at < from + maxCodes; at += 1) codes.push(bytes[at] ?? 0);
    text += String.fromCharCode(...codes);
  }
  return text;
};

const startAt = (byteOffset: number): CodecState => ({ byteOffset, carry: "", skippedBytes: 0 });

/** A loop of our own: for lines of 30 bytes it costs less than a call of `indexOf`, on a Buffer much less. */
const indexOfLineFeed = (bytes: Uint8Array, start: number): number => {
  for (let at = start; at < bytes.length; at += 1) if (bytes[at] === lineFeed) return at;
  return -1;
};

/** The state after the bytes from `start` on, which go on with the line it has begun and do not end it. */
const grown = (
  state: CodecState,
  bytes: Uint8Array,
  { start, maxLineBytes }: { readonly start: number; readonly maxLineBytes: number },
): CodecState => {
  const added = bytes.length - start;
  if (added === 0) return state;
  const kept = Math.min(added, maxLineBytes - state.carry.length);
  return {
    byteOffset: state.byteOffset + added,
    carry: state.carry + latin1(bytes, start, start + kept),
    skippedBytes: state.skippedBytes + added - kept,
  };
};

/** The line that the state has begun and the bytes up to `end` go on with. */
const lineOf = (state: CodecState, bytes: Uint8Array, tail: Pick<Line, "end" | "terminated">): Line => {
  const { carry, skippedBytes } = state;
  const { end, terminated } = tail;
  const byteOffset = state.byteOffset - carry.length - skippedBytes;
  if (carry === "") return { bytes, start: 0, end, byteOffset, skippedBytes, terminated };
  const joined = new Uint8Array(carry.length + end);
  for (let at = 0; at < carry.length; at += 1) joined[at] = carry.charCodeAt(at);
  for (let at = 0; at < end; at += 1) joined[carry.length + at] = bytes[at] ?? 0;
  return { bytes: joined, start: 0, end: joined.length, byteOffset, skippedBytes, terminated };
};
