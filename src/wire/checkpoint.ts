import { z } from "zod";
import type { LatchedAlarm } from "../core/alarm-latch.ts";
import type { BackgroundState } from "../core/background.ts";
import type { FrameFoldState } from "../core/frame-fold.ts";
import type { Hole } from "../core/frame-holes.ts";
import type { LaneState } from "../core/lane-state.ts";
import type { Occupancy } from "../core/occupancy.ts";
import { occupancyTrailFields } from "../core/occupancy-trail.ts";
import type { PanelRun } from "../core/panel-health.ts";
import type { HealthState } from "../core/portal-health.ts";
import { ruleKinds, type RuleStates } from "../core/rule-set.ts";
import { intervalWindowState } from "../core/rules/interval-window.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { ThrowThrough } from "../core/throw-through.ts";
import { faults } from "../domain/faults.ts";
import type { LaneId } from "../domain/ids.ts";
import { ruleNames } from "../domain/rules.ts";
import { monotonicMs } from "../domain/units.ts";
import { alarmFields, grossCountEvidenceSchema, groupLimitSchema } from "./alarm.ts";
import { framesRecoveredSchema } from "./event.ts";
import { jsonCodec } from "./json.ts";
import {
  bootIdSchema,
  keyOf,
  laneIdSchema,
  occupancyIdSchema,
  perPanelSchema,
  wallMsSchema,
} from "./scalars.ts";

const numbers = z.array(z.number());
const perPanelList = z.array(perPanelSchema);

const latchedAlarmSchema = z.strictObject(alarmFields).readonly() satisfies z.ZodType<LatchedAlarm>;

const backgroundSchema = z
  .strictObject({
    gammaCps: perPanelSchema.nullable(),
    neutronCps: perPanelSchema.nullable(),
    neutronPrecision: z.enum(["truncated", "exact"]),
    energyCps: perPanelSchema.nullable(),
  })
  .readonly() satisfies z.ZodType<BackgroundState>;

/** Each rule's state by the rule's own schema. */
const [firstRule, ...otherRules] = ruleNames.map((rule) =>
  z.strictObject({ rule: z.literal(rule), state: ruleKinds[rule].state }),
);
if (firstRule === undefined) throw new LanewatchError("internal", "There are no rules.");
const ruleStatesSchema: z.ZodType<RuleStates> = z.array(
  z.discriminatedUnion("rule", [firstRule, ...otherRules]),
);

const occupancySchema = z.strictObject({
  occupancyId: occupancyIdSchema,
  startedAt: wallMsSchema,
  startedLaneMs: z.number(),
  lastLaneMs: z.number(),
  trail: z.strictObject({ bootId: bootIdSchema, ...occupancyTrailFields }),
  intervals: z.number(),
  seconds: z.number(),
  windowIntervals: z.number(),
  window: intervalWindowState,
  gamma: perPanelList,
  neutron: perPanelList,
  energy: perPanelList,
  energyRecords: z.number(),
  coreIntervals: numbers,
  portalIntervals: numbers,
  energyInterval: z.number().nullable(),
  background: backgroundSchema,
  limits: z.array(groupLimitSchema).readonly(),
  validSpeedsKph: numbers,
  peak: grossCountEvidenceSchema.nullable(),
  latch: z
    .strictObject({
      radiation: latchedAlarmSchema.optional(),
      energy: latchedAlarmSchema.optional(),
    })
    .readonly()
    // JSON has no `undefined`, so an absent kind parses as absent.
    .transform((latch) => latch as Occupancy["latch"]),
  held: z.array(z.enum(["radiation", "energy"])).readonly(),
  rules: ruleStatesSchema,
  rulesKey: z.string(),
}) satisfies z.ZodType<Occupancy>;

const healthSchema = z.strictObject({
  link: z.enum(["unknown", "up", "down"]),
  standing: z.array(keyOf(faults)),
  heardLaneMs: z.number(),
  undecodable: z.number(),
  countedSinceLaneMs: z.number(),
}) satisfies z.ZodType<HealthState>;

const panelRunSchema = z.strictObject({
  counts: z.number(),
  intervals: z.number(),
  hasCounted: z.boolean(),
}) satisfies z.ZodType<PanelRun>;

