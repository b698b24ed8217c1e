import type { Profile } from "../domain/alarms.ts";
import type { PerPanel } from "../domain/panels.ts";
import {
  energyWindowsId,
  gammaDetectorIds,
  itemId,
  type MeasurementGroup,
  measurementGroups,
  neutronDetectorIds,
  summedDetectorId,
} from "./n42-words.ts";
import type { EvidenceSubject } from "./subject.ts";
import { isoTime } from "./times.ts";
import type { XmlElement } from "./xml.ts";

/** Columns of the neutron banks that a document lists: one a pillar, and whichever others ever counted. */
export const neutronColumnsOf = ({ neutron, neutronBackgroundCps }: Profile): readonly number[] =>
  neutronDetectorIds
    .map((_, column) => column)
    .filter(
      (column) =>
        column % 2 === 0 ||
        (neutronBackgroundCps?.[column] ?? 0) !== 0 ||
        neutron.some((counts) => counts[column] !== 0),
    );

export const hasEnergyWindows = ({ energy, energyBackgroundCps }: Profile): boolean =>
  energy.length > 0 || energyBackgroundCps !== null;

/** The groups that a document has, the background first. */
export const groupsOf = (profile: Profile): readonly MeasurementGroup[] => [
  "background",
  ...(profile.gamma.length > 0 ? (["gamma"] as const) : []),
  ...(profile.neutron.length > 0 ? (["neutron"] as const) : []),
  ...(profile.energy.length > 0 ? (["energy"] as const) : []),
];

/** All measurements: the background, each gamma interval, each neutron second, each energy interval. */
export const measurementsOf = (subject: EvidenceSubject): readonly XmlElement[] => {
  const { profile } = subject;
  const columns = neutronColumnsOf(profile);
  // The opening burst has more energy records than gamma ones, and both end together.
  const energyLead = Math.max(0, profile.energy.length - profile.gamma.length);
  return [
    background(profile, columns),
    ...profile.gamma.map((counts, at) =>
      foreground(subject, { group: "gamma", at, startInMs: at * 200, lastsInMs: 200 }, gammaCounts(counts)),
    ),
    ...profile.neutron.map((counts, at) =>
      foreground(
        subject,
        { group: "neutron", at, startInMs: at * 1000, lastsInMs: 1000 },
        neutronCounts(counts, columns),
      ),
    ),
    ...profile.energy.map((counts, at) =>
      foreground(
        subject,
        { group: "energy", at, startInMs: (at - energyLead) * 200, lastsInMs: 200 },
        energyCounts(counts),
      ),
    ),
  ];
};

interface DetectorCounts {
  readonly detectorId: string;
  readonly counts: readonly number[];
  readonly hasWindows: boolean;
}

const gammaCounts = (counts: PerPanel): readonly DetectorCounts[] =>
  gammaDetectorIds.map((detectorId, column) => ({
    detectorId,
    counts: [counts[column] ?? 0],
    hasWindows: false,
  }));

const neutronCounts = (counts: PerPanel, columns: readonly number[]): readonly DetectorCounts[] =>
  columns.map((column) => ({
    detectorId: neutronDetectorIds[column] ?? "",
    counts: [counts[column] ?? 0],
    hasWindows: false,
  }));

const energyCounts = (counts: PerPanel): readonly DetectorCounts[] => [
  { detectorId: summedDetectorId, counts, hasWindows: true },
];

/** Rates as counts of one second, said to lie just before the passage: over how long a portal averages it never says. */
const background = (profile: Profile, columns: readonly number[]): XmlElement => {
  const { gammaBackgroundCps, neutronBackgroundCps, energyBackgroundCps } = profile;
  const counts = [
    ...(gammaBackgroundCps === null ? [] : gammaCounts(gammaBackgroundCps)),
    ...(neutronBackgroundCps === null ? [] : neutronCounts(neutronBackgroundCps, columns)),
    ...(energyBackgroundCps === null ? [] : energyCounts(energyBackgroundCps)),
  ];
  const id = `${measurementGroups.background.prefix}-1`;
  return {
    "@id": id,
    "@radMeasurementGroupReferences": measurementGroups.background.id,
    Remark:
      counts.length === 0
        ? "No background was known."
        : "Mean rates in counts per second, averaged by the portal over a time that it does not say, given as the counts of one second.",
    MeasurementClassCode: "Background",
    StartDateTime: isoTime(profile.startedAt - 1000),
    RealTimeDuration: "PT1S",
    GrossCounts: grossCounts(id, counts, "PT1S"),
    OccupancyIndicator: false,
  };
};

const foreground = (
  { profile, speedKph, isVacant }: EvidenceSubject,
  place: {
    readonly group: Exclude<MeasurementGroup, "background">;
    readonly at: number;
    readonly startInMs: number;
    readonly lastsInMs: number;
  },
  counts: readonly DetectorCounts[],
): XmlElement => {
  const { id: groupId, prefix } = measurementGroups[place.group];
  const id = `${prefix}-${place.at + 1}`;
  const lasts = `PT${place.lastsInMs / 1000}S`;
  return {
    "@id": id,
    "@radMeasurementGroupReferences": groupId,
    MeasurementClassCode: "Foreground",
    StartDateTime: isoTime(profile.startedAt + place.startInMs),
    RealTimeDuration: lasts,
    GrossCounts: grossCounts(id, counts, lasts),
    RadItemState:
      speedKph === null
        ? undefined
        : {
            "@radItemInformationReference": itemId,
            StateVector: { SpeedValue: { "@units": "m/s", "#": metresPerSecond(speedKph) } },
          },
    OccupancyIndicator: !isVacant,
  };
};

const metresPerSecond = (kph: number): string => String(Number((kph / 3.6).toFixed(4)));

const grossCounts = (
  measurementId: string,
  detectors: readonly DetectorCounts[],
  liveTime: string,
): readonly XmlElement[] =>
  detectors.map(({ detectorId, counts, hasWindows }) => ({
    "@id": `${measurementId}-${detectorId}`,
    "@radDetectorInformationReference": detectorId,
    "@energyWindowsReference": hasWindows ? energyWindowsId : undefined,
    LiveTimeDuration: liveTime,
    CountData: counts.map(countText).join(" "),
  }));

/** The standard knows no negative counts; nor does a portal, unless its wire is damaged. */
const countText = (count: number): string => String(Math.max(0, Number.isFinite(count) ? count : 0));
