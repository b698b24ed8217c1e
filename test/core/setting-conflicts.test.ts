import { expect, it } from "vitest";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import { presetNames } from "../../src/core/presets.ts";
import { settingConflicts } from "../../src/core/setting-conflicts.ts";

const everything = { neutron: true, energy: true };

const conflictsOf = (given: unknown, measures = everything): readonly string[] => {
  const options = laneOptions.parse(given);
  return settingConflicts(options, laneSettingsOf(options), measures).map(
    ({ at, message }) => `${at.join(".")}: ${message}`,
  );
};

it.each(presetNames)("the preset %s has none", (preset) => {
  expect(conflictsOf({ preset })).toEqual([]);
  expect(conflictsOf({ preset }, { neutron: false, energy: true })).toEqual([]);
});

it("a portal without energy windows cannot withhold what it cannot tell", () => {
  const measures = { neutron: true, energy: false };
  expect(conflictsOf({ preset: "sensitive" }, measures)).toEqual([]);
  expect(conflictsOf({ preset: "norm-discriminating" }, measures)).toEqual([
    "withhold.classes: Without counts in energy windows nobody can tell NORM or a medical isotope from a source.",
  ]);
  expect(conflictsOf({ preset: "norm-discriminating", withhold: null }, measures)).toEqual([]);
});

it.each<[string, unknown, string]>([
  [
    "a CUSUM that alarms on background",
    { rules: { cusum: { reference: 0.5, limit: 3 } } },
    "rules.cusum.limit: With reference 0.5 background alone alarms every 119 intervals.",
  ],
  [
    "a CUSUM without reference",
    { rules: { cusum: { reference: 0, limit: 10 } } },
    "rules.cusum.limit: With reference 0 background alone alarms every 125 intervals.",
  ],
  [
    "a template longer than an occupancy",
    { rules: { "matched-filter": { speedsInKph: [1] } }, occupancy: { limitInMs: 20_000 } },
    "rules.matched-filter.speedsInKph: 1 km/h needs 35 s, and occupancies end at 20 s.",
  ],
  [
    "a background shorter than the window",
    { rules: { "neutron-binomial": { windowSeconds: 10, backgroundSeconds: 5 } } },
    "rules.neutron-binomial.backgroundSeconds: A background of 5 s says less than the window of 10 s it is to judge.",
  ],
  [
    "seconds in a row that background has as well",
    { rules: { "neutron-sequential": { alphaPerSecond: 0.4, consecutiveSeconds: 3 } } },
    "rules.neutron-sequential.alphaPerSecond: Background alone is above it so often in a row with a probability of 0.064.",
  ],
  [
    "a pause as long as an occupancy",
    { occupancy: { resumeWithinInMs: 20_000, limitInMs: 15_000 } },
    "occupancy.resumeWithinInMs: A pause of 20000 ms would outlast the limit of an occupancy, 15000 ms.",
  ],
  [
    "two averaging times of one portal",
    { throwThrough: { portalAverageInSeconds: 20 } },
    "throwThrough.portalAverageInSeconds: The portal has one averaging time, and backgroundShift says 18 s.",
  ],
])("%s is refused", (_, given, problem) => expect(conflictsOf(given)).toEqual([problem]));

it("what the portal does not measure cannot be judged", () => {
  const given = {
    rules: { "two-window": {}, "neutron-poisson": {} },
    withhold: { classes: ["norm-like", "cosmic-burst"] },
  };
  expect(conflictsOf(given)).toEqual([]);
  expect(conflictsOf(given, { neutron: false, energy: false })).toEqual([
    "rules.two-window: This lane's portal sends no counts in energy windows.",
    "withhold.classes: Without counts in energy windows nobody can tell NORM or a medical isotope from a source.",
    "rules.neutron-poisson: This lane's portal sends no neutron counts.",
  ]);
});
