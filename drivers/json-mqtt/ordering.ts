import type { Decoded, UndecodableReason } from "../../src/domain/messages.ts";

/** A document that bears a sequence number, and what it says. */
export interface NumberedDocument {
  readonly sequence: number;
  /** Null where the publisher writes none. */
  readonly epoch: string | null;
  readonly fingerprint: string;
  /** The first bytes of it and their number in all, for quarantine. */
  readonly raw: string;
  readonly byteLength: number;
  readonly byteOffset: number;
  readonly said: readonly Decoded[];
}

interface HeldDocument {
  readonly sequence: number;
  readonly fingerprint: string;
  readonly byteOffset: number;
  readonly said: readonly Decoded[];
}

/** Where a lane's numbering stands. Plain data. */
export interface Numbering {
  readonly epoch: string | null;
  /** The newest last; at most `pastEpochsMax`. Their documents come too late, whatever their numbers. */
  readonly pastEpochs: readonly string[];
  /** The number that is due. */
  readonly next: number;
  /** Fingerprints of the numbers before `next`, the last one last; `neverCame` for a number that was given up. */
  readonly recent: string;
  /** Documents that wait for one with a lower number, in order. */
  readonly held: readonly HeldDocument[];
}

/** 256 documents ≈ 50 s of an occupied lane: more than a broker or a publisher has under way and may repeat. */
export const rememberedDocuments = 256;
const cutEvery = 32;
export const pastEpochsMax = 4;

const fingerprintLength = 8;
const neverCame = "-".repeat(fingerprintLength);

const begun = (document: NumberedDocument, pastEpochs: readonly string[]): Numbering => ({
  epoch: document.epoch,
  pastEpochs,
  next: document.sequence + 1,
  recent: document.fingerprint,
  held: [],
});

const quarantined = (document: NumberedDocument, reason: UndecodableReason): Decoded => {
  const { raw, byteLength, byteOffset } = document;
  return { byteOffset, message: { kind: "undecodable", raw, byteLength, reason } };
};

const gap = (first: number, last: number, byteOffset: number): Decoded => ({
  byteOffset,
  message: {
    kind: "undecodable",
    raw: first === last ? `sequence ${first}` : `sequence ${first} to ${last}`,
    byteLength: 0,
    reason: "sequence-gap",
  },
});

/** Cut down only now and then: cutting copies all of it. */
const remembered = (recent: string, fingerprints: string): string => {
  const all = recent + fingerprints;
  const kept = rememberedDocuments * fingerprintLength;
  return all.length > kept + cutEvery * fingerprintLength ? all.slice(-kept) : all;
};

/** The numbering after its first held document was released; what never came before it is said. */
const released = (numbering: Numbering, said: Decoded[]): Numbering => {
  const [first, ...held] = numbering.held;
  if (first === undefined) return numbering;
  const missing = first.sequence - numbering.next;
  if (missing > 0) said.push(gap(numbering.next, first.sequence - 1, first.byteOffset));
  for (const each of first.said) said.push(each);
  const lost = neverCame.repeat(Math.min(missing, rememberedDocuments));
  return {
    ...numbering,
    next: first.sequence + 1,
    recent: remembered(numbering.recent, lost + first.fingerprint),
    held,
  };
};

/** Releases what is due, and what stands beyond the window. */
const settled = (numbering: Numbering, windowDocuments: number, said: Decoded[]): Numbering => {
  let now = numbering;
  while (now.held[0]?.sequence === now.next || now.held.length > windowDocuments) now = released(now, said);
  return now;
};

/** Releases everything that is held: nothing more is waited for. */
export const releaseAll = (numbering: Numbering): readonly [Numbering, readonly Decoded[]] => {
  const said: Decoded[] = [];
  return [settled(numbering, 0, said), said];
};

const hold = (numbering: Numbering, document: NumberedDocument, said: Decoded[]): Numbering => {
  const { sequence, fingerprint, byteOffset } = document;
  if (numbering.held.some((held) => held.sequence === sequence)) {
    said.push(quarantined(document, "repeated"));
    return numbering;
  }
  const before = numbering.held.filter((held) => held.sequence < sequence);
  const after = numbering.held.slice(before.length);
  return {
    ...numbering,
    held: [...before, { sequence, fingerprint, byteOffset, said: document.said }, ...after],
  };
};

type Judgement = "repeated" | "too-late" | "begins-anew";

/** What a number below the one that is due means. */
const judgePast = (numbering: Numbering, document: NumberedDocument, windowDocuments: number): Judgement => {
  const back = numbering.next - document.sequence;
  const at = numbering.recent.length - back * fingerprintLength;
  if (at >= 0) {
    const known = numbering.recent.slice(at, at + fingerprintLength);
    if (known === neverCame) return "too-late";
    if (known === document.fingerprint || document.epoch !== null) return "repeated";
    return "begins-anew";
  }
  if (document.epoch !== null) return "repeated";
  return back <= windowDocuments ? "too-late" : "begins-anew";
};

/** Another epoch, or the same without one and numbers that begin anew. */
const anew = (numbering: Numbering, document: NumberedDocument, said: Decoded[]): Numbering => {
  const [flushed, rest] = releaseAll(numbering);
  for (const each of [...rest, ...document.said]) said.push(each);
  const past = flushed.epoch === null ? [] : [flushed.epoch];
  return begun(document, [...flushed.pastEpochs, ...past].slice(-pastEpochsMax));
};

/**
 * Puts numbered documents in order: what is due is said at once, what is ahead waits for at most `windowDocuments`
 * others, repeats and late ones are quarantined. Numbers that never came are said when the wait for them ends.
 */
export const stepNumbering = (
  numbering: Numbering | undefined,
  document: NumberedDocument,
  windowDocuments: number,
): readonly [Numbering, readonly Decoded[]] => {
  if (numbering === undefined) return [begun(document, []), document.said];
  const { sequence, epoch, fingerprint } = document;
  const said: Decoded[] = [];
  if (epoch !== numbering.epoch) {
    if (epoch === null || !numbering.pastEpochs.includes(epoch))
      return [anew(numbering, document, said), said];
    return [numbering, [quarantined(document, "too-late")]];
  }
  if (sequence < numbering.next) {
    const judgement = judgePast(numbering, document, windowDocuments);
    if (judgement === "begins-anew") return [anew(numbering, document, said), said];
    return [numbering, [quarantined(document, judgement)]];
  }
  if (sequence > numbering.next) {
    const held = hold(numbering, document, said);
    return [settled(held, windowDocuments, said), said];
  }
  for (const each of document.said) said.push(each);
  const stepped = {
    ...numbering,
    next: sequence + 1,
    recent: remembered(numbering.recent, fingerprint),
  };
  return [settled(stepped, windowDocuments, said), said];
};
