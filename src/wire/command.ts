import { z } from "zod";
import type {
  Act,
  Adjudication,
  AlarmCommand,
  Attachment,
  Command,
  Decision,
  LaneCommand,
  LaneShelf,
  Shelf,
  ShelfAct,
} from "../domain/adjudication.ts";
import { adjudicationStates, attachmentMediaTypes, refusals } from "../domain/adjudication.ts";
import type { DispositionEntry } from "../domain/dispositions.ts";
import { dispositionFields, dispositions } from "../domain/dispositions.ts";
import { faults } from "../domain/faults.ts";
import { type Officer, roles } from "../domain/officers.ts";
import { jsonCodec } from "./json.ts";
import { alarmIdSchema, commandIdSchema, keyOf, laneIdSchema, wallMsSchema } from "./scalars.ts";

/** Text that a person enters. */
const entered = (lengthMax: number): z.ZodType<string, string> => z.string().trim().max(lengthMax);
const said = (lengthMax: number): z.ZodType<string, string> =>
  z.string().trim().min(1, "must not be empty").max(lengthMax);

/** Of the longest remark, reason or instruction. */
export const remarkLengthMax = 2000;
/** A claim's lease: an officer who is gone for so long can be relieved by anybody. */
const leaseSchema = z.int().min(5_000).max(3_600_000);

export const officerSchema = z
  .strictObject({ name: z.string().min(1).max(40), role: keyOf(roles) })
  .readonly() satisfies z.ZodType<Officer>;

export const dispositionEntrySchema = z
  .strictObject({
    disposition: keyOf(dispositions),
    isotopes: z.array(said(20)).max(dispositionFields.isotopes.lengthMax).readonly(),
    vehicleId: entered(dispositionFields.vehicleId.lengthMax),
    containerId: entered(dispositionFields.containerId.lengthMax),
    commodity: entered(dispositionFields.commodity.lengthMax),
    riidResult: entered(dispositionFields.riidResult.lengthMax),
    notes: entered(dispositionFields.notes.lengthMax),
  })
  .readonly() satisfies z.ZodType<DispositionEntry>;

/** 10 MB in chunks of 256 KiB. */
export const attachmentBytesMax = 10 * 1024 * 1024;
export const attachmentChunkBytes = 256 * 1024;

export const attachmentSchema = z
  .strictObject({
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    name: z
      .string()
      .regex(/^[\p{L}\p{N} ._-]{1,100}$/u, "letters, digits, spaces, dots, hyphens, at most 100"),
    mediaType: z.enum(attachmentMediaTypes),
    sizeBytes: z.int().min(1).max(attachmentBytesMax),
    offsets: z
      .array(z.int().min(0))
      .min(1)
      .max(attachmentBytesMax / attachmentChunkBytes)
      .readonly(),
  })
  .readonly() satisfies z.ZodType<Attachment>;

const lease = { leaseInMs: leaseSchema };
const remark = { remark: entered(remarkLengthMax) };
const bare = {
  acknowledge: z.strictObject({ kind: z.literal("acknowledge") }).readonly(),
  release: z.strictObject({ kind: z.literal("release") }).readonly(),
  "start-secondary": z.strictObject({ kind: z.literal("start-secondary") }).readonly(),
};

/** Acts that browsers send as they stand in the log. */
const commonActs = [
  bare.acknowledge,
  bare.release,
  z.strictObject({ kind: z.literal("request-secondary"), instructions: entered(remarkLengthMax) }).readonly(),
  bare["start-secondary"],
  z
    .strictObject({
      kind: z.literal("complete-secondary"),
      riidResult: entered(dispositionFields.riidResult.lengthMax),
      findings: entered(dispositionFields.notes.lengthMax),
    })
    .readonly(),
  z
    .strictObject({ kind: z.literal("escalate"), to: said(80), question: entered(remarkLengthMax) })
    .readonly(),
  z.strictObject({ kind: z.literal("answer-escalation"), answer: said(remarkLengthMax) }).readonly(),
  z.strictObject({ kind: z.literal("dispose"), entry: dispositionEntrySchema }).readonly(),
  z
    .strictObject({
      kind: z.literal("revise"),
      entry: dispositionEntrySchema,
      reason: said(remarkLengthMax),
    })
    .readonly(),
  z.strictObject({ kind: z.literal("reopen"), reason: said(remarkLengthMax) }).readonly(),
  z.strictObject({ kind: z.literal("approve"), ...remark }).readonly(),
  z.strictObject({ kind: z.literal("reject"), ...remark }).readonly(),
  z.strictObject({ kind: z.literal("withdraw"), ...remark }).readonly(),
  z.strictObject({ kind: z.literal("comment"), text: said(remarkLengthMax) }).readonly(),
] as const;

export const actSchema = z.discriminatedUnion("kind", [
  ...commonActs,
  z.strictObject({ kind: z.literal("claim"), ...lease }).readonly(),
  z.strictObject({ kind: z.literal("take-over"), ...lease }).readonly(),
  z.strictObject({ kind: z.literal("renew"), ...lease }).readonly(),
  z.strictObject({ kind: z.literal("attach"), attachment: attachmentSchema }).readonly(),
]) satisfies z.ZodType<Act>;

