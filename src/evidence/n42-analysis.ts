import { type Alarm, alarmKinds, peakZ, type RuleDecision } from "../domain/alarms.ts";
import { loadClasses, spectra } from "../domain/load-classes.ts";
import { actWords, decisionWords, officerWords, standingWords } from "./case-words.ts";
import { groupsOf, hasEnergyWindows, neutronColumnsOf } from "./n42-measurements.ts";
import { gammaDetectorIds, measurementGroups, neutronDetectorIds, summedDetectorId } from "./n42-words.ts";
import { nonBlank } from "./non-blank.ts";
import type { EvidenceAlarm, EvidenceSubject } from "./subject.ts";
import { isoTime } from "./times.ts";
import type { XmlElement } from "./xml.ts";

/** One analysis an alarm: what was decided, on what figures, and what officers made of it. */
export const analysesOf = (subject: EvidenceSubject): readonly XmlElement[] =>
  subject.alarms.map((evidence, at) => analysisOf(subject, evidence, at));

const analysisOf = (
  subject: EvidenceSubject,
  { alarm, adjudication }: EvidenceAlarm,
  at: number,
): XmlElement => {
  const groups = groupsOf(subject.profile).map((group) => measurementGroups[group].id);
  return {
    "@id": `Analysis-${at + 1}`,
    "@radMeasurementGroupReferences": groups.join(" "),
    Remark: [
      `Alarm ${alarm.alarmId}, version ${alarm.version}, ${alarm.state}.`,
      ...(adjudication === null
        ? []
        : [
            ...standingWords(adjudication).map(({ label, text }) => `${label}: ${text}`),
            ...adjudication.history.map((command) => {
              const { label, text } = actWords(command);
              const who = `${isoTime(command.at)} ${officerWords(command.by)}: ${label}`;
              return text === "" ? who : `${who}. ${text}`;
            }),
          ]),
    ],
    AnalysisAlgorithmName: "lanewatch",
    AnalysisAlgorithmCreatorName: "lanewatch",
    AnalysisAlgorithmDescription:
      "Decides each interval from the counts of the window that ends with it; the settings give every rule that held, at its strongest.",
    AnalysisAlgorithmVersion: {
      AnalysisAlgorithmComponentName: "lanewatch",
      AnalysisAlgorithmComponentVersion: nonBlank(subject.place.softwareVersion),
    },
    AnalysisAlgorithmSetting: settingsOf(alarm).map(({ name, value, unit }) => ({
      AnalysisAlgorithmSettingName: nonBlank(name),
      AnalysisAlgorithmSettingValue: nonBlank(value),
      AnalysisAlgorithmSettingUnits: nonBlank(unit),
    })),
    AnalysisResultStatusCode: "Success",
    AnalysisResultDescription: adviceText(alarm),
    RadAlarm: radAlarmsOf(subject, alarm, at),
  };
};

const adviceText = ({ advice }: Alarm): string => {
  const { label, meaning } = loadClasses[advice.class];
  const spectrum = advice.spectrum === null ? [] : [`Spectrum: ${spectra[advice.spectrum]}.`];
  return [`${label}: ${meaning}`, ...spectrum, ...advice.reasons].join(" ");
};

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
}

const settingsOf = (alarm: Alarm): readonly Setting[] => {
  const { profile } = alarm;
  const z = peakZ(alarm);
  return [
    { name: "window", value: String(profile.windowIntervals), unit: "intervals" },
    ...(z === null ? [] : [{ name: "peak z", value: String(z), unit: "sigma" }]),
    ...profile.limits.flatMap(({ group, member, background, threshold }) => [
      { name: `limit ${group} ${member} background`, value: String(background), unit: "counts" },
      { name: `limit ${group} ${member} threshold`, value: String(threshold), unit: "counts" },
    ]),
    ...alarm.decisions.flatMap(decisionSettings),
    ...(profile.droppedIntervals === 0
      ? []
      : [{ name: "intervals not kept", value: String(profile.droppedIntervals), unit: "intervals" }]),
  ];
};

const decisionSettings = (decision: RuleDecision): readonly Setting[] => {
  const { origin, rule } = decision;
  const { statistic, threshold, firstInterval, flaggedIntervals } = decisionWords(decision);
  const setting = (name: string, value: number | readonly number[], unit: string): Setting => ({
    name: `${origin} ${rule} ${name}`,
    value: typeof value === "number" ? String(value) : value.join(","),
    unit,
  });
  const figures: readonly Setting[] =
    decision.origin === "portal"
      ? []
      : decision.rule === "gross-count"
        ? [
            setting("background", decision.evidence.background, "counts"),
            setting("z", decision.evidence.z, "sigma"),
          ]
        : Object.entries(decision.evidence.figures).map(([name, value]) => setting(name, value, "unit-less"));
  return [
    ...(statistic === null ? [] : [setting("statistic", statistic, "unit-less")]),
    ...(threshold === null ? [] : [setting("threshold", threshold, "unit-less")]),
    ...figures,
    setting("first interval", firstInterval, "interval"),
    setting("intervals", flaggedIntervals, "intervals"),
  ];
};

/** A gamma-neutron alarm is one of each category; an energy alarm is a gamma alarm of the energy windows. */
const radAlarmsOf = (subject: EvidenceSubject, alarm: Alarm, at: number): readonly XmlElement[] => {
  const { label } = alarmKinds[alarm.kind];
  const element = (part: {
    readonly name: string;
    readonly category: string;
    readonly ids: readonly string[];
  }): XmlElement => ({
    "@id": `Alarm-${at + 1}${part.name}`,
    "@radDetectorInformationReferences": part.ids.join(" "),
    RadAlarmDateTime: isoTime(alarm.raisedAt),
    RadAlarmCategoryCode: part.category,
    RadAlarmDescription: `${label} alarm, raised by the ${alarm.origin} at interval ${alarm.raisedInterval}`,
    RadAlarmEnergyWindowIndices: part.ids.includes(summedDetectorId) ? "1 2 3 4" : undefined,
  });
  const neutronIds = neutronColumnsOf(subject.profile).map((column) => neutronDetectorIds[column] ?? "");
  const gamma = element({ name: "G", category: "Gamma", ids: gammaDetectorIds });
  const neutron = element({ name: "N", category: "Neutron", ids: neutronIds });
  switch (alarm.kind) {
    case "gamma":
      return [gamma];
    case "neutron":
      return [neutron];
    case "gamma-neutron":
      return [gamma, neutron];
    case "energy": {
      const ids = hasEnergyWindows(subject.profile) ? [summedDetectorId] : gammaDetectorIds;
      return [element({ name: "E", category: "Gamma", ids })];
    }
  }
};
