import type { z } from "zod";
import { LanewatchError } from "../domain/errors.ts";
import { byteSlab } from "./byte-slab.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { fatal: true });

const take = byteSlab();
/** Each UTF-16 unit takes three bytes at the most. */
const scratch = new Uint8Array(3 * 16_384);

const bytesOf = (json: string): Uint8Array => {
  if (json.length * 3 > scratch.length) return utf8.encode(json);
  const { written } = utf8.encodeInto(json, scratch);
  const own = take(written);
  own.set(scratch.subarray(0, written));
  return own;
};

/** A versioned JSON value: `{"v":1, …}`. Every topic but frames uses it. */
export interface JsonCodec<T> {
  readonly schema: z.ZodType<T>;
  readonly encode: (value: T) => Uint8Array;
  /** @throws LanewatchError `record-unreadable` where the bytes are no such value. */
  readonly decode: (bytes: Uint8Array) => T;
}

/**
 * `name` is for the reader of an error: `checkpoint`. `isPlain`: true only of values that the schema would give back as
 * they are; those pass without it.
 */
export const jsonCodec = <T>(
  name: string,
  schema: z.ZodType<T>,
  isPlain: (value: unknown) => boolean = () => false,
): JsonCodec<T> => ({
  schema,
  encode: (value) => bytesOf(JSON.stringify({ v: 1, value })),
  decode: (bytes) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text.decode(bytes));
    } catch (cause) {
      throw new LanewatchError("record-unreadable", `The ${name} record is not JSON.`, cause);
    }
    if (
      typeof parsed !== "object" ||
      parsed === null ||
      !("v" in parsed) ||
      parsed.v !== 1 ||
      !("value" in parsed)
    ) {
      throw new LanewatchError("record-unreadable", `The ${name} record is not of version 1.`);
    }
    if (isPlain(parsed.value)) return parsed.value as T;
    const result = schema.safeParse(parsed.value);
    if (!result.success) {
      throw new LanewatchError(
        "record-unreadable",
        `The ${name} record does not have its form.`,
        result.error,
      );
    }
    return result.data;
  },
});
