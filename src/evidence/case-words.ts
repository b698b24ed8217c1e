import type { Act, Adjudication, AlarmCommand } from "../domain/adjudication.ts";
import { commandKinds } from "../domain/adjudication.ts";
import type { RuleDecision } from "../domain/alarms.ts";
import { dispositionFields, dispositionGroups, dispositions } from "../domain/dispositions.ts";
import type { DispositionEntry } from "../domain/dispositions.ts";
import type { Officer } from "../domain/officers.ts";
import { rules } from "../domain/rules.ts";

/** A name and what belongs to it; documents lay them out as lines or tables. */
export interface Said {
  readonly label: string;
  readonly text: string;
}

export const officerWords = ({ name, role }: Officer): string => `${name} (${role})`;

/** `NORM found (code 4, Innocent)` */
export const dispositionWords = ({ disposition }: DispositionEntry): string => {
  const { label, code, group } = dispositions[disposition];
  return `${label} (code ${code}, ${dispositionGroups[group]})`;
};

/** What was entered with a disposition; what was left empty is left out. */
export const entryWords = (entry: DispositionEntry): readonly Said[] =>
  fieldNames.flatMap((field) => {
    const value = entry[field];
    const text = typeof value === "string" ? value : value.join(", ");
    return text === "" ? [] : [{ label: dispositionFields[field].label, text }];
  });

const fieldNames = ["isotopes", "vehicleId", "containerId", "commodity", "riidResult", "notes"] as const;

/** What an officer did, and what was said with it; empty where it speaks for itself. */
export const actWords = ({ act }: AlarmCommand): Said => ({
  label: commandKinds[act.kind].label,
  text: detailOf(act),
});

const detailOf = (act: Act): string => {
  switch (act.kind) {
    case "acknowledge":
    case "claim":
    case "take-over":
    case "renew":
    case "release":
    case "start-secondary":
      return "";
    case "request-secondary":
      return act.instructions;
    case "complete-secondary":
      return joined(act.riidResult, act.findings);
    case "escalate":
      return joined(`to ${act.to}`, act.question);
    case "answer-escalation":
      return act.answer;
    case "dispose":
      return enteredText(act.entry);
    case "revise":
      return joined(enteredText(act.entry), act.reason);
    case "reopen":
      return act.reason;
    case "approve":
    case "reject":
    case "withdraw":
      return act.remark;
    case "comment":
      return act.text;
    case "attach":
      return `${act.attachment.name}, ${act.attachment.sizeBytes} bytes, SHA-256 ${act.attachment.sha256}`;
  }
};

const joined = (...texts: readonly string[]): string => texts.filter((text) => text !== "").join(". ");

const enteredText = (entry: DispositionEntry): string =>
  joined(dispositionWords(entry), ...entryWords(entry).map(({ label, text }) => `${label}: ${text}`));

/** How things stand with the officers' work, in one line each. */
export const standingWords = (adjudication: Adjudication): readonly Said[] => {
  const { disposal, proposal, secondary, escalation, claim } = adjudication;
  return [
    ...(claim === null ? [] : [{ label: "Held by", text: officerWords(claim.by) }]),
    ...(secondary.state === "none" ? [] : [{ label: "Secondary inspection", text: secondary.state }]),
    ...(escalation === null
      ? []
      : [{ label: "Reachback", text: `${escalation.to}: ${escalation.answer ?? "no answer yet"}` }]),
    ...(proposal === null
      ? []
      : [
          {
            label: "Waiting for a second person",
            text: `${commandKinds[proposal.act.kind].label}, by ${officerWords(proposal.by)}`,
          },
        ]),
    ...(disposal === null
      ? [{ label: "Disposition", text: "none yet" }]
      : [
          { label: "Disposition", text: dispositionWords(disposal.entry) },
          { label: "Disposed by", text: officerWords(disposal.by) },
          ...(disposal.approvedBy === null
            ? []
            : [{ label: "Approved by", text: officerWords(disposal.approvedBy) }]),
          ...entryWords(disposal.entry),
        ]),
  ];
};

const portalFlags = {
  "gamma-flag": "Portal's gamma alarm",
  "neutron-flag": "Portal's neutron alarm",
  "energy-flag": "Portal's energy alarm",
} as const;

/** One rule's figures in the words of its table. */
export interface DecisionWords {
  readonly rule: string;
  readonly statistic: number | null;
  readonly threshold: number | null;
  readonly firstInterval: number;
  readonly flaggedIntervals: number;
}

export const decisionWords = (decision: RuleDecision): DecisionWords => {
  const { firstInterval, flaggedIntervals } = decision;
  const at = { firstInterval, flaggedIntervals };
  if (decision.origin === "portal")
    return { rule: portalFlags[decision.rule], statistic: null, threshold: null, ...at };
  const label = rules[decision.rule].label;
  if (decision.rule !== "gross-count")
    return {
      rule: label,
      statistic: decision.evidence.statistic,
      threshold: decision.evidence.threshold,
      ...at,
    };
  const { counts, threshold, member } = decision.evidence;
  return { rule: `${label}, ${member}`, statistic: counts, threshold, ...at };
};
