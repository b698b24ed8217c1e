import type { Alarm } from "./alarms.ts";
import type { DispositionEntry, DispositionField } from "./dispositions.ts";
import type { FaultKind } from "./faults.ts";
import type { AlarmId, CommandId, LaneId } from "./ids.ts";
import type { DecisionStamps } from "./latency.ts";
import type { Officer, Role } from "./officers.ts";
import type { WallMs } from "./units.ts";

/**
 * Everything that can be asked for, in one table. `roles`: who may. `needsClaim`: only the officer who holds the alarm.
 * `isRemark`: it changes nothing that another command could rest on, so that it makes none stale and is never stale.
 */
export const commandKinds = {
  acknowledge: { label: "Acknowledge", roles: ["officer", "supervisor"], needsClaim: false, isRemark: false },
  /** Takes an alarm that nobody holds, or whose holder's lease is over; acknowledges it where nobody has. */
  claim: { label: "Claim", roles: ["officer", "supervisor"], needsClaim: false, isRemark: false },
  /** The holder is still at work: the lease runs anew. Neither a new version nor an entry of the history. */
  renew: { label: "Renew claim", roles: ["officer", "supervisor"], needsClaim: true, isRemark: true },
  release: { label: "Release", roles: ["officer", "supervisor"], needsClaim: true, isRemark: false },
  /** Takes an alarm that somebody else holds. */
  "take-over": { label: "Take over", roles: ["supervisor"], needsClaim: false, isRemark: false },
  "request-secondary": {
    label: "Request secondary inspection",
    roles: ["officer", "supervisor"],
    needsClaim: true,
    isRemark: false,
  },
  "start-secondary": {
    label: "Start secondary inspection",
    roles: ["officer", "supervisor"],
    needsClaim: false,
    isRemark: false,
  },
  "complete-secondary": {
    label: "Complete secondary inspection",
    roles: ["officer", "supervisor"],
    needsClaim: false,
    isRemark: false,
  },
  escalate: { label: "Escalate", roles: ["officer", "supervisor"], needsClaim: true, isRemark: false },
  "answer-escalation": {
    label: "Record the answer",
    roles: ["officer", "supervisor"],
    needsClaim: false,
    isRemark: false,
  },
  /** Where a second person is needed, this proposes; the disposition stands with the approval. */
  dispose: { label: "Dispose", roles: ["officer", "supervisor"], needsClaim: true, isRemark: false },
  /** Another disposition in place of the one that stands, which stays in the history. */
  revise: { label: "Revise", roles: ["officer", "supervisor"], needsClaim: false, isRemark: false },
  /** Always needs a second person. The alarm is then acknowledged and held by nobody. */
  reopen: { label: "Reopen", roles: ["officer", "supervisor"], needsClaim: false, isRemark: false },
  approve: { label: "Approve", roles: ["supervisor"], needsClaim: false, isRemark: false },
  reject: { label: "Reject", roles: ["supervisor"], needsClaim: false, isRemark: false },
  /** Whoever proposed takes the proposal back. */
  withdraw: { label: "Withdraw", roles: ["officer", "supervisor"], needsClaim: false, isRemark: false },
  comment: {
    label: "Comment",
    roles: ["officer", "supervisor", "engineer"],
    needsClaim: false,
    isRemark: true,
  },
  attach: {
    label: "Attach",
    roles: ["officer", "supervisor", "engineer"],
    needsClaim: false,
    isRemark: true,
  },
} as const satisfies Record<
  string,
  { label: string; roles: readonly Role[]; needsClaim: boolean; isRemark: boolean }
>;
export type CommandKind = keyof typeof commandKinds;

export const attachmentMediaTypes = ["image/jpeg", "image/png", "image/webp", "application/pdf"] as const;

/** A stored picture or document: what it is, and where its bytes stand in the log. */
export interface Attachment {
  /** SHA-256 of the bytes, 64 hexadecimal digits. */
  readonly sha256: string;
  /** A file's name without its path; letters, digits, spaces, `._-`. */
  readonly name: string;
  readonly mediaType: (typeof attachmentMediaTypes)[number];
  readonly sizeBytes: number;
  /** Offsets of its chunks in the lane's partition of `lanewatch.attachments.v1`, in order. */
  readonly offsets: readonly number[];
}

