import type { Message, PortalStatistic, Setup } from "../../src/domain/messages.ts";
import type { PerPanel } from "../../src/domain/panels.ts";
import type { FieldForm } from "./fields.ts";
import type { RapiscanLineSettings } from "./settings.ts";

/** The values of a line's fields after the tag, each of the form its record says. */
export interface RecordValues {
  number(index: number): number;
  text(index: number): string;
}

/** One record of the wire: its fields after the tag, and the message it becomes (undefined: a value is absurd). */
export interface RecordForm {
  readonly fields: readonly FieldForm[];
  /** Trailing fields that some firmware leaves out. */
  readonly optionalFields?: number;
  readonly message: (values: RecordValues, settings: RapiscanLineSettings) => Message | undefined;
}

const fourCounts = ["count", "count", "count", "count"] as const;
const fourNumbers = ["number", "number", "number", "number"] as const;
const fourRates = ["rate", "rate", "rate", "rate"] as const;

const perPanel = (values: RecordValues): PerPanel => [
  values.number(0),
  values.number(1),
  values.number(2),
  values.number(3),
];

const statistic = (name: PortalStatistic["statistic"], fields: readonly FieldForm[]): RecordForm => ({
  fields,
  message: (values) => ({
    kind: "portal-statistic",
    statistic: name,
    values: fields.map((_, index) => values.number(index)),
  }),
});

type SetupField = readonly [name: string, form: FieldForm];

const setup = (block: Setup["block"], fields: readonly SetupField[], optionalFields = 0): RecordForm => ({
  fields: fields.map(([, form]) => form),
  optionalFields,
  message: (values) => ({
    kind: "setup",
    block,
    values: Object.fromEntries(
      fields.map(([name, form], index) => [
        name,
        form === "text" ? values.text(index) : values.number(index),
      ]),
    ),
  }),
});

/** Seconds per foot times miles per hour is 0.681818; a record where it is not was not measured on a vehicle. */
const mphSecondsPerFoot = 0.681818;

const speed: RecordForm = {
  fields: ["number", "number", "number", "count"],
  message: (values, settings) => {
    const [secondsPerFoot, mph, kph] = [values.number(0), values.number(1), values.number(2)];
    const consistent = Math.abs(secondsPerFoot * mph - mphSecondsPerFoot) <= 0.02;
    return {
      kind: "speed",
      secondsPerFoot,
      mph,
      kph,
      valid: consistent && kph > 0 && kph <= settings.maxSpeedKph,
    };
  },
};

const energyAlarm: RecordForm = {
  fields: ["count", "count", "count", "text"],
  message: (values) => {
    const energyChannel = values.number(0);
    if (energyChannel < 1 || energyChannel > 3) return undefined;
    return { kind: "energy-alarm", energyChannel, mask: values.text(3) };
  },
};

/**
 * Every record known of the wire. Base records first, then those of firmware with four energy windows. Records that
 * nobody can explain are in `opaqueTags`.
 */
