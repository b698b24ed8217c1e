import { z } from "zod";
import { pathSegments } from "./paths.ts";

/** Where a value stands in a document: `counts.gamma.0`, or a JSON pointer, `/counts/gamma/0`. */
const path = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => pathSegments(text) !== undefined, "a dotted path or a JSON pointer of at most 16 names");

/** A number of the document times `scale`; a path alone is taken as it is. `default` where the document has none. */
const numberField = z.union([
  path,
  z.strictObject({ path, scale: z.number().positive().default(1), default: z.number().min(0).optional() }),
  z.strictObject({ constant: z.number().min(0) }),
]);
export type NumberField = z.infer<typeof numberField>;

const scalar = z.union([z.string().max(64), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof scalar>;

/** True or false: the document's own, or one of two values of it; any other value is a bad field. */
const flagField = z.union([
  path,
  z.strictObject({
    path,
    trueWhen: scalar.default(true),
    falseWhen: scalar.default(false),
    default: z.boolean().optional(),
  }),
  z.strictObject({ constant: z.boolean() }),
]);
export type FlagField = z.infer<typeof flagField>;

/** One of our words, by the document's own word for it (a number or a boolean as it is written). */
const choiceField = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.strictObject({
    path,
    values: z.record(z.string().max(64), z.enum(words)).default({}),
    default: z.enum(words).optional(),
  });
export interface ChoiceField<Word extends string> {
  readonly path: string;
  readonly values: Readonly<Record<string, Word>>;
  readonly default?: Word | undefined;
}

/** Four numbers: an array of the document, or four fields of it. */
const fourField = z.union([
  path,
  z.strictObject({ path, scale: z.number().positive().default(1) }),
  z.tuple([numberField, numberField, numberField, numberField]),
]);
export type FourField = z.infer<typeof fourField>;

/** The value of `kindField`, or without one the path that must be there, for a document to be of the kind. */
const when = (text: string): z.ZodDefault<z.ZodString> => z.string().min(1).max(200).default(text);

const gammaLevels = choiceField(["normal", "high", "low"]);
const neutronLevels = choiceField(["normal", "high"]);
const portalAlarm = flagField.prefault({ path: "alarm", default: false });
const counts = fourField.default("counts");
const cps = fourField.default("cps");

const kindsSchema = z.strictObject({
  "gamma-background": z
    .strictObject({
      when: when("gamma-background"),
      cps,
      level: gammaLevels.prefault({ path: "level", default: "normal" }),
    })
    .nullable()
    .prefault({}),
  "neutron-background": z
    .strictObject({
      when: when("neutron-background"),
      cps,
      level: neutronLevels.prefault({ path: "level", default: "normal" }),
      /** `truncated` for equipment that cuts the fraction off. */
      precision: z.enum(["exact", "truncated"]).default("exact"),
    })
    .nullable()
    .prefault({}),
  "energy-window-background": z
    .strictObject({ when: when("energy-window-background"), cps })
    .nullable()
    .prefault({}),
  "gamma-interval": z
    .strictObject({ when: when("gamma-interval"), counts, portalAlarm })
    .nullable()
    .prefault({}),
  "neutron-interval": z
    .strictObject({ when: when("neutron-interval"), counts, portalAlarm })
    .nullable()
    .prefault({}),
  "energy-window-interval": z
    .strictObject({ when: when("energy-window-interval"), counts })
    .nullable()
    .prefault({}),
  "energy-alarm": z
    .strictObject({ when: when("energy-alarm"), energyChannel: numberField.default("energyChannel") })
    .nullable()
    .prefault({}),
  speed: z
    .strictObject({
      when: when("speed"),
      /** `scale: 1.609344` for miles, `3.6` for metres per second. */
      kph: numberField.default("kph"),
    })
    .nullable()
    .prefault({}),
  "occupancy-closed": z
    .strictObject({
      when: when("occupancy-closed"),
      occupancyNumber: numberField.default("occupancyNumber"),
      neutronBackgroundCps: numberField.default("neutronBackgroundCps"),
    })
    .nullable()
    .prefault({}),
  tamper: z
    .strictObject({
      when: when("tamper"),
      /** True while a cabinet is open. */
      open: flagField.default("open"),
    })
    .nullable()
    .prefault({}),
  setup: z
    .strictObject({ when: when("setup"), block: path.default("block"), values: path.default("values") })
    .nullable()
    .prefault({}),
});

const sequenceSchema = z.strictObject({
  /** A whole number that grows by one with each document of the lane. Documents without it are taken as they come. */
  path: path.default("sequence"),
  /** A text that is another one whenever the numbers begin anew: the time or a random id of the publisher's start. */
  epochPath: path.default("epoch"),
  /** So many documents may wait for one with a lower number. 0: none waits, and a gap is said at once. */
  windowDocuments: z.int().min(0).max(32).default(8),
});
export type SequenceSettings = z.infer<typeof sequenceSchema>;

const column = z.int().min(0).max(15).nullable();

/** Settings of the driver `json-mqtt`. Without any, documents are those of `schema.json`. */
export const jsonMqttSettings = z.strictObject({
  /** The field that says what a document is; null: the fields that are there say it, and may say several things. */
  kindField: path.nullable().default("kind"),
  /** Null for a kind that the equipment does not publish. */
  kinds: kindsSchema.prefault({}),
  /**
   * For each of our columns (master upper, master lower, slave upper, slave lower) its place in the equipment's arrays,
   * from 0; null for a panel that is not installed, which counts 0.
   */
  panelOrder: z.tuple([column, column, column, column]).default([0, 1, 2, 3]),
  /** Null: numbers mean nothing. */
  sequence: sequenceSchema.nullable().prefault({}),
  /** A vehicle faster than this is a glitch of the speed measurement: kept, and marked invalid. km/h. */
  maxSpeedKph: z.number().positive().max(160).default(60),
});
export type JsonMqttSettings = z.infer<typeof jsonMqttSettings>;
export type KindSettings = JsonMqttSettings["kinds"];
export type JsonKind = keyof KindSettings;
