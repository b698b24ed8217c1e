import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { HistoryProgress } from "../../../wire/history.ts";
import { troubleText } from "../command-text.ts";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { answeredOf, type Asked } from "./asked.ts";

interface AskedLineProps<T> {
  readonly asked: Asked<T>;
  readonly again: () => void;
}

/** Whether the answer is there, of when it is, or why there is none; and a way to ask again. */
export const AskedLine = <T,>({ asked, again }: AskedLineProps<T>): JSX.Element => {
  const { siteTime } = useStore();
  const t = useTexts();
  const text = t.history.asked;
  const answered = answeredOf(asked);
  const asOf = answered === null ? "" : text.asOf({ at: siteTime.value.dateTime(answered.at) });
  const isTrouble = asked.kind === "failed" || asked.kind === "unanswered";
  return (
    <div class="asked-line" data-kind={asked.kind} role="status" data-testid="asked">
      {asked.kind === "asking" && <span>{text.asking}</span>}
      {asked.kind === "failed" && <strong>{troubleText(t, asked.code)}</strong>}
      {asked.kind === "unanswered" && <strong>{text.unanswered}</strong>}
      {asOf !== "" && <span class="quiet">{asOf}</span>}
      <Button look={isTrouble ? "action" : "quiet"} onClick={again}>
        {isTrouble ? t.shell.command.retry : text.again}
      </Button>
    </div>
  );
};

const catchingUpInMs = 2000;

interface CatchingUpProps {
  readonly progress: HistoryProgress | null;
  readonly again: () => void;
}

/** While the index lacks alarms that the log has, it is said how far it is, and asked again every two seconds. */
export const CatchingUp = ({ progress, again }: CatchingUpProps): JSX.Element | null => {
  const t = useTexts();
  useEffect(() => {
    if (progress === null || progress.complete) return;
    const timer = setTimeout(again, catchingUpInMs);
    return () => clearTimeout(timer);
  }, [progress]);
  if (progress === null || progress.complete) return null;
  const share = t.format.percent(Math.min(0.99, progress.share));
  return (
    <div class="catching-up" data-testid="catching-up">
      <strong>{t.history.catchingUp({ share, alarms: progress.alarms })}</strong>{" "}
      <progress aria-label={t.history.catchingUpLabel} max={1} value={progress.share} />
    </div>
  );
};
