import { describe, expect, it } from "vitest";
import { decide, needsSecondPerson, untouched, withAlarm } from "../../src/core/adjudication.ts";
import { isHeldAt } from "../../src/core/objections.ts";
import {
  type Act,
  type AlarmCase,
  type AlarmCommand,
  type CommandKind,
  commandKinds,
  type Decision,
  historyKeptForActs,
  historyMax,
} from "../../src/domain/adjudication.ts";
import type { AlarmKind } from "../../src/domain/alarms.ts";
import { dispositionIds, dispositions } from "../../src/domain/dispositions.ts";
import { laneId } from "../../src/domain/ids.ts";
import { roleNames } from "../../src/domain/officers.ts";
import { wallMs } from "../../src/domain/units.ts";
import {
  acknowledge,
  type Asked,
  berzina,
  claim,
  command,
  dispose,
  entryOf,
  kazlauskas,
  leaseInMs,
  lund,
  officer,
  ozols,
  petrova,
} from "../commands.ts";
import { anAlarm } from "./board-history.ts";

const alarm = anAlarm();
const fresh: AlarmCase = { alarm, adjudication: untouched };

/** One act of each kind. */
const acts: Readonly<Record<CommandKind, Act>> = {
  acknowledge: { kind: "acknowledge" },
  claim: { kind: "claim", leaseInMs },
  renew: { kind: "renew", leaseInMs },
  release: { kind: "release" },
  "take-over": { kind: "take-over", leaseInMs },
  "request-secondary": { kind: "request-secondary", instructions: "Look at the pallet in the back." },
  "start-secondary": { kind: "start-secondary" },
  "complete-secondary": { kind: "complete-secondary", riidResult: "40K", findings: "Cat litter." },
  escalate: { kind: "escalate", to: "Reachback", question: "What is it?" },
  "answer-escalation": { kind: "answer-escalation", answer: "Potassium." },
  dispose: { kind: "dispose", entry: entryOf() },
  revise: { kind: "revise", entry: entryOf("declared-shipment"), reason: "The papers came." },
  reopen: { kind: "reopen", reason: "The truck is back." },
  approve: { kind: "approve", remark: "" },
  reject: { kind: "reject", remark: "Look again." },
  withdraw: { kind: "withdraw", remark: "" },
  comment: { kind: "comment", text: "Seen." },
  attach: {
    kind: "attach",
    attachment: {
      sha256: "0".repeat(64),
      name: "rear.jpg",
      mediaType: "image/jpeg",
      sizeBytes: 1,
      offsets: [0],
    },
  },
};
const kinds = Object.keys(acts) as readonly CommandKind[];

const decideAll = (
  commands: readonly AlarmCommand[],
  from: AlarmCase = fresh,
): { readonly last: AlarmCase; readonly decisions: readonly Decision[] } => {
  let last = from;
  const decisions = commands.map((each) => {
    const [next, decision] = decide(last, each);
    last = next ?? last;
    return decision;
  });
  return { last, decisions };
};
/** One after the other, each having seen what is; all have to be accepted. */
const after = (from: AlarmCase, ...steps: readonly (readonly [CommandKind | Act, Asked?])[]): AlarmCase => {
  let last = from;
  for (const [index, [what, asked = {}]] of steps.entries()) {
    const act = typeof what === "string" ? acts[what] : what;
    const id = `step-${last.adjudication.version}-${index}-${act.kind}`;
    const [next, decision] = decide(
      last,
      command(alarm, act, { id, seen: last.adjudication.version, ...asked }),
    );
    if (decision.outcome === "refused") throw new Error(`${act.kind}: ${decision.refusal}`);
    last = next ?? last;
  }
  return last;
};
const answerTo = (state: AlarmCase, act: Act, asked: Asked = {}): Decision => {
  const [next, decision] = decide(
    state,
    command(alarm, act, { id: "asked-now", seen: state.adjudication.version, ...asked }),
  );
  if (decision.outcome === "refused") expect(next, "a refusal changes nothing").toBe(state);
  return decision;
};
const wordOf = (decision: Decision): string =>
  decision.outcome === "accepted" ? "accepted" : decision.refusal;

