import {
  breachesOf,
  type LatencyBreach,
  type LatencyBudgets,
  type LatencyStamps,
  stagesOf,
} from "../core/latency.ts";
import { emptyStageHistograms, type StageHistograms, withStages } from "../core/latency-histogram.ts";
import type { AlarmCase } from "../domain/adjudication.ts";
import type { AlarmId, LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";

/** 10 000 alarms ≈ 2 MB. Of an older one it is not known any more when it was delivered and shown. */
export const maxDeliveries = 10_000;

/** A lane's latest breach stands for ten minutes. */
export const breachStandsInMs = 600_000;

export interface LaneBreach {
  readonly since: WallMs;
  readonly breaches: readonly LatencyBreach[];
}

/**
 * When each alarm was first sent to a browser and first painted by one, both by the console's clock; how long each stage of
 * its way took, and where that was too long. Alarms that stood before the console started, and those of frames that came
 * late, are not measured.
 */
export interface Deliveries {
  /** Alarms that are sent now. */
  readonly sent: (cases: Iterable<AlarmCase>, at: WallMs) => void;
  /** A browser has painted them; of alarms that were never sent nothing is noted. Lanes with news of a breach. */
  readonly shown: (alarmIds: readonly AlarmId[], at: WallMs) => readonly LaneId[];
  readonly stampsOf: (alarmCase: AlarmCase) => LatencyStamps | null;
  readonly histograms: () => StageHistograms;
  readonly breachOf: (laneId: LaneId, at: WallMs) => LaneBreach | null;
  /** Lanes whose breach has stood long enough since it was last asked. */
  readonly expired: (at: WallMs) => readonly LaneId[];
}

interface Delivery {
  readonly laneId: LaneId;
  readonly stamps: LatencyStamps;
}

/** @param budgets the longest that each stage may take. */
export const openDeliveries = (budgets: LatencyBudgets): Deliveries => {
  const deliveries = new Map<AlarmId, Delivery>();
  const breaches = new Map<LaneId, LaneBreach>();
  let histograms = emptyStageHistograms;

  const note = (alarmId: AlarmId, delivery: Delivery): void => {
    deliveries.set(alarmId, delivery);
    const [oldest] = deliveries.keys();
    if (deliveries.size > maxDeliveries && oldest !== undefined) deliveries.delete(oldest);
  };

  return {
    sent: (cases, at) => {
      for (const { alarm, latency } of cases) {
        if (latency === undefined || alarm.historical === true || deliveries.has(alarm.alarmId)) continue;
        note(alarm.alarmId, {
          laneId: alarm.laneId,
          stamps: { ...latency, deliveredAt: at, shownAt: null },
        });
      }
    },
    shown: (alarmIds, at) => {
      const lanes: LaneId[] = [];
      for (const alarmId of alarmIds) {
        const delivery = deliveries.get(alarmId);
        if (delivery === undefined || delivery.stamps.shownAt !== null) continue;
        const stamps = { ...delivery.stamps, shownAt: at };
        deliveries.set(alarmId, { ...delivery, stamps });
        const stages = stagesOf(stamps);
        histograms = withStages(histograms, stages);
        const found = breachesOf(stages, budgets);
        if (found.length === 0) continue;
        breaches.set(delivery.laneId, { since: at, breaches: found });
        lanes.push(delivery.laneId);
      }
      return lanes;
    },
    stampsOf: ({ alarm, latency }) =>
      deliveries.get(alarm.alarmId)?.stamps ??
      (latency === undefined ? null : { ...latency, deliveredAt: null, shownAt: null }),
    histograms: () => histograms,
    breachOf: (laneId, at) => {
      const breach = breaches.get(laneId);
      return breach === undefined || at - breach.since >= breachStandsInMs ? null : breach;
    },
    expired: (at) => {
      const lanes: LaneId[] = [];
      for (const [laneId, { since }] of breaches) {
        if (at - since < breachStandsInMs) continue;
        breaches.delete(laneId);
        lanes.push(laneId);
      }
      return lanes;
    },
  };
};
