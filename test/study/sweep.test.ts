import { describe, expect, it } from "vitest";
import type { LoadName } from "../../simulators/physics/loads.ts";
import { simulatePass } from "../../simulators/physics/passes.ts";
import { runJobs } from "../../src/commands/study-workers.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import { ruleSet } from "../../src/core/rule-set.ts";
import { laneTrial } from "../../src/study/lane-trial.ts";
import { firstAlarm } from "../../src/study/trial.ts";
import {
  emptySweep,
  type Job,
  jobsOf,
  mergeSweeps,
  operatingPoint,
  resultsOf,
  type SweepTally,
  sweepRunner,
} from "../../src/study/sweep.ts";
import { studyHtml } from "../../src/study/study-html.ts";
import { studyCsv, studyTable } from "../../src/study/study-report.ts";
import { parseStudy } from "../../src/study/study-file.ts";
import type { VehicleProfile } from "../../src/study/vehicle-profile.ts";
import { library, simulatedVehicles, smallStudy, smallStudyText } from "./small-study.ts";

const vehicles = simulatedVehicles(smallStudy);
const run = sweepRunner(smallStudy);
const partial = (job: Job): SweepTally =>
  run(job, vehicles.slice(job.firstVehicle, job.firstVehicle + job.vehicles)).tally;
const merged = (jobs: readonly Job[]): SweepTally =>
  jobs.map(partial).reduce(mergeSweeps, emptySweep(smallStudy));

const jobs = jobsOf(vehicles.length);
const whole = merged(jobs);

describe("a sweep", () => {
  it("tries every vehicle bare, and the first ones with each source", () => {
    expect(whole.trials).toEqual([90, 100, 100, 100]);
    expect(jobs.map(({ vehicles: count }) => count)).toEqual([20, 20, 20, 20, 10]);
  });

  it("detects more of what is stronger, and what a rule cannot see not at all", () => {
    const [, weak = [], strong = [], neutrons = []] = whole.alarms;
    expect(weak[1]).toBeLessThan(20);
    expect(strong[1]).toBeGreaterThan(90);
    expect(neutrons[2]).toBeGreaterThan(80);
    expect(strong[2]).toBeLessThan(5);
    for (const [loose = 0, tight = 0] of whole.alarms) expect(loose).toBeGreaterThanOrEqual(tight);
  });

  it("gives the same in any order and any cutting", () => {
    expect(merged(jobs.toReversed())).toEqual(whole);
    for (const size of [1, 7, 90]) {
      const cut = Array.from({ length: Math.ceil(90 / size) }, (_, job) => ({
        job,
        firstVehicle: job * size,
        vehicles: Math.min(size, 90 - job * size),
      }));
      expect(merged(cut)).toEqual(whole);
    }
  });

  it.each([1, 2, 3])("gives the same over %i worker threads", async (workers) => {
    let tally = emptySweep(smallStudy);
    const done: number[] = [];
    await runJobs({
      study: smallStudy,
      jobs,
      recorded: [],
      workers,
      onDone: ({ job, tally: found }) => {
        done.push(job);
        tally = mergeSweeps(tally, found);
      },
    });
    expect(tally).toEqual(whole);
    expect(done.toSorted((a, b) => a - b)).toEqual(jobs.map(({ job }) => job));
  });

  it("judges recorded vehicles before simulated ones, also where both are in one job", async () => {
    const recorded = vehicles.slice(0, 30);
    let tally = emptySweep(smallStudy);
    await runJobs({
      study: smallStudy,
      jobs: jobsOf(60),
      recorded,
      workers: 2,
      onDone: ({ tally: found }) => (tally = mergeSweeps(tally, found)),
    });
    const all = [...recorded, ...vehicles.slice(0, 30)];
    const expected = jobsOf(60)
      .map((job) => run(job, all.slice(job.firstVehicle, job.firstVehicle + job.vehicles)).tally)
      .reduce(mergeSweeps, emptySweep(smallStudy));
    expect(tally).toEqual(expected);
  });
});

