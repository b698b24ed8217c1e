import { createHash } from "node:crypto";
import type { DispositionEntry } from "../domain/dispositions.ts";
import { analysesOf } from "./n42-analysis.ts";
import { groupsOf, hasEnergyWindows, measurementsOf, neutronColumnsOf } from "./n42-measurements.ts";
import {
  detectorDescriptions,
  energyWindowsId,
  gammaDetectorIds,
  instrumentId,
  itemId,
  measurementGroups,
  n42Namespace,
  neutronDetectorIds,
  summedDetectorId,
} from "./n42-words.ts";
import { nonBlank } from "./non-blank.ts";
import type { EvidenceSubject } from "./subject.ts";
import { xmlDocument, type XmlElement } from "./xml.ts";

/**
 * An ANSI/IEEE N42.42-2011 document of one passage, valid against the standard's schema: instrument, detectors, energy
 * windows, a background, a measurement for each interval, and an analysis for each alarm. The same subject gives the
 * same bytes: ids are positions, and no clock is read. What the standard has no element for stands in remarks.
 */
export const n42Document = (subject: EvidenceSubject): string =>
  xmlDocument({
    RadInstrumentData: {
      "@xmlns": n42Namespace,
      "@n42DocUUID": documentUuid(subject),
      Remark: remarksOf(subject),
      RadInstrumentDataCreatorName: nonBlank(`lanewatch ${subject.place.softwareVersion}`),
      RadInstrumentInformation: instrument(subject),
      RadDetectorInformation: detectors(subject),
      RadItemInformation: item(subject),
      EnergyWindows: hasEnergyWindows(subject.profile) ? energyWindows(subject) : undefined,
      RadMeasurementGroup: groupsOf(subject.profile).map((group) => ({ "@id": measurementGroups[group].id })),
      RadMeasurement: measurementsOf(subject),
      AnalysisResults: analysesOf(subject),
    },
  });

/** Version 8 of RFC 9562: of the passage and the versions of what is said about it. */
const documentUuid = ({ occupancyId, alarms }: EvidenceSubject): string => {
  const versions = alarms.map(({ alarm, adjudication }) => [
    alarm.alarmId,
    alarm.version,
    adjudication?.version ?? 0,
  ]);
  const digest = createHash("sha256")
    .update(JSON.stringify([occupancyId, versions]))
    .digest("hex");
  const variant = ((parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join("-");
};

const remarksOf = (subject: EvidenceSubject): readonly string[] => {
  const { place, laneId, occupancyId, occupancyNumber, profile } = subject;
  return [
    `Site: ${place.siteName}. Time zone: ${place.timeZone}. Lane: ${place.laneName} (${laneId}).`,
    `Occupancy ${occupancyId}${occupancyNumber === null ? "" : `, the portal's number ${occupancyNumber}`}.`,
    ...(subject.isVacant ? ["No vehicle was in the lane: the background itself rose."] : []),
    ...(subject.isHistorical ? ["From frames that came late: the vehicle had long gone."] : []),
    ...(profile.droppedIntervals > 0
      ? [`${profile.droppedIntervals} later gamma intervals were judged and not kept.`]
      : []),
    ...(profile.energy.length > profile.gamma.length
      ? ["Times of energy intervals assume that the last one and the last gamma interval are the same."]
      : []),
  ];
};

const instrument = ({ place, laneId }: EvidenceSubject): XmlElement => ({
  "@id": instrumentId,
  RadInstrumentManufacturerName: nonBlank(place.instrument.manufacturerName),
  RadInstrumentIdentifier: nonBlank(laneId),
  RadInstrumentModelName: nonBlank(place.instrument.modelName),
  RadInstrumentDescription: `${place.laneName}, ${place.siteName}`,
  RadInstrumentClassCode: "Portal Monitor",
  RadInstrumentVersion: {
    RadInstrumentComponentName: "lanewatch",
    RadInstrumentComponentVersion: nonBlank(place.softwareVersion),
  },
});

const detectors = ({ profile }: EvidenceSubject): readonly XmlElement[] => {
  const detector = (id: string, kind: readonly [string, string], description: string): XmlElement => ({
    "@id": id,
    RadDetectorName: id,
    RadDetectorCategoryCode: kind[0],
    RadDetectorKindCode: kind[1],
    RadDetectorDescription: description,
  });
  return [
    ...gammaDetectorIds.map((id, column) =>
      detector(id, ["Gamma", "PVT"], `${detectorDescriptions[column] ?? ""} gamma panel`),
    ),
    ...neutronColumnsOf(profile).map((column) =>
      detector(
        neutronDetectorIds[column] ?? "",
        ["Neutron", "He3"],
        `${detectorDescriptions[column] ?? ""} neutron bank`,
      ),
    ),
    ...(hasEnergyWindows(profile)
      ? [
          detector(
            summedDetectorId,
            ["Gamma", "PVT"],
            "the four gamma panels summed: no detector of its own; the portal says its energy windows of this sum",
          ),
        ]
      : []),
  ];
};

const energyWindows = ({ place }: EvidenceSubject): XmlElement => {
  const edges = place.instrument.energyWindowEdgesKev;
  const said = edges ?? [0, 1, 2, 3, 4];
  return {
    "@id": energyWindowsId,
    Remark:
      edges === null
        ? "The portal does not say where its energy windows lie. They are numbered from the lowest energy: these are numbers and no energies."
        : undefined,
    WindowStartEnergyValues: said.slice(0, -1).join(" "),
    WindowEndEnergyValues: said.slice(1).join(" "),
  };
};

/** The vehicle, as far as officers have named it. */
const item = ({ alarms }: EvidenceSubject): XmlElement => {
  const entry = alarms
    .map(({ adjudication }) => adjudication?.disposal?.entry)
    .find((found) => found !== undefined);
  if (entry === undefined) return { "@id": itemId };
  const named = characteristics(entry);
  return {
    "@id": itemId,
    RadItemDescription: entry.commodity === "" ? undefined : entry.commodity,
    RadItemCharacteristics: named.length === 0 ? undefined : { Characteristic: named },
  };
};

const characteristics = ({ vehicleId, containerId }: DispositionEntry): readonly XmlElement[] =>
  [
    { name: "Vehicle", value: vehicleId },
    { name: "Container", value: containerId },
  ].flatMap(({ name, value }) =>
    value === ""
      ? []
      : [
          {
            CharacteristicName: name,
            CharacteristicValue: nonBlank(value),
            CharacteristicValueUnits: "unit-less",
            CharacteristicValueDataClassCode: "string",
          },
        ],
  );
