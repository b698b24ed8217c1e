import { Decoder, Encoder } from "cbor-x";
import { z } from "zod";
import { LanewatchError } from "../domain/errors.ts";
import { dropReasons, type Frame, type FrameBody } from "../domain/frames.ts";
import { monotonicMs } from "../domain/units.ts";
import { isUsualFrame } from "./frame-check.ts";
import { bootIdSchema, keyOf, laneIdSchema, wallMsSchema } from "./scalars.ts";

/**
 * Values of `lanewatch.frames.v1`: CBOR (RFC 8949), one map a frame. CBOR because portals' bytes are bytes; every
 * other topic is JSON.
 */
const encoder = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false });
const decoder = new Decoder({ useRecords: false, mapsAsObjects: true });

const bodySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("bytes"), bytes: z.instanceof(Uint8Array) }),
  z.strictObject({ kind: z.literal("heartbeat") }),
  z.strictObject({ kind: z.literal("link-up"), endpoint: z.string() }),
  z.strictObject({ kind: z.literal("link-down"), reason: z.string() }),
  z.strictObject({
    kind: z.literal("frames-dropped"),
    bootId: bootIdSchema,
    firstSequence: z.int().min(0),
    lastSequence: z.int().min(0),
    bytes: z.int().min(0),
    reason: keyOf(dropReasons),
  }),
]) satisfies z.ZodType<FrameBody>;

/** For `decodeFrame` and the published JSON Schema. */
export const frameSchema = z.strictObject({
  v: z.literal(1),
  laneId: laneIdSchema,
  bootId: bootIdSchema,
  sequence: z.int().min(0),
  byteOffset: z.int().min(0),
  wall: wallMsSchema,
  monotonic: z.number().transform(monotonicMs),
  body: bodySchema,
  historical: z.literal(true).exactOptional(),
});

export const encodeFrame = (frame: Frame): Uint8Array => encoder.encode({ v: 1, ...frame });

/** @throws LanewatchError `record-unreadable` for anything that is no frame of version 1. */
export const decodeFrame = (value: Uint8Array): Frame => {
  let parsed: unknown;
  try {
    parsed = decoder.decode(value);
  } catch (cause) {
    throw new LanewatchError("record-unreadable", "A frame record is not CBOR.", cause);
  }
  if (isUsualFrame(parsed)) return withoutVersion(parsed as z.output<typeof frameSchema>);
  const result = frameSchema.safeParse(parsed);
  if (!result.success) {
    throw new LanewatchError(
      "record-unreadable",
      "A frame record does not have the form of version 1.",
      result.error,
    );
  }
  return withoutVersion(result.data);
};

const withoutVersion = ({
  laneId,
  bootId,
  sequence,
  byteOffset,
  wall,
  monotonic,
  body,
  historical,
}: z.output<typeof frameSchema>): Frame =>
  historical === undefined
    ? { laneId, bootId, sequence, byteOffset, wall, monotonic, body }
    : { laneId, bootId, sequence, byteOffset, wall, monotonic, body, historical };