describe("results", () => {
  const results = resultsOf(smallStudy, whole);

  it("carry exact intervals around their shares", () => {
    for (const { nuisance, detection } of results) {
      for (const { lower, share, upper, alarms, trials } of [nuisance, ...detection]) {
        expect(share).toBe(alarms / trials);
        expect(lower).toBeLessThanOrEqual(share);
        expect(upper).toBeGreaterThanOrEqual(share);
        expect(upper - lower).toBeGreaterThan(0);
      }
    }
  });

  it("choose the setting that detects most within the nuisance rate", () => {
    expect(operatingPoint(results, "gross-count", 1000)?.detector).toMatchObject({ value: 2 });
    const tight = results.find(({ detector }) => detector.kind === "rule" && detector.value === 4);
    const few = (tight?.nuisance.share ?? 0) * 1000;
    expect(operatingPoint(results, "gross-count", few)?.detector).toMatchObject({ value: 4 });
    expect(operatingPoint(results, "no such rule", 1000)).toBeNull();
  });
});

describe("a preset", () => {
  const study = parseStudy(
    smallStudyText.replace(
      /rules:[^]*nuisances/,
      "presets: [{ preset: norm-discriminating, apart: true }]\nnuisances",
    ),
    "preset",
    library,
  );
  const runPreset = sweepRunner(study);
  const judged = (profiles: readonly VehicleProfile[]): SweepTally =>
    runPreset({ job: 0, firstVehicle: 0, vehicles: profiles.length }, profiles).tally;

  it("alarms exactly where one of its parts does, vehicle by vehicle", () => {
    const all = vehicles.slice(0, 12).flatMap((profile) => judged([profile]).alarms);
    expect(all.length).toBe(12 * 4);
    for (const [whole = 0, gamma = 0, neutron = 0, energy = 0] of all) {
      expect(whole).toBeGreaterThanOrEqual(Math.max(gamma, neutron, energy));
      expect(whole).toBeLessThanOrEqual(gamma + neutron + energy);
    }
    expect(all.some(([, gamma = 0]) => gamma > 0)).toBe(true);
    expect(all.some(([, , neutron = 0]) => neutron > 0)).toBe(true);
  });

  it("is its own operating point, whatever its nuisances, and says so in table and CSV", () => {
    const results = resultsOf(study, judged(vehicles.slice(0, 12)));
    expect(operatingPoint(results, "norm-discriminating", 0)?.detector.label).toBe("norm-discriminating");
    const report = { study, vehicles: { recorded: 0, simulated: 12, leftOut: 0 }, results };
    const table = studyTable(report).join("\n");
    expect(table).toMatch(/norm-discriminating, energy +energy rules alone/);
    expect(table).toContain("Detection by each preset");
    expect(studyCsv(report)).toContain(
      "norm-discriminating,gross-count suppressed-gross-count neutron-poisson",
    );
    expect(studyHtml({ ...report, study: { ...study, variants: [] } })).not.toContain("Detection against");
  });
});

describe("a vehicle through a whole lane", () => {
  const laneOf = (given: unknown): ((profile: VehicleProfile) => boolean) =>
    laneTrial(laneSettingsOf(laneOptions.parse(given)));
  const pass = (load: LoadName): VehicleProfile => simulatePass(`lane trial ${load}`, { load, speedKph: 8 });

  it("alarms where a lane tells of an alarm, and not where it withholds one", () => {
    for (const load of ["potash", "137Cs"] as const) expect(laneOf({})(pass(load))).toBe(true);
    const discriminating = laneOf({ preset: "norm-discriminating" });
    expect(discriminating(pass("potash"))).toBe(false);
    expect(discriminating(pass("137Cs"))).toBe(true);
    expect(discriminating(pass("252Cf"))).toBe(true);
  });

  it("says nothing of an empty truck", () => {
    expect(laneOf({ preset: "sensitive" })(simulatePass("lane trial", { speedKph: 8 }))).toBe(false);
  });
});

describe("a trial", () => {
  it("says which rules alarm and on which record first", () => {
    const set = ruleSet(
      new Map([
        ["gross-count" as const, { nSigma: 4, groups: ["sum"], windowIntervals: 5 }],
        ["neutron-poisson" as const, {}],
      ]),
    );
    const quiet = [300, 300, 300, 300] as const;
    const loud = [600, 600, 600, 600] as const;
    const profile = {
      background: {
        gammaCps: [1500, 1500, 1500, 1500] as const,
        neutronCps: [4, 0, 3, 0] as const,
        energyCps: null,
      },
      gamma: [...Array.from({ length: 10 }, () => quiet), loud, quiet],
      energy: [],
      neutron: [[4, 0, 3, 0] as const],
      speedKph: 8,
    };
    expect(
      (["gamma", "energy", "neutron"] as const).map((stream) => firstAlarm(set, profile, stream)),
    ).toEqual([{ rule: "gross-count", alarmKind: "gamma", input: "gamma", at: 10 }, null, null]);
  });
});
