import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { needsSecondPerson } from "../../../core/adjudication.ts";
import type { AlarmCase } from "../../../domain/adjudication.ts";
import { type DispositionEntry, type DispositionField, missingFields } from "../../../domain/dispositions.ts";
import type { RequestedAct } from "../../../wire/command.ts";
import { editDraft, emptyDraft, entryOf } from "../draft.ts";
import type { Draft } from "../draft.ts";
import { useStore, useTexts } from "../store.ts";
import { useSiteView } from "../site-view.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Entered } from "../ui/quoted.tsx";
import { missingWords, wordIn, type WordName } from "./form/act-words.ts";
import { CodeChoice } from "./form/code-choice.tsx";
import { EntryFields } from "./form/entry-fields.tsx";
import { EntrySummary } from "./form/entry-summary.tsx";
import { isotopeName } from "./form/isotopes.ts";
import { objectionTo } from "./form/possible-acts.ts";
import { sendAct } from "./form/send-act.ts";
import { codeTyped, isTyping, type TypedCode } from "./form/shortcuts.ts";
import { WordFields } from "./form/words-panel.tsx";

interface DispositionFormProps {
  readonly alarmCase: AlarmCase;
  readonly kind: "dispose" | "revise";
  readonly close: () => void;
}

type EntryAct = Extract<RequestedAct, { kind: "dispose" | "revise" }>;

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

interface ConfirmProps {
  readonly act: EntryAct;
  readonly needsSecond: boolean;
  readonly back: () => void;
  readonly send: () => void;
}

/** The last look before it is sent. */
const Confirm = ({ act, needsSecond, back, send }: ConfirmProps): JSX.Element => {
  const t = useTexts();
  const button = useRef<HTMLDivElement>(null);
  useEffect(() => button.current?.querySelector("button")?.focus(), []);
  return (
    <Dialog title={t.form.confirmHeading} close={back} testId="confirm">
      <div
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          send();
        }}
      >
        <EntrySummary entry={act.entry} reason={act.kind === "revise" ? act.reason : ""} />
        <p class="quiet">{needsSecond ? t.form.needsSecond : t.form.confirmDetail}</p>
        <div class="form-end" ref={button}>
          <Button look="action" data-testid="confirm-send" onClick={send}>
            {needsSecond ? t.form.propose : t.domain.commands[act.kind]}
          </Button>
          <Button onClick={back}>{t.form.back}</Button>
        </div>
      </div>
    </Dialog>
  );
};

/** What the site wants done where an alarm is disposed of like this. */
const Guidance = ({ draft }: { readonly draft: Draft }): JSX.Element | null => {
  const site = useSiteView();
  const text = site !== null && draft.disposition !== null ? site.guidance[draft.disposition] : undefined;
  return text === undefined ? null : (
    <p class="guidance" data-testid="disposition-guidance">
      <Entered text={text} />
    </p>
  );
};

/** Digits choose the code wherever no text is being typed; Ctrl+Enter sends. */
const useKeys = (choose: (digit: string) => void, ask: () => void) => {
  return (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      ask();
    } else if (/^\d$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      if (isTyping(event.target)) return;
      event.preventDefault();
      choose(event.key);
    }
  };
};

/** The outcome of an alarm, or another in place of the one that stands. What is typed lives in the store. */
export const DispositionForm = ({ alarmCase, kind, close }: DispositionFormProps): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const { drafts, commands, officer, serverNow } = store;
  const { alarm, adjudication } = alarmCase;
  const { alarmId } = alarm;
  const form = useRef<HTMLFormElement>(null);
  const typedCode = useRef<TypedCode | null>(null);
  const [missing, setMissing] = useState<readonly DispositionField[]>([]);
  const [missingWord, setMissingWord] = useState<readonly WordName[]>([]);
  const [isCodeMissing, setCodeMissing] = useState(false);
  const [confirming, setConfirming] = useState<EntryAct | null>(null);
  const draft = drafts.value.get(alarmId) ?? emptyDraft;
  const isPending = commands.value.get(alarmId)?.result === null;

  const edit = (change: Partial<Draft>): void => {
    drafts.value = editDraft(drafts.value, alarmId, change);
    if (change.disposition !== undefined) setCodeMissing(false);
  };
  useEffect(() => {
    if (kind === "revise" && adjudication.disposal !== null && isUntouched(draft)) {
      edit(draftFrom(adjudication.disposal.entry));
    }
    form.current?.querySelector<HTMLElement>("input[type=radio]:checked, input[type=radio]")?.focus();
  }, []);

  const who = officer.value;
  const objection = who === null ? "not-permitted" : objectionTo(alarmCase, kind, { officer: who, at: serverNow.peek() });
  /** Looks whether everything is said; what is not is marked, and the first of it gets the focus. */
  const ask = (): void => {
    const entry = typedEntry(store.drafts.peek().get(alarmId) ?? emptyDraft);
    const words = kind === "revise" ? missingWords("revise", store.drafts.peek().get(alarmId) ?? emptyDraft) : [];
    const lacking = entry === null ? [] : missingFields(entry);
    setCodeMissing(entry === null);
    setMissing(lacking);
    setMissingWord(words);
    if (entry === null || lacking.length > 0 || words.length > 0) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[data-missing=true] input, [aria-invalid=true]")?.focus());
      return;
    }
    if (objection !== null || isPending) return;
    const reason = wordIn(store.drafts.peek().get(alarmId) ?? emptyDraft, "revisionReason").trim();
    setConfirming(kind === "revise" ? { kind, entry, reason } : { kind, entry });
  };
  const send = async (act: EntryAct): Promise<void> => {
    setConfirming(null);
    if (await sendAct(store, { alarmId, expectedVersion: adjudication.version, act })) close();
  };
  const press = useKeys((digit) => {
    const [typed, id] = codeTyped(typedCode.current, digit, performance.now());
    typedCode.current = typed;
    if (id === null) return;
    edit({ disposition: id });
    form.current?.querySelector<HTMLElement>(`input[value="${id}"]`)?.focus();
  }, ask);
  const entry = typedEntry(draft);
  const needsSecond = entry !== null && needsSecondPerson(adjudication, alarm.kind, { kind, entry, reason: "" });

  return (
    <>
    <form
      ref={form}
      class="decide"
      aria-label={t.domain.commands[kind]}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
      onKeyDown={press}
    >
      <CodeChoice chosen={draft.disposition} choose={(disposition) => edit({ disposition })} isMissing={isCodeMissing} />
      <Guidance draft={draft} />
      <div class="entry-fields">
        <EntryFields draft={draft} edit={edit} missing={missing} loadClass={alarm.advice.class} />
        {kind === "revise" && <WordFields alarmCase={alarmCase} kind="revise" missing={missingWord} />}
      </div>
      <div class="form-end">
        <Button look="action" type="submit" data-testid="dispose" disabled={objection !== null || isPending}>
          {needsSecond ? t.form.propose : t.domain.commands[kind]}
        </Button>
        <Button onClick={close}>{t.alarmPage.work.closePanel}</Button>
        <span class="form-foot">
          {objection !== null && <span class="problem">{t.domain.refusals[objection]}</span>}
          {needsSecond && <span class="quiet">{t.form.needsSecond}</span>}
        </span>
      </div>
    </form>
      {confirming !== null && (
        <Confirm
          act={confirming}
          needsSecond={needsSecond}
          back={() => setConfirming(null)}
          send={() => void send(confirming)}
        />
      )}
    </>
  );
};
