import {
  type Act,
  type Adjudication,
  type AlarmCommand,
  type CommandKind,
  type Refusal,
  type SecondaryInspection,
  commandKinds,
  historyCharactersKept,
  historyCharactersMax,
  historyKeptForActs,
  historyMax,
} from "../domain/adjudication.ts";
import { missingFields } from "../domain/dispositions.ts";
import type { Officer, Role } from "../domain/officers.ts";
import type { WallMs } from "../domain/units.ts";

/** Why a command is refused. */
export interface Objection {
  readonly refusal: Refusal;
  readonly holder?: string;
  readonly missing?: ReturnType<typeof missingFields>;
}

/** What the state forbids is said before what the version forbids: it is the better explanation. */
export const objectionTo = (adjudication: Adjudication, command: AlarmCommand): Objection | null => {
  const { act, by, expectedVersion } = command;
  const { isRemark, needsClaim } = commandKinds[act.kind];
  const roles: readonly Role[] = commandKinds[act.kind].roles;
  if (!roles.includes(by.role)) return { refusal: "not-permitted" };
  const objection =
    objectionOfState(adjudication, command) ??
    (needsClaim ? objectionOfClaim(adjudication, command) : null) ??
    objectionToContent(act);
  if (objection !== null) return objection;
  const isStale = expectedVersion < adjudication.decisiveVersion && !isRemark;
  if (isStale || expectedVersion > adjudication.version) return { refusal: "stale-version" };
  return act.kind === "renew" || hasRoom(adjudication, command) ? null : { refusal: "history-full" };
};

/** What brings a case to its end has a place of its own, so that no alarm stays open for want of one. */
const endingKinds: ReadonlySet<CommandKind> = new Set([
  "claim",
  "take-over",
  "start-secondary",
  "complete-secondary",
  "answer-escalation",
  "dispose",
  "approve",
]);

const hasRoom = ({ history }: Adjudication, command: AlarmCommand): boolean => {
  const isEnding = endingKinds.has(command.act.kind);
  const characters = JSON.stringify(history).length + JSON.stringify(command).length;
  return (
    history.length < historyMax - (isEnding ? 0 : historyKeptForActs) &&
    characters <= historyCharactersMax - (isEnding ? 0 : historyCharactersKept)
  );
};

const objectionOfState = (adjudication: Adjudication, command: AlarmCommand): Objection | null => {
  const { state, claim, secondary, escalation, proposal } = adjudication;
  const { act, by, at } = command;
  switch (act.kind) {
    case "acknowledge":
      if (state === "dispositioned") return { refusal: "already-dispositioned" };
      return state === "unacknowledged" ? null : { refusal: "already-acknowledged" };
    case "claim":
      if (state === "dispositioned") return { refusal: "already-dispositioned" };
      if (claim === null || !isHeldAt(adjudication, at)) return null;
      return isSame(claim.by, by)
        ? { refusal: "already-holder" }
        : { refusal: "held-by-other", holder: claim.by.name };
    case "take-over":
      if (claim === null) return { refusal: "nobody-holds" };
      return isSame(claim.by, by) ? { refusal: "already-holder" } : null;
    case "request-secondary":
      if (state !== "acknowledged") return objectionOfProgress(state);
      return isOpen(secondary) ? { refusal: "secondary-state" } : null;
    case "start-secondary":
      return secondary.state === "requested" ? null : { refusal: "secondary-state" };
    case "complete-secondary":
      return secondary.state === "under-way" ? null : { refusal: "secondary-state" };
    case "escalate":
      if (state !== "acknowledged") return objectionOfProgress(state);
      return isUnanswered(escalation) ? { refusal: "escalation-open" } : null;
    case "answer-escalation":
      return isUnanswered(escalation) ? null : { refusal: "no-escalation" };
    case "dispose":
      if (state === "awaiting-approval" || state === "dispositioned") return objectionOfProgress(state);
      if (isOpen(secondary)) return { refusal: "secondary-open" };
      return isUnanswered(escalation) ? { refusal: "escalation-open" } : null;
    case "revise":
    case "reopen":
      if (state === "awaiting-approval") return { refusal: "awaiting-approval" };
      return state === "dispositioned" ? null : { refusal: "not-dispositioned" };
    case "approve":
    case "reject":
      if (proposal === null) return { refusal: "nothing-to-approve" };
      return isSame(proposal.by, by) ? { refusal: "own-proposal" } : null;
    case "withdraw":
      if (proposal === null) return { refusal: "nothing-to-approve" };
      return isSame(proposal.by, by) ? null : { refusal: "not-own-proposal" };
    case "renew":
    case "release":
    case "comment":
    case "attach":
      return null;
  }
};

const objectionOfProgress = (state: Adjudication["state"]): Objection | null => {
  switch (state) {
    case "awaiting-approval":
      return { refusal: "awaiting-approval" };
    case "dispositioned":
      return { refusal: "already-dispositioned" };
    case "unacknowledged":
      return { refusal: "not-holder" };
    case "acknowledged":
      return null;
  }
};

const objectionOfClaim = (adjudication: Adjudication, { by, at }: AlarmCommand): Objection | null => {
  const { claim } = adjudication;
  if (claim !== null && isSame(claim.by, by)) return null;
  return claim !== null && isHeldAt(adjudication, at)
    ? { refusal: "held-by-other", holder: claim.by.name }
    : { refusal: "not-holder" };
};

const objectionToContent = (act: Act): Objection | null => {
  if (act.kind !== "dispose" && act.kind !== "revise") return null;
  const missing = missingFields(act.entry);
  return missing.length === 0 ? null : { refusal: "incomplete-entry", missing };
};

const isSame = (a: Officer, b: Officer): boolean => a.name === b.name;
const isOpen = ({ state }: SecondaryInspection): boolean => state === "requested" || state === "under-way";
const isUnanswered = (escalation: Adjudication["escalation"]): boolean =>
  escalation !== null && escalation.answer === null;

/** Whether the officer's claim is still fresh at that time. */
export const isHeldAt = ({ claim }: Pick<Adjudication, "claim">, at: WallMs): boolean =>
  claim !== null && at <= claim.until;
