import fc from "fast-check";
import {
  type Act,
  type Adjudication,
  type AlarmCase,
  type AlarmCommand,
  type CommandKind,
  commandKinds,
  type Decision,
} from "../../src/domain/adjudication.ts";
import type { AlarmKind } from "../../src/domain/alarms.ts";
import { type DispositionEntry, dispositionIds, dispositions } from "../../src/domain/dispositions.ts";
import { commandId } from "../../src/domain/ids.ts";
import type { Officer, Role } from "../../src/domain/officers.ts";
import { wallMs } from "../../src/domain/units.ts";
import { berzina, command, entryOf, kazlauskas, leaseInMs, lund, ozols, petrova } from "../commands.ts";
import type { AlarmName } from "../commands.ts";

/** Officers who ask for whatever comes to their minds, often for what makes sense, and what must hold all the same. */
const team: readonly Officer[] = [kazlauskas, petrova, ozols, berzina, lund];
const kinds = Object.keys(commandKinds) as readonly CommandKind[];

/** Numbers, so that shrinking makes them small: each chooses among what there is at that moment. */
export interface Wish {
  readonly by: number;
  readonly what: number;
  readonly entry: number;
  /** How many versions ago the officer looked. */
  readonly lag: number;
  readonly passesInMs: number;
  /** Of the commands sent before, one again. */
  readonly repeats: number | null;
}

export const anyWish: fc.Arbitrary<Wish> = fc.record({
  by: fc.nat({ max: team.length - 1 }),
  what: fc.nat({ max: 99 }),
  entry: fc.nat({ max: 99 }),
  lag: fc.constantFrom(0, 0, 0, 0, 0, 1, 2),
  passesInMs: fc.constantFrom(0, 0, 1_000, 30_000, leaseInMs + 1),
  repeats: fc.option(fc.nat({ max: 20 }), { freq: 8 }),
});

const sensible = (adjudication: Adjudication): readonly CommandKind[] => {
  const { state, claim, secondary, escalation } = adjudication;
  switch (state) {
    case "unacknowledged":
      return ["claim", "claim", "acknowledge"];
    case "acknowledged": {
      if (claim === null) return ["claim"];
      const inspection = {
        none: "request-secondary",
        requested: "start-secondary",
        "under-way": "complete-secondary",
        completed: "dispose",
      } as const;
      const question = escalation?.answer === null ? "answer-escalation" : "escalate";
      const next = inspection[secondary.state];
      return ["dispose", next, "dispose", next, question, "renew", "take-over", "claim"];
    }
    case "awaiting-approval":
      return ["approve", "approve", "reject", "withdraw", "comment"];
    case "dispositioned":
      return ["revise", "reopen", "comment"];
  }
};

const actOf = (kind: CommandKind, entry: DispositionEntry): Act => {
  switch (kind) {
    case "acknowledge":
    case "release":
    case "start-secondary":
      return { kind };
    case "claim":
    case "take-over":
    case "renew":
      return { kind, leaseInMs };
    case "request-secondary":
      return { kind, instructions: "" };
    case "complete-secondary":
      return { kind, riidResult: "40K", findings: "" };
    case "escalate":
      return { kind, to: "Reachback", question: "" };
    case "answer-escalation":
      return { kind, answer: "Potassium." };
    case "dispose":
      return { kind, entry };
    case "revise":
      return { kind, entry, reason: "Seen again." };
    case "reopen":
      return { kind, reason: "It is back." };
    case "approve":
    case "reject":
    case "withdraw":
      return { kind, remark: "" };
    case "comment":
      return { kind, text: "Hm." };
    case "attach": {
      const file = { sha256: "0".repeat(64), name: "a.png", mediaType: "image/png", sizeBytes: 1 } as const;
      return { kind, attachment: { ...file, offsets: [0] } };
    }
  }
};

const pick = <T>(values: readonly T[], at: number): T => {
  const value = values[at % values.length];
  if (value === undefined) throw new Error("nothing to choose from");
  return value;
};

/** Turns wishes into commands, with a clock of its own and ids in the order of asking. */
export const openOffice = (
  alarm: AlarmName,
  ids = "word",
): { readonly ask: (wish: Wish, shown: Adjudication) => AlarmCommand } => {
  const sent: AlarmCommand[] = [];
  let now = 1_000_000;
  const ask = (wish: Wish, shown: Adjudication): AlarmCommand => {
    now += wish.passesInMs;
    if (wish.repeats !== null && sent.length > 0)
      // Sent again by another way, it has another time.
      return { ...pick(sent, wish.repeats), ...(wish.what % 2 === 0 ? {} : { at: wallMs(now) }) };
    const kind = pick(wish.what < 70 ? sensible(shown) : kinds, wish.what);
    // Whoever is asked to work on it is mostly who holds it.
    const holder = team.findIndex(({ name }) => name === shown.claim?.by.name);
    const isHolders = commandKinds[kind].needsClaim && holder >= 0 && wish.entry % 4 > 0;
    const roles: readonly Role[] = commandKinds[kind].roles;
    const able = wish.entry % 8 > 0 ? team.filter(({ role }) => roles.includes(role)) : team;
    const entry = entryOf(
      pick(dispositionIds, wish.entry),
      wish.entry > 96 ? { notes: "", commodity: "" } : {},
    );
    const asked = command(alarm, actOf(kind, entry), {
      id: `${ids}-${String(sent.length).padStart(4, "0")}`,
      seen: Math.max(0, shown.version - wish.lag),
      by: isHolders ? pick(team, holder) : pick(able, wish.by),
      at: now,
    });
    sent.push({ ...asked, commandId: commandId(asked.commandId) });
    return asked;
  };
  return { ask };
};

