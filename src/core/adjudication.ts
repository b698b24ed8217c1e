import {
  type Adjudication,
  type AlarmCase,
  type AlarmCommand,
  type Decision,
  type Disposal,
  type Proposal,
  commandKinds,
} from "../domain/adjudication.ts";
import type { Alarm, AlarmKind } from "../domain/alarms.ts";
import { type DispositionEntry, dispositions } from "../domain/dispositions.ts";
import type { LaneId } from "../domain/ids.ts";
import type { DecisionStamps } from "../domain/latency.ts";
import type { Officer } from "../domain/officers.ts";
import { type WallMs, wallMs } from "../domain/units.ts";
import { objectionTo } from "./objections.ts";

/**
 * The officers' side of an alarm's life. Alarms grow by themselves (their own `version`); adjudication has a version of
 * its own, so that a growing peak never makes an officer's command stale.
 */
export const untouched: Adjudication = {
  version: 0,
  decisiveVersion: 0,
  state: "unacknowledged",
  claim: null,
  secondary: { state: "none" },
  escalation: null,
  proposal: null,
  disposal: null,
  history: [],
};

/** What of a case a command is decided on. */
export interface Decidable {
  readonly alarm: { readonly laneId: LaneId; readonly kind: AlarmKind };
  readonly adjudication: Adjudication;
}

/**
 * Decides one command on one alarm. A repeat of an accepted command is accepted again and changes nothing; a refused
 * one stays refused, since no version an officer has seen comes back. A command that names another lane than the
 * alarm's is about no alarm there is.
 */
export const decide = <Case extends Decidable>(
  current: Case | undefined,
  command: AlarmCommand,
): readonly [Case | undefined, Decision] => {
  if (current?.alarm.laneId !== command.laneId) {
    return [current, { outcome: "refused", command, version: 0, refusal: "unknown-alarm" }];
  }
  const { adjudication, alarm } = current;
  const { version, history } = adjudication;
  if (history.some((accepted) => accepted.commandId === command.commandId)) {
    return [current, { outcome: "accepted", command, version }];
  }
  const objection = objectionTo(adjudication, command);
  if (objection !== null) return [current, { outcome: "refused", command, version, ...objection }];
  const next = advanced(adjudication, alarm.kind, command);
  return [
    next === adjudication ? current : { ...current, adjudication: next },
    { outcome: "accepted", command, version: next.version },
  ];
};

/**
 * The case with a newer version of its alarm, or the same case where the alarm is not newer. An alarm may turn out to have
 * neutrons after one person alone has disposed of it: that disposition then waits for a second person.
 */
export const withAlarm = (
  current: AlarmCase | undefined,
  alarm: Alarm,
  latency?: DecisionStamps,
): AlarmCase => {
  if (current === undefined) {
    return { alarm, adjudication: untouched, ...(latency === undefined ? {} : { latency }) };
  }
  if (alarm.version <= current.alarm.version) return current;
  return withSecondLook({ ...current, alarm });
};

/**
 * What one person alone decided, of an alarm that has neutrons now, waits for a second person. Where a revision or reopening
 * waits already, rejecting it must not bring back the first decision. The very same case where nothing is amiss.
 */
export const withSecondLook = (current: AlarmCase): AlarmCase => {
  const { alarm, adjudication } = current;
  const { disposal, proposal } = adjudication;
  if (disposal === null || disposal.approvedBy !== null || !hasNeutrons(alarm.kind)) return current;
  const version = adjudication.version + 1;
  const { entry, by, at } = disposal;
  return {
    ...current,
    adjudication: {
      ...adjudication,
      version,
      decisiveVersion: version,
      state: "awaiting-approval",
      proposal: proposal ?? { act: { kind: "dispose", entry }, by, at },
      disposal: null,
    },
  };
};

/** Whether an act on an alarm of this kind stands only when a second person has approved it. */
export const needsSecondPerson = (
  { disposal }: Pick<Adjudication, "disposal">,
  kind: AlarmKind,
  act: Proposal["act"],
): boolean => {
  const isSevere = ({ disposition }: DispositionEntry): boolean => dispositions[disposition].secondPerson;
  switch (act.kind) {
    case "reopen":
      return true;
    case "dispose":
      return hasNeutrons(kind) || isSevere(act.entry);
    case "revise":
      return hasNeutrons(kind) || isSevere(act.entry) || (disposal !== null && isSevere(disposal.entry));
  }
};

const hasNeutrons = (kind: AlarmKind): boolean => kind === "neutron" || kind === "gamma-neutron";

/** The adjudication after a command to which nothing objects. */
const advanced = (current: Adjudication, kind: AlarmKind, command: AlarmCommand): Adjudication => {
  const change = changeBy(current, kind, command);
  if (command.act.kind === "renew" && change.claim?.until === current.claim?.until) return current;
  const changed = { ...current, ...change };
  if (command.act.kind === "renew") return changed;
  const version = current.version + 1;
  return {
    ...changed,
    version,
    decisiveVersion: commandKinds[command.act.kind].isRemark ? current.decisiveVersion : version,
    history: [...current.history, command],
  };
};

const changeBy = (
  current: Adjudication,
  kind: AlarmKind,
  { act, by, at }: AlarmCommand,
): Partial<Adjudication> => {
  const { secondary, escalation, claim } = current;
  switch (act.kind) {
    case "acknowledge":
      return { state: "acknowledged" };
    case "claim":
    case "take-over": {
      const taken = { by, since: at, until: later(at, act.leaseInMs) };
      return current.state === "unacknowledged" ? { claim: taken, state: "acknowledged" } : { claim: taken };
    }
    case "renew":
      return claim === null
        ? {}
        : { claim: { ...claim, until: latest(claim.until, later(at, act.leaseInMs)) } };
    case "release":
      return { claim: null };
    case "request-secondary":
      return {
        secondary: {
          state: "requested",
          requestedAt: at,
          startedAt: null,
          completedAt: null,
          instructions: act.instructions,
          riidResult: "",
          findings: "",
        },
      };
    case "start-secondary":
      return secondary.state === "none"
        ? {}
        : { secondary: { ...secondary, state: "under-way", startedAt: at } };
    case "complete-secondary": {
      const { riidResult, findings } = act;
      return secondary.state === "none"
        ? {}
        : { secondary: { ...secondary, state: "completed", completedAt: at, riidResult, findings } };
    }
    case "escalate":
      return { escalation: { to: act.to, question: act.question, at, answer: null } };
    case "answer-escalation":
      return escalation === null ? {} : { escalation: { ...escalation, answer: act.answer } };
    case "dispose":
    case "revise":
    case "reopen":
      return needsSecondPerson(current, kind, act)
        ? { state: "awaiting-approval", proposal: { act, by, at } }
        : settled({ act, by, at }, null);
    case "approve":
      return current.proposal === null ? {} : settled(current.proposal, by);
    case "reject":
    case "withdraw":
      return { state: current.disposal === null ? "acknowledged" : "dispositioned", proposal: null };
    case "comment":
    case "attach":
      return {};
  }
};

const settled = ({ act, by, at }: Proposal, approvedBy: Officer | null): Partial<Adjudication> => {
  if (act.kind === "reopen") return { state: "acknowledged", claim: null, proposal: null, disposal: null };
  const disposal: Disposal = { entry: act.entry, by, at, approvedBy };
  return { state: "dispositioned", claim: null, proposal: null, disposal };
};

const later = (at: WallMs, byMs: number): WallMs => wallMs(at + byMs);
const latest = (a: WallMs, b: WallMs): WallMs => (a > b ? a : b);
