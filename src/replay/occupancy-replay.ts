import { frameFold } from "../core/frame-fold.ts";
import type { LaneSettings } from "../core/lane-settings.ts";
import { profileOf } from "../core/occupancy.ts";
import type { Alarm, Profile } from "../domain/alarms.ts";
import type { Codec } from "../domain/codec.ts";
import type { LaneEvent, OccupancyEnding } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import type { AlarmId, LaneId, OccupancyId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import type { ComparedOccupancy, Judged, JudgedAlarm } from "../wire/replay.ts";
import { type RuleCourses, ruleCourses } from "./rule-course.ts";
import { comparisonOf } from "./settings-comparison.ts";

export interface OccupancyReplayOptions {
  readonly laneId: LaneId;
  readonly codec: Codec;
  readonly present: LaneSettings;
  readonly proposed: LaneSettings;
  /** Which occupancies (and vacant alarms) are of interest, by their id and the time of their first record. */
  readonly isWanted: (occupancyId: OccupancyId, at: WallMs) => boolean;
}

/** Frames of one lane judged twice, by the fold that live lanes run: as the lane is set, and as it might be. */
export interface OccupancyReplay {
  readonly take: (frame: Frame) => void;
  /** As far as the frames go, in the order in which they began; an occupancy under way is not closed. */
  readonly compared: () => { readonly occupancies: readonly ComparedOccupancy[]; readonly isCut: boolean };
}

/** Of one replay: a queue of lorries in 10 min has some 40. Later ones are left out and said (`isCut`). */
export const comparedMax = 60;

export const occupancyReplay = (options: OccupancyReplayOptions): OccupancyReplay => {
  const present = side(options, options.present);
  const proposed = side(options, options.proposed);
  return {
    take: (frame) => {
      // When it came does not decide how it is judged: a late frame is folded as if it had been in time.
      const { historical: _, ...inTime } = frame;
      present.take(inTime);
      proposed.take(inTime);
    },
    compared: () => {
      const [before, after] = [present.judged(), proposed.judged()];
      const begun = new Map([...after, ...before].map(([id, { startedAt }]) => [id, startedAt]));
      const occupancies = [...begun]
        .sort(([, a], [, b]) => a - b)
        .slice(0, comparedMax)
        .map(([occupancyId, startedAt]): ComparedOccupancy => {
          const [a, b] = [before.get(occupancyId)?.judged ?? null, after.get(occupancyId)?.judged ?? null];
          return { occupancyId, startedAt, present: a, proposed: b, comparison: comparisonOf(a, b) };
        });
      return { occupancies, isCut: begun.size > comparedMax || present.isCut() || proposed.isCut() };
    },
  };
};

/** The same for frames that are all there. */
export const replayOccupancy = ({
  frames,
  ...options
}: OccupancyReplayOptions & { readonly frames: readonly Frame[] }): readonly ComparedOccupancy[] => {
  const replay = occupancyReplay(options);
  for (const frame of frames) replay.take(frame);
  return replay.compared().occupancies;
};

/** An occupancy under one set of settings, growing. */
interface Gathered {
  readonly startedAt: WallMs;
  readonly courses: RuleCourses;
  readonly alarms: Map<AlarmId, JudgedAlarm>;
  profile: Profile | null;
  ending: OccupancyEnding | null;
}

interface Side {
  readonly take: (frame: Frame) => void;
  readonly judged: () => ReadonlyMap<OccupancyId, { readonly startedAt: WallMs; readonly judged: Judged }>;
  readonly isCut: () => boolean;
}

const side = ({ laneId, codec, isWanted }: OccupancyReplayOptions, settings: LaneSettings): Side => {
  const fold = frameFold({ laneId, codec, settings, time: "frame" });
  const state = fold.start();
  const gathered = new Map<OccupancyId, Gathered>();
  let isCut = false;

  const begin = (occupancyId: OccupancyId, startedAt: WallMs): void => {
    if (gathered.has(occupancyId) || !isWanted(occupancyId, startedAt)) return;
    isCut ||= gathered.size >= comparedMax;
    if (gathered.size >= comparedMax) return;
    const courses = ruleCourses();
    gathered.set(occupancyId, { startedAt, courses, alarms: new Map(), profile: null, ending: null });
  };

  const takeAlarm = (alarm: Alarm, withheld: boolean): void => {
    if (alarm.vacant === true) begin(alarm.occupancyId, alarm.raisedAt);
    const held = gathered.get(alarm.occupancyId);
    if (held === undefined) return;
    held.alarms.set(alarm.alarmId, judgedAlarm(alarm, withheld));
    if (alarm.vacant === true) held.profile = alarm.profile;
  };

  const take = (event: LaneEvent): void => {
    switch (event.kind) {
      case "occupancy-started":
        begin(event.occupancyId, event.at);
        return;
      case "occupancy-ended": {
        const held = gathered.get(event.occupancyId);
        if (held === undefined) return;
        held.profile = event.profile;
        held.ending = event.ending;
        return;
      }
      case "alarm-raised":
      case "alarm-updated":
      case "alarm-ended":
        takeAlarm(event.alarm, false);
        return;
      case "alarm-withheld":
        takeAlarm(event.alarm, true);
        return;
      case "interval-measured":
      case "neutron-measured":
      case "energy-measured":
        gathered.get(event.occupancyId)?.courses.take(event);
        return;
      case "fault-raised":
      case "fault-cleared":
      case "frames-lost":
      case "frames-recovered":
      case "frames-dropped":
      case "agent-started":
      case "link-changed":
      case "setup-reported":
      case "unknown-tag-seen":
      case "background-shifted":
      case "background-measured":
      case "bytes-quarantined":
        return;
    }
  };

  /** The course of the occupancy that the frames end in. */
  const openProfile = (occupancyId: OccupancyId): Profile | null => {
    const { occupancy } = state.lane;
    return occupancy?.occupancyId === occupancyId ? profileOf(occupancy) : null;
  };

  return {
    take: (frame) => {
      for (const event of fold.step(state, frame)) take(event);
    },
    judged: () =>
      new Map(
        [...gathered].flatMap(([id, held]) => {
          const profile = held.profile ?? openProfile(id);
          return profile === null
            ? []
            : [[id, { startedAt: held.startedAt, judged: judgedOf(held, profile) }] as const];
        }),
      ),
    isCut: () => isCut,
  };
};

const judgedAlarm = (alarm: Alarm, withheld: boolean): JudgedAlarm => ({
  alarmId: alarm.alarmId,
  kind: alarm.kind,
  origin: alarm.origin,
  raisedAt: alarm.raisedAt,
  raisedInterval: alarm.raisedInterval,
  decisions: alarm.decisions,
  loadClass: alarm.advice.class,
  reasons: alarm.advice.reasons,
  withheld,
  vacant: alarm.vacant === true,
});

const judgedOf = ({ courses, alarms, ending }: Gathered, profile: Profile): Judged => {
  const rules = courses.courses();
  let firstDecision: Judged["firstDecision"] = null;
  for (const { rule, first } of rules) {
    if (first !== null && first.interval < (firstDecision?.interval ?? Infinity))
      firstDecision = { interval: first.interval, rule };
  }
  return { profile, ending, rules, alarms: [...alarms.values()], firstDecision };
};