const severe: Act = { kind: "dispose", entry: entryOf("contraband-found") };

/** Every state a case can be in, with Kazlauskas as whoever did what there is to do. */
const states = {
  fresh,
  acknowledged: after(fresh, ["acknowledge"]),
  claimed: after(fresh, ["claim"]),
  requested: after(fresh, ["claim"], ["request-secondary"]),
  "under way": after(fresh, ["claim"], ["request-secondary"], ["start-secondary"]),
  completed: after(fresh, ["claim"], ["request-secondary"], ["start-secondary"], ["complete-secondary"]),
  escalated: after(fresh, ["claim"], ["escalate"]),
  answered: after(fresh, ["claim"], ["escalate"], ["answer-escalation"]),
  proposed: after(fresh, ["claim"], [severe]),
  disposed: after(fresh, ["claim"], ["dispose"]),
  approved: after(fresh, ["claim"], [severe], ["approve", { by: ozols }]),
  reopening: after(fresh, ["claim"], ["dispose"], ["reopen"]),
  reopened: after(fresh, ["claim"], ["dispose"], ["reopen"], ["approve", { by: ozols }]),
} as const;
type State = keyof typeof states;
const stateNames = Object.keys(states) as readonly State[];

/** What the officer who did everything so far is told; where a state is not named, `otherwise`. */
const told: Readonly<
  Record<CommandKind, { readonly otherwise: string } & Partial<Readonly<Record<State, string>>>>
> = {
  acknowledge: {
    otherwise: "already-acknowledged",
    fresh: "accepted",
    disposed: "already-dispositioned",
    approved: "already-dispositioned",
  },
  claim: {
    otherwise: "already-holder",
    fresh: "accepted",
    acknowledged: "accepted",
    reopened: "accepted",
    // Nobody holds it, and whoever wants to may prepare.
    reopening: "accepted",
    disposed: "already-dispositioned",
    approved: "already-dispositioned",
  },
  renew: {
    otherwise: "accepted",
    ...{ fresh: "not-holder", acknowledged: "not-holder", disposed: "not-holder" },
    ...{ approved: "not-holder", reopening: "not-holder", reopened: "not-holder" },
  },
  release: {
    otherwise: "accepted",
    ...{ fresh: "not-holder", acknowledged: "not-holder", disposed: "not-holder" },
    ...{ approved: "not-holder", reopening: "not-holder", reopened: "not-holder" },
  },
  "take-over": { otherwise: "not-permitted" },
  "request-secondary": {
    otherwise: "accepted",
    ...{ fresh: "not-holder", acknowledged: "not-holder", reopened: "not-holder" },
    ...{ requested: "secondary-state", "under way": "secondary-state" },
    ...{ proposed: "awaiting-approval", reopening: "awaiting-approval" },
    ...{ disposed: "already-dispositioned", approved: "already-dispositioned" },
  },
  "start-secondary": { otherwise: "secondary-state", requested: "accepted" },
  "complete-secondary": { otherwise: "secondary-state", "under way": "accepted" },
  escalate: {
    otherwise: "accepted",
    ...{ fresh: "not-holder", acknowledged: "not-holder", reopened: "not-holder" },
    escalated: "escalation-open",
    ...{ proposed: "awaiting-approval", reopening: "awaiting-approval" },
    ...{ disposed: "already-dispositioned", approved: "already-dispositioned" },
  },
  "answer-escalation": { otherwise: "no-escalation", escalated: "accepted" },
  dispose: {
    otherwise: "accepted",
    ...{ fresh: "not-holder", acknowledged: "not-holder", reopened: "not-holder" },
    ...{ requested: "secondary-open", "under way": "secondary-open", escalated: "escalation-open" },
    ...{ proposed: "awaiting-approval", reopening: "awaiting-approval" },
    ...{ disposed: "already-dispositioned", approved: "already-dispositioned" },
  },
  revise: {
    otherwise: "not-dispositioned",
    ...{ proposed: "awaiting-approval", reopening: "awaiting-approval" },
    ...{ disposed: "accepted", approved: "accepted" },
  },
  reopen: {
    otherwise: "not-dispositioned",
    ...{ proposed: "awaiting-approval", reopening: "awaiting-approval" },
    ...{ disposed: "accepted", approved: "accepted" },
  },
  approve: { otherwise: "not-permitted" },
  reject: { otherwise: "not-permitted" },
  withdraw: { otherwise: "nothing-to-approve", proposed: "accepted", reopening: "accepted" },
  comment: { otherwise: "accepted" },
  attach: { otherwise: "accepted" },
};

