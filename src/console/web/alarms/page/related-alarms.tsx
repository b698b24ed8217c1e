import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { AlarmCase } from "../../../../domain/adjudication.ts";
import { type RelatedAlarms as Found, relatedAlarmsSchema } from "../../../../wire/history.ts";
import { type Answer, getJson } from "../../api.ts";
import { troubleText } from "../../command-text.ts";
import { alarmPath } from "../../commands.ts";
import { hashOf } from "../../router.ts";
import { useStore, useTexts } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Entered } from "../../ui/quoted.tsx";

/** After the last key: an id is typed in a few seconds. */
const settledInMs = 600;

interface Ids {
  readonly vehicleId: string;
  readonly containerId: string;
}

/** What is known of the vehicle: entered and recorded, or being entered. */
const idsOf = ({ adjudication }: AlarmCase, draft: Ids | undefined): Ids => {
  const { disposal, proposal } = adjudication;
  const recorded = proposal !== null && "entry" in proposal.act ? proposal.act.entry : disposal?.entry;
  const known = (field: keyof Ids): string => (draft?.[field].trim() ?? "") || (recorded?.[field] ?? "");
  return { vehicleId: known("vehicleId"), containerId: known("containerId") };
};

const Rows = ({ rows }: Pick<Found, "rows">): JSX.Element => {
  const { board, siteTime } = useStore();
  const t = useTexts();
  return (
    <ul class="related">
      {rows.map((row) => (
        <li key={row.alarmId}>
          <a href={hashOf(row.alarmId)}>{siteTime.value.dateTime(row.raisedAt)}</a>{" "}
          {t.domain.alarmKinds[row.kind]} ·{" "}
          <Entered text={board.value.lanes.get(row.laneId)?.name ?? row.laneId} /> ·{" "}
          <b>
            {row.disposition === null ? t.domain.states[row.state] : t.domain.dispositions[row.disposition]}
          </b>{" "}
          <span class="quiet">
            <Entered text={[row.vehicleId, row.containerId].filter(Boolean).join(" · ")} />
          </span>
        </li>
      ))}
    </ul>
  );
};

/** Earlier alarms of the same vehicle or container, as soon as either is known, also while it is being entered. */
export const RelatedAlarms = ({ alarmCase }: { readonly alarmCase: AlarmCase }): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const text = t.alarmPage.related;
  const { alarmId } = alarmCase.alarm;
  const { vehicleId, containerId } = idsOf(alarmCase, store.drafts.value.get(alarmId));
  const [answer, setAnswer] = useState<Answer<Found> | null>(null);
  const [attempt, setAttempt] = useState(0);
  const isNamed = vehicleId !== "" || containerId !== "";
  useEffect(() => {
    if (!isNamed) {
      setAnswer(null);
      return;
    }
    const stop = new AbortController();
    const query = new URLSearchParams({
      vehicleId: vehicleId.slice(0, 40),
      containerId: containerId.slice(0, 40),
    });
    const timer = setTimeout(() => {
      void getJson(store, `${alarmPath(alarmId)}/related?${query.toString()}`, {
        schema: relatedAlarmsSchema,
        signal: stop.signal,
      }).then((came) => {
        if (!stop.signal.aborted) setAnswer(came);
      });
    }, settledInMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [vehicleId, containerId, alarmId, attempt]);
  return (
    <section class="page-part" aria-labelledby="related-heading" data-testid="related">
      <h3 id="related-heading">{text.heading}</h3>
      {!isNamed && <p class="quiet">{text.notNamed}</p>}
      {isNamed && answer === null && <p class="quiet">{text.looking}</p>}
      {answer?.kind === "got" && answer.value.rows.length === 0 && <p class="quiet">{text.none}</p>}
      {answer?.kind === "got" && <Rows rows={answer.value.rows} />}
      {answer?.kind === "got" && !answer.value.progress.complete && (
        <p class="problem">{text.incomplete({ share: t.format.percent(answer.value.progress.share) })}</p>
      )}
      {(answer?.kind === "failed" || answer?.kind === "unanswered") && (
        <p class="problem">
          {text.failed} {answer.kind === "failed" && answer.code !== "" && troubleText(t, answer.code)}{" "}
          <Button onClick={() => setAttempt(attempt + 1)}>{t.shell.command.retry}</Button>
        </p>
      )}
    </section>
  );
};
