import { z } from "zod";
import type { GrossCountEvidence, GroupLimit, Profile } from "../domain/alarms.ts";
import type { OccupancyEnded, OccupancyEnding } from "../domain/events.ts";
import type { OccupancyId } from "../domain/ids.ts";
import type { OccupancyClosed } from "../domain/messages.ts";
import type { PerPanel } from "../domain/panels.ts";
import type { WallMs } from "../domain/units.ts";
import { emptyLatch, type LatchState } from "./alarm-latch.ts";
import type { BackgroundState } from "./background.ts";
import { type GrossCountSettings, grossCountLimits } from "./gross-count.ts";
import type { OccupancyTrail } from "./occupancy-trail.ts";
import type { RuleStates } from "./rule-set.ts";
import { emptyWindow, type IntervalWindow } from "./rules/interval-window.ts";
import type { Moment } from "./step.ts";
import type { HeldAlarms } from "./withholding.ts";

export const occupancySettings = z.strictObject({
  /**
   * Records that go on after a pause no longer than this belong to the same occupancy, where the link was down or the
   * agent away; after a longer one the old occupancy is ended as interrupted. Portals send five records a second while
   * occupied, and no vehicle follows another within this time. Frames that are missing are weighed instead, whatever the
   * pause: see `isSameVehicle`.
   */
  resumeWithinInMs: z.int().min(1000).max(120_000).default(10_000),
  /** An occupancy longer than this is a fault. */
  limitInMs: z.int().min(10_000).max(86_400_000).default(300_000),
});
export type OccupancySettings = z.infer<typeof occupancySettings>;

/**
 * 450 intervals = 90 s, so that the state of a lane stays below 64 KiB whatever the counts and rules; passages last 2 to
 * 21 s. Intervals beyond are judged and counted, and not kept. Energy intervals likewise.
 */
export const maxProfileIntervals = 450;
/** 100 s: longer than the intervals kept. Seconds beyond are judged and counted, and not kept. */
export const maxProfileSeconds = 100;
/** Speeds of one pass; portals send 0–3. Later ones are passed over. */
const maxSpeeds = 8;

/** An occupancy under way; advanced in place, see `Fold`. */
export interface Occupancy {
  readonly occupancyId: OccupancyId;
  readonly startedAt: WallMs;
  readonly startedLaneMs: number;
  /** When the last record of the occupancy came. */
  lastLaneMs: number;
  readonly trail: OccupancyTrail;
  intervals: number;
  seconds: number;
  /** Intervals summed for a decision: frozen with the limits, which are for a window of this length. */
  readonly windowIntervals: number;
  readonly window: IntervalWindow;
  readonly gamma: PerPanel[];
  readonly neutron: PerPanel[];
  readonly energy: PerPanel[];
  /** Energy records so far, also those beyond the profile's bound. */
  energyRecords: number;
  readonly coreIntervals: number[];
  readonly portalIntervals: number[];
  /** The last interval with an energy alarm: a portal says one for each energy channel, and they count once. */
  energyInterval: number | null;
  readonly background: BackgroundState;
  readonly limits: readonly GroupLimit[];
  readonly validSpeedsKph: number[];
  peak: GrossCountEvidence | null;
  latch: LatchState;
  /** Alarms in the latch that are not told yet; see `withholdSettings`. */
  held: HeldAlarms;
  rules: RuleStates;
  /** The rules' settings that `rules` was begun with: states of other settings mean nothing. */
  rulesKey: string;
}

export const openOccupancy = (opening: {
  readonly occupancyId: OccupancyId;
  readonly moment: Moment;
  readonly trail: OccupancyTrail;
  readonly background: BackgroundState;
  readonly grossCount: GrossCountSettings;
  readonly rules: RuleStates;
  readonly rulesKey: string;
}): Occupancy => ({
  occupancyId: opening.occupancyId,
  startedAt: opening.moment.wall,
  startedLaneMs: opening.moment.laneMs,
  lastLaneMs: opening.moment.laneMs,
  trail: opening.trail,
  intervals: 0,
  seconds: 0,
  windowIntervals: opening.grossCount.windowIntervals,
  window: emptyWindow(),
  gamma: [],
  neutron: [],
  energy: [],
  energyRecords: 0,
  coreIntervals: [],
  portalIntervals: [],
  energyInterval: null,
  background: opening.background,
  limits:
    opening.background.gammaCps === null
      ? []
      : grossCountLimits(opening.grossCount, opening.background.gammaCps),
  validSpeedsKph: [],
  peak: null,
  latch: emptyLatch,
  held: [],
  rules: opening.rules,
  rulesKey: opening.rulesKey,
});

/** The gamma interval that records now belong to, from 0. */
export const currentInterval = (occupancy: Occupancy): number => Math.max(0, occupancy.intervals - 1);

export const takeSpeed = ({ validSpeedsKph }: Occupancy, kph: number): void => {
  if (validSpeedsKph.length < maxSpeeds) validSpeedsKph.push(kph);
};

/** The middle one of the plausible speeds, or null. Glitches come singly, so a mean would follow them. */
export const speedOf = (occupancy: Occupancy): number | null => {
  const sorted = occupancy.validSpeedsKph.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
};

/** The course so far: a copy, which does not grow with the occupancy. */
export const profileOf = (occupancy: Occupancy): Profile => ({
  startedAt: occupancy.startedAt,
  intervalInMs: 200,
  windowIntervals: occupancy.windowIntervals,
  gamma: occupancy.gamma.slice(),
  coreIntervals: occupancy.coreIntervals.slice(),
  portalIntervals: occupancy.portalIntervals.slice(),
  neutron: occupancy.neutron.slice(),
  gammaBackgroundCps: occupancy.background.gammaCps,
  neutronBackgroundCps: occupancy.background.neutronCps,
  limits: occupancy.limits,
  droppedIntervals: occupancy.intervals - occupancy.gamma.length,
  energy: occupancy.energy.slice(),
  energyBackgroundCps: occupancy.background.energyCps,
});

export const occupancyEnded = (
  occupancy: Occupancy,
  end: {
    readonly at: WallMs;
    readonly ending: OccupancyEnding;
    readonly closed: OccupancyClosed | null;
    readonly profile: Profile;
  },
): OccupancyEnded => ({
  kind: "occupancy-ended",
  at: end.at,
  occupancyId: occupancy.occupancyId,
  ending: end.ending,
  occupancyNumber: end.closed?.occupancyNumber ?? null,
  neutronBackgroundCps: end.closed?.neutronBackgroundCps ?? null,
  speedKph: speedOf(occupancy),
  intervals: occupancy.intervals,
  peak: occupancy.peak,
  profile: end.profile,
});
