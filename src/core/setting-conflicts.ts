import type { RuleName } from "../domain/rules.ts";
import type { LaneOptions, LaneSettings } from "./lane-settings.ts";
import type { CusumSettings } from "./rules/cusum.ts";
import { intervalsPerSecond } from "./rules/interval-window.ts";
import { type MatchedFilterSettings, pointSourceTemplate } from "./rules/matched-filter.ts";
import type { NeutronBinomialSettings } from "./rules/neutron-binomial.ts";
import type { NeutronSequentialSettings } from "./rules/neutron-sequential.ts";

/** Settings that are good each by itself and not together: where, within the lane, and why. */
export interface SettingConflict {
  readonly at: readonly string[];
  readonly message: string;
}

/** What a lane's portal measures, as its driver knows it. */
export interface Measures {
  readonly neutron: boolean;
  readonly energy: boolean;
}

/** Rules that judge counts in energy windows, and those that judge neutrons. */
const energyRules = ["window-ratio", "two-window", "spectral-ratios"] as const satisfies readonly RuleName[];
const neutronRules = [
  "neutron-poisson",
  "neutron-binomial",
  "neutron-sprt",
  "neutron-sequential",
] as const satisfies readonly RuleName[];

/** Everything in a lane's settings that contradicts itself or its portal. */
export const settingConflicts = (
  options: LaneOptions,
  settings: LaneSettings,
  measures: Measures,
): readonly SettingConflict[] => [
  ...ofRules(settings),
  ...ofTimes(settings),
  ...ofPortal(options, settings, measures),
];

/** A false alarm in every occupancy of a minute, give or take. */
const runLengthMin = 300;
const sequentialChanceMax = 0.01;

const ofRules = (settings: LaneSettings): readonly SettingConflict[] => {
  const found: SettingConflict[] = [];
  const say = (rule: RuleName, option: string, message: string): void => {
    found.push({ at: ["rules", rule, option], message });
  };
  // Settings stand in the map as their own schemas gave them.
  const cusum = settings.rules.get("cusum") as CusumSettings | undefined;
  if (cusum !== undefined && runLengthOf(cusum) < runLengthMin) {
    const run = Math.round(runLengthOf(cusum));
    say(
      "cusum",
      "limit",
      `With reference ${cusum.reference} background alone alarms every ${run} intervals.`,
    );
  }
  const filter = settings.rules.get("matched-filter") as MatchedFilterSettings | undefined;
  for (const speed of filter?.speedsInKph ?? []) {
    const { weights } = pointSourceTemplate(speed, filter?.distanceInM ?? 1);
    const seconds = weights.length / intervalsPerSecond;
    if (seconds * 1000 <= settings.occupancy.limitInMs) continue;
    const limit = settings.occupancy.limitInMs / 1000;
    say(
      "matched-filter",
      "speedsInKph",
      `${speed} km/h needs ${seconds} s, and occupancies end at ${limit} s.`,
    );
  }
  const binomial = settings.rules.get("neutron-binomial") as NeutronBinomialSettings | undefined;
  if (binomial !== undefined && binomial.backgroundSeconds < binomial.windowSeconds) {
    const { backgroundSeconds, windowSeconds } = binomial;
    const message = `A background of ${backgroundSeconds} s says less than the window of ${windowSeconds} s it is to judge.`;
    say("neutron-binomial", "backgroundSeconds", message);
  }
  const sequential = settings.rules.get("neutron-sequential") as NeutronSequentialSettings | undefined;
  const chance = (sequential?.alphaPerSecond ?? 0) ** (sequential?.consecutiveSeconds ?? 1);
  if (chance > sequentialChanceMax) {
    const message = `Background alone is above it so often in a row with a probability of ${chance.toPrecision(2)}.`;
    say("neutron-sequential", "alphaPerSecond", message);
  }
  return found;
};

/**
 * Average run length of a one-sided CUSUM to a false alarm, in intervals: Siegmund's approximation
 * (e^{2kb} − 2kb − 1)/(2k²) with b = h + 1.166, within 3 % of the exact 335 and 931 at h = 4 and 5.
 */
const runLengthOf = ({ reference, limit }: CusumSettings): number => {
  const b = limit + 1.166;
  const x = 2 * reference * b;
  return reference === 0 ? b * b : (Math.exp(x) - x - 1) / (2 * reference * reference);
};

const ofTimes = ({ occupancy, throwThrough, backgroundShift }: LaneSettings): readonly SettingConflict[] => {
  const found: SettingConflict[] = [];
  if (occupancy.resumeWithinInMs >= occupancy.limitInMs) {
    const message = `A pause of ${occupancy.resumeWithinInMs} ms would outlast the limit of an occupancy, ${occupancy.limitInMs} ms.`;
    found.push({ at: ["occupancy", "resumeWithinInMs"], message });
  }
  if (
    throwThrough !== null &&
    throwThrough.portalAverageInSeconds !== backgroundShift.portalAverageInSeconds
  ) {
    const message = `The portal has one averaging time, and backgroundShift says ${backgroundShift.portalAverageInSeconds} s.`;
    found.push({ at: ["throwThrough", "portalAverageInSeconds"], message });
  }
  return found;
};

/** Rules that the lane asks for by name, of records that its portal never sends; a preset's own are passed over. */
const ofPortal = (
  { rules }: LaneOptions,
  { withhold }: LaneSettings,
  measures: Measures,
): readonly SettingConflict[] => {
  const found: SettingConflict[] = [];
  const chosen: Readonly<Partial<Record<RuleName, unknown>>> = rules ?? {};
  const asked = (names: readonly RuleName[]): readonly RuleName[] =>
    names.filter((name) => chosen[name] !== undefined && chosen[name] !== null);
  if (!measures.energy) {
    for (const rule of asked(energyRules)) {
      found.push({ at: ["rules", rule], message: "This lane's portal sends no counts in energy windows." });
    }
    if (withhold !== null && withhold.classes.some((each) => each !== "cosmic-burst")) {
      const message =
        "Without counts in energy windows nobody can tell NORM or a medical isotope from a source.";
      found.push({ at: ["withhold", "classes"], message });
    }
  }
  if (!measures.neutron) {
    for (const rule of asked(neutronRules)) {
      found.push({ at: ["rules", rule], message: "This lane's portal sends no neutron counts." });
    }
  }
  return found;
};
