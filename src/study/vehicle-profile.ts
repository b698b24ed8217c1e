import { laneOptions, laneSettingsOf } from "../core/lane-settings.ts";
import { type LaneState, unknownLane } from "../core/lane-state.ts";
import { laneFold } from "../core/lane.ts";
import { recordedClockStart, recordedClockStep } from "../core/recorded-clock.ts";
import type { OccupancyBackground } from "../core/rules/rule.ts";
import type { Codec } from "../domain/codec.ts";
import type { LaneEvent } from "../domain/events.ts";
import { bootId, laneId } from "../domain/ids.ts";
import type { Decoded } from "../domain/messages.ts";
import type { PerPanel } from "../domain/panels.ts";

/** A vehicle's passage as the rules see it: the background it came upon and the counts while it was there. */
export interface VehicleProfile {
  readonly background: OccupancyBackground;
  /** Counts per panel and interval of 200 ms. */
  readonly gamma: readonly PerPanel[];
  /** Counts in four energy windows, all panels, an interval of 200 ms; ends with `gamma`, and may begin before it. */
  readonly energy: readonly PerPanel[];
  /** Counts per bank and second; begins with `gamma`. */
  readonly neutron: readonly PerPanel[];
  /** Null where the portal measured no speed that a vehicle can have. */
  readonly speedKph: number | null;
}

/** What a recording says of passages, in order. */
export type PassageRecord =
  | { readonly kind: "began"; readonly background: OccupancyBackground }
  | { readonly kind: "gamma"; readonly counts: PerPanel; readonly portalFlag: boolean }
  | { readonly kind: "energy"; readonly counts: PerPanel }
  | { readonly kind: "neutron"; readonly counts: PerPanel }
  /** `whole`: the portal closed the occupancy itself. */
  | { readonly kind: "ended"; readonly whole: boolean; readonly speedKph: number | null };

/** Reads passages out of a recording's bytes, cut in any way. */
export interface PassageReader {
  readonly take: (chunk: Uint8Array) => readonly PassageRecord[];
  /** The bytes are at an end. A passage under way stays open: the recording does not say how it ended. */
  readonly end: () => readonly PassageRecord[];
}

const lane = laneId("study");
const boot = bootId("00000000");

/** Runs a recording through the fold over messages that live lanes and replays run; only the rules are left out. */
export const readPassages = (codec: Codec): PassageReader => {
  const options = laneOptions.parse({ rules: { "window-ratio": null, "neutron-sprt": null } });
  const fold = laneFold(lane, laneSettingsOf(options));
  let codecState = codec.start(0);
  let clock = recordedClockStart;
  const state = unknownLane();
  const passagesOf = (decoded: readonly Decoded[]): readonly PassageRecord[] =>
    decoded.flatMap((one) => {
      clock = recordedClockStep(clock, one);
      const position = { bootId: boot, byteOffset: one.byteOffset };
      const events: LaneEvent[] = [];
      fold(state, { kind: "message", moment: clock, position, message: one.message }, events);
      return events.flatMap((event) => recordsOf(event, state));
    });
  return {
    take: (chunk) => {
      const [next, decoded] = codec.decode(codecState, chunk);
      codecState = next;
      return passagesOf(decoded);
    },
    end: () => passagesOf(codec.end(codecState)[1]),
  };
};

const recordsOf = (event: LaneEvent, { background }: LaneState): readonly PassageRecord[] => {
  switch (event.kind) {
    case "occupancy-started": {
      const { gammaCps, neutronCps, energyCps } = background;
      return [{ kind: "began", background: { gammaCps, neutronCps, energyCps } }];
    }
    case "interval-measured":
      return [{ kind: "gamma", counts: event.counts, portalFlag: event.portalFlag }];
    case "neutron-measured":
      return [{ kind: "neutron", counts: event.counts }];
    case "energy-measured":
      return [{ kind: "energy", counts: event.counts }];
    case "occupancy-ended":
      return [{ kind: "ended", whole: event.ending === "closed-by-portal", speedKph: event.speedKph }];
    case "alarm-raised":
    case "alarm-updated":
    case "alarm-ended":
    case "fault-raised":
    case "fault-cleared":
    case "frames-lost":
    case "agent-started":
    case "link-changed":
    case "setup-reported":
    case "unknown-tag-seen":
    case "alarm-withheld":
    case "frames-recovered":
    case "frames-dropped":
    case "background-shifted":
    case "background-measured":
    case "bytes-quarantined":
      return [];
  }
};

/** 10 min of 200 ms. A longer passage is left out of studies and counted. */
export const maxProfileIntervals = 3000;

/** Profiles collected from passages; `leftOut` is the number of passages that were not whole, too long or too many. */
export interface CollectedProfiles {
  readonly profiles: readonly VehicleProfile[];
  readonly leftOut: number;
}

/** Collects up to `limit` profiles from passage records as they come; further ones are left out and counted. */
export const profileCollector = (
  limit: number,
): {
  readonly take: (records: readonly PassageRecord[]) => void;
  readonly collected: () => CollectedProfiles;
} => {
  const profiles: VehicleProfile[] = [];
  let begun = 0;
  let open: Collecting | null = null;
  const take = (record: PassageRecord): void => {
    if (record.kind === "began") {
      begun += 1;
      open = { background: record.background, gamma: [], energy: [], neutron: [] };
    } else if (open !== null && record.kind === "ended") {
      const { speedKph } = record;
      if (record.whole && isBounded(open) && profiles.length < limit) profiles.push({ ...open, speedKph });
      open = null;
    } else if (
      open !== null &&
      record.kind !== "ended" &&
      open[record.kind].length <= maxProfileIntervals + 50
    ) {
      open[record.kind].push(record.counts);
    }
  };
  return {
    take: (records) => {
      for (const record of records) take(record);
    },
    collected: () => ({ profiles, leftOut: begun - profiles.length }),
  };
};

interface Collecting {
  readonly background: OccupancyBackground;
  readonly gamma: PerPanel[];
  readonly energy: PerPanel[];
  readonly neutron: PerPanel[];
}

const isBounded = ({ gamma, energy, neutron }: Collecting): boolean =>
  gamma.length > 0 && Math.max(gamma.length, energy.length - 50, neutron.length) <= maxProfileIntervals;
