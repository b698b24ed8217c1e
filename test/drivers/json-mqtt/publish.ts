import { jsonMqtt } from "../../../drivers/json-mqtt/driver.ts";
import type { Decoded, Message } from "../../../src/domain/messages.ts";
import { decodeWhole } from "../decoding.ts";

/** Documents as the source hands them over: each ends with a line feed. */
export const bytesOf = (documents: readonly unknown[]): Uint8Array =>
  Uint8Array.from(
    Buffer.from(
      documents.map((each) => `${typeof each === "string" ? each : JSON.stringify(each)}\n`).join(""),
    ),
  );

export const decoded = (documents: readonly unknown[], settings: unknown = {}): readonly Decoded[] =>
  decodeWhole(jsonMqtt.codec(settings), bytesOf(documents));

export const messages = (documents: readonly unknown[], settings: unknown = {}): readonly Message[] =>
  decoded(documents, settings).map(({ message }) => message);

/** The one message of one document, the quarantined bytes left out: its reason says enough. */
export const said = (document: unknown, settings: unknown = {}): unknown => {
  const all = messages([document], settings);
  if (all.length !== 1) return all;
  const [message] = all;
  return message?.kind === "undecodable" ? message.reason : message;
};

/** A gamma interval whose first count is its number, so that a test sees which one came. */
export const interval = (sequence: number, more: Readonly<Record<string, unknown>> = {}): unknown => ({
  kind: "gamma-interval",
  sequence,
  counts: [sequence, 0, 0, 0],
  ...more,
});

/** What became of numbered intervals: the number of each that was said, and `reason number` of what was not. */
export const courseOf = (all: readonly Decoded[]): readonly (number | string)[] =>
  all.map(({ message }) => {
    if (message.kind === "gamma-interval") return message.counts[0];
    if (message.kind !== "undecodable") return message.kind;
    const number = /"sequence":\s*(\d+)/.exec(message.raw)?.[1];
    return number === undefined ? message.raw : `${message.reason} ${number}`;
  });