/** What a supervisor is told who has done nothing so far, where that is something else. */
const toldSupervisor: typeof told = {
  ...told,
  claim: {
    ...told.claim,
    otherwise: "held-by-other",
  },
  renew: { ...told.renew, otherwise: "held-by-other" },
  release: { ...told.release, otherwise: "held-by-other" },
  "take-over": {
    otherwise: "accepted",
    ...{ fresh: "nobody-holds", acknowledged: "nobody-holds", disposed: "nobody-holds" },
    ...{ approved: "nobody-holds", reopening: "nobody-holds", reopened: "nobody-holds" },
  },
  "request-secondary": {
    ...told["request-secondary"],
    ...{ claimed: "held-by-other", completed: "held-by-other" },
    ...{ escalated: "held-by-other", answered: "held-by-other" },
  },
  escalate: {
    ...told.escalate,
    ...{ claimed: "held-by-other", requested: "held-by-other", "under way": "held-by-other" },
    ...{ completed: "held-by-other", answered: "held-by-other" },
  },
  dispose: {
    ...told.dispose,
    ...{ claimed: "held-by-other", completed: "held-by-other", answered: "held-by-other" },
  },
  approve: { otherwise: "nothing-to-approve", proposed: "accepted", reopening: "accepted" },
  reject: { otherwise: "nothing-to-approve", proposed: "accepted", reopening: "accepted" },
  withdraw: {
    otherwise: "nothing-to-approve",
    proposed: "not-own-proposal",
    reopening: "not-own-proposal",
  },
};

describe.each(kinds)("%s", (kind) => {
  it.each(stateNames)("by whoever did everything so far, on an alarm that is %s", (state) => {
    expect(wordOf(answerTo(states[state], acts[kind]))).toBe(told[kind][state] ?? told[kind].otherwise);
  });

  it.each(stateNames)("by another, a supervisor, on an alarm that is %s", (state) => {
    const expected = toldSupervisor[kind][state] ?? toldSupervisor[kind].otherwise;
    expect(wordOf(answerTo(states[state], acts[kind], { by: ozols }))).toBe(expected);
  });

  it("by a role that may not changes nothing in any state", () => {
    const allowed: readonly string[] = commandKinds[kind].roles;
    for (const role of roleNames.filter((each) => !allowed.includes(each))) {
      for (const state of stateNames)
        expect(wordOf(answerTo(states[state], acts[kind], { by: officer("Kazlauskas", role) }))).toBe(
          "not-permitted",
        );
    }
  });

  it("that saw an older or a future version is stale, but for a remark on an older", () => {
    for (const state of stateNames) {
      if ((told[kind][state] ?? told[kind].otherwise) !== "accepted") continue;
      const { version } = states[state].adjudication;
      expect(wordOf(answerTo(states[state], acts[kind], { seen: version + 1 }))).toBe("stale-version");
      if (version === 0) continue;
      expect(wordOf(answerTo(states[state], acts[kind], { seen: version - 1 }))).toBe(
        commandKinds[kind].isRemark ? "accepted" : "stale-version",
      );
    }
  });

  it("accepted, grows the version and the history by one, but for renewing", () => {
    for (const by of [kazlauskas, ozols]) {
      for (const state of stateNames) {
        const before = states[state];
        const asked = { id: "asked-now", seen: before.adjudication.version, by };
        const [next, decision] = decide(before, command(alarm, acts[kind], asked));
        if (decision.outcome === "refused") continue;
        const grown = kind === "renew" ? 0 : 1;
        expect(next?.adjudication.version).toBe(before.adjudication.version + grown);
        expect(next?.adjudication.history).toHaveLength(before.adjudication.history.length + grown);
        expect(decision.version).toBe(next?.adjudication.version);
      }
    }
  });
});