/** As `expect`, which is too slow for some hundred thousand steps. */
const holds = (isSo: boolean, what: string): void => {
  if (!isSo) throw new Error(`It does not hold that ${what}.`);
};

const severe = ({ disposition }: DispositionEntry): boolean => dispositions[disposition].secondPerson;

/** Of one state by itself. `kind`: of the alarm that stands beside it. */
export const expectSound = (adjudication: Adjudication, kind: AlarmKind): void => {
  const { state, disposal, proposal, claim, history, version, decisiveVersion, secondary } = adjudication;
  const isNeutron = kind === "neutron" || kind === "gamma-neutron";
  if (disposal !== null && (isNeutron || severe(disposal.entry))) {
    holds(disposal.approvedBy?.role === "supervisor", "a supervisor approved it");
    holds(disposal.approvedBy?.name !== disposal.by.name, "somebody else approved it");
  }
  holds((proposal !== null) === (state === "awaiting-approval"), "what awaits approval is proposed");
  if (state === "dispositioned") {
    holds(disposal !== null && claim === null, "what is dispositioned has a disposition and no holder");
    holds(secondary.state === "none" || secondary.state === "completed", "no inspection is open then");
  }
  if (state === "unacknowledged" || state === "acknowledged")
    holds(disposal === null, "nothing stands that is open");
  holds(history.length <= version && decisiveVersion <= version, "the version covers the history");
  holds(new Set(history.map((each) => each.commandId)).size === history.length, "each is in it once");
};

const expectRefusal = (before: Adjudication, next: Adjudication, decision: Decision): void => {
  holds(next === before, "a refusal changes nothing");
  if (decision.outcome !== "refused" || decision.refusal !== "held-by-other") return;
  holds(decision.holder === before.claim?.by.name, "the loser is told by whom it is held");
  holds(decision.holder !== decision.command.by.name, "by another");
};

const expectRenewal = (before: Adjudication, next: Adjudication): void => {
  holds(next.version === before.version && next.history === before.history, "renewing leaves no trace");
  holds(next.claim?.by.name === before.claim?.by.name, "the holder is the same");
  holds((next.claim?.until ?? 0) >= (before.claim?.until ?? 0), "a claim is never shortened");
};

/** Of two states, the second of which came of the first by one command or none. */
export const expectLawful = (before: Adjudication, next: Adjudication, decision: Decision): void => {
  const { command: decided } = decision;
  if (!("alarmId" in decided)) throw new Error("a lane's");
  const { act, by } = decided;
  holds(decision.version === next.version, "the decision tells the version");
  if (decision.outcome === "refused") {
    expectRefusal(before, next, decision);
    return;
  }
  if (before.history.some((each) => each.commandId === decided.commandId)) {
    holds(next === before, "a repeat changes nothing");
    return;
  }
  if (act.kind === "renew") {
    expectRenewal(before, next);
    return;
  }
  holds(next.version === before.version + 1, "the version grows by one");
  const isAppended = before.history.every((each, at) => next.history[at] === each);
  holds(isAppended && next.history.length === before.history.length + 1, "the history grows by one");
  holds(next.history.at(-1) === decided, "by the command");
  holds(decided.expectedVersion <= before.version, "nobody saw the future");
  const isFresh = commandKinds[act.kind].isRemark || decided.expectedVersion >= before.decisiveVersion;
  holds(isFresh, "nothing stale is accepted");
  const { claim } = before;
  if (claim !== null && next.claim !== null && claim.by.name !== next.claim.by.name) {
    const isSupervised = act.kind === "take-over" && by.role === "supervisor";
    holds(isSupervised || decided.at > claim.until, "a fresh claim is lost to a supervisor alone");
  }
  if (before.disposal === null || next.disposal === before.disposal) return;
  holds(act.kind === "approve" || act.kind === "revise", "a disposition goes by approval or revision");
  if (next.disposal !== null && act.kind === "revise") return;
  holds(by.role === "supervisor", "a supervisor opens it again");
  holds(before.proposal?.by.name !== by.name, "who is not the one who proposed it");
};

/** What the officers' work came to, but for how long the last claim goes: renewing leaves no trace in the history. */
export const outcomeOf = ({ adjudication }: Pick<AlarmCase, "adjudication">): unknown => ({
  ...adjudication,
  claim: adjudication.claim?.by ?? null,
});
