import type { Codec, CodecState } from "../src/domain/codec.ts";
import type { Decoded, Message, RecordedTime, Undecodable, UndecodableReason } from "../src/domain/messages.ts";

/** What a driver makes of the bytes of one line, the line end excluded. */
export interface DecodedLine {
  readonly message: Message;
  readonly recordedAt?: RecordedTime;
  /** True where the form alone shows that nothing is missing at the end, so that the line end may be missing. */
  readonly complete: boolean;
}

interface Span {
  readonly start: number;
  /** Exclusive; the LF is not part of it, a CR before it is. */
  readonly end: number;
  readonly terminated: boolean;
}

/** Bytes `start` (inclusive) to `end` (exclusive) of `bytes`, without CR and LF. At least one byte. */
export type LineDecoder = (bytes: Uint8Array, start: number, end: number) => DecodedLine;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Raw bytes kept of an undecodable line. The whole of it stands in the frames for as long as those are kept. */
export const maxRawBytes = 256;

export const latin1 = (bytes: Uint8Array, start: number, end: number): string => {
  let text = "";
  for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
};

export const undecodable = (raw: string, byteLength: number, reason: UndecodableReason): Undecodable => ({
  kind: "undecodable",
  raw: raw.slice(0, maxRawBytes),
  byteLength,
  reason,
});

/**
 * Framing for drivers that speak in lines ended by LF, with or without CR before it. Empty lines say nothing and are
 * passed over. A line longer than `maxLineBytes` costs itself only: it becomes one undecodable message when it ends,
 * and no more of it than `maxLineBytes` is ever held.
 */
export const lineCodec = (options: { readonly maxLineBytes: number; readonly decodeLine: LineDecoder }): Codec => {
  const { maxLineBytes, decodeLine } = options;

  const finish = (state: CodecState, bytes: Uint8Array, span: Span): Decoded | undefined => {
    const { start, end } = span;
    const byteLength = end - start + state.skippedBytes;
    const byteOffset = state.byteOffset - state.carry.length - state.skippedBytes;
    if (byteLength > maxLineBytes) {
      const raw = latin1(bytes, start, Math.min(end, start + maxRawBytes));
      return { byteOffset, message: undecodable(raw, byteLength, "line-too-long") };
    }
    const textEnd = end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;
    if (textEnd === start) return undefined;
    const { message, recordedAt, complete } = decodeLine(bytes, start, textEnd);
    if (!span.terminated && !complete) {
      return { byteOffset, message: undecodable(latin1(bytes, start, textEnd), byteLength, "unterminated") };
    }
    return recordedAt === undefined ? { byteOffset, message } : { byteOffset, message, recordedAt };
  };

  const decode = (state: CodecState, chunk: Uint8Array): readonly [CodecState, readonly Decoded[]] => {
    const bytes = state.carry === "" ? chunk : joined(state.carry, chunk);
    const decoded: Decoded[] = [];
    let at = state;
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, start)) {
      const line = finish(at, bytes, { start, end, terminated: true });
      if (line !== undefined) decoded.push(line);
      const consumed = state.byteOffset - state.carry.length + end + 1;
      at = { byteOffset: consumed, carry: "", skippedBytes: 0 };
      start = end + 1;
    }
    const rest = bytes.length - start;
    const kept = Math.min(rest, maxLineBytes);
    return [
      {
        byteOffset: state.byteOffset + chunk.length,
        carry: latin1(bytes, start, start + kept),
        skippedBytes: at.skippedBytes + rest - kept,
      },
      decoded,
    ];
  };

  return {
    maxCarryBytes: maxLineBytes,
    start: (byteOffset) => ({ byteOffset, carry: "", skippedBytes: 0 }),
    decode,
    end: (state) => {
      const bytes = joined(state.carry, new Uint8Array(0));
      const line = finish(state, bytes, { start: 0, end: bytes.length, terminated: false });
      const fresh = { byteOffset: state.byteOffset, carry: "", skippedBytes: 0 };
      return [fresh, line === undefined ? [] : [line]];
    },
  };
};

const joined = (carry: string, chunk: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(carry.length + chunk.length);
  for (let at = 0; at < carry.length; at += 1) bytes[at] = carry.charCodeAt(at);
  bytes.set(chunk, carry.length);
  return bytes;
};