/** What each kind of command says besides who, when and about which alarm. */
export type Act =
  | { readonly kind: "acknowledge" }
  | { readonly kind: "claim" | "take-over" | "renew"; readonly leaseInMs: number }
  | { readonly kind: "release" }
  | { readonly kind: "request-secondary"; readonly instructions: string }
  | { readonly kind: "start-secondary" }
  | { readonly kind: "complete-secondary"; readonly riidResult: string; readonly findings: string }
  | { readonly kind: "escalate"; readonly to: string; readonly question: string }
  | { readonly kind: "answer-escalation"; readonly answer: string }
  | { readonly kind: "dispose"; readonly entry: DispositionEntry }
  | { readonly kind: "revise"; readonly entry: DispositionEntry; readonly reason: string }
  | { readonly kind: "reopen"; readonly reason: string }
  | { readonly kind: "approve" | "reject" | "withdraw"; readonly remark: string }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "attach"; readonly attachment: Attachment };

/** An officer's word on one alarm, as it stands in the log. */
export interface AlarmCommand {
  readonly commandId: CommandId;
  readonly laneId: LaneId;
  readonly alarmId: AlarmId;
  /** The adjudication version the officer saw. */
  readonly expectedVersion: number;
  /**
   * Where the case's last word stands in the lane's partition of `lanewatch.alarms.v1`, as far as the sender knows: a core that
   * has not kept a case that was over long ago reads it there.
   */
  readonly caseOffset?: number;
  readonly by: Officer;
  /** When the console took it. */
  readonly at: WallMs;
  readonly act: Act;
}

/** A fault that is known and being seen to: it is shown apart until then. It never concerns an alarm. */
export interface Shelf {
  readonly fault: FaultKind;
  readonly until: WallMs;
  readonly reason: string;
  readonly by: Officer;
  readonly at: WallMs;
}

export type ShelfAct =
  | {
      readonly kind: "shelve-fault";
      readonly fault: FaultKind;
      readonly until: WallMs;
      readonly reason: string;
    }
  | { readonly kind: "unshelve-fault"; readonly fault: FaultKind };

/** A word on a lane's faults. */
export interface LaneCommand {
  readonly commandId: CommandId;
  readonly laneId: LaneId;
  readonly by: Officer;
  readonly at: WallMs;
  readonly act: ShelfAct;
}

export type Command = AlarmCommand | LaneCommand;

/** Shelving ends by itself: 30 days are the longest. */
export const shelfInMsMax = 30 * 86_400_000;

/** A lane's shelved faults: at most one entry a fault. */
export interface LaneShelf {
  readonly laneId: LaneId;
  readonly version: number;
  readonly shelved: readonly Shelf[];
}

export const refusals = {
  "unknown-alarm": "There is no such alarm.",
  "stale-version": "The alarm has changed since it was shown.",
  "not-permitted": "This role may not do that.",
  "already-acknowledged": "The alarm is already acknowledged.",
  "already-dispositioned": "The alarm already has a disposition.",
  "not-dispositioned": "The alarm has no disposition yet.",
  "held-by-other": "Another officer holds the alarm.",
  "not-holder": "Only the officer who holds the alarm may do that: claim it first.",
  "already-holder": "This officer holds the alarm already.",
  "nobody-holds": "Nobody holds the alarm.",
  "awaiting-approval": "The alarm waits for a second person's decision.",
  "nothing-to-approve": "Nothing waits for a second person's decision.",
  "own-proposal": "A second person has to decide: not the one who proposed it.",
  "not-own-proposal": "Only the one who proposed it may withdraw it.",
  "secondary-state": "The secondary inspection is not at that point.",
  "secondary-open": "The secondary inspection is not completed.",
  "escalation-open": "The question to the specialists is still open.",
  "no-escalation": "There is no open question to the specialists.",
  "incomplete-entry": "The disposition does not say everything that it has to.",
  "history-full": "No more can be recorded on this alarm.",
  "shelf-expired": "The time until which the fault would be shelved is not ahead, or too far ahead.",
  "not-shelved": "The fault is not shelved.",
} as const;
export type Refusal = keyof typeof refusals;

