import { z } from "zod";
import { presetNames } from "../core/presets.ts";
import { alarmKinds } from "../domain/alarms.ts";
import { occupancyEndings } from "../domain/events.ts";
import { loadClasses } from "../domain/load-classes.ts";
import { type RuleName, ruleNames } from "../domain/rules.ts";
import { alarmFields, profileSchema } from "./alarm.ts";
import { alarmIdSchema, keyOf, laneIdSchema, occupancyIdSchema, wallMsSchema } from "./scalars.ts";

/** How long a span of a lane or an occupancy may be to be replayed: 10 min. */
export const replaySpanInMsMax = 600_000;

const isSpan = ({ from, to }: { readonly from: number; readonly to: number }): boolean =>
  to > from && to - from <= replaySpanInMsMax;

/** One alarm's occupancy, or whatever passed a lane from `from` to `to` by the edge's clock. */
const replayedSchema = z.union(
  [
    z.strictObject({ alarmId: alarmIdSchema }),
    z
      .strictObject({ laneId: laneIdSchema, from: wallMsSchema, to: wallMsSchema })
      .refine(isSpan, { message: "must be later than from, and at most 10 minutes", path: ["to"] }),
  ],
  { error: "either alarmId, or laneId, from and to" },
);
export type Replayed = z.infer<typeof replayedSchema>;

/**
 * `POST /api/replay`. `proposed`: options of a lane as the configuration has them (`laneOptions`), checked by the server;
 * kept open here, since the page must not carry every rule to know their form.
 */
export const replayRequestSchema = z.strictObject({
  replayed: replayedSchema,
  proposed: z.record(z.string(), z.unknown()),
});
export type ReplayRequest = z.infer<typeof replayRequestSchema>;

/** 3 000 records of 200 ms = 10 min. Later ones are judged, counted and not in the course. */
export const courseRecordsMax = 3000;

const column = z.array(z.number().nullable()).readonly();
const ruleSchema = z.enum(ruleNames);

/** What one rule said along an occupancy. It holds where statistic > threshold; null where it had not decided. */
export const ruleCourseSchema = z
  .strictObject({
    rule: ruleSchema,
    /**
     * Between the entries of `statistics`: 200 ms, and 1 000 ms for neutrons. Energies stand at the gamma interval they came
     * in, the last of each.
     */
    everyMs: z.union([z.literal(200), z.literal(1000)]),
    statistics: column,
    thresholds: column,
    /** Records at which it held, also those beyond the course. */
    held: z.number(),
    /** The first record at which it held, and its gamma interval. */
    first: z.strictObject({ record: z.number(), interval: z.number() }).readonly().nullable(),
    /** Where the statistic was farthest above, or else nearest below, the threshold. */
    strongest: z
      .strictObject({ record: z.number(), statistic: z.number(), threshold: z.number() })
      .readonly()
      .nullable(),
  })
  .readonly();
export type RuleCourse = z.infer<typeof ruleCourseSchema>;

const judgedAlarmSchema = z
  .strictObject({
    alarmId: alarmFields.alarmId,
    kind: keyOf(alarmKinds),
    origin: alarmFields.origin,
    raisedAt: wallMsSchema,
    raisedInterval: z.number(),
    decisions: alarmFields.decisions,
    loadClass: keyOf(loadClasses),
    reasons: z.array(z.string()).readonly(),
    /** The settings keep it from the officers. */
    withheld: z.boolean(),
    vacant: z.boolean(),
  })
  .readonly();
export type JudgedAlarm = z.infer<typeof judgedAlarmSchema>;

/** What one set of settings makes of an occupancy. */
export const judgedSchema = z
  .strictObject({
    profile: profileSchema,
    /** Null while the vehicle was still there at the end of the frames. */
    ending: keyOf(occupancyEndings).nullable(),
    rules: z.array(ruleCourseSchema).readonly(),
    alarms: z.array(judgedAlarmSchema).readonly(),
    /** The gamma interval at which a rule of ours held first, and which. */
    firstDecision: z.strictObject({ interval: z.number(), rule: ruleSchema }).readonly().nullable(),
  })
  .readonly();
export type Judged = z.infer<typeof judgedSchema>;

/**
 * What officers get to know of an occupancy. `core`: an alarm that a rule of ours raised or joined; `portal`: one of the
 * portal's flag alone, which no settings take away.
 */
