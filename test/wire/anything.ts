import fc from "fast-check";
import { refusals, type AlarmCase, type Command, type Decision } from "../../src/domain/adjudication.ts";
import {
  type Alarm,
  alarmKinds,
  type GrossCountEvidence,
  type GroupLimit,
  type Profile,
  type RuleDecision,
} from "../../src/domain/alarms.ts";
import { dispositionIds } from "../../src/domain/dispositions.ts";
import { type LaneEvent, occupancyEndings, type OccupancyEnding } from "../../src/domain/events.ts";
import { type FaultKind, faults } from "../../src/domain/faults.ts";
import { dropReasons } from "../../src/domain/frames.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { alarmId, bootId, commandId, laneId, occupancyId } from "../../src/domain/ids.ts";
import { type LoadClass, loadClasses, spectra, type Spectrum } from "../../src/domain/load-classes.ts";
import { undecodableReasons, type Setup, type UndecodableReason } from "../../src/domain/messages.ts";
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
const commandBase = {
  commandId: fc.stringMatching(/^[A-Za-z0-9-]{8,64}$/).map(commandId),
  laneId: lane,
  alarmId: anId.map(alarmId),
  expectedVersion: count,
  officer: words(80).filter((name) => name !== ""),
  at: wall,
};
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant("acknowledge" as const), ...commandBase }),
  fc.record({
    kind: fc.constant("dispose" as const),
    ...commandBase,
    disposition: oneOf(dispositionIds),
    vehicleId: words(40),
    notes: words(300),
  }),
);
export const anyDecision: fc.Arbitrary<Decision> = fc.oneof(
  fc.record({ outcome: fc.constant("accepted" as const), command: anyCommand, version: count }),
  fc.record({
    outcome: fc.constant("refused" as const),
    command: anyCommand,
    version: count,
    refusal: oneOf(keysOf(refusals)),
  }),
);
export const anyCase: fc.Arbitrary<AlarmCase> = fc.record({
  alarm,
  adjudication: fc.record({
    version: count,
    state: oneOf(["unacknowledged", "acknowledged", "dispositioned"] as const),
    history: fc.array(anyCommand, { maxLength: 3 }),
  }),
});

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
export const anyEventIdentity = fc.record({ eventId: anId, laneId: lane, capturedAt: wall, decidedAt: wall });
