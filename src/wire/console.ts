import { z } from "zod";
import { latencyStages } from "../core/latency.ts";
import { adjudicationStates } from "../domain/adjudication.ts";
import { alarmKinds } from "../domain/alarms.ts";
import { dispositions } from "../domain/dispositions.ts";
import { faults } from "../domain/faults.ts";
import { dropReasons } from "../domain/frames.ts";
import { loadClasses } from "../domain/load-classes.ts";
import { roles } from "../domain/officers.ts";
import { alarmCaseSchema, decisionStampsSchema } from "./alarm.ts";
import { claimSchema, officerSchema, requestedActSchema, shelfActSchema, shelfSchema } from "./command.ts";
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
    /** Faults that are known and being seen to, until when, by whom and why. */
    shelved: z.array(shelfSchema).readonly(),
    /** Stages of a recent alarm's way to the officer that took longer than they may; null where none did lately. */
    slow: z
      .strictObject({
        since: wallMsSchema,
        breaches: z
          .array(
            z.strictObject({ stage: keyOf(latencyStages), ms: z.number(), limitInMs: z.number() }).readonly(),
          )
          .readonly(),
      })
      .readonly()
      .nullable(),
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
    state: keyOf(adjudicationStates),
    /** Who works on it, and until when that is fresh; null where nobody does. */
    claim: claimSchema.nullable(),
    secondary: z.enum(["none", "requested", "under-way", "completed"]),
    /** A question to specialists elsewhere is open. */
    escalated: z.boolean(),
    /** What waits for a second person. */
    proposal: z.enum(["dispose", "revise", "reopen"]).nullable(),
    /** Who did the last accepted act, and when. */
    officer: z.string().nullable(),
    actedAt: wallMsSchema.nullable(),
    /** The disposition that stands. */
    disposition: keyOf(dispositions).nullable(),
    /** What the load looks like. */
    loadClass: keyOf(loadClasses),
    /** Of the disposition; empty where none was entered. */
    vehicleId: z.string(),
    containerId: z.string(),
    /** A later alarm that may be of the same vehicle. */
    continuedBy: alarmIdSchema.exactOptional(),
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

/** An alarm's way to the officers: the first three from its case, the others by the console's clock. */
export const latencyStampsSchema = decisionStampsSchema
  .unwrap()
  .extend({ deliveredAt: wallMsSchema.nullable(), shownAt: wallMsSchema.nullable() })
  .readonly();
export type AlarmStamps = z.infer<typeof latencyStampsSchema>;

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
  z
    .strictObject({
      kind: z.literal("alarm"),
      case: alarmCaseSchema,
      /** Of its way to the officers, as far as it is known. */
      stamps: latencyStampsSchema.nullable(),
    })
    .readonly(),
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
  /** New alarms whose rows have been painted; said once an alarm, at most 100 at a time. */
  z
    .strictObject({ kind: z.literal("shown"), alarmIds: z.array(alarmIdSchema).max(100).readonly() })
    .readonly(),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** Body of `POST /api/alarms/:alarmId/commands`; the answer is a decision (200), or an error with a code. */
export const commandRequestSchema = z
  .strictObject({
    commandId: commandIdSchema,
    expectedVersion: z.int().min(0),
    act: requestedActSchema,
  })
  .readonly();
export type CommandRequest = z.infer<typeof commandRequestSchema>;

/** Body of `POST /api/lanes/:laneId/commands`; answered as a command on an alarm is. */
export const laneCommandRequestSchema = z
  .strictObject({ commandId: commandIdSchema, act: shelfActSchema })
  .readonly();
export type LaneCommandRequest = z.infer<typeof laneCommandRequestSchema>;

/** A socket is closed with it (WebSocket, private use) when its officer's session has ended. */
export const signedOutCloseCode = 4401;

/** Body of `POST /api/session`. */
export const signInSchema = z
  .strictObject({ name: z.string().trim().min(1).max(40), passphrase: z.string().min(1).max(200) })
  .readonly();
export type SignIn = z.infer<typeof signInSchema>;

/** `GET` and `POST /api/session`: who is signed in. `expiresAt`: when, where nothing is done meanwhile. */
export const sessionViewSchema = z
  .strictObject({ officer: officerSchema, expiresAt: wallMsSchema })
  .readonly();
export type SessionView = z.infer<typeof sessionViewSchema>;

/** `GET /api/door`: what somebody who is not signed in may know. `demo`: accounts of the loopback demonstration. */
export const doorViewSchema = z
  .strictObject({
    site: z.string(),
    /** There are no users: nobody can sign in until one is configured (`lanewatch user NAME --role ROLE`). */
    nobody: z.literal(true).exactOptional(),
    demo: z
      .array(
        signInSchema
          .unwrap()
          .extend({ role: keyOf(roles) })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type DoorView = z.infer<typeof doorViewSchema>;

export const errorBodySchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    problems: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    /** For `command-refused`: why, and the version the alarm has now. */
    refusal: z.string().optional(),
    version: z.number().optional(),
    /** Who holds the alarm, or what the disposition lacks, where that is why. */
    holder: z.string().optional(),
    missing: z.array(z.string()).optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;
