import { rules, type RuleFigures, type RuleVerdictRecord } from "../domain/rules.ts";
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

export const verdictRecords = (verdicts: readonly NamedVerdict[]): readonly RuleVerdictRecord[] =>
  verdicts.map(({ rule, verdict }) =>
    verdict.kind === "undecided"
      ? { rule, undecided: verdict.reason }
      : {
          rule,
          alarm: verdict.alarm,
          statistic: verdict.evidence.statistic,
          threshold: verdict.evidence.threshold,
        },
  );

/** What holds, for the latch. Gross count is judged by the lane itself and is not among these. */
export const findingsOf = (verdicts: readonly NamedVerdict[]): readonly Finding[] =>
  verdicts.flatMap(({ rule, verdict }): readonly Finding[] =>
    rule === "gross-count" || verdict.kind === "undecided" || !verdict.alarm
      ? []
      : [{ radiation: rules[rule].alarmKind, origin: "core", rule, evidence: figuresOf(verdict.evidence) }],
  );
