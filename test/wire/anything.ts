import fc from "fast-check";
import {
  type Act,
  type Adjudication,
  adjudicationStates,
  type AlarmCase,
  type AlarmCommand,
  type Attachment,
  attachmentMediaTypes,
  type Command,
  type CommandKind,
  type Decision,
  type LaneCommand,
  type LaneShelf,
  type Proposal,
  refusals,
  type SecondaryInspection,
} from "../../src/domain/adjudication.ts";
import {
  type Alarm,
  alarmKinds,
  type GrossCountEvidence,
  type GroupLimit,
  type Profile,
  type RuleDecision,
} from "../../src/domain/alarms.ts";
import { type DispositionEntry, dispositionFields, dispositionIds } from "../../src/domain/dispositions.ts";
import { type LaneEvent, occupancyEndings, type OccupancyEnding } from "../../src/domain/events.ts";
import { type FaultKind, faults } from "../../src/domain/faults.ts";
import { dropReasons } from "../../src/domain/frames.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { alarmId, bootId, commandId, laneId, occupancyId } from "../../src/domain/ids.ts";
import { type LoadClass, loadClasses, spectra, type Spectrum } from "../../src/domain/load-classes.ts";
import { undecodableReasons, type Setup, type UndecodableReason } from "../../src/domain/messages.ts";
import { type Officer, roleNames } from "../../src/domain/officers.ts";
import { detectorGroupNames, type PerPanel } from "../../src/domain/panels.ts";
import { type RuleFigures, ruleNames, type RuleVerdictRecord } from "../../src/domain/rules.ts";
import { monotonicMs, wallMs } from "../../src/domain/units.ts";

/** Any value of each kind that crosses a process boundary, for round trips. */
const keysOf = <Table extends Record<string, unknown>>(table: Table): (keyof Table & string)[] =>
  Object.keys(table);
const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** JSON has no -0. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const count = fc.nat({ max: 1_000_000 });
const text = fc.string({ maxLength: 40, unit: "grapheme" });
const perPanel: fc.Arbitrary<PerPanel> = fc.tuple(number, number, number, number);
const perPanels = fc.array(perPanel, { maxLength: 5 });
const wall = fc.integer({ min: -1e15, max: 1e15 }).map(wallMs);
const lane = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/).map(laneId);
const boot = fc.stringMatching(/^[0-9a-f]{8}$/).map(bootId);
const anId = fc.string({ minLength: 1, maxLength: 100 });
const nullOr = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

const group = {
  group: oneOf(detectorGroupNames),
  member: oneOf(["sum", "master", "slave", "upper", "lower", "slave-lower"] as const),
};

const evidence: fc.Arbitrary<GrossCountEvidence> = fc.record({
  algorithm: fc.constant("gross-count" as const),
  ...group,
  counts: count,
  background: number,
  threshold: number,
  z: number,
});
const limit: fc.Arbitrary<GroupLimit> = fc.record({
  ...group,
  columns: fc.array(fc.nat({ max: 3 }), { maxLength: 4 }),
  background: number,
  threshold: number,
});
const profile: fc.Arbitrary<Profile> = fc.record({
  startedAt: wall,
  intervalInMs: fc.constant(200 as const),
  windowIntervals: count,
  gamma: perPanels,
  coreIntervals: fc.array(count, { maxLength: 5 }),
  portalIntervals: fc.array(count, { maxLength: 5 }),
  neutron: perPanels,
  gammaBackgroundCps: nullOr(perPanel),
  neutronBackgroundCps: nullOr(perPanel),
  limits: fc.array(limit, { maxLength: 3 }),
  droppedIntervals: count,
  energy: perPanels,
  energyBackgroundCps: nullOr(perPanel),
});
const figures: fc.Arbitrary<RuleFigures> = fc.record({
  statistic: number,
  threshold: number,
  figures: fc.dictionary(
    fc.stringMatching(/^[a-zA-Z]{1,12}$/),
    fc.oneof(number, fc.array(number, { maxLength: 4 })),
    { noNullPrototype: true, maxKeys: 5 },
  ),
});
const ruleVerdicts: fc.Arbitrary<readonly RuleVerdictRecord[]> = fc.array(
  fc.oneof(
    fc.record({ rule: oneOf(ruleNames), alarm: fc.boolean(), statistic: number, threshold: number }),
    fc.record({ rule: oneOf(ruleNames), undecided: text }),
  ),
  { maxLength: 4 },
);
const ruleDecision: fc.Arbitrary<RuleDecision> = fc.oneof(
  fc.record({
    origin: fc.constant("core" as const),
    rule: fc.constant("gross-count" as const),
    firstInterval: count,
    flaggedIntervals: count,
    evidence,
  }),
  fc.record({
    origin: fc.constant("core" as const),
    rule: oneOf(ruleNames.filter((rule) => rule !== "gross-count")),
    firstInterval: count,
    flaggedIntervals: count,
    evidence: figures,
  }),
  fc.record({
    origin: fc.constant("portal" as const),
    rule: oneOf(["gamma-flag", "neutron-flag", "energy-flag"] as const),
    firstInterval: count,
    flaggedIntervals: count,
  }),
);
const alarm: fc.Arbitrary<Alarm> = fc.record({
  alarmId: anId.map(alarmId),
  laneId: lane,
  occupancyId: anId.map(occupancyId),
  kind: oneOf(keysOf(alarmKinds)),
  version: count,
  state: oneOf(["active", "ended"] as const),
  origin: oneOf(["portal", "core"] as const),
  raisedAt: wall,
  raisedInterval: count,
  endedAt: nullOr(wall),
  decisions: fc.array(ruleDecision, { maxLength: 3 }),
  occupancyNumber: nullOr(count),
  speedKph: nullOr(number),
  profile,
  advice: fc.record({
    class: oneOf<LoadClass>(keysOf(loadClasses)),
    spectrum: fc.option(oneOf<Spectrum>(keysOf(spectra))),
    reasons: fc.array(text, { maxLength: 3 }),
  }),
});

