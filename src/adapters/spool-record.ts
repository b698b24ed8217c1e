import { crc32 } from "node:zlib";
import { z } from "zod";
import type { Frame } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import { bootId, laneId } from "../domain/ids.ts";
import type { MonotonicMs } from "../domain/units.ts";
import { monotonicMs } from "../domain/units.ts";
import { encodeFrame } from "../wire/frame.ts";
import { type Place, placeRowSchema, type PlaceRow } from "./spool-place.ts";

/**
 * What a spool's files are made of: records of
 *
 *     magic u32 | CRC-32 u32 | body length u32 | kind u8 | body
 *
 * (big-endian). The CRC is over length, kind and body and starts from the record's position, so that bytes are a record
 * at the place they were written for and nowhere else. A frame's body begins with what is needed to account for it
 * without decoding it: boot u32, sequence f64, byte offset f64, payload bytes u32, monotonic f64, lane (length u8,
 * ASCII), and then the encoded frame.
 */
const magic = Buffer.from("LWS1", "latin1");
const magicNumber = magic.readUInt32BE(0);
export const headerBytes = 13;
const metaBytes = 33;
/** A lane's queue holds 4 MiB, so no frame is longer; the places of 100,000 lanes are some 5 MiB. */
export const maxBodyBytes = 16 * 1_048_576;

const kinds = { frame: 1, report: 2, places: 3, ledger: 4 } as const;

/** A position in the spool: bytes written before it since the spool began. */
export type Position = number;

export interface FrameRecord {
  readonly kind: "frame" | "report";
  readonly at: Position;
  readonly end: Position;
  readonly laneId: LaneId;
  readonly bootId: BootId;
  readonly sequence: number;
  readonly byteOffset: number;
  /** Bytes of the portal in it. */
  readonly payloadBytes: number;
  readonly monotonic: MonotonicMs;
  readonly value: Uint8Array;
}

/** Where every lane and boot stands here, so that what is missing before is known: the first record of a segment. */
export interface PlacesRecord {
  readonly kind: "places";
  readonly at: Position;
  readonly end: Position;
  /** Frames ever written before. */
  readonly framesBefore: number;
  readonly places: readonly PlaceRow[];
}

export interface LedgerRecord {
  readonly kind: "ledger";
  readonly at: Position;
  readonly end: Position;
  readonly body: Uint8Array;
}

/** Bytes that are no record. */
export interface Damage {
  readonly kind: "damage";
  readonly at: Position;
  readonly end: Position;
}

export type SpoolEntry = FrameRecord | PlacesRecord | LedgerRecord | Damage;

/** A record but for its position. */
export interface UnplacedRecord {
  readonly kind: number;
  readonly body: Uint8Array;
}

const checkOf = (bytes: Uint8Array, position: Position): number => crc32(bytes, position >>> 0);

/** The bytes of records one after another from `position` on. */
export const recordBytes = (records: readonly UnplacedRecord[], position: Position): Buffer => {
  const length = records.reduce((sum, { body }) => sum + headerBytes + body.length, 0);
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const { kind, body } of records) {
    bytes.writeUInt32BE(magicNumber, at);
    bytes.writeUInt32BE(body.length, at + 8);
    bytes.writeUInt8(kind, at + 12);
    bytes.set(body, at + headerBytes);
    const end = at + headerBytes + body.length;
    bytes.writeUInt32BE(checkOf(bytes.subarray(at + 8, end), position + at), at + 4);
    at = end;
  }
  return bytes;
};

const payloadBytesOf = (frame: Frame): number => (frame.body.kind === "bytes" ? frame.body.bytes.length : 0);

export const frameRecord = (frame: Frame): UnplacedRecord => {
  const value = encodeFrame(frame);
  const lane = frame.laneId;
  const body = Buffer.allocUnsafe(metaBytes + lane.length + value.length);
  body.writeUInt32BE(Number.parseInt(frame.bootId, 16), 0);
  body.writeDoubleBE(frame.sequence, 4);
  body.writeDoubleBE(frame.byteOffset, 12);
  body.writeUInt32BE(payloadBytesOf(frame), 20);
  body.writeDoubleBE(frame.monotonic, 24);
  body.writeUInt8(lane.length, 32);
  body.write(lane, metaBytes, "latin1");
  body.set(value, metaBytes + lane.length);
  return { kind: frame.body.kind === "frames-dropped" ? kinds.report : kinds.frame, body };
};

