import type { CommandKind } from "../../../../domain/adjudication.ts";
import { dispositionFields } from "../../../../domain/dispositions.ts";
import { remarkLengthMax, type RequestedAct } from "../../../../wire/command.ts";
import type { Draft } from "../../draft.ts";

/** What acts say besides themselves, in one table: the texts of each, by the names that the draft keeps them under. */
export const actWords = {
  "request-secondary": [{ name: "instructions", isRequired: false, rows: 2, lengthMax: remarkLengthMax }],
  "complete-secondary": [
    { name: "inspectionRiid", isRequired: false, rows: 2, lengthMax: dispositionFields.riidResult.lengthMax },
    { name: "findings", isRequired: false, rows: 3, lengthMax: dispositionFields.notes.lengthMax },
  ],
  escalate: [
    { name: "askedOf", isRequired: true, rows: 1, lengthMax: 80 },
    { name: "question", isRequired: false, rows: 3, lengthMax: remarkLengthMax },
  ],
  "answer-escalation": [{ name: "answer", isRequired: true, rows: 3, lengthMax: remarkLengthMax }],
  revise: [{ name: "revisionReason", isRequired: true, rows: 2, lengthMax: remarkLengthMax }],
  reopen: [{ name: "reopenReason", isRequired: true, rows: 2, lengthMax: remarkLengthMax }],
  comment: [{ name: "comment", isRequired: true, rows: 3, lengthMax: remarkLengthMax }],
  approve: [{ name: "remark", isRequired: false, rows: 2, lengthMax: remarkLengthMax }],
  reject: [{ name: "remark", isRequired: false, rows: 2, lengthMax: remarkLengthMax }],
  withdraw: [{ name: "remark", isRequired: false, rows: 2, lengthMax: remarkLengthMax }],
} as const satisfies Partial<Record<CommandKind, readonly Word[]>>;

interface Word {
  readonly name: string;
  readonly isRequired: boolean;
  readonly rows: number;
  readonly lengthMax: number;
}

export type WordedAct = keyof typeof actWords;
export type WordName = (typeof actWords)[WordedAct][number]["name"];

export const isWorded = (kind: CommandKind): kind is WordedAct => Object.hasOwn(actWords, kind);

/** The names of what an act says; none where it says nothing. */
export const wordsOfAct = (kind: CommandKind): readonly string[] =>
  isWorded(kind) ? actWords[kind].map(({ name }) => name) : [];

export const wordIn = (draft: Draft, name: WordName): string => draft.words[name] ?? "";

/** What an act still has to say. */
export const missingWords = (kind: WordedAct, draft: Draft): readonly WordName[] =>
  actWords[kind]
    .filter(({ name, isRequired }) => isRequired && wordIn(draft, name).trim() === "")
    .map(({ name }) => name);

/** The act as it would be sent. A revision's entry is not among the words. */
export const wordedAct = (kind: Exclude<WordedAct, "revise">, draft: Draft): RequestedAct => {
  const word = (name: WordName): string => wordIn(draft, name).trim();
  switch (kind) {
    case "request-secondary":
      return { kind, instructions: word("instructions") };
    case "complete-secondary":
      return { kind, riidResult: word("inspectionRiid"), findings: word("findings") };
    case "escalate":
      return { kind, to: word("askedOf"), question: word("question") };
    case "answer-escalation":
      return { kind, answer: word("answer") };
    case "reopen":
      return { kind, reason: word("reopenReason") };
    case "comment":
      return { kind, text: word("comment") };
    case "approve":
    case "reject":
    case "withdraw":
      return { kind, remark: word("remark") };
  }
};
