import { decide } from "../../../../core/adjudication.ts";
import { isHeldAt } from "../../../../core/objections.ts";
import type { Act, AlarmCase, Claim, CommandKind, Refusal } from "../../../../domain/adjudication.ts";
import type { DispositionEntry } from "../../../../domain/dispositions.ts";
import { commandId } from "../../../../domain/ids.ts";
import type { Officer } from "../../../../domain/officers.ts";
import { type WallMs, wallMs } from "../../../../domain/units.ts";

/** Which acts an alarm takes now, from this officer: the core's own reducer is asked, so that page and core agree. */

const said = "?";
const entry: DispositionEntry = {
  disposition: "other",
  isotopes: [],
  vehicleId: "",
  containerId: "",
  commodity: "",
  riidResult: "",
  notes: said,
};

/** An act of each kind that says all it has to. */
const sampleActs: { readonly [K in Exclude<CommandKind, "attach">]: Act } = {
  acknowledge: { kind: "acknowledge" },
  claim: { kind: "claim", leaseInMs: 60_000 },
  renew: { kind: "renew", leaseInMs: 60_000 },
  release: { kind: "release" },
  "take-over": { kind: "take-over", leaseInMs: 60_000 },
  "request-secondary": { kind: "request-secondary", instructions: said },
  "start-secondary": { kind: "start-secondary" },
  "complete-secondary": { kind: "complete-secondary", riidResult: said, findings: said },
  escalate: { kind: "escalate", to: said, question: said },
  "answer-escalation": { kind: "answer-escalation", answer: said },
  dispose: { kind: "dispose", entry },
  revise: { kind: "revise", entry, reason: said },
  reopen: { kind: "reopen", reason: said },
  approve: { kind: "approve", remark: said },
  reject: { kind: "reject", remark: said },
  withdraw: { kind: "withdraw", remark: said },
  comment: { kind: "comment", text: said },
};
export type PageAct = keyof typeof sampleActs;

/** Who asks, and when by the server's clock. */
export interface Asking {
  readonly officer: Officer;
  readonly at: WallMs;
}

/** Why the core would refuse such an act now, or null where it would take it. */
export const objectionTo = (alarmCase: AlarmCase, kind: PageAct, asking: Asking): Refusal | null => {
  const { alarm, adjudication } = alarmCase;
  const [, decision] = decide(alarmCase, {
    commandId: commandId("page-asks-what-is-possible"),
    laneId: alarm.laneId,
    alarmId: alarm.alarmId,
    expectedVersion: adjudication.version,
    by: asking.officer,
    at: asking.at,
    act: sampleActs[kind],
  });
  return decision.outcome === "refused" ? decision.refusal : null;
};

/** In the order of the action bar. Approval and what else belongs to a proposal stands with the proposal. */
const barOrder = [
  "claim",
  "acknowledge",
  "take-over",
  "dispose",
  "request-secondary",
  "start-secondary",
  "complete-secondary",
  "escalate",
  "answer-escalation",
  "revise",
  "reopen",
  "release",
  "comment",
] as const satisfies readonly PageAct[];
export type BarAct = (typeof barOrder)[number];

/** An open inspection or question keeps a disposition from being sent; it can be written meanwhile. */
const waitsFor: ReadonlySet<Refusal> = new Set(["secondary-open", "escalation-open"]);

/** The acts of the action bar that are possible now. */
export const possibleActs = (alarmCase: AlarmCase, asking: Asking): readonly BarAct[] =>
  barOrder.filter((kind) => {
    const objection = objectionTo(alarmCase, kind, asking);
    return objection === null || (kind === "dispose" && waitsFor.has(objection));
  });

/** How an alarm is held, as this officer sees it. */
export type Holding =
  | { readonly kind: "free" }
  | { readonly kind: "mine"; readonly claim: Claim; readonly isFresh: boolean }
  | { readonly kind: "other"; readonly claim: Claim; readonly isFresh: boolean; readonly wasMine: boolean };

export const holdingOf = ({ adjudication }: AlarmCase, { officer, at }: Asking): Holding => {
  const { claim, history } = adjudication;
  if (claim === null) return { kind: "free" };
  const isFresh = isHeldAt(adjudication, at);
  if (claim.by.name === officer.name) return { kind: "mine", claim, isFresh };
  const takes = history.filter(({ act }) => act.kind === "claim" || act.kind === "take-over");
  const before = takes.at(-2);
  const released = history.slice(before === undefined ? 0 : history.indexOf(before) + 1);
  const wasMine = before?.by.name === officer.name && !released.some(({ act }) => act.kind === "release");
  return { kind: "other", claim, isFresh, wasMine };
};

/** A time at which the lease of a claim stands as it does at `now`, so that a picture need not be drawn every second. */
export const leaseTime = (claim: Claim | null, isOver: boolean): WallMs =>
  claim === null ? wallMs(0) : isOver ? wallMs(claim.until + 1) : claim.until;
