import type { Adjudication, AlarmCase } from "../domain/adjudication.ts";
import type { Alarm, Profile } from "../domain/alarms.ts";
import type { OccupancyEnded } from "../domain/events.ts";
import type { LaneId, OccupancyId } from "../domain/ids.ts";

/** Where evidence is from and what wrote it: the same for every document of a lane. */
export interface EvidencePlace {
  readonly siteName: string;
  /** IANA name, such as `Europe/Warsaw`. */
  readonly timeZone: string;
  readonly laneName: string;
  readonly instrument: Instrument;
  /** Of lanewatch: `0.1.0`. */
  readonly softwareVersion: string;
}

/** What is known of the portal. */
export interface Instrument {
  readonly manufacturerName: string;
  readonly modelName: string;
  /** Edges of the four energy windows in keV, lowest first; null where the site does not know them. */
  readonly energyWindowEdgesKev: readonly [number, number, number, number, number] | null;
}

/** A portal says neither who made it nor where its energy windows lie. */
export const unknownInstrument: Instrument = {
  manufacturerName: "not stated",
  modelName: "Vehicle portal",
  energyWindowEdgesKev: null,
};

/** An alarm and, where officers may have worked on it, their work. */
export interface EvidenceAlarm {
  readonly alarm: Alarm;
  readonly adjudication: Adjudication | null;
}

/** One passage (or one vacant stretch that alarmed) with what was decided about it: what every document is made of. */
export interface EvidenceSubject {
  readonly place: EvidencePlace;
  readonly laneId: LaneId;
  readonly occupancyId: OccupancyId;
  readonly occupancyNumber: number | null;
  readonly speedKph: number | null;
  readonly profile: Profile;
  /** No vehicle was in the lane. */
  readonly isVacant: boolean;
  readonly isHistorical: boolean;
  /** At most two, one of radiation and one of energy; none where nothing alarmed. */
  readonly alarms: readonly EvidenceAlarm[];
}

/** The documents of one alarm. */
export const subjectOfCase = (place: EvidencePlace, { alarm, adjudication }: AlarmCase): EvidenceSubject => ({
  place,
  laneId: alarm.laneId,
  occupancyId: alarm.occupancyId,
  occupancyNumber: alarm.occupancyNumber,
  speedKph: alarm.speedKph,
  profile: alarm.profile,
  isVacant: alarm.vacant === true,
  isHistorical: alarm.historical === true,
  alarms: [{ alarm, adjudication }],
});

/** The documents of an occupancy that has ended, with the alarms it had. */
export const subjectOfOccupancy = (
  place: EvidencePlace,
  occupancy: { readonly laneId: LaneId; readonly ended: OccupancyEnded; readonly alarms: readonly Alarm[] },
): EvidenceSubject => ({
  place,
  laneId: occupancy.laneId,
  occupancyId: occupancy.ended.occupancyId,
  occupancyNumber: occupancy.ended.occupancyNumber,
  speedKph: occupancy.ended.speedKph,
  profile: occupancy.ended.profile,
  isVacant: false,
  isHistorical: occupancy.alarms.some(({ historical }) => historical === true),
  alarms: occupancy.alarms.map((alarm) => ({ alarm, adjudication: null })),
});