describe("a claim", () => {
  it("is one officer's: the second is told who", () => {
    const { last, decisions } = decideAll([claim(alarm), claim(alarm, { id: "claim-00002", by: petrova })]);
    expect(decisions).toMatchObject([
      { outcome: "accepted", version: 1 },
      { outcome: "refused", refusal: "held-by-other", holder: "Kazlauskas", version: 1 },
    ]);
    expect(last.adjudication.claim).toEqual({ by: kazlauskas, since: 5000, until: 5000 + leaseInMs });
  });

  it("acknowledges what nobody has", () => expect(states.claimed.adjudication.state).toBe("acknowledged"));

  it("that is over stays the holder's until another wants it", () => {
    const late = 5000 + leaseInMs + 1;
    expect(isHeldAt(states.claimed.adjudication, wallMs(late - 1))).toBe(true);
    expect(isHeldAt(states.claimed.adjudication, wallMs(late))).toBe(false);
    expect(wordOf(answerTo(states.claimed, acts.dispose, { at: late }))).toBe("accepted");
    expect(wordOf(answerTo(states.claimed, acts.dispose, { at: late, by: petrova }))).toBe("not-holder");
    const taken = after(states.claimed, ["claim", { at: late, by: petrova }]);
    expect(taken.adjudication.claim?.by).toEqual(petrova);
    expect(answerTo(taken, acts.dispose, { at: late + 1 })).toMatchObject({
      refusal: "held-by-other",
      holder: "Petrova",
    });
  });

  it("is renewed without a version, never shortened, and a repeat gives the very same case", () => {
    const renew = command(alarm, acts.renew, { seen: 1, at: 9000 });
    const [renewed] = decide(states.claimed, renew);
    expect(renewed?.adjudication).toEqual({
      ...states.claimed.adjudication,
      claim: { by: kazlauskas, since: 5000, until: 9000 + leaseInMs },
    });
    expect(decide(renewed, renew)[0]).toBe(renewed);
    expect(decide(renewed, { ...renew, at: wallMs(6000) })[0]).toBe(renewed);
  });

  it("is taken over by a supervisor, and the first is told", () => {
    const taken = after(states.claimed, ["take-over", { by: ozols }]);
    expect(taken.adjudication.claim?.by).toEqual(ozols);
    expect(answerTo(taken, acts.release)).toMatchObject({ refusal: "held-by-other", holder: "Ozols" });
    expect(wordOf(answerTo(taken, acts["take-over"], { by: ozols }))).toBe("already-holder");
    expect(wordOf(answerTo(taken, acts["take-over"], { by: berzina }))).toBe("accepted");
  });
});