/** The answer to a command, as it stands in the log. `version` is the adjudication's (or shelf's) after the decision. */
export type Decision =
  | { readonly outcome: "accepted"; readonly command: Command; readonly version: number }
  | {
      readonly outcome: "refused";
      readonly command: Command;
      readonly version: number;
      readonly refusal: Refusal;
      /** Who holds the alarm, where that is why. */
      readonly holder?: string;
      /** What the disposition lacks, where that is why. */
      readonly missing?: readonly DispositionField[];
    };

/** An officer at work on an alarm. When the lease is over the officer still holds it, and whoever claims it has it. */
export interface Claim {
  readonly by: Officer;
  readonly since: WallMs;
  readonly until: WallMs;
}

export type SecondaryInspection =
  | { readonly state: "none" }
  | {
      readonly state: "requested" | "under-way" | "completed";
      readonly requestedAt: WallMs;
      readonly startedAt: WallMs | null;
      readonly completedAt: WallMs | null;
      readonly instructions: string;
      readonly riidResult: string;
      readonly findings: string;
    };

/** A question to specialists elsewhere (reachback). */
export interface Escalation {
  readonly to: string;
  readonly question: string;
  readonly at: WallMs;
  /** Null while it is open. */
  readonly answer: string | null;
}

/** What waits for a second person, and what becomes of the alarm once it is approved. */
export interface Proposal {
  readonly act: Extract<Act, { kind: "dispose" | "revise" | "reopen" }>;
  readonly by: Officer;
  readonly at: WallMs;
}

/** The outcome that stands. `approvedBy`: the second person, where one was needed. */
export interface Disposal {
  readonly entry: DispositionEntry;
  readonly by: Officer;
  readonly at: WallMs;
  readonly approvedBy: Officer | null;
}

/** `awaiting-approval` while a proposal waits, whatever state it would change. */
export const adjudicationStates = {
  unacknowledged: "Unacknowledged",
  acknowledged: "Acknowledged",
  "awaiting-approval": "Awaiting approval",
  dispositioned: "Disposed",
} as const;
export type AdjudicationState = keyof typeof adjudicationStates;

export interface Adjudication {
  /**
   * 0 for an alarm nobody has touched; grows by one with each accepted command but `renew`, and where a disposition comes
   * to need a second person because neutrons have joined.
   */
  readonly version: number;
  /** The version at the last command that was not a remark: a command that saw it or a later one is not stale. */
  readonly decisiveVersion: number;
  readonly state: AdjudicationState;
  readonly claim: Claim | null;
  readonly secondary: SecondaryInspection;
  readonly escalation: Escalation | null;
  readonly proposal: Proposal | null;
  /** The disposition that stands, also while its revision or a reopening waits. */
  readonly disposal: Disposal | null;
  /** Accepted commands but renewals, in order: who did what, and when. */
  readonly history: readonly AlarmCommand[];
}

/**
 * 200 commands on one alarm, and 200 000 characters of them as JSON (600 kB at the most in UTF-8, so that a case stays below
 * the megabyte that a log's record may have): more than a case ever has. The last ten, and the last 50 000 characters, are
 * left to what brings the case to its end: everything else is refused there as `history-full`.
 */
export const historyMax = 200;
export const historyKeptForActs = 10;
export const historyCharactersMax = 200_000;
export const historyCharactersKept = 50_000;

/** An alarm and the officers' work on it: what boards, integrators and exports see. */
export interface AlarmCase {
  readonly alarm: Alarm;
  readonly adjudication: Adjudication;
  /** As first said. Absent in cases from before there were stamps. */
  readonly latency?: DecisionStamps;
}

/** A case and where its last word stands. `offset`: in the lane's partition of `lanewatch.alarms.v1`. */
export interface PastCase {
  readonly alarmCase: AlarmCase;
  readonly offset: number;
}
