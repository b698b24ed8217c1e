import type { GrossCountEvidence, RuleDecision } from "../../../domain/alarms.ts";
import type { RuleFigures, RuleName } from "../../../domain/rules.ts";
import type { Texts } from "../texts/catalog.ts";

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