export const shelfActSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("shelve-fault"),
      fault: keyOf(faults),
      until: wallMsSchema,
      reason: said(200),
    })
    .readonly(),
  z.strictObject({ kind: z.literal("unshelve-fault"), fault: keyOf(faults) }).readonly(),
]) satisfies z.ZodType<ShelfAct>;

/** What a browser asks for on an alarm. The console adds who and when, and the lease; files come by another way. */
export const requestedActSchema = z.discriminatedUnion("kind", [
  ...commonActs,
  z.strictObject({ kind: z.literal("claim") }).readonly(),
  z.strictObject({ kind: z.literal("take-over") }).readonly(),
  z.strictObject({ kind: z.literal("renew") }).readonly(),
]);
export type RequestedAct = z.infer<typeof requestedActSchema>;

const wordBase = {
  commandId: commandIdSchema,
  laneId: laneIdSchema,
  by: officerSchema,
  at: wallMsSchema,
};

export const alarmCommandSchema = z
  .strictObject({
    ...wordBase,
    alarmId: alarmIdSchema,
    expectedVersion: z.int().min(0),
    caseOffset: z.int().min(0).exactOptional(),
    act: actSchema,
  })
  .readonly() satisfies z.ZodType<AlarmCommand>;

export const laneCommandSchema = z
  .strictObject({ ...wordBase, act: shelfActSchema })
  .readonly() satisfies z.ZodType<LaneCommand>;

export const commandSchema = z.union([alarmCommandSchema, laneCommandSchema]) satisfies z.ZodType<Command>;

export const decisionSchema = z.discriminatedUnion("outcome", [
  z.strictObject({ outcome: z.literal("accepted"), command: commandSchema, version: z.number() }).readonly(),
  z
    .strictObject({
      outcome: z.literal("refused"),
      command: commandSchema,
      version: z.number(),
      refusal: keyOf(refusals),
      holder: z.string().exactOptional(),
      missing: z.array(keyOf(dispositionFields)).readonly().exactOptional(),
    })
    .readonly(),
]) satisfies z.ZodType<Decision>;

const inspectionFields = {
  requestedAt: wallMsSchema,
  startedAt: wallMsSchema.nullable(),
  completedAt: wallMsSchema.nullable(),
  instructions: z.string(),
  riidResult: z.string(),
  findings: z.string(),
};

const secondarySchema = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("none") }).readonly(),
  z.strictObject({ state: z.enum(["requested", "under-way", "completed"]), ...inspectionFields }).readonly(),
]);

export const claimSchema = z
  .strictObject({ by: officerSchema, since: wallMsSchema, until: wallMsSchema })
  .readonly();

export const disposalSchema = z
  .strictObject({
    entry: dispositionEntrySchema,
    by: officerSchema,
    at: wallMsSchema,
    approvedBy: officerSchema.nullable(),
  })
  .readonly();

export const adjudicationSchema = z
  .strictObject({
    version: z.number(),
    decisiveVersion: z.number(),
    state: keyOf(adjudicationStates),
    claim: claimSchema.nullable(),
    secondary: secondarySchema,
    escalation: z
      .strictObject({
        to: z.string(),
        question: z.string(),
        at: wallMsSchema,
        answer: z.string().nullable(),
      })
      .readonly()
      .nullable(),
    proposal: z
      .strictObject({
        act: z.discriminatedUnion("kind", [
          z.strictObject({ kind: z.literal("dispose"), entry: dispositionEntrySchema }).readonly(),
          z
            .strictObject({ kind: z.literal("revise"), entry: dispositionEntrySchema, reason: z.string() })
            .readonly(),
          z.strictObject({ kind: z.literal("reopen"), reason: z.string() }).readonly(),
        ]),
        by: officerSchema,
        at: wallMsSchema,
      })
      .readonly()
      .nullable(),
    disposal: disposalSchema.nullable(),
    history: z.array(alarmCommandSchema).readonly(),
  })
  .readonly() satisfies z.ZodType<Adjudication>;

export const shelfSchema = z
  .strictObject({
    fault: keyOf(faults),
    until: wallMsSchema,
    reason: z.string(),
    by: officerSchema,
    at: wallMsSchema,
  })
  .readonly() satisfies z.ZodType<Shelf>;

export const laneShelfSchema = z
  .strictObject({ laneId: laneIdSchema, version: z.number(), shelved: z.array(shelfSchema).readonly() })
  .readonly() satisfies z.ZodType<LaneShelf>;

export const commandCodec = jsonCodec<Command>("command", commandSchema);
export const decisionCodec = jsonCodec<Decision>("decision", decisionSchema);
/** Values of `lanewatch.lane-state.v1` under the key `shelf:<laneId>`. */
export const laneShelfCodec = jsonCodec<LaneShelf>("shelf", laneShelfSchema);
