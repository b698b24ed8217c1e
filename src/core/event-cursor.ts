/**
 * How far a reader has come in the events of one lane and topic. Event ids are `lane~boot~sequence~n`, rising within a
 * boot, so a repeat is told from news by its id alone, however often a log is read again.
 */
export interface BootCursor {
  readonly boot: string;
  readonly sequence: number;
  readonly n: number;
}

/** Newest boot last. 16 boots of one agent; a repeat of the oldest one's events would count as new again. */
export type EventCursor = readonly BootCursor[];

export const maxBoots = 16;

export const startOfEvents: EventCursor = [];

export type CursorStep =
  | { readonly kind: "new"; readonly cursor: EventCursor }
  | { readonly kind: "repeat" }
  | { readonly kind: "no-place" };

const eventIdForm = /^[^~]+~([^~]+)~(\d{1,15})~(\d{1,15})$/;

/** The cursor after the event, or why it is not counted: already seen, or an id of another form. */
export const advance = (cursor: EventCursor, eventId: string): CursorStep => {
  const [, boot, sequenceText, nText] = eventIdForm.exec(eventId) ?? [];
  if (boot === undefined) return { kind: "no-place" };
  const next: BootCursor = { boot, sequence: Number(sequenceText), n: Number(nText) };
  const seen = cursor.find((entry) => entry.boot === boot);
  if (seen !== undefined) {
    if (next.sequence < seen.sequence || (next.sequence === seen.sequence && next.n <= seen.n))
      return { kind: "repeat" };
    return { kind: "new", cursor: cursor.map((entry) => (entry === seen ? next : entry)) };
  }
  return { kind: "new", cursor: [...cursor.slice(-(maxBoots - 1)), next] };
};