export const standings = ["none", "withheld", "portal", "core"] as const;
export type Standing = (typeof standings)[number];

export const comparisonSchema = z
  .strictObject({
    present: z.enum(standings),
    proposed: z.enum(standings),
    /** By how many intervals of 200 ms the proposed settings decide later; negative: earlier. Null where one never does. */
    intervalsLater: z.number().nullable(),
    /** Alarms that officers are told of: under both, only the present, only the proposed settings. */
    stay: z.array(alarmIdSchema).readonly(),
    go: z.array(alarmIdSchema).readonly(),
    come: z.array(alarmIdSchema).readonly(),
  })
  .readonly();
export type ReplayComparison = z.infer<typeof comparisonSchema>;

/** Null on a side that divides the records into other occupancies. */
export const comparedOccupancySchema = z
  .strictObject({
    occupancyId: occupancyIdSchema,
    startedAt: wallMsSchema,
    present: judgedSchema.nullable(),
    proposed: judgedSchema.nullable(),
    comparison: comparisonSchema,
  })
  .readonly();
export type ComparedOccupancy = z.infer<typeof comparedOccupancySchema>;

/** Answer of `POST /api/replay`. */
export const replayAnswerSchema = z
  .strictObject({
    laneId: laneIdSchema,
    /** In the order in which they began. */
    occupancies: z.array(comparedOccupancySchema).readonly(),
    /** Occupancies beyond the bound of an answer are not here. */
    isCut: z.boolean(),
    /** Whether the present settings decide as was decided then; null where there is no ended alarm to compare with. */
    recorded: z.enum(["same", "different"]).nullable(),
    /** The frames that were folded: how many, from how long before on, and how many are missing among them. */
    frames: z.number(),
    leadInMs: z.number(),
    framesMissing: z.number(),
  })
  .readonly();
export type ReplayAnswer = z.infer<typeof replayAnswerSchema>;

/** One option of a rule or of the gross count, for a form. */
export const optionFieldSchema = z
  .strictObject({
    name: z.string(),
    /** `numbers`: a list of them; `groups`: groups of panels. */
    kind: z.enum(["number", "integer", "numbers", "groups"]),
    min: z.number().nullable(),
    max: z.number().nullable(),
  })
  .readonly();
export type OptionField = z.infer<typeof optionFieldSchema>;

const valueSchema = z.union([z.number(), z.array(z.number()).readonly(), z.array(z.string()).readonly()]);
export type OptionValue = z.infer<typeof valueSchema>;
const valuesSchema = z.record(z.string(), valueSchema).readonly();
/** Options of one rule by their names. */
export type OptionValues = z.infer<typeof valuesSchema>;

export const withheldClasses = ["norm-like", "medical-like", "cosmic-burst"] as const;
export type WithheldClass = (typeof withheldClasses)[number];

/** How a lane is judged, every option worked out; rules that are not named are off. */
const chosenSchema = z
  .strictObject({
    preset: z.enum(presetNames),
    grossCount: valuesSchema,
    rules: z.partialRecord(ruleSchema, valuesSchema).readonly(),
    withhold: z.array(z.enum(withheldClasses)).readonly(),
  })
  .readonly();
export type ChosenOptions = z.infer<typeof chosenSchema>;

/** Answer of `GET /api/replay/options`: what the form of a proposal is made of. */
export const replayOptionsSchema = z
  .strictObject({
    /** By rule, in the order of reports; gross count is always on. */
    rules: z
      .array(
        z
          .strictObject({
            rule: ruleSchema,
            fields: z.array(optionFieldSchema).readonly(),
            defaults: valuesSchema,
          })
          .readonly(),
      )
      .readonly(),
    presets: z.array(chosenSchema).readonly(),
    lanes: z
      .array(
        z
          .strictObject({
            laneId: laneIdSchema,
            name: z.string(),
            present: chosenSchema,
            /** The lane's further options where they are not the default, as they are written. */
            further: z.record(z.string(), z.unknown()).readonly(),
            energy: z.boolean(),
            neutron: z.boolean(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type ReplayOptions = z.infer<typeof replayOptionsSchema>;
export type ReplayLaneOptions = ReplayOptions["lanes"][number];
export type RuleOptions = ReplayOptions["rules"][number] & { readonly rule: RuleName };
