import type { FaultKind } from "../domain/faults.ts";
import type { LaneId } from "../domain/ids.ts";
import type { PerPanel } from "../domain/panels.ts";
import type { WallMs } from "../domain/units.ts";
import type { LaneBoard } from "./lane-board.ts";
import { maxUnknownTags } from "./lane-board.ts";

/** What the core holds of a lane, whenever it was that it learned it. */
export interface LaneStanding {
  readonly laneId: LaneId;
  readonly at: WallMs;
  readonly link: "unknown" | "up" | "down";
  readonly faults: readonly FaultKind[];
  readonly gammaBackgroundCps: PerPanel | null;
  readonly neutronBackgroundCps: PerPanel | null;
  readonly unknownTags: readonly string[];
}

/**
 * Adds what stands to what the events told, so that a fault older than all events that were read is not hidden. What
 * the events told is never overruled: what stands is to be read first, and then the events up to the end, so that their
 * last word of a fault is the newer one, even if the core that is behind of two has spoken last. The same lane where
 * nothing is added.
 */
export const withStanding = (lane: LaneBoard, standing: LaneStanding): LaneBoard => {
  const { records, measurements } = lane;
  const faults = standing.faults
    .filter(
      (fault) => !records.faults.some((known) => known.fault === fault) && !records.cleared.includes(fault),
    )
    .map((fault) => ({ fault, since: standing.at, detail: "Has stood since this time or longer." }));
  const tags = standing.unknownTags.filter((tag) => !records.unknownTags.includes(tag));
  const link = records.link === "unknown" ? standing.link : records.link;
  const gammaBackgroundCps = measurements.gammaBackgroundCps ?? standing.gammaBackgroundCps;
  const neutronBackgroundCps = measurements.neutronBackgroundCps ?? standing.neutronBackgroundCps;
  const addsRecords = faults.length + tags.length > 0 || link !== records.link;
  const addsMeasurements =
    gammaBackgroundCps !== measurements.gammaBackgroundCps ||
    neutronBackgroundCps !== measurements.neutronBackgroundCps;
  if (!addsRecords && !addsMeasurements) return lane;
  return {
    ...lane,
    records: {
      ...records,
      link,
      faults: [...records.faults, ...faults],
      unknownTags: [...records.unknownTags, ...tags].slice(0, maxUnknownTags),
    },
    measurements: { ...measurements, gammaBackgroundCps, neutronBackgroundCps },
  };
};
