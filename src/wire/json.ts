import type { z } from "zod";
import { LanewatchError } from "../domain/errors.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { fatal: true });

/** A versioned JSON value: `{"v":1, …}`. Every topic but frames uses it. */
export interface JsonCodec<T> {
  readonly schema: z.ZodType<T>;
  readonly encode: (value: T) => Uint8Array;
  /** @throws LanewatchError `record-unreadable` where the bytes are no such value. */
  readonly decode: (bytes: Uint8Array) => T;
}

/** `name` is for the reader of an error: `checkpoint`. */
export const jsonCodec = <T>(name: string, schema: z.ZodType<T>): JsonCodec<T> => ({
  schema,
  encode: (value) => utf8.encode(JSON.stringify({ v: 1, value })),
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
