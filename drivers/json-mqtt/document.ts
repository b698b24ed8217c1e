import type { UndecodableReason } from "../../src/domain/messages.ts";
import { maxDepth } from "./paths.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text of a line that was kept as one character a byte; undefined where it is not UTF-8. */
const utf8Of = (latin1: string): string | undefined => {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  try {
    return utf8.decode(Uint8Array.from(latin1, (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
};

/** More brackets and braces than a document may be deep, strings included: few documents have to be looked at closely. */
const opensOften = new RegExp(`(?:[[{][^[{]*){${maxDepth + 1}}`);

/** Whether brackets and braces outside strings are nested deeper than `maxDepth`. */
const isTooDeep = (text: string): boolean => {
  if (!opensOften.test(text)) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
};

/** A JSON object, or why the line is none. RFC 8259 to the letter: no NaN, no comments, no trailing commas. */
export type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `line`: the bytes of one document, one character a byte. */
export const parseDocument = (line: string): JsonObject | UndecodableReason => {
  const text = utf8Of(line);
  if (text === undefined) return "not-a-record";
  if (isTooDeep(text)) return "too-deep";
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : "not-a-record";
  } catch {
    return "not-a-record";
  }
};

/** 32 bits of FNV-1a over the characters, as 8 hexadecimal digits: tells a repeat from another document. */
export const fingerprintOf = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
};
