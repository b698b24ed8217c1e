import type { Advice } from "./load-classes.ts";
import type { AlarmId, LaneId, OccupancyId } from "./ids.ts";
import type { DetectorGroup, GroupMemberName, PerPanel } from "./panels.ts";
import type { RuleFigures, RuleName } from "./rules.ts";
import type { WallMs } from "./units.ts";

/** Severity orders the officers' queue: 1 first. */
export const alarmKinds = {
  "gamma-neutron": { label: "Gamma and neutron", severity: 1 },
  neutron: { label: "Neutron", severity: 1 },
  gamma: { label: "Gamma", severity: 2 },
  energy: { label: "Energy", severity: 3 },
} as const;
export type AlarmKind = keyof typeof alarmKinds;

/** Who decided: the portal itself (its flag, relayed) or this software's core. The core never reads the flag. */
export type Origin = "portal" | "core";

/** Background and alarm threshold of one sum of panels over the window, frozen for an occupancy. */
export interface GroupLimit {
  readonly group: DetectorGroup;
  readonly member: GroupMemberName;
  readonly columns: readonly number[];
  /** Counts expected in the window. */
  readonly background: number;
  /** The rule holds for counts *greater than* this. */
  readonly threshold: number;
}

/** The group member farthest above its background in one window. */
export interface GrossCountEvidence {
  readonly algorithm: "gross-count";
  readonly group: DetectorGroup;
  readonly member: GroupMemberName;
  readonly counts: number;
  readonly background: number;
  readonly threshold: number;
  /** (counts − background) / √background. */
  readonly z: number;
}

/** What one rule of one origin has said so far in this alarm. */
export type RuleDecision =
  | {
      readonly origin: "core";
      readonly rule: "gross-count";
      readonly firstInterval: number;
      readonly flaggedIntervals: number;
      readonly evidence: GrossCountEvidence;
    }
  | {
      readonly origin: "core";
      readonly rule: Exclude<RuleName, "gross-count">;
      readonly firstInterval: number;
      readonly flaggedIntervals: number;
      /** At its strongest: where the statistic was farthest above the threshold. */
      readonly evidence: RuleFigures;
    }
  | {
      readonly origin: "portal";
      readonly rule: "gamma-flag" | "neutron-flag" | "energy-flag";
      readonly firstInterval: number;
      readonly flaggedIntervals: number;
    };

/** The course of an occupancy: enough to draw it and to decide it again. */
export interface Profile {
  readonly startedAt: WallMs;
  readonly intervalInMs: 200;
  /** Intervals summed for a decision. */
  readonly windowIntervals: number;
  /** Gamma counts per panel, one entry an interval. */
  readonly gamma: readonly PerPanel[];
  /** Intervals at which the core's gross count held, and those that carry the portal's gamma flag. */
  readonly coreIntervals: readonly number[];
  readonly portalIntervals: readonly number[];
  /** Neutron counts per bank, one entry a second. */
  readonly neutron: readonly PerPanel[];
  readonly gammaBackgroundCps: PerPanel | null;
  readonly neutronBackgroundCps: PerPanel | null;
  readonly limits: readonly GroupLimit[];
  /** Intervals beyond the profile's bound, judged but not kept. */
  readonly droppedIntervals: number;
  /** Counts of 200 ms in four energy windows, lowest energy first; empty where the portal has none. */
  readonly energy: readonly PerPanel[];
  readonly energyBackgroundCps: PerPanel | null;
}

/**
 * One kind of alarm in one occupancy: raised at the first interval at which any rule held, updated while its peak
 * grows, ended with the occupancy. `version` grows by one with each change.
 */
export interface Alarm {
  readonly alarmId: AlarmId;
  readonly laneId: LaneId;
  readonly occupancyId: OccupancyId;
  readonly kind: AlarmKind;
  readonly version: number;
  readonly state: "active" | "ended";
  /** Who raised it; `core` where both did at the same interval. */
  readonly origin: Origin;
  readonly raisedAt: WallMs;
  readonly raisedInterval: number;
  readonly endedAt: WallMs | null;
  readonly decisions: readonly RuleDecision[];
  readonly occupancyNumber: number | null;
  readonly speedKph: number | null;
  readonly profile: Profile;
  /** What the load looks like so far; see `loadClasses`. */
  readonly advice: Advice;
  /** Raised while no vehicle was there (throw-through): `occupancyId` names the background record that raised it. */
  readonly vacant?: true;
  /** From frames that an edge sent late, after it had been cut off: the vehicle has long been gone. */
  readonly historical?: true;
  /**
   * The alarm that the same vehicle has from later on: while it stood in the portal the edge was cut off, and what came
   * late shows that it never left. An officer works on both as on one vehicle.
   */
  readonly continuedBy?: AlarmId;
}

/** The two alarms that an occupancy can have. */
export type AlarmSlot = "radiation" | "energy";

/** Which of them an alarm of this kind is, or a finding of this radiation belongs to. */
export const alarmSlotOf = (kind: AlarmKind): AlarmSlot => (kind === "energy" ? "energy" : "radiation");

/** z of a core decision, in standard deviations, or null where its rule has none. */
export const zOf = (decision: RuleDecision): number | null => {
  if (decision.origin === "portal") return null;
  if (decision.rule === "gross-count") return decision.evidence.z;
  const { z } = decision.evidence.figures;
  return typeof z === "number" ? z : null;
};

/** The largest z any core rule reached in this alarm, or null where none has one. */
export const peakZ = (alarm: Pick<Alarm, "decisions">): number | null => {
  let peak: number | null = null;
  for (const decision of alarm.decisions) {
    const z = zOf(decision);
    if (z !== null && (peak === null || z > peak)) peak = z;
  }
  return peak;
};