/** What a frame adds to its lane's place. */
export const placeAfter = (frame: Frame): Place => ({
  nextSequence: frame.sequence + 1,
  nextByteOffset: frame.byteOffset + payloadBytesOf(frame),
  damage: 0,
});

const placesSchema = z.strictObject({ framesBefore: z.int().min(0), places: z.array(placeRowSchema) });

export const placesRecord = (framesBefore: number, places: readonly PlaceRow[]): UnplacedRecord => ({
  kind: kinds.places,
  body: Buffer.from(JSON.stringify({ framesBefore, places })),
});

export const ledgerRecord = (value: unknown): UnplacedRecord => ({
  kind: kinds.ledger,
  body: Buffer.from(JSON.stringify(value)),
});

interface Span {
  readonly at: Position;
  readonly end: Position;
}

const frameEntry = (kind: "frame" | "report", body: Buffer, span: Span): FrameRecord | null => {
  if (body.length < metaBytes) return null;
  const laneEnd = metaBytes + body.readUInt8(32);
  if (body.length <= laneEnd) return null;
  return {
    kind,
    ...span,
    laneId: laneId(body.toString("latin1", metaBytes, laneEnd)),
    bootId: bootId(body.readUInt32BE(0).toString(16).padStart(8, "0")),
    sequence: body.readDoubleBE(4),
    byteOffset: body.readDoubleBE(12),
    payloadBytes: body.readUInt32BE(20),
    monotonic: monotonicMs(body.readDoubleBE(24)),
    value: body.subarray(laneEnd),
  };
};

/** The JSON of a body whose CRC is right; null for what is none, which only another version can have written. */
export const jsonOf = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return null;
  }
};

const entryOf = (kind: number, body: Buffer, span: Span): SpoolEntry | null => {
  if (kind === kinds.frame) return frameEntry("frame", body, span);
  if (kind === kinds.report) return frameEntry("report", body, span);
  if (kind === kinds.ledger) return { kind: "ledger", ...span, body };
  const parsed = placesSchema.safeParse(jsonOf(body));
  return kind === kinds.places && parsed.success ? { kind: "places", ...span, ...parsed.data } : null;
};

/** The record at `at`; null for none; `more` where the bytes end within what may be one. */
const recordAt = (bytes: Buffer, at: number, position: Position): SpoolEntry | null | "more" => {
  const rest = bytes.length - at;
  if (rest < 4) return magic.compare(bytes, at, bytes.length, 0, rest) === 0 ? "more" : null;
  if (bytes.readUInt32BE(at) !== magicNumber) return null;
  if (rest < headerBytes) return "more";
  const length = bytes.readUInt32BE(at + 8);
  if (length > maxBodyBytes) return null;
  const end = at + headerBytes + length;
  if (end > bytes.length) return "more";
  if (checkOf(bytes.subarray(at + 8, end), position + at) !== bytes.readUInt32BE(at + 4)) return null;
  const span = { at: position + at, end: position + end };
  return entryOf(bytes.readUInt8(at + 12), bytes.subarray(at + headerBytes, end), span);
};

export interface Scan {
  readonly entries: readonly SpoolEntry[];
  /** Where the next scan begins: the end of the last entry. */
  readonly end: Position;
}

export interface ScanRange {
  /** Position of the first byte. */
  readonly position: Position;
  /** Nothing follows the bytes: an unfinished record at their end is damage. */
  readonly isLast: boolean;
  /** Stops after the entry for which it is false. */
  readonly goesOn?: (entry: SpoolEntry) => boolean;
}

/**
 * The records of `bytes`. What is none is damage up to the next record, and costs no other record. Views, not copies:
 * valid as long as `bytes` is.
 */
export const scan = (bytes: Buffer, { position, isLast, goesOn = () => true }: ScanRange): Scan => {
  const entries: SpoolEntry[] = [];
  let done = 0;
  let at = 0;
  while (at < bytes.length) {
    const entry = recordAt(bytes, at, position);
    if (entry === "more" && !isLast) break;
    if (entry === null || entry === "more") {
      const next = bytes.indexOf(magic, at + 1);
      if (next === -1) break;
      at = next;
      continue;
    }
    if (at > done) entries.push({ kind: "damage", at: position + done, end: position + at });
    entries.push(entry);
    at = entry.end - position;
    done = at;
    if (!goesOn(entry)) return { entries, end: position + done };
  }
  if (isLast && done < bytes.length) {
    entries.push({ kind: "damage", at: position + done, end: position + bytes.length });
    done = bytes.length;
  }
  return { entries, end: position + done };
};
