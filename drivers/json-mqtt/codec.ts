import type { Codec, CodecState } from "../../src/domain/codec.ts";
import type { Decoded, UndecodableReason } from "../../src/domain/messages.ts";
import { latin1, lineCodec, maxRawBytes } from "../line-codec.ts";
import { fingerprintOf, type JsonObject, parseDocument } from "./document.ts";
import { documentReader } from "./messages.ts";
import { type Numbering, type NumberedDocument, releaseAll, stepNumbering } from "./ordering.ts";
import { compilePath, valueAt } from "./paths.ts";
import type { JsonMqttSettings, SequenceSettings } from "./settings.ts";

/** A document of four counts has about a hundred bytes. Longer ones are undecodable. CR included. */
export const maxDocumentBytes = 65_536;

/** An epoch is a time or an id. */
const maxEpochLength = 64;

/** Lines as they stand: the text of each is the one field of an `opaque` record. */
const lines = lineCodec({
  maxLineBytes: maxDocumentBytes,
  decodeLine: (bytes, start, end) => ({
    message: { kind: "opaque", tag: "line", fields: [latin1(bytes, start, end)], known: true },
    whole: "nothing",
  }),
});

type NumberOf = (
  document: JsonObject,
) => Pick<NumberedDocument, "sequence" | "epoch"> | UndecodableReason | undefined;

/** Reads the sequence number and epoch; undefined where the document has none. */
const numberReaderOf = (settings: SequenceSettings | null): NumberOf => {
  if (settings === null) return () => undefined;
  const [path, epochPath] = [compilePath(settings.path), compilePath(settings.epochPath)];
  return (document) => {
    const sequence = valueAt(document, path);
    if (sequence === undefined) return undefined;
    if (typeof sequence !== "number" || !Number.isSafeInteger(sequence) || sequence < 0) return "bad-field";
    const epoch = valueAt(document, epochPath);
    if (epoch === undefined) return { sequence, epoch: null };
    if (typeof epoch !== "string" && typeof epoch !== "number") return "bad-field";
    const text = String(epoch);
    return text.length > maxEpochLength ? "bad-field" : { sequence, epoch: text };
  };
};

/** The memory is this codec's own; it is a checkpoint's, which is checked when it is read. */
const numberingOf = (state: CodecState | undefined): Numbering | undefined =>
  state?.memory === undefined ? undefined : (JSON.parse(state.memory) as Numbering);

const withNumbering = (state: CodecState, numbering: Numbering | undefined): CodecState => {
  const { byteOffset, carry, skippedBytes } = state;
  const plain = { byteOffset, carry, skippedBytes };
  return numbering === undefined ? plain : { ...plain, memory: JSON.stringify(numbering) };
};

/**
 * One JSON document a line, of at most 64 KiB, nested at most 16 deep. A state holds the line under way; once a document
 * bore a sequence number, `memory` holds where the numbering stands: about 2 KiB of fingerprints, and the messages of
 * at most `windowDocuments` documents that wait.
 */
export const jsonMqttCodec = (settings: JsonMqttSettings): Codec => {
  const read = documentReader(settings);
  const numberOf = numberReaderOf(settings.sequence);
  const windowDocuments = settings.sequence?.windowDocuments ?? 0;

  const takeLine = (
    numbering: Numbering | undefined,
    text: string,
    byteOffset: number,
  ): readonly [Numbering | undefined, readonly Decoded[]] => {
    const raw = text.slice(0, maxRawBytes);
    const byteLength = text.length;
    const refused = (reason: UndecodableReason): readonly Decoded[] => [
      { byteOffset, message: { kind: "undecodable", raw, byteLength, reason } },
    ];
    const document = parseDocument(text);
    if (typeof document === "string") return [numbering, refused(document)];
    const number = numberOf(document);
    if (typeof number === "string") return [numbering, refused(number)];
    const messages = read(document, text);
    const said =
      typeof messages === "string" ? refused(messages) : messages.map((message) => ({ byteOffset, message }));
    if (number === undefined) return [numbering, said];
    const fingerprint = fingerprintOf(text);
    return stepNumbering(
      numbering,
      { ...number, fingerprint, raw, byteLength, byteOffset, said },
      windowDocuments,
    );
  };

  return {
    maxCarryBytes: maxDocumentBytes,
    start: (byteOffset, before) => withNumbering(lines.start(byteOffset), numberingOf(before)),
    decode: (state, chunk) => {
      const [next, records] = lines.decode(state, chunk);
      const said: Decoded[] = [];
      if (records.length === 0)
        return [state.memory === undefined ? next : { ...next, memory: state.memory }, said];
      let numbering = numberingOf(state);
      for (const record of records) {
        const { message, byteOffset } = record;
        if (message.kind !== "opaque") {
          said.push(record);
          continue;
        }
        const [stepped, told] = takeLine(numbering, message.fields[0] ?? "", byteOffset);
        numbering = stepped;
        for (const each of told) said.push(each);
      }
      return [withNumbering(next, numbering), said];
    },
    end: (state) => {
      const [next, unfinished] = lines.end(state);
      const numbering = numberingOf(state);
      if (numbering === undefined) return [withNumbering(next, undefined), unfinished];
      const [rest, waiting] = releaseAll(numbering);
      return [withNumbering(next, rest), [...waiting, ...unfinished]];
    },
  };
};
