import type { JSX } from "preact";
import type { AlarmCase } from "../../../domain/adjudication.ts";
import type { WallMs } from "../../../domain/units.ts";
import { useStore, useTexts } from "../store.ts";
import { Entered } from "../ui/quoted.tsx";
import { timeNear } from "./lateness.ts";
import { timelineOf } from "./page/timeline.ts";

interface CaseHistoryProps {
  readonly alarmCase: AlarmCase;
  /** When a late alarm came, where that is known. */
  readonly cameAt: WallMs | null;
}

/** Who did what, and when. */
export const CaseHistory = ({ alarmCase, cameAt }: CaseHistoryProps): JSX.Element => {
  const { siteTime, serverNow } = useStore();
  const t = useTexts();
  const { full } = siteTime.value;
  return (
    <section class="history" aria-labelledby="history-heading" data-testid="timeline">
      <h3 id="history-heading">{t.detail.historyHeading}</h3>
      <ol>
        {timelineOf(t, alarmCase, cameAt).map(({ key, at, what, who, details }) => (
          <li key={key}>
            <time title={full(at)}>{timeNear(siteTime.value, at, serverNow.peek())}</time>
            <span>
              <b>{what}</b> {who !== "" && <span class="quiet">{t.alarms.by({ officer: who })}</span>}
              {details.map(({ label, text }) => (
                <span key={label + text} class="history-more">
                  {label !== "" && <span class="quiet">{label}</span>}{" "}
                  {text !== "" && <Entered text={text} />}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
};
