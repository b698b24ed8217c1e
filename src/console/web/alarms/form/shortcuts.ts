import { type DispositionId, dispositionIds, dispositions } from "../../../../domain/dispositions.ts";
import type { BarAct } from "./possible-acts.ts";

/** The key of each act of the action bar. Where several share one, only one of them is possible at a time. */
export const actKeys: Readonly<Record<BarAct, string>> = {
  claim: "c",
  acknowledge: "a",
  "take-over": "t",
  dispose: "d",
  "request-secondary": "s",
  "start-secondary": "s",
  "complete-secondary": "s",
  escalate: "e",
  "answer-escalation": "e",
  revise: "v",
  reopen: "o",
  release: "r",
  comment: "m",
};

/** The letter of a key: by what it types where that is Latin, by where it is on keyboards of other scripts. */
export const letterOf = ({ key, code }: Pick<KeyboardEvent, "key" | "code">): string => {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : "";
};

/** A second digit within this time belongs to the first: 10 and 11. */
export const digitsInMs = 1200;

export interface TypedCode {
  readonly digits: string;
  readonly at: number;
}

const idOfCode = (code: string): DispositionId | null =>
  dispositionIds.find((id) => String(dispositions[id].code) === code) ?? null;

/** The disposition that a digit chooses: its code, or with the digit before it where that is one. */
export const codeTyped = (
  before: TypedCode | null,
  digit: string,
  now: number,
): readonly [TypedCode, DispositionId | null] => {
  const both = before !== null && now - before.at <= digitsInMs ? before.digits + digit : "";
  const twoDigits = idOfCode(both);
  return twoDigits === null
    ? [{ digits: digit, at: now }, idOfCode(digit)]
    : [{ digits: both, at: now }, twoDigits];
};

/** Keys that are typed into a text are none of the page's. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && target.type !== "radio" && target.type !== "checkbox");