const forms: Readonly<Record<string, RecordForm>> = {
  GB: {
    fields: fourCounts,
    message: (values) => ({ kind: "gamma-background", cps: perPanel(values), level: "normal" }),
  },
  GH: {
    fields: fourCounts,
    message: (values) => ({ kind: "gamma-background", cps: perPanel(values), level: "high" }),
  },
  GL: {
    fields: fourCounts,
    message: (values) => ({ kind: "gamma-background", cps: perPanel(values), level: "low" }),
  },
  NB: {
    fields: fourCounts,
    message: (values) => ({
      kind: "neutron-background",
      cps: perPanel(values),
      precision: "truncated",
      level: "normal",
    }),
  },
  NH: {
    fields: fourCounts,
    message: (values) => ({
      kind: "neutron-background",
      cps: perPanel(values),
      precision: "truncated",
      level: "high",
    }),
  },
  GS: {
    fields: fourCounts,
    message: (values) => ({ kind: "gamma-interval", counts: perPanel(values), portalAlarm: false }),
  },
  GA: {
    fields: fourCounts,
    message: (values) => ({ kind: "gamma-interval", counts: perPanel(values), portalAlarm: true }),
  },
  NS: {
    fields: fourCounts,
    message: (values) => ({ kind: "neutron-interval", counts: perPanel(values), portalAlarm: false }),
  },
  NA: {
    fields: fourCounts,
    message: (values) => ({ kind: "neutron-interval", counts: perPanel(values), portalAlarm: true }),
  },
  SP: speed,
  GX: {
    fields: fourCounts,
    message: (values) => ({
      kind: "occupancy-closed",
      occupancyNumber: values.number(0),
      neutronBackgroundCps: values.number(1) / 1000,
    }),
  },
  TT: { fields: ["text", "text", "text", "text"], message: () => ({ kind: "tamper", state: "set" }) },
  TC: { fields: ["text", "text", "text", "text"], message: () => ({ kind: "tamper", state: "cleared" }) },
  SG1: setup("gamma-1", [
    ["highBackgroundFaultCps", "number"],
    ["lowBackgroundFaultCps", "number"],
    ["windowIntervals", "number"],
    ["holdInIntervals", "number"],
    ["nSigma", "number"],
    ["unknown", "text"],
  ]),
  SG2: setup("gamma-2", [
    ["detectorsMask", "text"],
    ["masterLowerDiscriminator", "number"],
    ["masterUpperDiscriminator", "number"],
    ["relay", "text"],
    ["algorithmMask", "text"],
    ["version", "text"],
  ]),
  SG3: setup(
    "gamma-3",
    [
      ["slaveLowerDiscriminator", "number"],
      ["slaveUpperDiscriminator", "number"],
      ["backgroundTimeInSeconds", "number"],
      ["backgroundSigma", "number"],
      ["firmware", "text"],
      ["unknown", "text"],
    ],
    1,
  ),
  SN1: setup("neutron-1", [
    ["highBackgroundFaultCps", "number"],
    ["maxIntervals", "number"],
    ["alpha", "number"],
    ["zMax", "number"],
    ["sequentialIntervals", "number"],
    ["backgroundTimeInSeconds", "number"],
  ]),
  SN2: setup(
    "neutron-2",
    [
      ["masterLowerDiscriminator", "number"],
      ["masterUpperDiscriminator", "number"],
      ["slaveLowerDiscriminator", "number"],
      ["slaveUpperDiscriminator", "number"],
      ["unknown", "text"],
      ["unknownToo", "text"],
    ],
    2,
  ),
  NB1: {
    fields: fourRates,
    message: (values) => ({
      kind: "neutron-background",
      cps: perPanel(values),
      precision: "exact",
      level: "normal",
    }),
  },
  AB1: {
    fields: fourRates,
    message: (values) => ({ kind: "energy-window-background", cps: perPanel(values) }),
  },
  AS: {
    fields: fourCounts,
    message: (values) => ({ kind: "energy-window-interval", counts: perPanel(values) }),
  },
  AA: energyAlarm,
  NC: statistic("neutron-sprt-increment", ["number", "number"]),
  NX: statistic("neutron-sprt-bounds", ["number", "number"]),
  NZ: statistic("neutron-sprt-value", ["number", "number"]),
  AR: statistic("energy-window-shares", fourNumbers),
  AC: statistic("energy-window-ratios", ["number", "number"]),
  AM: statistic("energy-window-smoothed", fourCounts),
  AX: statistic("energy-statistics", ["number", "number", "number", "number", "number"]),
};

/** Tags have two or three characters. */
const maxTagBytes = 3;

/** A tag as one number, so that the hot loop builds no string to look it up. The 1 before it tells "\0GB" from "GB". */
const packTag = (bytes: Uint8Array, start: number, end: number): number => {
  let packed = 1;
  for (let at = start; at < end; at += 1) packed = (packed << 8) | (bytes[at] ?? 0);
  return packed;
};

export interface KnownRecord extends RecordForm {
  /** All fields are of a fixed width: nothing can be missing at the end of the line unseen. */
  readonly fixedWidth: boolean;
  /** Four counts, none of which can be left out. */
  readonly isFourCounts: boolean;
}

/** Every known record by its packed tag. */
const knownRecords: ReadonlyMap<number, KnownRecord> = new Map(
  Object.entries(forms).map(([tag, form]) => {
    const bytes = Uint8Array.from(tag, (letter) => letter.charCodeAt(0));
    return [
      packTag(bytes, 0, bytes.length),
      {
        ...form,
        fixedWidth: form.fields.every((field) => field === "count"),
        isFourCounts: form.fields === fourCounts && form.optionalFields === undefined,
      },
    ] as const;
  }),
);

/** The record whose tag stands in bytes [start, end). */
export const knownRecordAt = (bytes: Uint8Array, start: number, end: number): KnownRecord | undefined =>
  end - start > maxTagBytes ? undefined : knownRecords.get(packTag(bytes, start, end));

export const knownTags: readonly string[] = Object.keys(forms);

/** Tags that portals send and nobody can explain: kept whole, and not reported as unknown. */
export const opaqueTags: ReadonlySet<string> = new Set(["RW"]);
