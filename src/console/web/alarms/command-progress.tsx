import type { JSX } from "preact";
import type { AlarmCase } from "../../../domain/adjudication.ts";
import { resultText } from "../command-text.ts";
import type { CommandProgress } from "../commands.ts";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { sendAct } from "./form/send-act.ts";
import { changesSince } from "./page/timeline.ts";

/** What others did between what the officer saw and the refusal. */
const Meanwhile = ({
  alarmCase,
  progress,
}: {
  readonly alarmCase: AlarmCase;
  readonly progress: CommandProgress;
}): JSX.Element | null => {
  const { siteTime } = useStore();
  const t = useTexts();
  if (progress.result?.kind !== "refused") return null;
  const changes = changesSince(alarmCase.adjudication, progress.request);
  if (changes.length === 0) return null;
  const told = changes.map(({ act, by, at }) =>
    t.alarmPage.work.change({
      done: t.domain.done[act.kind],
      officer: by.name,
      time: siteTime.value.time(at),
    }),
  );
  return <span class="quiet"> {t.alarmPage.work.meanwhile({ changes: told.join("; ") })}</span>;
};

/** Where the alarm's latest command stands: on its way until the decision is back, then what it was. */
export const CommandProgressLine = ({ alarmCase }: { readonly alarmCase: AlarmCase }): JSX.Element | null => {
  const store = useStore();
  const t = useTexts();
  const { alarmId } = alarmCase.alarm;
  const progress = store.commands.value.get(alarmId);
  if (progress === undefined) return null;
  const { result, request } = progress;
  const canRetry = result?.kind === "unanswered" || result?.kind === "signed-out";
  const again = (): void => {
    const { expectedVersion, act } = request;
    void sendAct(store, { alarmId, expectedVersion, act });
  };
  return (
    <p class="progress" data-result={result?.kind ?? "pending"} data-testid="command-result">
      {t.alarmPage.work.result({
        command: t.domain.commands[request.act.kind],
        result: result === null ? t.shell.command.pending : resultText(t, result),
      })}
      <Meanwhile alarmCase={alarmCase} progress={progress} />{" "}
      {canRetry && <Button onClick={again}>{t.shell.command.retry}</Button>}
    </p>
  );
};
