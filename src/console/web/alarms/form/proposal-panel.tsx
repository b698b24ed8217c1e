import type { JSX } from "preact";
import type { AlarmCase, Proposal } from "../../../../domain/adjudication.ts";
import { editDraft, emptyDraft } from "../../draft.ts";
import { useStore, useTexts } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Entered } from "../../ui/quoted.tsx";
import { actWords, wordedAct, wordIn } from "./act-words.ts";
import { EntrySummary } from "./entry-summary.tsx";
import { type Asking, objectionTo } from "./possible-acts.ts";
import { sendAct } from "./send-act.ts";

const choices = ["approve", "reject", "withdraw"] as const;

const Proposed = ({ act }: Pick<Proposal, "act">): JSX.Element => {
  const { words } = useTexts().alarmPage;
  return act.kind === "reopen" ? (
    <dl class="summary">
      <div>
        <dt>{words.reopenReason}</dt>
        <dd>
          <Entered text={act.reason} />
        </dd>
      </div>
    </dl>
  ) : (
    <EntrySummary entry={act.entry} reason={act.kind === "revise" ? act.reason : ""} />
  );
};

interface ProposalPanelProps {
  readonly alarmCase: AlarmCase;
  readonly proposal: Proposal;
  readonly asking: Asking;
}

/** What waits for a second person: a supervisor decides about it here, whoever proposed it may take it back. */
export const ProposalPanel = ({ alarmCase, proposal, asking }: ProposalPanelProps): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const { alarm, adjudication } = alarmCase;
  const { alarmId } = alarm;
  const draft = store.drafts.value.get(alarmId) ?? emptyDraft;
  const isPending = store.commands.value.get(alarmId)?.result === null;
  const possible = choices.filter((kind) => objectionTo(alarmCase, kind, asking) === null);
  const isOwn = proposal.by.name === asking.officer.name;
  const [remark] = actWords.approve;
  return (
    <div class="proposal" data-testid="awaiting">
      <p>
        <b>{t.domain.proposals[proposal.act.kind]}</b>{" "}
        <span class="quiet">
          {t.alarmPage.work.proposedBy({
            officer: proposal.by.name,
            time: store.siteTime.value.time(proposal.at),
          })}
        </span>
      </p>
      <Proposed act={proposal.act} />
      <p class="quiet">{isOwn ? t.alarmPage.work.ownProposal : t.alarmPage.work.secondDecides}</p>
      {possible.length > 0 && (
        <>
          <TextField
            label={t.alarmPage.words.remark}
            testId="remark"
            name="remark"
            rows={remark.rows}
            lengthMax={remark.lengthMax}
            value={wordIn(draft, "remark")}
            edit={(value) => {
              const { words } = store.drafts.value.get(alarmId) ?? emptyDraft;
              store.drafts.value = editDraft(store.drafts.value, alarmId, {
                words: { ...words, remark: value },
              });
            }}
          />
          <div class="form-end">
            {possible.map((kind) => (
              <Button
                key={kind}
                look={kind === "approve" ? "action" : kind === "reject" ? "danger" : "plain"}
                data-testid={kind}
                disabled={isPending}
                onClick={() =>
                  void sendAct(store, {
                    alarmId,
                    expectedVersion: adjudication.version,
                    act: wordedAct(kind, store.drafts.peek().get(alarmId) ?? emptyDraft),
                  })
                }
              >
                {t.domain.commands[kind]}
              </Button>
            ))}
          </div>
        </>
      )}
    </div>
  );
};
