import type { PerPanel } from "./panels.ts";
import type { WallMs } from "./units.ts";

/**
 * What a portal can say, in the words of the field and free of any one portal's wire. Drivers produce these; the core
 * folds them. The union is closed: a driver that learns something new adds a kind here, and every place that must
 * decide what to do with it stops compiling.
 */
export type Message =
  | GammaBackground
  | NeutronBackground
  | EnergyWindowBackground
  | GammaInterval
  | NeutronInterval
  | EnergyWindowInterval
  | EnergyAlarm
  | Speed
  | OccupancyClosed
  | Tamper
  | Setup
  | PortalStatistic
  | Opaque
  | Undecodable;

export type MessageKind = Message["kind"];

/** The portal's own judgement of its background. */
export type BackgroundLevel = "normal" | "high" | "low";

/** Vacant. Counts per second and panel, averaged by the portal. */
export interface GammaBackground {
  readonly kind: "gamma-background";
  readonly cps: PerPanel;
  readonly level: BackgroundLevel;
}

/** Vacant. Counts per second and bank. `truncated`: the portal cut the fraction off; `exact`: it did not. */
export interface NeutronBackground {
  readonly kind: "neutron-background";
  readonly cps: PerPanel;
  readonly precision: "truncated" | "exact";
  readonly level: Exclude<BackgroundLevel, "low">;
}

/** Vacant. Counts per second in four energy windows, lowest energy first, all panels summed. */
export interface EnergyWindowBackground {
  readonly kind: "energy-window-background";
  readonly cps: PerPanel;
}

/** Occupied. Gamma counts of one 200 ms interval; `portalAlarm`: the portal's own rule holds for this interval. */
export interface GammaInterval {
  readonly kind: "gamma-interval";
  readonly counts: PerPanel;
  readonly portalAlarm: boolean;
}

/** Occupied. Neutron counts of one second. */
export interface NeutronInterval {
  readonly kind: "neutron-interval";
  readonly counts: PerPanel;
  readonly portalAlarm: boolean;
}

/** Occupied. Counts of one 200 ms interval in four energy windows, lowest energy first, all panels summed. */
export interface EnergyWindowInterval {
  readonly kind: "energy-window-interval";
  readonly counts: PerPanel;
}

/** Occupied. The portal's own energy rule holds on an energy channel (1–3) for this interval. */
export interface EnergyAlarm {
  readonly kind: "energy-alarm";
  readonly energyChannel: number;
  readonly mask: string;
}

/** Occupied. Entry speed as the portal measured it; `valid` is false for values no vehicle can have. */
export interface Speed {
  readonly kind: "speed";
  readonly secondsPerFoot: number;
  readonly mph: number;
  readonly kph: number;
  readonly valid: boolean;
}

/** The vehicle has left. `occupancyNumber` is the portal's own and restarts daily or at power-up: not an id. */
export interface OccupancyClosed {
  readonly kind: "occupancy-closed";
  readonly occupancyNumber: number;
  readonly neutronBackgroundCps: number;
}

export interface Tamper {
  readonly kind: "tamper";
  readonly state: "set" | "cleared";
}

/** The portal's own settings, said at power-up; named as in its documentation, with units in the names. */
export interface Setup {
  readonly kind: "setup";
  readonly block: "gamma-1" | "gamma-2" | "gamma-3" | "neutron-1" | "neutron-2";
  readonly values: Readonly<Record<string, number | string>>;
}

/** Figures of the portal's own algorithms, carried for comparison and never decided on. */
export interface PortalStatistic {
  readonly kind: "portal-statistic";
  readonly statistic:
    | "neutron-sprt-increment"
    | "neutron-sprt-bounds"
    | "neutron-sprt-value"
    | "energy-window-shares"
    | "energy-window-ratios"
    | "energy-window-smoothed"
    | "energy-statistics";
  readonly values: readonly number[];
}

/** Well-formed but of unknown meaning: kept, counted and shown. */
export interface Opaque {
  readonly kind: "opaque";
  readonly tag: string;
  readonly fields: readonly string[];
  /** True where the driver knows the tag but nobody knows its meaning. */
  readonly known: boolean;
}

/** Bytes that are not a record, with the reason; the lane goes on with the next line. */
export interface Undecodable {
  readonly kind: "undecodable";
  /** At most `maxRawBytes` of the offending bytes, as Latin-1. */
  readonly raw: string;
  /** How many bytes the line had in all; 0 for a `sequence-gap`, whose `raw` names the numbers. */
  readonly byteLength: number;
  readonly reason: UndecodableReason;
}

export const undecodableReasons = {
  "not-a-record": "does not begin with a record tag",
  "wrong-field-count": "has too few or too many fields for its tag",
  "bad-field": "has a field that is not of its form",
  "line-too-long": "is longer than any record",
  unterminated: "ends without a line end",
  "missing-field": "lacks a field that its kind has",
  "too-deep": "is nested deeper than any record",
  repeated: "has the sequence number of a record already read",
  "too-late": "came too late to be put in order",
  "sequence-gap": "stands after sequence numbers that never came",
} as const;
export type UndecodableReason = keyof typeof undecodableReasons;

/**
 * Whether the portal's bytes were not understood. Otherwise they were, and only their sequence number is noteworthy: a
 * repeat after a lost connection is in order and no fault of the portal.
 */
export const isDamage = (reason: UndecodableReason): boolean => {
  switch (reason) {
    case "not-a-record":
    case "wrong-field-count":
    case "bad-field":
    case "line-too-long":
    case "unterminated":
    case "missing-field":
    case "too-deep":
      return true;
    case "repeated":
    case "too-late":
    case "sequence-gap":
      return false;
  }
};

/** A message and where in the stream it stood. */
export interface Decoded {
  readonly message: Message;
  /** Bytes since the beginning of the stream before the record's first byte. */
  readonly byteOffset: number;
  /** When a recorder wrote the record, for recordings that say so. */
  readonly recordedAt?: RecordedTime;
}

/** Recorders write either a full time or only the time of day. */
export type RecordedTime =
  | { readonly kind: "instant"; readonly at: WallMs }
  | { readonly kind: "time-of-day"; readonly msSinceMidnight: number };
