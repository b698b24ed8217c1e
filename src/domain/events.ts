import type { Alarm, GrossCountEvidence, Profile } from "./alarms.ts";
import type { FaultKind } from "./faults.ts";
import type { DropReason } from "./frames.ts";
import type { BootId, OccupancyId } from "./ids.ts";
import type { BackgroundLevel, Setup, UndecodableReason } from "./messages.ts";
import type { PerPanel } from "./panels.ts";
import type { RuleVerdictRecord } from "./rules.ts";
import type { WallMs } from "./units.ts";

/**
 * What the fold over a lane's frames says. Every event belongs to one lane and carries the time of the frame (or of
 * the recorded line) that caused it. `eventClass` below says where each kind goes.
 */
export type LaneEvent =
  | OccupancyStarted
  | OccupancyEnded
  | AlarmRaised
  | AlarmUpdated
  | AlarmEnded
  | AlarmWithheld
  | FaultRaised
  | FaultCleared
  | FramesLost
  | FramesRecovered
  | FramesDropped
  | AgentStarted
  | LinkChanged
  | SetupReported
  | UnknownTagSeen
  | BackgroundShifted
  | BackgroundMeasured
  | IntervalMeasured
  | NeutronMeasured
  | EnergyMeasured
  | BytesQuarantined;

export type LaneEventKind = LaneEvent["kind"];

interface At {
  readonly at: WallMs;
}

export interface OccupancyStarted extends At {
  readonly kind: "occupancy-started";
  readonly occupancyId: OccupancyId;
}

/** Why an occupancy is over. Only `closed-by-portal` is the ordinary way. */
export const occupancyEndings = {
  "closed-by-portal": "the portal closed it",
  "background-resumed": "background records resumed without a closing record",
  interrupted: "the link or the agent was away for too long to call it the same occupancy",
  "power-cycled": "the portal started anew",
} as const;
export type OccupancyEnding = keyof typeof occupancyEndings;

export interface OccupancyEnded extends At {
  readonly kind: "occupancy-ended";
  readonly occupancyId: OccupancyId;
  readonly ending: OccupancyEnding;
  readonly occupancyNumber: number | null;
  readonly neutronBackgroundCps: number | null;
  readonly speedKph: number | null;
  /** Gamma intervals in all, also those beyond the profile's bound. */
  readonly intervals: number;
  readonly peak: GrossCountEvidence | null;
  readonly profile: Profile;
}

export interface AlarmRaised extends At {
  readonly kind: "alarm-raised";
  readonly alarm: Alarm;
}
export interface AlarmUpdated extends At {
  readonly kind: "alarm-updated";
  readonly alarm: Alarm;
}
export interface AlarmEnded extends At {
  readonly kind: "alarm-ended";
  readonly alarm: Alarm;
}

/** An alarm that nobody was told of, because the lane's settings say so for its class: with everything it rests on. */
export interface AlarmWithheld extends At {
  readonly kind: "alarm-withheld";
  readonly alarm: Alarm;
}

export interface FaultRaised extends At {
  readonly kind: "fault-raised";
  readonly fault: FaultKind;
  readonly detail: string;
}
export interface FaultCleared extends At {
  readonly kind: "fault-cleared";
  readonly fault: FaultKind;
}

/**
 * Frames the edge captured and the log has not got: the exact range, and the bytes it cost where that is known. An edge
 * that was cut off may still bring them; `frames-recovered` says so.
 */
export interface FramesLost extends At {
  readonly kind: "frames-lost";
  readonly bootId: BootId;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly bytes: number;
}

/** Frames that had been reported lost have come after all, and were judged in their place. */
export interface FramesRecovered extends At {
  readonly kind: "frames-recovered";
  readonly bootId: BootId;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** How many of the range came. */
  readonly frames: number;
}

/** Frames the edge gave up: they will not come. */
export interface FramesDropped extends At {
  readonly kind: "frames-dropped";
  readonly bootId: BootId;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly bytes: number;
  readonly reason: DropReason;
}

export interface AgentStarted extends At {
  readonly kind: "agent-started";
  readonly bootId: BootId;
}

/** The connection to the portal came up (`detail`: the endpoint) or went (`detail`: the reason). */
export interface LinkChanged extends At {
  readonly kind: "link-changed";
  readonly link: "up" | "down";
  readonly detail: string;
}

export interface SetupReported extends At {
  readonly kind: "setup-reported";
  readonly setup: Setup;
}

/** The first record of a tag the driver does not know; later ones are only counted. */
export interface UnknownTagSeen extends At {
  readonly kind: "unknown-tag-seen";
  readonly tag: string;
}

/** The vacant lane's gamma background has changed in a step. Counts per second of all panels, before and after. */
export interface BackgroundShifted extends At {
  readonly kind: "background-shifted";
  readonly fromCps: number;
  readonly toCps: number;
}

export interface BackgroundMeasured extends At {
  readonly kind: "background-measured";
  readonly particle: "gamma" | "neutron";
  readonly cps: PerPanel;
  readonly level: BackgroundLevel;
}

/** One gamma interval and what the core made of it. */
export interface IntervalMeasured extends At {
  readonly kind: "interval-measured";
  readonly occupancyId: OccupancyId;
  readonly interval: number;
  readonly counts: PerPanel;
  readonly portalFlag: boolean;
  readonly verdict: Verdict;
  /** What the other enabled rules said about these counts. */
  readonly rules: readonly RuleVerdictRecord[];
}

/** A decision, or why there is none. */
export type Verdict =
  | { readonly kind: "decided"; readonly alarm: boolean; readonly evidence: GrossCountEvidence }
  | { readonly kind: "undecided"; readonly reason: "window-not-full" | "no-background" };

export interface NeutronMeasured extends At {
  readonly kind: "neutron-measured";
  readonly occupancyId: OccupancyId;
  readonly second: number;
  readonly counts: PerPanel;
  readonly portalFlag: boolean;
  readonly rules: readonly RuleVerdictRecord[];
}

/** Counts of 200 ms in four energy windows, lowest energy first, all panels summed. */
export interface EnergyMeasured extends At {
  readonly kind: "energy-measured";
  readonly occupancyId: OccupancyId;
  /** The energy record's own number in the occupancy, from 0: the opening burst has more of them than gamma intervals. */
  readonly energyInterval: number;
  readonly counts: PerPanel;
  readonly rules: readonly RuleVerdictRecord[];
}

export interface BytesQuarantined extends At {
  readonly kind: "bytes-quarantined";
  readonly reason: UndecodableReason;
  readonly raw: string;
  readonly byteLength: number;
  readonly bootId: BootId;
  readonly byteOffset: number;
}

/**
 * `record`: kept for a year and more. `measurement`: the stream of counts behind boards and charts, kept for days.
 * `quarantine`: bytes no driver understood.
 */
export const eventClass = {
  "occupancy-started": "record",
  "occupancy-ended": "record",
  "alarm-raised": "record",
  "alarm-updated": "record",
  "alarm-ended": "record",
  "alarm-withheld": "record",
  "fault-raised": "record",
  "fault-cleared": "record",
  "frames-lost": "record",
  "frames-recovered": "record",
  "frames-dropped": "record",
  "agent-started": "record",
  "link-changed": "record",
  "setup-reported": "record",
  "unknown-tag-seen": "record",
  "background-shifted": "record",
  "background-measured": "measurement",
  "interval-measured": "measurement",
  "neutron-measured": "measurement",
  "energy-measured": "measurement",
  "bytes-quarantined": "quarantine",
} as const satisfies Record<LaneEventKind, "record" | "measurement" | "quarantine">;
