import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { AlarmCase } from "../../../../domain/adjudication.ts";
import { editDraft, emptyDraft } from "../../draft.ts";
import { useStore, useTexts } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { actWords, missingWords, wordedAct, type WordedAct, wordIn, type WordName } from "./act-words.ts";
import { sendAct } from "./send-act.ts";

interface WordFieldsProps {
  readonly alarmCase: AlarmCase;
  readonly kind: WordedAct;
  readonly missing: readonly WordName[];
}

/** The texts of an act; what is typed lives in the store. */
export const WordFields = ({ alarmCase, kind, missing }: WordFieldsProps): JSX.Element => {
  const { drafts } = useStore();
  const { alarmPage } = useTexts();
  const { alarmId } = alarmCase.alarm;
  const draft = drafts.value.get(alarmId) ?? emptyDraft;
  const edit = (name: WordName, value: string): void => {
    const { words } = drafts.value.get(alarmId) ?? emptyDraft;
    drafts.value = editDraft(drafts.value, alarmId, { words: { ...words, [name]: value } });
  };
  return (
    <>
      {actWords[kind].map(({ name, isRequired, rows, lengthMax }) => (
        <TextField
          key={name}
          class={`field-${name}`}
          name={name}
          testId={name}
          label={alarmPage.words[name]}
          isRequired={isRequired}
          problem={missing.includes(name) && wordIn(draft, name).trim() === "" ? alarmPage.work.needed : null}
          rows={rows}
          lengthMax={lengthMax}
          value={wordIn(draft, name)}
          edit={(value) => edit(name, value)}
        />
      ))}
    </>
  );
};

interface WordsPanelProps {
  readonly alarmCase: AlarmCase;
  readonly kind: Exclude<WordedAct, "revise" | "approve" | "reject" | "withdraw">;
  readonly close: () => void;
}

/** The form of an act that is said in words. Ctrl+Enter sends it. */
export const WordsPanel = ({ alarmCase, kind, close }: WordsPanelProps): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const [missing, setMissing] = useState<readonly WordName[]>([]);
  const { alarm, adjudication } = alarmCase;
  const isPending = store.commands.value.get(alarm.alarmId)?.result === null;
  const send = async (): Promise<void> => {
    const draft = store.drafts.value.get(alarm.alarmId) ?? emptyDraft;
    const lacking = missingWords(kind, draft);
    setMissing(lacking);
    if (lacking.length > 0 || isPending) return;
    const act = wordedAct(kind, draft);
    if (await sendAct(store, { alarmId: alarm.alarmId, expectedVersion: adjudication.version, act })) close();
  };
  return (
    <form
      class="words-form"
      aria-label={t.domain.commands[kind]}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void send();
      }}
    >
      {kind === "reopen" && <p class="quiet">{t.alarmPage.work.reopenNeedsSecond}</p>}
      <WordFields alarmCase={alarmCase} kind={kind} missing={missing} />
      <div class="form-end">
        <Button look="action" type="submit" data-testid={`send-${kind}`} disabled={isPending}>
          {t.domain.commands[kind]}
        </Button>
        <Button onClick={close}>{t.alarmPage.work.closePanel}</Button>
      </div>
    </form>
  );
};
