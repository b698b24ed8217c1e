import type { BootId, LaneId } from "./ids.ts";

/**
 * A frame's trace, in the form of W3C Trace Context (https://www.w3.org/TR/trace-context/#traceparent-header), so that tools of
 * OpenTelemetry can follow it from the edge's log lines to an alarm. Nothing carries it along: it is derived from what a
 * frame is known by, and so comes out the same wherever and whenever it is asked for.
 */
export interface TracedFrame {
  readonly laneId: LaneId;
  readonly bootId: BootId;
  readonly sequence: number;
}

const prime = 0x100000001b3n;
const offsetBasis = 0xcbf29ce484222325n;
const mask = (1n << 64n) - 1n;

/** FNV-1a of 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/), over the characters' codes; 16 hexadecimal digits. */
const hash = (text: string): string => {
  let value = offsetBasis;
  for (let at = 0; at < text.length; at += 1) value = ((value ^ BigInt(text.charCodeAt(at))) * prime) & mask;
  return value.toString(16).padStart(16, "0");
};

const nameOf = ({ laneId, bootId, sequence }: TracedFrame): string => `${laneId}~${bootId}~${sequence}`;

/** 32 hexadecimal digits. */
export const traceIdOf = (frame: TracedFrame): string => {
  const name = nameOf(frame);
  return hash(name) + hash(`${name}~trace`);
};

/** `00-<trace>-<span>-01`; the span is the frame itself, by which its events name their cause. */
export const traceparentOf = (frame: TracedFrame): string =>
  `00-${traceIdOf(frame)}-${hash(`${nameOf(frame)}~frame`)}-01`;

/** Of an event, whose id begins with its frame's lane, boot and sequence; undefined for an id of another form. */
export const traceIdOfEvent = (eventId: string): string | undefined => {
  const name = /^[^~]+~[^~]+~\d+(?=~\d+$)/.exec(eventId)?.[0];
  return name === undefined ? undefined : hash(name) + hash(`${name}~trace`);
};
