import type { RuleFigures, RuleVerdictRecord } from "../domain/rules.ts";
import type { Finding } from "./alarm-latch.ts";
import type { NamedVerdict } from "./rule-set.ts";
import type { RuleEvidence } from "./rules/rule.ts";

/** A rule's evidence in the form that every rule's has in alarms: what decided, and the further figures by name. */
export const figuresOf = (evidence: RuleEvidence): RuleFigures => {
  const figures: Record<string, number | readonly number[]> = {};
  for (const [name, value] of Object.entries(evidence) as readonly (readonly [string, unknown])[]) {
    if (name === "algorithm" || name === "statistic" || name === "threshold") continue;
    if (typeof value === "number") figures[name] = value;
    else if (Array.isArray(value)) figures[name] = value.filter((part) => typeof part === "number");
  }
  return { statistic: evidence.statistic, threshold: evidence.threshold, figures };
};

export const verdictRecords = (verdicts: readonly NamedVerdict[]): readonly RuleVerdictRecord[] => {
  const records: RuleVerdictRecord[] = [];
  for (const { rule, verdict } of verdicts) {
    if (verdict.kind === "undecided") {
      records.push({ rule, undecided: verdict.reason });
      continue;
    }
    const { statistic, threshold } = verdict.evidence;
    records.push({ rule, alarm: verdict.alarm, statistic, threshold });
  }
  return records;
};

/** Adds what holds to `findings`. Gross count is judged by the lane itself and is not among these. */
export const addFindings = (findings: Finding[], verdicts: readonly NamedVerdict[]): void => {
  for (const { rule, alarmKind, verdict } of verdicts) {
    if (rule === "gross-count" || verdict.kind === "undecided" || !verdict.alarm) continue;
    findings.push({ radiation: alarmKind, origin: "core", rule, evidence: figuresOf(verdict.evidence) });
  }
};