const throwThroughSchema = z.strictObject({
  meanCps: perPanelSchema.nullable(),
  records: z.number(),
  exceedances: z.number(),
  alarm: latchedAlarmSchema.nullable(),
}) satisfies z.ZodType<ThrowThrough>;

const laneStateSchema = z.strictObject({
  background: backgroundSchema,
  occupancy: occupancySchema.nullable(),
  health: healthSchema,
  unknownTags: z.array(z.string()),
  panels: z.tuple([panelRunSchema, panelRunSchema, panelRunSchema, panelRunSchema]).readonly(),
  throwThrough: throwThroughSchema,
  trend: z
    .strictObject({ meanCps: z.number().nullable(), records: z.number(), exceedances: z.number() })
    .readonly(),
}) satisfies z.ZodType<LaneState>;

const bootPlace = { bootId: bootIdSchema, nextSequence: z.number(), nextByteOffset: z.number() };

const strandFields = {
  stream: z
    .strictObject({ ...bootPlace, wall: wallMsSchema, monotonic: z.number().transform(monotonicMs) })
    .readonly()
    .nullable(),
  laneMs: z.number(),
  recordedClock: z
    .strictObject({ wall: wallMsSchema, laneMs: z.number(), midnight: z.number().nullable() })
    .readonly(),
  codec: z
    .strictObject({
      byteOffset: z.number(),
      carry: z.string(),
      skippedBytes: z.number(),
      memory: z.string().exactOptional(),
    })
    .readonly(),
  lane: laneStateSchema,
};

const frameRange = {
  bootId: bootIdSchema,
  firstSequence: z.number(),
  untilSequence: z.number().nullable(),
};

const holeSchema = z.strictObject({
  ...frameRange,
  strand: z.strictObject(strandFields),
  ownOccupancyId: occupancyIdSchema.nullable(),
  ownTold: z.array(z.enum(["radiation", "energy"])).readonly(),
  seam: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("open") }),
    z.strictObject({ kind: z.literal("vacant") }),
    z.strictObject({
      kind: z.literal("occupied"),
      occupancyId: occupancyIdSchema,
      alarmed: z.array(z.enum(["radiation", "energy"])).readonly(),
      isOver: z.boolean(),
    }),
  ]),
  frames: z.number(),
  touchedLaneMs: z.number(),
}) satisfies z.ZodType<Hole>;

const frameFoldStateSchema = z.strictObject({
  ...strandFields,
  pastBoots: z.array(z.strictObject(bootPlace).readonly()).readonly(),
  holes: z.array(holeSchema),
  waiting: z.array(z.strictObject(frameRange).readonly()),
  letGo: z.array(latchedAlarmSchema),
  recovered: z.array(framesRecoveredSchema),
  skew: z.strictObject({ sinceLoggedAt: z.number().nullable(), frames: z.number(), leastMs: z.number() }),
}) satisfies z.ZodType<FrameFoldState>;

/**
 * Values of `lanewatch.lane-state.v1`. A core that takes a lane over starts from `state` and reads the frames after
 * `frameOffset`; that gives the events the first core would have given.
 */
export interface Checkpoint {
  readonly laneId: LaneId;
  /** Offset of the last frame folded into `state`. */
  readonly frameOffset: number;
  readonly state: FrameFoldState;
}

export const checkpointCodec = jsonCodec<Checkpoint>(
  "checkpoint",
  z
    .strictObject({ laneId: laneIdSchema, frameOffset: z.int().min(0), state: frameFoldStateSchema })
    .readonly(),
);

/** Value of the key `commands~<partition>` of the same topic: how far the partition's commands have been decided. */
export interface CommandCheckpoint {
  readonly commandOffset: number;
}

export const commandCheckpointCodec = jsonCodec<CommandCheckpoint>(
  "command checkpoint",
  z.strictObject({ commandOffset: z.int().min(0) }).readonly(),
);

export const commandCheckpointKey = (partition: number): string => `commands~${partition}`;

/** A lane's shelved faults. */
export const shelfKey = (laneId: LaneId): string => `shelf~${laneId}`;

/** What a record of `lanewatch.lane-state.v1` holds: no lane's id has a tilde. */
export const laneStateContent = (key: string): "checkpoint" | "commands" | "shelf" => {
  if (key.startsWith("commands~")) return "commands";
  return key.startsWith("shelf~") ? "shelf" : "checkpoint";
};
