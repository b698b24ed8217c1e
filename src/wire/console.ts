import { z } from "zod";
import { alarmKinds } from "../domain/alarms.ts";
import { dispositions } from "../domain/dispositions.ts";
import { faults } from "../domain/faults.ts";
import { dropReasons } from "../domain/frames.ts";
import { loadClasses } from "../domain/load-classes.ts";
import { alarmCaseSchema } from "./alarm.ts";
import {
  alarmIdSchema,
  commandIdSchema,
  keyOf,
  laneIdSchema,
  perPanelSchema,
  wallMsSchema,
} from "./scalars.ts";

/**
 * Whether what is shown of a lane is of now. `stale`: its edge's frames do not come; `since`: when the last came.
 * `unjudged`: frames come and the core says nothing of them; `since`: its last word. `never`: nothing has come at all.
 */
export const laneDataSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("current") }).readonly(),
  z.strictObject({ kind: z.literal("stale"), since: wallMsSchema }).readonly(),
  z.strictObject({ kind: z.literal("unjudged"), since: wallMsSchema }).readonly(),
  z.strictObject({ kind: z.literal("never") }).readonly(),
]);
export type LaneData = z.infer<typeof laneDataSchema>;

/**
 * What crosses between the console server and a browser. Everything the server sends is state, not difference: a row
 * replaces the row with the same id, so that applying a message twice changes nothing.
 */
export const laneViewSchema = z
  .strictObject({
    laneId: laneIdSchema,
    name: z.string(),
    /** `unknown` until the first frame of the lane is seen. */
    link: z.enum(["unknown", "up", "down"]),
    linkDetail: z.string(),
    /** When the portal last said anything that was understood, by the edge's clock. */
    heardAt: wallMsSchema.nullable(),
    occupied: z.boolean(),
    /** Latest gamma counts per second and panel: last interval × 5 while occupied, the portal's background else. */
    gammaCps: perPanelSchema.nullable(),
    gammaBackgroundCps: perPanelSchema.nullable(),
    neutronCps: perPanelSchema.nullable(),
    neutronBackgroundCps: perPanelSchema.nullable(),
    /** z of the latest interval, null where nothing could be decided. */
    z: z.number().nullable(),
    faults: z
      .array(z.strictObject({ fault: keyOf(faults), since: wallMsSchema, detail: z.string() }).readonly())
      .readonly(),
    occupancies: z.number(),
    /** Frames missing now, which an edge that was cut off may still bring. */
    framesLost: z.number(),
    /** Frames that had been missing and came late. */
    framesRecovered: z.number(),
    /** Frames that the edge gave up: they will not come. */
    framesDropped: z
      .array(z.strictObject({ reason: keyOf(dropReasons), frames: z.number() }).readonly())
      .readonly(),
    undecodable: z.number(),
    unknownTags: z.array(z.string()).readonly(),
    /** Alarms that the lane's settings keep from the queue; `watch-lane` brings the latest. */
    withheld: z.number(),
    data: laneDataSchema,
  })
  .readonly();
export type LaneView = z.infer<typeof laneViewSchema>;

/** A row of the alarm queue; the profile and the history come with the alarm's detail. */
export const alarmRowSchema = z
  .strictObject({
    alarmId: alarmIdSchema,
    laneId: laneIdSchema,
    kind: keyOf(alarmKinds),
    origin: z.enum(["portal", "core"]),
    active: z.boolean(),
    /** A vehicle is in the portal, as far as the log tells: active, and neither vacant nor of a vehicle long gone. */
    present: z.boolean(),
    /** No vehicle was there (throw-through). */
    vacant: z.boolean(),
    /** From frames that came late: when the alarm came, or null where that is not known any more; null if it is not late. */
    late: z.strictObject({ cameAt: wallMsSchema.nullable() }).readonly().nullable(),
    raisedAt: wallMsSchema,
    endedAt: wallMsSchema.nullable(),
    peakZ: z.number().nullable(),
    flaggedIntervals: z.number(),
    alarmVersion: z.number(),
    adjudicationVersion: z.number(),
    state: z.enum(["unacknowledged", "acknowledged", "dispositioned"]),
    /** Who did the last accepted act, and when. */
    officer: z.string().nullable(),
    actedAt: wallMsSchema.nullable(),
    disposition: keyOf(dispositions).nullable(),
  })
  .readonly();