describe("a second person", () => {
  const kindsOfAlarm = [
    "gamma",
    "energy",
    "neutron",
    "gamma-neutron",
  ] as const satisfies readonly AlarmKind[];
  it.each(dispositionIds)("is needed for %s as the table says, and for neutrons always", (disposition) => {
    const { code, secondPerson } = dispositions[disposition];
    expect(secondPerson).toBe([1, 2, 10].includes(code));
    for (const kind of kindsOfAlarm) {
      const isNeutron = kind === "neutron" || kind === "gamma-neutron";
      const act = { kind: "dispose", entry: entryOf(disposition) } as const;
      expect(needsSecondPerson(untouched, kind, act)).toBe(secondPerson || isNeutron);
      const held = after({ alarm: { ...alarm, kind }, adjudication: untouched }, ["claim"], [act]);
      expect(held.adjudication).toMatchObject(
        secondPerson || isNeutron
          ? { state: "awaiting-approval", disposal: null, proposal: { by: kazlauskas } }
          : { state: "dispositioned", proposal: null, claim: null, disposal: { approvedBy: null } },
      );
    }
  });

  it("is not the one who proposed, whatever the role", () => {
    const proposed = after(fresh, ["claim", { by: ozols }], [severe, { by: ozols }]);
    for (const kind of ["approve", "reject"] as const)
      expect(wordOf(answerTo(proposed, acts[kind], { by: ozols }))).toBe("own-proposal");
    expect(after(proposed, ["approve", { by: berzina, at: 9000 }]).adjudication).toMatchObject({
      state: "dispositioned",
      claim: null,
      proposal: null,
      disposal: { by: ozols, at: 5000, approvedBy: berzina },
    });
  });

  it("who rejects gives the alarm back to whoever holds it, and a disposition that stood stands", () => {
    expect(after(states.proposed, ["reject", { by: ozols }]).adjudication).toMatchObject({
      state: "acknowledged",
      claim: { by: kazlauskas },
      disposal: null,
      proposal: null,
    });
    const kept = after(states.reopening, ["reject", { by: ozols }]).adjudication;
    expect(kept).toMatchObject({ state: "dispositioned", disposal: states.disposed.adjudication.disposal });
    expect(after(states.proposed, ["withdraw"]).adjudication.state).toBe("acknowledged");
  });

  it("is needed to revise what needed one, and what is to need one, and not else", () => {
    const { state, disposal } = after(states.disposed, ["revise", { by: petrova }]).adjudication;
    expect([state, disposal?.by, disposal?.entry.disposition]).toEqual([
      "dispositioned",
      petrova,
      "declared-shipment",
    ]);
    expect(after(states.approved, ["revise"]).adjudication.state).toBe("awaiting-approval");
    const worse: Act = { kind: "revise", entry: entryOf("real-other"), reason: "It was not." };
    expect(after(states.disposed, [worse]).adjudication).toMatchObject({
      state: "awaiting-approval",
      disposal: { entry: { disposition: "norm-found" } },
    });
  });

  it("opens a case again: acknowledged, held by nobody, the disposition in its history", () => {
    expect(states.reopened.adjudication).toMatchObject({
      state: "acknowledged",
      claim: null,
      disposal: null,
    });
    const kindsDone = states.reopened.adjudication.history.map(({ act }) => act.kind);
    expect(kindsDone).toEqual(["claim", "dispose", "reopen", "approve"]);
  });

  const neutrons = { ...anAlarm({ version: 2 }), kind: "gamma-neutron" } as const;
  it("is needed after all where neutrons join an alarm that one person has disposed of", () => {
    expect(withAlarm(states.disposed, neutrons).adjudication).toMatchObject({
      version: 3,
      decisiveVersion: 3,
      state: "awaiting-approval",
      disposal: null,
      proposal: { act: acts.dispose, by: kazlauskas },
    });
    const rejected = after(withAlarm(states.reopening, neutrons), ["reject", { by: ozols }]);
    expect(rejected.adjudication).toMatchObject({ state: "acknowledged", disposal: null });
    expect(withAlarm(states.approved, neutrons).adjudication).toBe(states.approved.adjudication);
  });
});

describe("a disposition", () => {
  it.each(dispositionIds)("as %s says what it lacks", (disposition) => {
    const blank = { isotopes: [], vehicleId: "", containerId: "", commodity: "", riidResult: "", notes: "" };
    const entry = { disposition, ...blank };
    const { required } = dispositions[disposition];
    expect(answerTo(states.claimed, { kind: "dispose", entry })).toMatchObject({
      refusal: "incomplete-entry",
      missing: required,
    });
    expect(wordOf(answerTo(states.disposed, { kind: "revise", entry, reason: "No." }))).toBe(
      "incomplete-entry",
    );
  });

  it("after a completed inspection and an answered question keeps what they said", () => {
    const { secondary, escalation } = after(
      states.completed,
      ["escalate"],
      ["answer-escalation"],
      ["dispose"],
    ).adjudication;
    expect(secondary).toMatchObject({ state: "completed", riidResult: "40K", findings: "Cat litter." });
    expect(escalation).toMatchObject({ to: "Reachback", answer: "Potassium." });
  });
});

