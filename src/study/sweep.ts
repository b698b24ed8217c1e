import { z } from "zod";
import { ruleSet } from "../core/rule-set.ts";
import { clopperPearson, type ProportionBounds } from "../core/rules/exact-tails.ts";
import type { RuleInput } from "../core/rules/rule.ts";
import { type Radiation, rules } from "../domain/rules.ts";
import { seededChance } from "./chance.ts";
import { type DetectorSetting, rulesOf } from "./detectors.ts";
import { inject } from "./injection.ts";
import type { Study, Variant } from "./study-file.ts";
import { laneTrial } from "./lane-trial.ts";
import { firstAlarm } from "./trial.ts";
import type { VehicleProfile } from "./vehicle-profile.ts";

/** A stretch of a study's vehicles: recorded ones come first, simulated ones after them. */
export interface Job {
  readonly job: number;
  readonly firstVehicle: number;
  readonly vehicles: number;
}

/** Vehicles a job. Some tenths of a second of work in ordinary studies; what a killed study loses. */
export const vehiclesPerJob = 20;

export const jobsOf = (vehicles: number): readonly Job[] =>
  Array.from({ length: Math.ceil(vehicles / vehiclesPerJob) }, (_, job) => {
    const firstVehicle = job * vehiclesPerJob;
    return { job, firstVehicle, vehicles: Math.min(vehiclesPerJob, vehicles - firstVehicle) };
  });

const count = z.int().min(0);

/** Rows: nothing injected, then the study's variants in order. Columns: its detectors in order. */
export const tallySchema = z.strictObject({
  trials: z.array(count).readonly(),
  alarms: z.array(z.array(count).readonly()).readonly(),
});
export type SweepTally = z.infer<typeof tallySchema>;

/** What one job found. Tallies only add up, so any order of jobs gives the same sum. */
export const partialSchema = z.strictObject({ job: count, tally: tallySchema });
export type PartialSweep = z.infer<typeof partialSchema>;

export const emptySweep = ({ variants, detectors }: Study): SweepTally => ({
  trials: Array.from({ length: variants.length + 1 }, () => 0),
  alarms: Array.from({ length: variants.length + 1 }, () => detectors.map(() => 0)),
});

export const mergeSweeps = (a: SweepTally, b: SweepTally): SweepTally => ({
  trials: a.trials.map((trials, row) => trials + (b.trials[row] ?? 0)),
  alarms: a.alarms.map((alarms, row) => alarms.map((each, column) => each + (b.alarms[row]?.[column] ?? 0))),
});

const streamOf = { gamma: "gamma", energy: "energy", neutron: "neutron" } as const satisfies Record<
  Radiation,
  RuleInput["kind"]
>;

/** Whether it alarms on a vehicle. */
type Detector = (profile: VehicleProfile) => boolean;

const detectorOf = (setting: DetectorSetting): Detector => {
  if (setting.kind === "preset" && setting.lane !== null) return laneTrial(setting.lane);
  const enabled = rulesOf(setting);
  const set = ruleSet(new Map(enabled));
  const streams = [...new Set(enabled.map(([rule]) => streamOf[rules[rule].alarmKind]))];
  return (profile) => streams.some((stream) => firstAlarm(set, profile, stream) !== null);
};

/** Prepares a study once for many jobs. Chance depends on the study, the vehicle and the injection alone. */
export const sweepRunner = (
  study: Study,
): ((job: Job, profiles: readonly VehicleProfile[]) => PartialSweep) => {
  const detectors = study.detectors.map(detectorOf);
  const judge = (profile: VehicleProfile): readonly number[] =>
    detectors.map((alarms) => (alarms(profile) ? 1 : 0));
  const injected = (profile: VehicleProfile, variant: Variant, at: InjectionPlace): VehicleProfile => {
    const { source, strength, dose } = variant;
    const chance = seededChance(study.seed, at.vehicle, source, strength, at.repetition);
    return inject(profile, dose, study.portal, chance);
  };
  return ({ job, firstVehicle }, profiles) => {
    const trials = [0, ...study.variants.map(() => 0)];
    const alarms = trials.map(() => detectors.map(() => 0));
    const take = (row: number, profile: VehicleProfile): void => {
      trials[row] = (trials[row] ?? 0) + 1;
      const before = alarms[row] ?? [];
      alarms[row] = judge(profile).map((alarm, column) => alarm + (before[column] ?? 0));
    };
    for (const [index, profile] of profiles.entries()) {
      const vehicle = firstVehicle + index;
      take(0, profile);
      if (vehicle >= study.injectInto) continue;
      for (const [row, variant] of study.variants.entries()) {
        for (let repetition = 0; repetition < study.repetitions; repetition += 1) {
          take(row + 1, injected(profile, variant, { vehicle, repetition }));
        }
      }
    }
    return { job, tally: { trials, alarms } };
  };
};

interface InjectionPlace {
  readonly vehicle: number;
  readonly repetition: number;
}

/** A share of trials with its Clopper–Pearson interval. */
export interface Proportion extends ProportionBounds {
  readonly alarms: number;
  readonly trials: number;
  readonly share: number;
}

export const confidence = 0.95;

const proportion = (alarms: number, trials: number): Proportion => ({
  alarms,
  trials,
  share: trials === 0 ? 0 : alarms / trials,
  ...clopperPearson(alarms, trials, confidence),
});

/** One detector setting over the whole study. */
export interface DetectorResult {
  readonly detector: DetectorSetting;
  /** On vehicles without a source: alarms an occupancy; a thousandfold, per 1,000 occupancies. */
  readonly nuisance: Proportion;
  /** In the order of the study's variants. */
  readonly detection: readonly Proportion[];
}

export const resultsOf = (study: Study, tally: SweepTally): readonly DetectorResult[] => {
  const at = (row: number, column: number): Proportion =>
    proportion(tally.alarms[row]?.[column] ?? 0, tally.trials[row] ?? 0);
  return study.detectors.map((detector, column) => ({
    detector,
    nuisance: at(0, column),
    detection: study.variants.map((_, row) => at(row + 1, column)),
  }));
};

/** Whether the source gives the detector anything to detect. */
export const canDetect = (detector: DetectorSetting, { dose }: Variant): boolean =>
  rulesOf(detector).some(
    ([rule]) => (rules[rule].alarmKind === "neutron" ? dose.neutronPeakCps : dose.gammaPeakCps) > 0,
  );

/** Labels of the study's rules, in order. */
export const labelsOf = (study: Study): readonly string[] => [
  ...new Set(study.detectors.map(({ label }) => label)),
];

/**
 * The rule's operating point: of the settings within the allowed nuisance rate, the one with the most detections. A
 * preset is as it is, whatever its nuisance rate.
 */
export const operatingPoint = (
  results: readonly DetectorResult[],
  label: string,
  nuisancesPerThousandMax: number,
): DetectorResult | null => {
  const detections = ({ detection }: DetectorResult): number =>
    detection.reduce((sum, { alarms }) => sum + alarms, 0);
  const allowed = results.filter(
    ({ detector, nuisance }) =>
      detector.label === label &&
      (detector.kind === "preset" || nuisance.share * 1000 <= nuisancesPerThousandMax),
  );
  return allowed.reduce<DetectorResult | null>(
    (best, each) => (best === null || detections(each) > detections(best) ? each : best),
    null,
  );
};