/** Officers' words come trimmed: that is part of their form. */
const words = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ maxLength, unit: "grapheme" }).map((said) => said.slice(0, maxLength).trim());
/** Trimmed, and something. */
const wordsSaid = (maxLength: number): fc.Arbitrary<string> => words(maxLength).filter((said) => said !== "");
export const anyOfficer: fc.Arbitrary<Officer> = fc.record({ name: wordsSaid(40), role: oneOf(roleNames) });
const entry: fc.Arbitrary<DispositionEntry> = fc.record({
  disposition: oneOf(dispositionIds),
  isotopes: fc.array(wordsSaid(20), { maxLength: 3 }),
  vehicleId: words(40),
  containerId: words(40),
  commodity: words(200),
  riidResult: words(100),
  notes: words(300),
});
const leaseInMs = fc.integer({ min: 5_000, max: 3_600_000 });
const attachment: fc.Arbitrary<Attachment> = fc.record({
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  name: fc.stringMatching(/^[A-Za-z0-9 ._-]{1,40}$/),
  mediaType: oneOf(attachmentMediaTypes),
  sizeBytes: fc.integer({ min: 1, max: 10_000_000 }),
  offsets: fc.array(count, { minLength: 1, maxLength: 4 }),
});
const remark = { remark: words(100) };

/** What an act of this kind says besides its kind. */
type SaidBy<Kind extends CommandKind, One = Act> = One extends { readonly kind: CommandKind }
  ? Kind extends One["kind"]
    ? Omit<One, "kind">
    : never
  : never;

