import type { JSX } from "preact";
import type { Alarm, GrossCountEvidence, RuleDecision } from "../../../domain/alarms.ts";
import type { RuleFigures, RuleName } from "../../../domain/rules.ts";
import { rules } from "../../../domain/rules.ts";
import { useTexts } from "../store.ts";
import type { Texts } from "../texts/catalog.ts";
import { Quoted } from "../ui/quoted.tsx";
import { flaggedSoFar, secondsAt, windowInSeconds } from "./profile-series.ts";

const grossCountText = (t: Texts, evidence: GrossCountEvidence, windowS: number): string => {
  const { number, seconds, sigma } = t.format;
  const values = {
    panels: t.domain.panels[evidence.member],
    counts: number(evidence.counts),
    window: seconds(windowS),
    background: number(evidence.background),
    threshold: number(evidence.threshold),
    z: sigma(Math.abs(evidence.z)),
  };
  return evidence.z < 0 ? t.detail.grossCountBelow(values) : t.detail.grossCountAbove(values);
};

const ruleText = (t: Texts, rule: RuleName, { statistic, threshold, figures }: RuleFigures): string => {
  const { number } = t.format;
  const { background } = figures;
  const values = {
    rule: t.domain.rules[rule],
    statistic: number(statistic, 2),
    limit: number(threshold, 2),
  };
  return typeof background === "number"
    ? t.detail.ruleFiguresOver({ ...values, background: number(background, 1) })
    : t.detail.ruleFigures(values);
};

/** What one rule of one origin found, in plain words. */
export const decisionText = (t: Texts, decision: RuleDecision, windowS: number): string => {
  if (decision.origin === "portal") return t.detail.portalRules[decision.rule];
  return decision.rule === "gross-count"
    ? grossCountText(t, decision.evidence, windowS)
    : ruleText(t, decision.rule, decision.evidence);
};

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
            <details class="reasons">
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
