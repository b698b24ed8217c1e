import { createHash } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { driverOf } from "../../drivers/registry.ts";
import { openRecordingFile } from "../adapters/recording-file.ts";
import { plainReason } from "../adapters/plain-reason.ts";
import { type ErrorCode, LanewatchError } from "../domain/errors.ts";
import { parseSourceLibrary } from "../study/source-library.ts";
import { parseStudy, type Study } from "../study/study-file.ts";
import { studyHtml } from "../study/study-html.ts";
import { studyCsv, studyJson, type StudyReport, studyTable } from "../study/study-report.ts";
import { emptySweep, jobsOf, mergeSweeps, resultsOf } from "../study/sweep.ts";
import { type CollectedProfiles, profileCollector, readPassages } from "../study/vehicle-profile.ts";
import { openPartials } from "./study-partials.ts";
import { progressBar } from "./study-progress.ts";
import { runJobs } from "./study-workers.ts";

export interface StudyOptions {
  /** The study file. */
  readonly study: string;
  /** The source library. */
  readonly sources: string;
  /** Absent: as many as the machine runs at once. */
  readonly workers: number | undefined;
  /** Absent: a killed study starts anew. */
  readonly resume: string | undefined;
  /** Folder for report.html, results.json and results.csv. */
  readonly out: string | undefined;
  readonly print: (lines: readonly string[]) => void;
}

/** 20 000 recorded passages are some 100 MB; further ones are left out, and the report says so. */
const recordedVehiclesMax = 20_000;

/**
 * Runs an injection study and prints its table.
 * @throws LanewatchError `config-unreadable`, `file-unreadable`, `file-unwritable`, `bad-arguments`; ProblemsError
 */
export const study = async (options: StudyOptions): Promise<void> => {
  const library = parseSourceLibrary(await textOf(options.sources, "The source library"), options.sources);
  const plan = parseStudy(await textOf(options.study, "The study"), options.study, library);
  const { profiles, leftOut, fingerprint } = await recordedVehicles(plan, dirname(options.study));
  const vehicles = profiles.length + (plan.simulated?.count ?? 0);
  if (vehicles === 0)
    throw new LanewatchError("bad-arguments", "There is not one whole passage in the recordings.");
  const key = createHash("sha256")
    .update(JSON.stringify([plan, fingerprint]))
    .digest("hex");
  const partials = openPartials(options.resume, key);
  const jobs = jobsOf(vehicles);
  const waiting = jobs.filter(({ job }) => !partials.done.has(job));
  const bar = progressBar("study", jobs.length, jobs.length - waiting.length);
  let tally = [...partials.done.values()].reduce(mergeSweeps, emptySweep(plan));
  try {
    await runJobs({
      study: plan,
      jobs: waiting,
      recorded: profiles,
      workers: options.workers ?? availableParallelism(),
      onDone: (partial) => {
        partials.keep(partial);
        tally = mergeSweeps(tally, partial.tally);
        bar.advance(1);
      },
    });
  } finally {
    bar.stop();
    partials.close();
  }
  const report: StudyReport = {
    study: plan,
    vehicles: { recorded: profiles.length, simulated: plan.simulated?.count ?? 0, leftOut },
    results: resultsOf(plan, tally),
  };
  if (options.out !== undefined) await writeReport(options.out, report);
  options.print(studyTable(report));
};

const writeReport = async (folder: string, report: StudyReport): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "report.html"), studyHtml(report));
    await writeFile(join(folder, "results.json"), studyJson(report));
    await writeFile(join(folder, "results.csv"), studyCsv(report));
  } catch (cause) {
    throw unusable("file-unwritable", `${folder} cannot be written`, cause);
  }
};

interface RecordedVehicles extends CollectedProfiles {
  /** Names, sizes and times of the recordings: a resumed study has to be of the same ones. */
  readonly fingerprint: unknown;
}

const recordedVehicles = async (plan: Study, folder: string): Promise<RecordedVehicles> => {
  const driver = driverOf(plan.driver);
  if (driver === undefined) throw new LanewatchError("bad-arguments", `There is no driver ${plan.driver}.`);
  const collector = profileCollector(recordedVehiclesMax);
  const fingerprint: unknown[] = [];
  for (const path of plan.recordings.map((each) => resolve(folder, each))) {
    const recording = await openRecordingFile(path);
    const { mtimeMs } = await stat(path);
    fingerprint.push([recording.name, recording.size, mtimeMs]);
    const reader = readPassages(driver.codec({}));
    for await (const chunk of recording.chunks) collector.take(reader.take(chunk));
    collector.take(reader.end());
  }
  return { ...collector.collected(), fingerprint };
};

const textOf = async (path: string, what: string): Promise<string> => {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw unusable("config-unreadable", `${what} ${path} cannot be read`, cause);
  }
};

const unusable = (code: ErrorCode, told: string, cause: unknown): LanewatchError =>
  new LanewatchError(code, `${told}: ${plainReason(cause)}.`, cause);
