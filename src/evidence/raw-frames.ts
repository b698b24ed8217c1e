import type { DecisionStamps } from "../domain/latency.ts";
import type { Alarm } from "../domain/alarms.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { Frame } from "../domain/frames.ts";
import { bootId, type BootId } from "../domain/ids.ts";
import type { EventLog, LogRecord } from "../ports.ts";
import { decodeFrame } from "../wire/frame.ts";
import { partitionOf } from "../wire/partition.ts";

/** What the edge captured around an occupancy: bytes that a replay judges as the lane was judged. */
export interface RawFrames {
  readonly bytes: Uint8Array;
  readonly bootId: BootId;
  /** Where in the boot's stream `bytes` begin. */
  readonly byteOffset: number;
  readonly frames: readonly RawFrame[];
  /** Places in the span at which the log lacks frames. */
  readonly holes: number;
  /** The span is longer than the bound: the rest is not here. */
  readonly isCut: boolean;
}

export interface RawFrame {
  readonly sequence: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly wall: number;
  readonly monotonic: number;
}

/** Before the occupancy: backgrounds come every 5 s, and the last before a vehicle are what it is judged against. */
const leadInMs = 30_000;
/** After the alarm's end, for the record that closes the occupancy. */
const tailInMs = 1000;
/** Of the edge's clock against the log's, and of the log's own order. */
const slackInMs = 60_000;
/** 4 MiB ≈ 12 h of one occupied lane; what is beyond is left out and said. */
export const rawBytesMax = 4 * 1024 * 1024;
/** Records looked through: 200 lanes of a partition at 7 a second for 7 min. What is beyond is left out and said. */
export const recordsReadMax = 600_000;
const pageRecords = 1000;

/**
 * The frames around an alarm, as the log still has them.
 * @throws LanewatchError `not-found` the log has none of them any more; `record-unreadable`, `log-failed`, `log-closed`.
 */
export const readRawFrames = async (
  log: EventLog,
  { alarm, latency }: { readonly alarm: Alarm; readonly latency?: DecisionStamps },
): Promise<RawFrames> => {
  const [, boot = "", offset = ""] = alarm.occupancyId.split("~");
  const place = { bootId: bootId(boot), byteOffset: Number(offset) };
  const loggedAt = latency?.loggedAt ?? latency?.capturedAt ?? alarm.raisedAt;
  const sinceStart = Math.max(0, alarm.raisedAt - alarm.profile.startedAt);
  const from = loggedAt - sinceStart - leadInMs - slackInMs;
  const until = loggedAt + Math.max(0, (alarm.endedAt ?? Infinity) - alarm.raisedAt) + tailInMs + slackInMs;
  const found = await framesBetween(log, { alarm, bootId: place.bootId, from, until });
  return spanOf(found, alarm, place);
};

interface Found {
  readonly frames: readonly Frame[];
  readonly isCut: boolean;
}

const framesBetween = async (
  log: EventLog,
  span: { readonly alarm: Alarm; readonly bootId: BootId; readonly from: number; readonly until: number },
): Promise<Found> => {
  const { laneId } = span.alarm;
  const partition = partitionOf(laneId, log.partitionCount);
  const frames: Frame[] = [];
  let offset = await firstOffsetAt(log, partition, span.from);
  let bytes = 0;
  let isCut = true;
  for (let read = 0; read < recordsReadMax && bytes <= rawBytesMax;) {
    const page = await log.read("lanewatch.frames.v1", partition, { offset, limit: pageRecords });
    const last = page.at(-1);
    for (const frame of page.flatMap((record) => laneFrames(record, span))) {
      frames.push(frame);
      bytes += frame.body.kind === "bytes" ? frame.body.bytes.length : 0;
    }
    if (last === undefined || last.appendedAt > span.until) {
      isCut = false;
      break;
    }
    offset = last.offset + 1;
    read += page.length;
  }
  return { frames, isCut };
};

const laneFrames = (
  record: LogRecord,
  span: { readonly alarm: Alarm; readonly bootId: BootId },
): readonly Frame[] => {
  if (record.key !== span.alarm.laneId) return [];
  const frame = decodeFrame(record.value);
  return frame.bootId === span.bootId && frame.body.kind === "bytes" ? [frame] : [];
};

/** By bisection over offsets, since the log's times grow with them. */
export const firstOffsetAt = async (log: EventLog, partition: number, at: number): Promise<number> => {
  let low = 0;
  let high = await log.end("lanewatch.frames.v1", partition);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [record] = await log.read("lanewatch.frames.v1", partition, { offset: middle, limit: 1 });
    if (record === undefined || record.appendedAt >= at) high = middle;
    else low = Math.max(middle, record.offset) + 1;
  }
  return low;
};

/** From `leadInMs` before the record that opened the occupancy to its end, each frame once, in the portal's order. */
const spanOf = (
  found: Found,
  alarm: Alarm,
  place: { readonly bootId: BootId; readonly byteOffset: number },
): RawFrames => {
  const ordered = [...new Map(found.frames.map((frame) => [frame.sequence, frame])).values()].sort(
    (a, b) => a.sequence - b.sequence,
  );
  const opening = ordered.findLast(({ byteOffset }) => byteOffset <= place.byteOffset);
  if (opening === undefined || !holdsByte(opening, place.byteOffset)) {
    throw new LanewatchError(
      "not-found",
      "The log does not have the raw frames of this alarm any more; they are kept for 72 hours.",
    );
  }
  const until = alarm.endedAt === null ? Infinity : alarm.endedAt + tailInMs;
  const inSpan = ordered.filter(
    ({ sequence, monotonic, wall }) =>
      monotonic >= opening.monotonic - leadInMs && (sequence <= opening.sequence || wall <= until),
  );
  const [first] = inSpan;
  const last = inSpan.at(-1);
  const pieces = inSpan.flatMap(({ body }) => (body.kind === "bytes" ? [body.bytes] : []));
  const whole = joined(pieces);
  // At the beginning of a boot's stream nothing was cut off.
  const start =
    first === undefined || first.byteOffset === 0
      ? 0
      : afterFirstLine(whole, place.byteOffset - first.byteOffset);
  return {
    bytes: whole.subarray(start),
    bootId: place.bootId,
    byteOffset: (first?.byteOffset ?? 0) + start,
    frames: inSpan.map(rawFrameOf),
    holes: holesIn(inSpan),
    isCut: found.isCut && last === ordered.at(-1),
  };
};

const byteLengthOf = ({ body }: Frame): number => (body.kind === "bytes" ? body.bytes.length : 0);

const holdsByte = (frame: Frame, byteOffset: number): boolean =>
  byteOffset < frame.byteOffset + byteLengthOf(frame);

const rawFrameOf = (frame: Frame): RawFrame => ({
  sequence: frame.sequence,
  byteOffset: frame.byteOffset,
  byteLength: byteLengthOf(frame),
  wall: frame.wall,
  monotonic: frame.monotonic,
});

/** Places at which the bytes do not go on where the frame before ended; heartbeats between them cost no bytes. */
const holesIn = (frames: readonly Frame[]): number =>
  frames.filter((frame, at) => {
    const before = frames[at - 1];
    return before !== undefined && before.byteOffset + byteLengthOf(before) !== frame.byteOffset;
  }).length;

const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};

const lineFeed = 0x0a;

/** The first frame may begin within a record: the bytes begin with the next one, and never after `latest`. */
const afterFirstLine = (bytes: Uint8Array, latest: number): number => {
  const end = bytes.indexOf(lineFeed);
  return end < 0 || end + 1 > latest ? Math.max(0, latest) : end + 1;
};
