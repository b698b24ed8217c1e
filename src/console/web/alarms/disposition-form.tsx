import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AlarmCase } from "../../../domain/adjudication.ts";
import type { Draft } from "../draft.ts";
import { useTexts } from "../store.ts";
import { useSiteView } from "../site-view.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Entered } from "../ui/quoted.tsx";
import { CodeChoice } from "./form/code-choice.tsx";
import { EntryFields } from "./form/entry-fields.tsx";
import { EntrySummary } from "./form/entry-summary.tsx";
import { type EntryAct, useEntryForm } from "./form/use-entry-form.ts";
import { WordFields } from "./form/words-panel.tsx";

interface DispositionFormProps {
  readonly alarmCase: AlarmCase;
  readonly kind: "dispose" | "revise";
  readonly close: () => void;
}

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

/** The outcome of an alarm, or another in place of the one that stands. What is typed lives in the store. */
export const DispositionForm = (props: DispositionFormProps): JSX.Element => {
  const { alarmCase, kind, close } = props;
  const t = useTexts();
  const form = useRef<HTMLFormElement>(null);
  const entry = useEntryForm({ ...props, form });
  const { draft, edit, lacks, objection, needsSecond, confirming } = entry;
  return (
    <>
      <form
        ref={form}
        class="decide"
        aria-label={t.domain.commands[kind]}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          entry.ask();
        }}
        onKeyDown={entry.press}
      >
        <CodeChoice
          chosen={draft.disposition}
          choose={(disposition) => edit({ disposition })}
          isMissing={lacks.code && draft.disposition === null}
        />
        <Guidance draft={draft} />
        <div class="entry-fields">
          <EntryFields
            draft={draft}
            edit={edit}
            missing={lacks.fields}
            loadClass={alarmCase.alarm.advice.class}
          />
          {kind === "revise" && <WordFields alarmCase={alarmCase} kind="revise" missing={lacks.words} />}
        </div>
        <div class="form-end">
          <Button
            look="action"
            type="submit"
            data-testid="dispose"
            disabled={objection !== null || entry.isPending}
          >
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
        <Confirm act={confirming} needsSecond={needsSecond} back={entry.back} send={entry.send} />
      )}
    </>
  );
};