/** A kind that is missing here does not compile. */
const actsByKind = {
  acknowledge: fc.record({}),
  claim: fc.record({ leaseInMs }),
  renew: fc.record({ leaseInMs }),
  release: fc.record({}),
  "take-over": fc.record({ leaseInMs }),
  "request-secondary": fc.record({ instructions: words(100) }),
  "start-secondary": fc.record({}),
  "complete-secondary": fc.record({ riidResult: words(100), findings: words(100) }),
  escalate: fc.record({ to: wordsSaid(80), question: words(100) }),
  "answer-escalation": fc.record({ answer: wordsSaid(100) }),
  dispose: fc.record({ entry }),
  revise: fc.record({ entry, reason: wordsSaid(100) }),
  reopen: fc.record({ reason: wordsSaid(100) }),
  approve: fc.record(remark),
  reject: fc.record(remark),
  withdraw: fc.record(remark),
  comment: fc.record({ text: wordsSaid(100) }),
  attach: fc.record({ attachment }),
} satisfies {
  readonly [Kind in CommandKind]: fc.Arbitrary<SaidBy<Kind>>;
};
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  ...keysOf(actsByKind).map((kind) => actsByKind[kind].map((act) => ({ kind, ...act }) as Act)),
);
const wordBase = {
  commandId: fc.stringMatching(/^[A-Za-z0-9-]{8,64}$/).map(commandId),
  laneId: lane,
  by: anyOfficer,
  at: wall,
};
export const anyAlarmCommand: fc.Arbitrary<AlarmCommand> = fc.record(
  { ...wordBase, alarmId: anId.map(alarmId), expectedVersion: count, caseOffset: count, act: anyAct },
  { requiredKeys: ["commandId", "laneId", "by", "at", "alarmId", "expectedVersion", "act"] },
);
const fault = oneOf<FaultKind>(keysOf(faults));
const anyLaneCommand: fc.Arbitrary<LaneCommand> = fc.record({
  ...wordBase,
  act: fc.oneof(
    fc.record({ kind: fc.constant("shelve-fault" as const), fault, until: wall, reason: wordsSaid(200) }),
    fc.record({ kind: fc.constant("unshelve-fault" as const), fault }),
  ),
});
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(anyAlarmCommand, anyLaneCommand);
export const anyShelf: fc.Arbitrary<LaneShelf> = fc.record({
  laneId: lane,
  version: count,
  shelved: fc.array(fc.record({ fault, until: wall, reason: text, by: anyOfficer, at: wall }), {
    maxLength: 3,
  }),
});
export const anyDecision: fc.Arbitrary<Decision> = fc.oneof(
  fc.record({ outcome: fc.constant("accepted" as const), command: anyCommand, version: count }),
  fc.record(
    {
      outcome: fc.constant("refused" as const),
      command: anyCommand,
      version: count,
      refusal: oneOf(keysOf(refusals)),
      holder: text,
      missing: fc.subarray(keysOf(dispositionFields)),
    },
    { requiredKeys: ["outcome", "command", "version", "refusal"] },
  ),
);
const inspection: fc.Arbitrary<SecondaryInspection> = fc.oneof(
  fc.constant({ state: "none" } as const),
  fc.record({
    state: oneOf(["requested", "under-way", "completed"] as const),
    requestedAt: wall,
    startedAt: nullOr(wall),
    completedAt: nullOr(wall),
    instructions: text,
    riidResult: text,
    findings: text,
  }),
);
const proposedAct = fc.oneof(
  ...(["dispose", "revise", "reopen"] as const).map((kind) =>
    actsByKind[kind].map((act) => ({ kind, ...act }) as Proposal["act"]),
  ),
);
const adjudication: fc.Arbitrary<Adjudication> = fc.record({
  version: count,
  decisiveVersion: count,
  state: oneOf(keysOf(adjudicationStates)),
  claim: nullOr(fc.record({ by: anyOfficer, since: wall, until: wall })),
  secondary: inspection,
  escalation: nullOr(fc.record({ to: text, question: text, at: wall, answer: nullOr(text) })),
  proposal: nullOr(fc.record({ act: proposedAct, by: anyOfficer, at: wall })),
  disposal: nullOr(fc.record({ entry, by: anyOfficer, at: wall, approvedBy: nullOr(anyOfficer) })),
  history: fc.array(anyAlarmCommand, { maxLength: 3 }),
});
const stamps = fc.record({ capturedAt: wall, loggedAt: fc.option(wall), decidedAt: wall });
export const anyCase: fc.Arbitrary<AlarmCase> = fc.record(
  {
    alarm,
    adjudication,
    latency: stamps,
  },
  { requiredKeys: ["alarm", "adjudication"] },
);

const setup: fc.Arbitrary<Setup> = fc.record({
  kind: fc.constant("setup" as const),
  block: oneOf(["gamma-1", "gamma-2", "gamma-3", "neutron-1", "neutron-2"] as const),
  values: fc.dictionary(fc.stringMatching(/^[a-z]{1,12}$/), fc.oneof(number, text), {
    noNullPrototype: true,
  }),
});

