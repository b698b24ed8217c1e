import type { JSX } from "preact";
import type { Alarm, RuleDecision } from "../../../domain/alarms.ts";
import { rules } from "../../../domain/rules.ts";
import { useTexts } from "../store.ts";
import type { Texts } from "../texts/catalog.ts";
import { Quoted } from "../ui/quoted.tsx";
import { decisionText } from "./decision-text.ts";
import { flaggedSoFar, secondsAt, windowInSeconds } from "./profile-series.ts";

const isOfNeutrons = ({ rule }: RuleDecision): boolean =>
  rule === "neutron-flag" ||
  (rule !== "gamma-flag" && rule !== "energy-flag" && rules[rule].alarmKind === "neutron");

const flaggedText = (t: Texts, alarm: Alarm, decision: RuleDecision): string => {
  if (alarm.vacant === true) return t.detail.flaggedRecords(decision.flaggedIntervals);
  const flagged = flaggedSoFar(decision, alarm.profile);
  const first = t.format.seconds(secondsAt(alarm.profile, decision.firstInterval), 1);
  return isOfNeutrons(decision)
    ? t.detail.flaggedSeconds(flagged, { first })
    : t.detail.flaggedIntervals(flagged, { first });
};

/** What each rule of each origin found, and what the load looks like. */
export const Evidence = ({ alarm }: { readonly alarm: Alarm }): JSX.Element => {
  const t = useTexts();
  return (
    <ul class="evidence" aria-label={t.detail.evidenceHeading}>
      {alarm.decisions.map((decision) => (
        <li key={`${decision.origin} ${decision.rule}`} data-origin={decision.origin}>
          <span class="evidence-origin">{t.domain.origins[decision.origin]}</span>
          <span>
            <strong>{decisionText(t, decision, windowInSeconds(alarm.profile))}</strong>{" "}
            <span class="quiet">{flaggedText(t, alarm, decision)}</span>
          </span>
        </li>
      ))}
      <li data-testid="advice">
        <span class="evidence-origin">{t.detail.adviceLabel}</span>
        <span>
          <strong>{t.domain.loadClasses[alarm.advice.class]}</strong>{" "}
          <span class="quiet">{t.domain.loadMeanings[alarm.advice.class]}</span>
          {alarm.advice.reasons.length > 0 && (
            <details class="reasons" open>
              <summary>{t.alarmPage.reasons}</summary>
              <ul>
                {alarm.advice.reasons.map((reason) => (
                  <li key={reason}>
                    <Quoted text={reason} />
                  </li>
                ))}
              </ul>
            </details>
          )}
        </span>
      </li>
    </ul>
  );
};
