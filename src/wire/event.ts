import { z } from "zod";
import type { FramesRecovered, LaneEvent } from "../domain/events.ts";
import { occupancyEndings } from "../domain/events.ts";
import { faults } from "../domain/faults.ts";
import { dropReasons } from "../domain/frames.ts";
import { undecodableReasons } from "../domain/messages.ts";
import { ruleNames } from "../domain/rules.ts";
import { alarmSchema, grossCountEvidenceSchema, profileSchema } from "./alarm.ts";
import { jsonCodec } from "./json.ts";
import { isMeasurementRecord } from "./measurement-check.ts";
import {
  bootIdSchema,
  keyOf,
  laneIdSchema,
  occupancyIdSchema,
  perPanelSchema,
  wallMsSchema,
} from "./scalars.ts";

const at = wallMsSchema;
const occupancyId = occupancyIdSchema;

const verdictSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("decided"), alarm: z.boolean(), evidence: grossCountEvidenceSchema })
    .readonly(),
  z
    .strictObject({ kind: z.literal("undecided"), reason: z.enum(["window-not-full", "no-background"]) })
    .readonly(),
]);

const ruleSchema = z.enum(ruleNames);

const ruleVerdictsSchema = z
  .array(
    z.union([
      z.strictObject({ rule: ruleSchema, alarm: z.boolean(), statistic: z.number(), threshold: z.number() }),
      z.strictObject({ rule: ruleSchema, undecided: z.string() }),
    ]),
  )
  .readonly();

export const setupSchema = z
  .strictObject({
    kind: z.literal("setup"),
    block: z.enum(["gamma-1", "gamma-2", "gamma-3", "neutron-1", "neutron-2"]),
    values: z.record(z.string(), z.union([z.number(), z.string()])),
  })
  .readonly();

const frameRange = { bootId: bootIdSchema, firstSequence: z.number(), lastSequence: z.number() };

export const framesRecoveredSchema = z.strictObject({
  kind: z.literal("frames-recovered"),
  at,
  ...frameRange,
  frames: z.number(),
}) satisfies z.ZodType<FramesRecovered>;

const laneEventSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("occupancy-started"), at, occupancyId }),
  z.strictObject({
    kind: z.literal("occupancy-ended"),
    at,
    occupancyId,
    ending: keyOf(occupancyEndings),
    occupancyNumber: z.number().nullable(),
    neutronBackgroundCps: z.number().nullable(),
    speedKph: z.number().nullable(),
    intervals: z.number(),
    peak: grossCountEvidenceSchema.nullable(),
    profile: profileSchema,
  }),
  z.strictObject({ kind: z.literal("alarm-raised"), at, alarm: alarmSchema }),
  z.strictObject({ kind: z.literal("alarm-updated"), at, alarm: alarmSchema }),
  z.strictObject({ kind: z.literal("alarm-ended"), at, alarm: alarmSchema }),
  z.strictObject({ kind: z.literal("alarm-withheld"), at, alarm: alarmSchema }),
  z.strictObject({ kind: z.literal("fault-raised"), at, fault: keyOf(faults), detail: z.string() }),
  z.strictObject({ kind: z.literal("fault-cleared"), at, fault: keyOf(faults) }),
  z.strictObject({ kind: z.literal("frames-lost"), at, ...frameRange, bytes: z.number() }),
  framesRecoveredSchema,
  z.strictObject({
    kind: z.literal("frames-dropped"),
    at,
    ...frameRange,
    bytes: z.number(),
    reason: keyOf(dropReasons),
  }),
  z.strictObject({ kind: z.literal("agent-started"), at, bootId: bootIdSchema }),
  z.strictObject({ kind: z.literal("link-changed"), at, link: z.enum(["up", "down"]), detail: z.string() }),
  z.strictObject({ kind: z.literal("setup-reported"), at, setup: setupSchema }),
  z.strictObject({ kind: z.literal("background-shifted"), at, fromCps: z.number(), toCps: z.number() }),
  z.strictObject({ kind: z.literal("unknown-tag-seen"), at, tag: z.string() }),
  z.strictObject({
    kind: z.literal("background-measured"),
    at,
    particle: z.enum(["gamma", "neutron"]),
    cps: perPanelSchema,
    level: z.enum(["normal", "high", "low"]),
  }),
  z.strictObject({
    kind: z.literal("interval-measured"),
    at,
    occupancyId,
    interval: z.number(),
    counts: perPanelSchema,
    portalFlag: z.boolean(),
    verdict: verdictSchema,
    rules: ruleVerdictsSchema,
  }),
  z.strictObject({
    kind: z.literal("neutron-measured"),
    at,
    occupancyId,
    second: z.number(),
    counts: perPanelSchema,
    portalFlag: z.boolean(),
    rules: ruleVerdictsSchema,
  }),
  z.strictObject({
    kind: z.literal("energy-measured"),
    at,
    occupancyId,
    energyInterval: z.number(),
    counts: perPanelSchema,
    rules: ruleVerdictsSchema,
  }),
  z.strictObject({
    kind: z.literal("bytes-quarantined"),
    at,
    reason: keyOf(undecodableReasons),
    raw: z.string(),
    byteLength: z.number(),
    bootId: bootIdSchema,
    byteOffset: z.number(),
  }),
]) satisfies z.ZodType<LaneEvent>;

/**
 * Values of the events, measurements and quarantine topics. `eventId` is derived from the frame (`lane~boot~sequence~n`),
 * so a reader that has seen it drops a repeat.
 */
export interface EventRecord {
  readonly eventId: string;
  readonly laneId: z.infer<typeof laneIdSchema>;
  /** When the edge captured the frame that caused the event, and when the core decided; wall clocks, for latency. */
  readonly capturedAt: z.infer<typeof wallMsSchema>;
  readonly decidedAt: z.infer<typeof wallMsSchema>;
  /** When the log took that frame, by the log's clock; of alarms only, and absent where it is not known. */
  readonly loggedAt?: z.infer<typeof wallMsSchema>;
  /** The trace of the frame that caused it (`domain/trace.ts`); of alarms only. */
  readonly traceparent?: string;
  readonly event: LaneEvent;
  /** From a frame that came behind what was live: news of then, not of now. */
  readonly historical?: true;
}

export const eventRecordCodec = jsonCodec<EventRecord>(
  "event",
  z
    .strictObject({
      eventId: z.string(),
      laneId: laneIdSchema,
      capturedAt: wallMsSchema,
      decidedAt: wallMsSchema,
      loggedAt: wallMsSchema.exactOptional(),
      traceparent: z
        .string()
        .regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
        .exactOptional(),
      event: laneEventSchema,
      historical: z.literal(true).exactOptional(),
    })
    .readonly(),
  isMeasurementRecord,
);