describe("a command", () => {
  it("for an alarm nobody knows, or that names another lane, is about no alarm", () => {
    const unknown = { outcome: "refused", version: 0, refusal: "unknown-alarm" };
    expect(decide(undefined, acknowledge(alarm))).toEqual([
      undefined,
      { ...unknown, command: acknowledge(alarm) },
    ]);
    const elsewhere = acknowledge({ ...alarm, laneId: laneId("south") });
    expect(decide(fresh, elsewhere)).toEqual([fresh, { ...unknown, command: elsewhere }]);
  });

  it("repeated is accepted again and changes nothing, even after others", () => {
    const again = [claim(alarm), claim(alarm), dispose(alarm), dispose(alarm), claim(alarm)];
    const { last, decisions } = decideAll(again);
    expect(decisions.map(({ outcome, version }) => [outcome, version])).toEqual(
      [1, 1, 2, 2, 2].map((version) => ["accepted", version]),
    );
    expect(last.adjudication.history).toEqual([claim(alarm), dispose(alarm)]);
  });

  it("that was refused is refused again", () => {
    const early = dispose(alarm, { id: "too-early", seen: 0 });
    expect(decideAll([early, claim(alarm), early]).decisions.map(wordOf)).toEqual([
      "not-holder",
      "accepted",
      "stale-version",
    ]);
  });

  it("is not made stale by remarks, by renewing or by an alarm that grows", () => {
    const [remarked] = decide(states.claimed, command(alarm, acts.comment, { by: lund, seen: 0 }));
    if (remarked === undefined) throw new Error("no case");
    expect(remarked.adjudication).toMatchObject({ version: 2, decisiveVersion: 1 });
    const grown = withAlarm(remarked, anAlarm({ version: 9 }));
    expect(wordOf(answerTo(grown, acts.dispose, { seen: 1 }))).toBe("accepted");
  });
});

describe("the history is bounded", () => {
  const filled = (entries: number): AlarmCase => {
    let last = states.claimed;
    const text = "x";
    const one = command(alarm, { kind: "comment", text });
    const more = Array.from({ length: entries - 1 }, (_, n) => ({
      ...one,
      commandId: claim(alarm, { id: `c-${n}-00000` }).commandId,
    }));
    last = {
      ...last,
      adjudication: { ...last.adjudication, history: [...last.adjudication.history, ...more] },
    };
    return last;
  };

  it.each<[number, CommandKind, string]>([
    [historyMax - historyKeptForActs - 1, "comment", "accepted"],
    [historyMax - historyKeptForActs, "comment", "history-full"],
    [historyMax - historyKeptForActs, "release", "history-full"],
    [historyMax - historyKeptForActs, "dispose", "accepted"],
    [historyMax - historyKeptForActs, "renew", "accepted"],
    [historyMax - 1, "dispose", "accepted"],
    [historyMax, "dispose", "history-full"],
  ])("with %d entries, %s: %s", (entries, kind, expected) => {
    expect(wordOf(answerTo(filled(entries), acts[kind]))).toBe(expected);
  });

  it("in characters too, and what ends the case has its place", () => {
    let last = states.claimed;
    let comments = 0;
    const text = "x".repeat(2000);
    for (;;) {
      const id = `comment-${comments}`;
      const [next, { outcome }] = decide(last, command(alarm, { kind: "comment", text }, { id }));
      if (outcome === "refused" || next === undefined) break;
      last = next;
      comments += 1;
    }
    expect(comments).toBeGreaterThan(60);
    expect(JSON.stringify(last.adjudication.history).length).toBeLessThanOrEqual(150_000);
    const long: Act = { kind: "dispose", entry: entryOf("other", { notes: "x".repeat(4000) }) };
    expect(wordOf(answerTo(last, long))).toBe("accepted");
  });
});

describe("a case", () => {
  it("takes newer versions of its alarm, and no older ones", () => {
    const grown = withAlarm(states.claimed, anAlarm({ version: 3 }));
    expect(grown).toEqual({ alarm: anAlarm({ version: 3 }), adjudication: states.claimed.adjudication });
    expect(withAlarm(grown, anAlarm({ version: 2 }))).toBe(grown);
    expect(withAlarm(grown, anAlarm({ version: 3, state: "ended" }))).toBe(grown);
    expect(withAlarm(undefined, anAlarm())).toEqual(fresh);
  });
});
