import { z } from "zod";
import { adjudicationStates, commandKinds } from "../domain/adjudication.ts";
import { alarmKinds } from "../domain/alarms.ts";
import { dispositionGroups, dispositions } from "../domain/dispositions.ts";
import { loadClasses } from "../domain/load-classes.ts";
import { alarmRowSchema } from "./console.ts";
import { alarmIdSchema, keyOf, laneIdSchema, wallMsSchema } from "./scalars.ts";

const day = 86_400_000;

/** What alarms are looked for by; all filters that are given must hold, and any one value of each is enough. */
export interface HistoryFilters {
  /** Words or their beginnings, and parts of vehicle and container ids in any spelling. */
  readonly text?: string | undefined;
  readonly lanes?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly states?: readonly string[] | undefined;
  readonly dispositions?: readonly string[] | undefined;
  readonly loadClasses?: readonly string[] | undefined;
  /** Sign-in names of whoever did anything on the alarm. */
  readonly officers?: readonly string[] | undefined;
  /** Only alarms that are active or not disposed. */
  readonly isOpen?: boolean | undefined;
  /** Raised at or after. */
  readonly from?: number | undefined;
  /** Raised before. */
  readonly to?: number | undefined;
}

const listMax = 100;

/** A parameter that may stand several times. */
const several = <T>(item: z.ZodType<T>): z.ZodType<readonly T[] | undefined> =>
  z
    .preprocess(
      (value) => (value === undefined || Array.isArray(value) ? value : [value]),
      z.array(item).max(listMax).readonly().optional(),
    )
    .optional();

const moment = z.coerce.number().int().min(0).max(8.64e15);
const isForwards = ({ from, to }: { from?: number | undefined; to?: number | undefined }): boolean =>
  from === undefined || to === undefined || from < to;
const forwards = { message: "must be later than from", path: ["to"] };

