import type { Profile } from "../domain/alarms.ts";
import type { PerPanel } from "../domain/panels.ts";
import type { N42Document, N42Measurement } from "./n42-reader.ts";
import { gammaDetectorIds, measurementGroups, neutronDetectorIds, summedDetectorId } from "./n42-words.ts";
import type { MeasurementGroup } from "./n42-words.ts";

/** The counts of a profile, and what they were judged against. */
export type N42Counts = Pick<
  Profile,
  "gamma" | "neutron" | "energy" | "gammaBackgroundCps" | "neutronBackgroundCps" | "energyBackgroundCps"
>;

/** The counts in a document that this program wrote; of others, what stands in detectors and groups of the same names. */
export const countsOfN42 = (document: N42Document): N42Counts => {
  const group = (name: MeasurementGroup): readonly N42Measurement[] =>
    document.measurements.filter(({ groupIds }) => groupIds.includes(measurementGroups[name].id));
  const [background] = group("background");
  return {
    gamma: group("gamma").map((measurement) => perDetector(measurement, gammaDetectorIds)),
    neutron: group("neutron").map((measurement) => perDetector(measurement, neutronDetectorIds)),
    energy: group("energy").map(perWindow),
    gammaBackgroundCps: hasAny(background, gammaDetectorIds)
      ? perDetector(background, gammaDetectorIds)
      : null,
    neutronBackgroundCps: hasAny(background, neutronDetectorIds)
      ? perDetector(background, neutronDetectorIds)
      : null,
    energyBackgroundCps: hasAny(background, [summedDetectorId]) ? perWindow(background) : null,
  };
};

type Detectors = readonly [string, string, string, string];

const hasAny = (
  measurement: N42Measurement | undefined,
  detectorIds: readonly string[],
): measurement is N42Measurement =>
  measurement?.grossCounts.some(({ detectorId }) => detectorIds.includes(detectorId)) === true;

/** A detector that the measurement does not name counted nothing. */
const perDetector = ({ grossCounts }: N42Measurement, detectorIds: Detectors): PerPanel => {
  const countOf = (id: string): number =>
    grossCounts.find(({ detectorId }) => detectorId === id)?.counts[0] ?? 0;
  const [a, b, c, d] = detectorIds;
  return [countOf(a), countOf(b), countOf(c), countOf(d)];
};

const perWindow = ({ grossCounts }: N42Measurement): PerPanel => {
  const counts = grossCounts.find(({ detectorId }) => detectorId === summedDetectorId)?.counts ?? [];
  const [a = 0, b = 0, c = 0, d = 0] = counts;
  return [a, b, c, d];
};