export type AlarmRow = z.infer<typeof alarmRowSchema>;

/** An alarm that nobody was called for, because the lane's settings name its class. */
export const withheldAlarmSchema = z
  .strictObject({
    alarmId: alarmIdSchema,
    kind: keyOf(alarmKinds),
    raisedAt: wallMsSchema,
    peakZ: z.number().nullable(),
    class: keyOf(loadClasses),
    reasons: z.array(z.string()).readonly(),
  })
  .readonly();
export type WithheldAlarm = z.infer<typeof withheldAlarmSchema>;

const lanes = z.array(laneViewSchema).readonly();
const alarms = z.array(alarmRowSchema).readonly();

export const serverMessageSchema = z.discriminatedUnion("kind", [
  /** Everything there is to show. Replaces what the browser holds. */
  z
    .strictObject({
      kind: z.literal("snapshot"),
      /** One run of one server; sequences of different streams have nothing to do with each other. */
      stream: z.string(),
      sequence: z.number(),
      serverTime: wallMsSchema,
      site: z.strictObject({ name: z.string(), timeZone: z.string() }).readonly(),
      lanes,
      alarms,
    })
    .readonly(),
  /** Rows that changed; follows the message with `sequence - 1`. `dropped`: old closed alarms no longer shown. */
  z
    .strictObject({
      kind: z.literal("changes"),
      sequence: z.number(),
      lanes,
      alarms,
      dropped: z.array(alarmIdSchema).readonly().optional(),
    })
    .readonly(),
  /** Said every second, so that a dead link shows: the sequence reached and the server's time. */
  z
    .strictObject({
      kind: z.literal("pulse"),
      stream: z.string(),
      sequence: z.number(),
      serverTime: wallMsSchema,
    })
    .readonly(),
  /** The watched alarm, whole, with the course of its occupancy so far. Sent on `watch` and at every change of it. */
  z.strictObject({ kind: z.literal("alarm"), case: alarmCaseSchema }).readonly(),
  /** The watched alarm is not known here. */
  z.strictObject({ kind: z.literal("alarm-unknown"), alarmId: alarmIdSchema }).readonly(),
  /** The watched lane: its latest withheld alarms, the newest first. Sent on `watch-lane` and when there is another. */
  z
    .strictObject({
      kind: z.literal("lane"),
      laneId: laneIdSchema,
      withheld: z.array(withheldAlarmSchema).readonly(),
    })
    .readonly(),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

export const clientMessageSchema = z.discriminatedUnion("kind", [
  /** First message. With `resume` the server sends only the changes since, where it still has them. */
  z
    .strictObject({
      kind: z.literal("hello"),
      resume: z
        .strictObject({ stream: z.string().max(64), sequence: z.number() })
        .readonly()
        .nullable(),
    })
    .readonly(),
  z.strictObject({ kind: z.literal("watch"), alarmId: alarmIdSchema.nullable() }).readonly(),
  /** One lane at a time. */
  z.strictObject({ kind: z.literal("watch-lane"), laneId: laneIdSchema.nullable() }).readonly(),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

const requestBase = {
  commandId: commandIdSchema,
  expectedVersion: z.int().min(0),
  officer: z.string().trim().min(1, "an officer's name is needed").max(80),
};

/** Body of `POST /api/alarms/:alarmId/commands`; the answer is a decision (200), or an error with a code. */
export const commandRequestSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("acknowledge"), ...requestBase }).readonly(),
  z
    .strictObject({
      kind: z.literal("dispose"),
      ...requestBase,
      disposition: keyOf(dispositions),
      vehicleId: z.string().trim().max(40).default(""),
      notes: z.string().trim().max(4000).default(""),
    })
    .readonly(),
]);
export type CommandRequest = z.infer<typeof commandRequestSchema>;

export const errorBodySchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    problems: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    /** For `command-refused`: why, and the version the alarm has now. */
    refusal: z.string().optional(),
    version: z.number().optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;
