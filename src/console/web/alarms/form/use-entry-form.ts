import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { needsSecondPerson } from "../../../../core/adjudication.ts";
import type { AlarmCase, Refusal } from "../../../../domain/adjudication.ts";
import {
  type DispositionEntry,
  type DispositionField,
  missingFields,
} from "../../../../domain/dispositions.ts";
import type { RequestedAct } from "../../../../wire/command.ts";
import { type Draft, editDraft, emptyDraft, entryOf } from "../../draft.ts";
import { useStore } from "../../store.ts";
import { missingWords, wordIn, type WordName } from "./act-words.ts";
import { isotopeName } from "./isotopes.ts";
import { objectionTo } from "./possible-acts.ts";
import { sendAct } from "./send-act.ts";
import { codeTyped, isTyping, type TypedCode } from "./shortcuts.ts";

export type EntryAct = Extract<RequestedAct, { kind: "dispose" | "revise" }>;

/** What is typed, with isotopes as reports write them; null without a disposition. */
const typedEntry = (draft: Draft): DispositionEntry | null => {
  const entry = entryOf(draft);
  return entry === null ? null : { ...entry, isotopes: [...new Set(entry.isotopes.map(isotopeName))] };
};

const draftFrom = (entry: DispositionEntry): Omit<Draft, "words"> => ({
  ...entry,
  isotopes: entry.isotopes.map((name) => `${name}, `).join(""),
});

const isUntouched = (draft: Draft): boolean =>
  draft.disposition === null && entryFieldsOf(draft).every((text) => text === "");
const entryFieldsOf = ({ isotopes, vehicleId, containerId, commodity, riidResult, notes }: Draft) => [
  isotopes,
  vehicleId,
  containerId,
  commodity,
  riidResult,
  notes,
];

/** What was missing at the last attempt to send. */
interface Lacks {
  readonly code: boolean;
  readonly fields: readonly DispositionField[];
  readonly words: readonly WordName[];
}
const lacksNothing: Lacks = { code: false, fields: [], words: [] };

const lacksOf = (kind: EntryAct["kind"], draft: Draft): Lacks => {
  const entry = typedEntry(draft);
  return {
    code: entry === null,
    fields: entry === null ? [] : missingFields(entry),
    words: kind === "revise" ? missingWords("revise", draft) : [],
  };
};

/** The act as it would be sent, or null where something is missing. */
const actOf = (kind: EntryAct["kind"], draft: Draft): EntryAct | null => {
  const entry = typedEntry(draft);
  const { code, fields, words } = lacksOf(kind, draft);
  if (entry === null || code || fields.length > 0 || words.length > 0) return null;
  return kind === "revise"
    ? { kind, entry, reason: wordIn(draft, "revisionReason").trim() }
    : { kind, entry };
};

const codeInputs = "input[name=disposition]";

/** Digits choose the code wherever no text is being typed; Ctrl+Enter asks to send. */
const pressOf =
  (choose: (digit: string) => void, ask: () => void) =>
  (event: KeyboardEvent): void => {
    const hasModifier = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && hasModifier) {
      event.preventDefault();
      ask();
    } else if (/^\d$/.test(event.key) && !hasModifier && !event.altKey && !isTyping(event.target)) {
      event.preventDefault();
      choose(event.key);
    }
  };

interface EntryFormOptions {
  readonly alarmCase: AlarmCase;
  readonly kind: EntryAct["kind"];
  readonly close: () => void;
  readonly form: RefObject<HTMLFormElement | null>;
}

interface EntryForm {
  readonly draft: Draft;
  readonly edit: (change: Partial<Draft>) => void;
  readonly lacks: Lacks;
  /** Why the core would not take it now. */
  readonly objection: Refusal | null;
  readonly needsSecond: boolean;
  readonly isPending: boolean;
  /** What is shown for a last look. */
  readonly confirming: EntryAct | null;
  /** Looks whether everything is said: then for the last look, else to the first thing that is missing. */
  readonly ask: () => void;
  readonly back: () => void;
  readonly send: () => void;
  readonly press: (event: KeyboardEvent) => void;
}

/** The form of a disposition: what is typed, what is missing, and its way to the core. */
export const useEntryForm = ({ alarmCase, kind, close, form }: EntryFormOptions): EntryForm => {
  const store = useStore();
  const { drafts, commands, officer, serverNow } = store;
  const { alarm, adjudication } = alarmCase;
  const { alarmId } = alarm;
  const typedCode = useRef<TypedCode | null>(null);
  const [lacks, setLacks] = useState(lacksNothing);
  const [confirming, setConfirming] = useState<EntryAct | null>(null);
  const draft = drafts.value.get(alarmId) ?? emptyDraft;
  const isPending = commands.value.get(alarmId)?.result === null;
  const who = officer.value;
  const objection =
    who === null ? "not-permitted" : objectionTo(alarmCase, kind, { officer: who, at: serverNow.peek() });
  const entry = typedEntry(draft);
  const edit = (change: Partial<Draft>): void => {
    drafts.value = editDraft(drafts.value, alarmId, change);
  };
  useEffect(() => {
    const { disposal } = adjudication;
    if (kind === "revise" && disposal !== null && isUntouched(draft)) edit(draftFrom(disposal.entry));
    form.current?.querySelector<HTMLElement>(`${codeInputs}:checked, ${codeInputs}`)?.focus();
  }, []);
  const focusSoon = (selector: string): void =>
    void requestAnimationFrame(() => form.current?.querySelector<HTMLElement>(selector)?.focus());
  const ask = (): void => {
    const typed = drafts.peek().get(alarmId) ?? emptyDraft;
    const act = actOf(kind, typed);
    setLacks(lacksOf(kind, typed));
    if (act === null) focusSoon("[data-missing=true] input, [aria-invalid=true]");
    else if (objection === null && !isPending) setConfirming(act);
  };
  const choose = (digit: string): void => {
    const [typed, id] = codeTyped(typedCode.current, digit, performance.now());
    typedCode.current = typed;
    if (id === null) return;
    edit({ disposition: id });
    focusSoon(`input[value="${id}"]`);
  };
  const send = (): void => {
    setConfirming(null);
    if (confirming === null) return;
    const deed = { alarmId, expectedVersion: adjudication.version, act: confirming };
    void sendAct(store, deed).then((done) => {
      if (done) close();
    });
  };
  return {
    draft,
    edit,
    lacks,
    objection,
    needsSecond: entry !== null && needsSecondPerson(adjudication, alarm.kind, { kind, entry, reason: "" }),
    isPending,
    confirming,
    ask,
    back: () => setConfirming(null),
    send,
    press: pressOf(choose, ask),
  };
};