/** `GET /api/history?text=&lane=&kind=&state=&disposition=&loadClass=&officer=&open=&from=&to=&cursor=&limit=` */
export const historyQuerySchema = z
  .strictObject({
    text: z.string().max(200).optional(),
    lane: several(laneIdSchema),
    kind: several(keyOf(alarmKinds)),
    state: several(keyOf(adjudicationStates)),
    disposition: several(keyOf(dispositions)),
    loadClass: several(keyOf(loadClasses)),
    officer: several(z.string().min(1).max(40)),
    open: z.enum(["true", "false"]).optional(),
    /** Milliseconds since 1970, of the raising. `to` is not included. */
    from: moment.optional(),
    to: moment.optional(),
    /** `next` of the page before. */
    cursor: z
      .string()
      .regex(/^[0-9a-z]{1,11}$/, "not a cursor that was given out")
      .optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .refine(isForwards, forwards);
export type HistoryRequest = z.infer<typeof historyQuerySchema>;

/** `GET /api/alarms/:alarmId/related?vehicleId=&containerId=`: ids that are being entered and not yet recorded. */
export const relatedQuerySchema = z.strictObject({
  vehicleId: z.string().max(40).optional(),
  containerId: z.string().max(40).optional(),
});
export type RelatedRequest = z.infer<typeof relatedQuerySchema>;

const spanSchema = (daysMax: number): z.ZodType<{ readonly from: number; readonly to: number }> =>
  z
    .strictObject({ from: moment, to: moment })
    .refine(isForwards, forwards)
    .refine(({ from, to }) => to - from <= daysMax * day, {
      message: `must be at most ${daysMax} days after from`,
      path: ["to"],
    });

/** `GET /api/figures?from=&to=`: a quarter of a year at most. */
export const figuresQuerySchema = spanSchema(92);
/** `GET /api/handover?from=&to=`: a week at most. */
export const handoverQuerySchema = spanSchema(7);
export interface HistorySpan {
  readonly from: number;
  readonly to: number;
}

/**
 * How far the index is with the log. Until it is `complete`, answers lack alarms that the log has, open ones among
 * them; `share`: how much of the log is read, 0 to 1.
 */
export const historyProgressSchema = z
  .strictObject({ complete: z.boolean(), share: z.number(), alarms: z.number() })
  .readonly();
export type HistoryProgress = z.infer<typeof historyProgressSchema>;

const rows = z.array(alarmRowSchema).readonly();
const progress = historyProgressSchema;

/**
 * The newest first by the time of raising. A page goes on where the one before ended, whatever comes meanwhile: no row
 * twice, none left out. `next`: null on the last page.
 *
 * `open`, on the first page only: every open alarm that matches, the oldest first, also those that `rows` brings; so
 * that none waits on a later page. At most 2 000 rows; `count` is how many there are in truth.
 */
export const historyPageSchema = z
  .strictObject({
    rows,
    next: z.string().nullable(),
    open: z.strictObject({ count: z.number(), rows }).readonly().nullable(),
    progress,
  })
  .readonly();
export type HistoryPage = z.infer<typeof historyPageSchema>;

/** Other alarms of the same vehicle or container, raised earlier, the newest first; at most 50. */
export const relatedAlarmsSchema = z.strictObject({ rows, progress }).readonly();
export type RelatedAlarms = z.infer<typeof relatedAlarmsSchema>;

/** More than ten alarms within ten minutes; touching ones are one flood. From its first alarm to its last. */
export const floodSchema = z
  .strictObject({ from: wallMsSchema, to: wallMsSchema, alarms: z.number() })
  .readonly();
export type Flood = z.infer<typeof floodSchema>;

/**
 * The course of the load. Each step has its fullest clock ten minutes: the alarms raised in them, and the officers who
 * were on duty in their hour. A step is ten minutes up to a span of a week.
 */
export const loadStepsSchema = z
  .strictObject({
    from: wallMsSchema,
    stepInMs: z.number(),
    steps: z.array(z.strictObject({ alarms: z.number(), officers: z.number() }).readonly()).readonly(),
  })
  .readonly();
export type LoadSteps = z.infer<typeof loadStepsSchema>;

/** `count`: alarms that it is known of; `waiting`: of the others. Quantiles are times of alarms, null where none is known. */
export const delaySchema = z
  .strictObject({
    count: z.number(),
    waiting: z.number(),
    p50Ms: z.number().nullable(),
    p90Ms: z.number().nullable(),
    maxMs: z.number().nullable(),
  })
  .readonly();
export type Delay = z.infer<typeof delaySchema>;

const byDisposition = z
  .array(
    z
      .strictObject({
        disposition: keyOf(dispositions),
        code: z.number(),
        group: keyOf(dispositionGroups),
        alarms: z.number(),
      })
      .readonly(),
  )
  .readonly();

/**
 * Of alarms raised in the span; alarms that a lane withholds by its settings are not among them. Rates are means over
 * the span up to now.
 */
export const historyFiguresSchema = z
  .strictObject({
    from: wallMsSchema,
    to: wallMsSchema,
    /** The end of the span, or now where that is earlier: what rates are divided by. */
    until: wallMsSchema,
    alarms: z.number(),
    per10Minutes: z.number(),
    /**
     * By officers on duty: whoever did anything on an alarm in a clock hour was on duty for that hour. Null where nobody
     * was.
     */
    per10MinutesAnOfficer: z.number().nullable(),
    /** The fullest ten minutes, by their first alarm. */
    busiest: z.strictObject({ from: wallMsSchema, alarms: z.number() }).readonly().nullable(),
    /** `longest`: at most 100 of them, the longest first. */
    floods: z
      .strictObject({ count: z.number(), totalMs: z.number(), longest: z.array(floodSchema).readonly() })
      .readonly(),
    /** From raising to the first act of an officer, and to the first disposition that stood. */
    toAcknowledge: delaySchema,
    toDispose: delaySchema,
    /** Open for longer than 24 h, now and whenever raised; at most 200 rows, the oldest first. */
    standing: z.strictObject({ count: z.number(), rows }).readonly(),
    byKind: z.array(z.strictObject({ kind: keyOf(alarmKinds), alarms: z.number() }).readonly()).readonly(),
    /** Most alarms first. */
    byLane: z.array(z.strictObject({ laneId: laneIdSchema, alarms: z.number() }).readonly()).readonly(),
    /** By hour of the day in the site's time zone; 24 entries. */
    byHour: z.array(z.number()).readonly(),
    load: loadStepsSchema,
    /** Dispositions that stand, in the order of their codes; those that none was given to are left out. */
    byDisposition,
    /** Alarms without a disposition. */
    undisposed: z.number(),
    /** Of the alarms that have a disposition, in groups; all zero where there is none. */
    shares: z.strictObject({ real: z.number(), innocent: z.number(), false: z.number() }).readonly(),
    /** Most alarms first. `alarms`: those that the officer acted on in the span; `hours`: clock hours on duty. */
    officers: z
      .array(
        z
          .strictObject({
            officer: z.string(),
            alarms: z.number(),
            acts: z.number(),
            hours: z.number(),
            per10Minutes: z.number(),
          })
          .readonly(),
      )
      .readonly(),
    progress,
  })
  .readonly();
export type HistoryFigures = z.infer<typeof historyFiguresSchema>;

/** What one shift leaves to the next. Lanes' faults are not here: they are the board's. */
export const handoverSchema = z
  .strictObject({
    from: wallMsSchema,
    to: wallMsSchema,
    /** When the report was made: what ages are counted to. */
    at: wallMsSchema,
    /** Alarms raised in the span. */
    raised: z.number(),
    /** All that are open now, the oldest first: state, holder and age are in their rows. At most 2 000. */
    open: z.strictObject({ count: z.number(), rows }).readonly(),
    /** Alarms that anything was done on in the span, the newest first; at most 1 000 rows. */
    handled: z.strictObject({ count: z.number(), rows }).readonly(),
    /** Most alarms first. `alarms`: at most 1 000 ids. `acts`: how many of each kind. */
    officers: z
      .array(
        z
          .strictObject({
            officer: z.string(),
            alarms: z.array(alarmIdSchema).readonly(),
            acts: z
              .array(z.strictObject({ kind: keyOf(commandKinds), count: z.number() }).readonly())
              .readonly(),
          })
          .readonly(),
      )
      .readonly(),
    /** Of the alarms whose first disposition came to stand in the span. */
    byDisposition,
    progress,
  })
  .readonly();
export type Handover = z.infer<typeof handoverSchema>;
