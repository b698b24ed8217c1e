import type { GrossCountEvidence, RuleDecision } from "../../domain/alarms.ts";
import type { GroupMemberName, Panel } from "../../domain/panels.ts";
import { type RuleFigures, type RuleName, rules } from "../../domain/rules.ts";
import { formatNumber, formatSigma, thinSpace } from "./format.ts";

/** How a decision reads: a part of `messages.ts`, where all other texts are. */
export const groupNames = {
  sum: "All panels",
  master: "Master pillar",
  slave: "Slave pillar",
  upper: "Upper panels",
  lower: "Lower panels",
  "master-upper": "Master upper",
  "master-lower": "Master lower",
  "slave-upper": "Slave upper",
  "slave-lower": "Slave lower",
} as const satisfies Record<GroupMemberName | Panel, string>;

const portalRules = { "gamma-flag": "gamma", "neutron-flag": "neutron", "energy-flag": "energy" } as const;

export const windowText = (inSeconds: number): string =>
  `${formatNumber(inSeconds, Number.isInteger(inSeconds) ? 0 : 1)}${thinSpace}s`;

const grossCountText = (evidence: GrossCountEvidence, windowInSeconds: number): string =>
  `${groupNames[evidence.member]}: ${formatNumber(evidence.counts)} counts in ${windowText(windowInSeconds)}, ` +
  `background ${formatNumber(evidence.background)}, threshold ${formatNumber(evidence.threshold)}: ` +
  `${formatSigma(Math.abs(evidence.z))} ${evidence.z < 0 ? "below" : "above"}`;

const ruleText = (rule: RuleName, { statistic, threshold, figures }: RuleFigures): string => {
  const { background } = figures;
  const expected = typeof background === "number" ? `, background ${formatNumber(background, 1)}` : "";
  return `${rules[rule].label}: ${formatNumber(statistic, 2)} with a limit of ${formatNumber(threshold, 2)}${expected}`;
};

/** What one rule of one origin found, in plain words. */
export const decisionText = (decision: RuleDecision, windowInSeconds: number): string => {
  if (decision.origin === "portal")
    return `The portal's own ${portalRules[decision.rule]} rule raised its flag`;
  return decision.rule === "gross-count"
    ? grossCountText(decision.evidence, windowInSeconds)
    : ruleText(decision.rule, decision.evidence);
};
