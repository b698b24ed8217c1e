import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { AlarmCase } from "../../../../domain/adjudication.ts";
import type { RequestedAct } from "../../../../wire/command.ts";
import { emptyDraft } from "../../draft.ts";
import type { Draft } from "../../draft.ts";
import { useSiteView } from "../../site-view.ts";
import { useStore, useTexts } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { CommandProgressLine } from "../command-progress.tsx";
import { DispositionForm } from "../disposition-form.tsx";
import { wordsOfAct } from "./act-words.ts";
import { HoldingLine } from "./holding-line.tsx";
import { type Asking, type BarAct, leaseTime, possibleActs } from "./possible-acts.ts";
import { ProposalPanel } from "./proposal-panel.tsx";
import { usualLeaseInMs, useRenewal } from "./renewal.ts";
import { sendAct } from "./send-act.ts";
import { ShortcutHelp } from "./shortcut-help.tsx";
import { actKeys } from "./shortcuts.ts";
import { useActKeys } from "./use-act-keys.ts";
import { WordsPanel } from "./words-panel.tsx";

/** Acts that are done at once; the others have a form. */
type PlainAct = "claim" | "acknowledge" | "take-over" | "start-secondary" | "release";
type FormAct = Exclude<BarAct, PlainAct>;

const plainActs: Readonly<Record<PlainAct, RequestedAct>> = {
  claim: { kind: "claim" },
  acknowledge: { kind: "acknowledge" },
  "take-over": { kind: "take-over" },
  "start-secondary": { kind: "start-secondary" },
  release: { kind: "release" },
};
const isPlain = (kind: BarAct): kind is PlainAct => Object.hasOwn(plainActs, kind);

/** The form that something was typed into and not yet sent, so that it is open again after a reload. */
const formWithText = (draft: Draft, acts: readonly BarAct[]): FormAct | null => {
  const hasEntry = draft.disposition !== null || draft.notes !== "" || draft.vehicleId !== "";
  const found = acts.find((kind) => {
    if (isPlain(kind)) return false;
    if (kind === "dispose" && hasEntry) return true;
    return wordsOfAct(kind).some((name) => (draft.words[name] ?? "") !== "");
  });
  return found === undefined || isPlain(found) ? null : found;
};

interface PanelProps {
  readonly alarmCase: AlarmCase;
  readonly open: FormAct;
  readonly close: () => void;
}

const Panel = ({ alarmCase, open, close }: PanelProps): JSX.Element =>
  open === "dispose" || open === "revise" ? (
    <DispositionForm key={open} alarmCase={alarmCase} kind={open} close={close} />
  ) : (
    <WordsPanel key={open} alarmCase={alarmCase} kind={open} close={close} />
  );

interface BarProps {
  readonly acts: readonly BarAct[];
  readonly open: FormAct | null;
  readonly pending: string | null;
  readonly choose: (kind: BarAct) => void;
}

const lookOf = (kind: BarAct, at: number): "action" | "danger" | "plain" =>
  kind === "take-over" ? "danger" : at === 0 && kind !== "comment" ? "action" : "plain";

const ActionBar = ({ acts, open, pending, choose }: BarProps): JSX.Element => {
  const t = useTexts();
  return (
    <div class="action-bar" role="group" aria-label={t.alarmPage.work.acts}>
      {acts.map((kind, at) => (
        <Button
          key={kind}
          look={lookOf(kind, at)}
          data-testid={isPlain(kind) ? kind : `open-${kind}`}
          aria-keyshortcuts={actKeys[kind].toUpperCase()}
          disabled={pending !== null && isPlain(kind)}
          {...(isPlain(kind) ? {} : { "aria-expanded": open === kind })}
          onClick={() => choose(kind)}
        >
          {pending === kind ? t.alarmPage.work.sending : t.domain.commands[kind]}
          {!isPlain(kind) && "…"} <kbd aria-hidden="true">{actKeys[kind].toUpperCase()}</kbd>
        </Button>
      ))}
    </div>
  );
};

interface WorkingProps {
  readonly alarmCase: AlarmCase;
  readonly asking: Asking;
}

