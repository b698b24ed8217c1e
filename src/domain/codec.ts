import type { Decoded } from "./messages.ts";

/**
 * Turns a portal's bytes into messages, however the bytes are cut into chunks. Pure: the state goes in and comes out.
 * A codec never throws on data, never reads a clock and never opens anything.
 */
export interface Codec {
  /**
   * The state before the byte at `byteOffset` of the stream, with no record begun. `before`: the state that another
   * stretch of the same portal's bytes ended with, whose `memory` a codec that has one takes over.
   */
  start(byteOffset: number, before?: CodecState): CodecState;
  decode(state: CodecState, chunk: Uint8Array): readonly [CodecState, readonly Decoded[]];
  /** The stream has ended or has a hole here: what was begun is a record or is undecodable. */
  end(state: CodecState): readonly [CodecState, readonly Decoded[]];
  /** The most bytes of an unfinished record that `carry` ever holds. */
  readonly maxCarryBytes: number;
}

/** Plain data, so that it can stand in a checkpoint. */
export interface CodecState {
  /** Bytes of the stream consumed so far, those in `carry` included. */
  readonly byteOffset: number;
  /** The bytes of a record begun and not yet finished, as Latin-1. */
  readonly carry: string;
  /** Bytes already thrown away of a record that is longer than `maxCarryBytes`; 0 outside such a record. */
  readonly skippedBytes: number;
  /**
   * What the codec remembers across records, holes and boots: the sequence numbers that its portal writes. Absent in
   * codecs, and in streams, that have none. Bounded by the codec.
   */
  readonly memory?: string;
}