/** A kind that is missing here does not compile: `kind` must be every one. */
const eventsByKind = {
  "occupancy-started": fc.record({ at: wall, occupancyId: anId.map(occupancyId) }),
  "occupancy-ended": fc.record({
    at: wall,
    occupancyId: anId.map(occupancyId),
    ending: oneOf<OccupancyEnding>(keysOf(occupancyEndings)),
    occupancyNumber: nullOr(count),
    neutronBackgroundCps: nullOr(number),
    speedKph: nullOr(number),
    intervals: count,
    peak: nullOr(evidence),
    profile,
  }),
  "alarm-raised": fc.record({ at: wall, alarm }),
  "alarm-updated": fc.record({ at: wall, alarm }),
  "alarm-withheld": fc.record({ at: wall, alarm }),
  "alarm-ended": fc.record({ at: wall, alarm }),
  "fault-raised": fc.record({ at: wall, fault: oneOf<FaultKind>(keysOf(faults)), detail: text }),
  "fault-cleared": fc.record({ at: wall, fault: oneOf<FaultKind>(keysOf(faults)) }),
  "frames-lost": fc.record({
    at: wall,
    bootId: boot,
    firstSequence: count,
    lastSequence: count,
    bytes: count,
  }),
  "frames-recovered": fc.record({
    at: wall,
    bootId: boot,
    firstSequence: count,
    lastSequence: count,
    frames: count,
  }),
  "frames-dropped": fc.record({
    at: wall,
    bootId: boot,
    firstSequence: count,
    lastSequence: count,
    bytes: count,
    reason: oneOf(keysOf(dropReasons)),
  }),
  "agent-started": fc.record({ at: wall, bootId: boot }),
  "link-changed": fc.record({ at: wall, link: oneOf(["up", "down"] as const), detail: text }),
  "setup-reported": fc.record({ at: wall, setup }),
  "background-shifted": fc.record({ at: wall, fromCps: number, toCps: number }),
  "unknown-tag-seen": fc.record({ at: wall, tag: text }),
  "background-measured": fc.record({
    at: wall,
    particle: oneOf(["gamma", "neutron"] as const),
    cps: perPanel,
    level: oneOf(["normal", "high", "low"] as const),
  }),
  "interval-measured": fc.record({
    at: wall,
    occupancyId: anId.map(occupancyId),
    interval: count,
    counts: perPanel,
    portalFlag: fc.boolean(),
    verdict: fc.oneof(
      fc.record({ kind: fc.constant("decided" as const), alarm: fc.boolean(), evidence }),
      fc.record({
        kind: fc.constant("undecided" as const),
        reason: oneOf(["window-not-full", "no-background"] as const),
      }),
    ),
    rules: ruleVerdicts,
  }),
  "neutron-measured": fc.record({
    at: wall,
    occupancyId: anId.map(occupancyId),
    second: count,
    counts: perPanel,
    portalFlag: fc.boolean(),
    rules: ruleVerdicts,
  }),
  "energy-measured": fc.record({
    at: wall,
    occupancyId: anId.map(occupancyId),
    energyInterval: count,
    counts: perPanel,
    rules: ruleVerdicts,
  }),
  "bytes-quarantined": fc.record({
    at: wall,
    reason: oneOf<UndecodableReason>(keysOf(undecodableReasons)),
    raw: text,
    byteLength: count,
    bootId: boot,
    byteOffset: count,
  }),
} satisfies {
  readonly [Kind in LaneEvent["kind"]]: fc.Arbitrary<Omit<Extract<LaneEvent, { kind: Kind }>, "kind">>;
};

export const eventKinds = keysOf(eventsByKind);

export const anyEventOf = (kind: LaneEvent["kind"]): fc.Arbitrary<LaneEvent> =>
  eventsByKind[kind].map((event) => ({ kind, ...event }) as LaneEvent);

export const anyFrame: fc.Arbitrary<Frame> = fc.record({
  laneId: lane,
  bootId: boot,
  sequence: fc.maxSafeNat(),
  byteOffset: fc.maxSafeNat(),
  wall,
  monotonic: number.map(monotonicMs),
  body: fc.oneof(
    fc.record({ kind: fc.constant("bytes" as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
    fc.constant({ kind: "heartbeat" } as const),
    fc.record({ kind: fc.constant("link-up" as const), endpoint: text }),
    fc.record({ kind: fc.constant("link-down" as const), reason: text }),
  ),
});
export const anyEventIdentity = fc.record(
  { eventId: anId, laneId: lane, capturedAt: wall, decidedAt: wall, loggedAt: wall },
  { requiredKeys: ["eventId", "laneId", "capturedAt", "decidedAt"] },
);