const Working = ({ alarmCase, asking }: WorkingProps): JSX.Element => {
  const store = useStore();
  const { alarm, adjudication } = alarmCase;
  const { alarmId } = alarm;
  const t = useTexts();
  const acts = possibleActs(alarmCase, asking);
  const [open, setOpen] = useState<FormAct | null>(() =>
    formWithText(store.drafts.peek().get(alarmId) ?? emptyDraft, acts),
  );
  const [isHelping, setHelping] = useState(false);
  const region = useRef<HTMLElement>(null);
  const progress = store.commands.value.get(alarmId);
  const pending = progress?.result === null ? progress.request.act.kind : null;
  const shown = open !== null && acts.includes(open) ? open : null;
  useRenewal(alarmCase, useSiteView()?.claimLeaseInMs ?? usualLeaseInMs);

  const choose = (kind: BarAct): void => {
    if (!isPlain(kind)) {
      setOpen(shown === kind ? null : kind);
      return;
    }
    void sendAct(store, { alarmId, expectedVersion: adjudication.version, act: plainActs[kind] }).then(
      (done) => {
        if (done && (kind === "claim" || kind === "take-over") && adjudication.disposal === null)
          setOpen("dispose");
      },
    );
  };
  useActKeys({ region, acts, choose, help: () => setHelping(true) });
  // A button that was used and is gone must not take the keyboard with it.
  useEffect(() => {
    if (document.activeElement === document.body) document.getElementById("detail-heading")?.focus();
  }, [acts.join(), shown]);
  useEffect(() => {
    if (shown === null) return;
    region.current
      ?.querySelector<HTMLElement>(".work-panel :is(input, textarea):not([type=radio])")
      ?.scrollIntoView({ block: "nearest" });
    if (shown !== "dispose" && shown !== "revise")
      region.current?.querySelector<HTMLElement>(".work-panel :is(input, textarea)")?.focus();
  }, [shown]);
  const close = (): void => {
    setOpen(null);
    document.getElementById("detail-heading")?.focus();
  };
  return (
    <section class="work" ref={region} aria-label={t.alarmPage.work.label} data-open={shown ?? "none"}>
      <div class="work-head">
        <div class="work-top">
          <div role="status" class="work-status">
            <HoldingLine alarmCase={alarmCase} asking={asking} />
            <CommandProgressLine alarmCase={alarmCase} />
            {!store.current.value && <p class="problem">{t.form.stale}</p>}
          </div>
          <Button
            class="help"
            data-testid="shortcut-help"
            aria-label={t.alarmPage.shortcuts.heading}
            aria-keyshortcuts="?"
            onClick={() => setHelping(true)}
          >
            ?
          </Button>
        </div>
        <ActionBar acts={acts} open={shown} pending={pending} choose={choose} />
      </div>
      {(shown !== null || adjudication.proposal !== null) && (
        <div
          class="work-panel"
          onKeyDown={(event) => {
            if (event.key !== "Escape" || shown === null) return;
            event.stopPropagation();
            close();
          }}
        >
          {adjudication.proposal !== null && (
            <ProposalPanel alarmCase={alarmCase} proposal={adjudication.proposal} asking={asking} />
          )}
          {shown !== null && <Panel alarmCase={alarmCase} open={shown} close={close} />}
        </div>
      )}
      {isHelping && <ShortcutHelp close={() => setHelping(false)} />}
    </section>
  );
};

/** What can be done about the alarm now, by whom it is held, and the forms. Nothing for whom nobody is signed in. */
export const Work = ({ alarmCase }: { readonly alarmCase: AlarmCase }): JSX.Element | null => {
  const { officer, serverNow, session } = useStore();
  const { claim } = alarmCase.adjudication;
  const until = claim?.until ?? Infinity;
  const isOver = useMemo(() => computed(() => serverNow.value > until), [until]).value;
  // Who was signed in keeps the page, with all that was typed, while signing in again.
  const who = officer.value ?? (session.value.kind === "signed-out" ? session.value.was : null);
  if (who === null) return null;
  return <Working alarmCase={alarmCase} asking={{ officer: who, at: leaseTime(claim, isOver) }} />;
};
