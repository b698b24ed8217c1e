import { SingleBar } from "cli-progress";
import { driverOf } from "../../drivers/registry.ts";
import { type LineOutput, openLineOutput, standardError, standardOutput } from "../adapters/line-output.ts";
import { readYamlFile } from "../adapters/config-file.ts";
import { openRecordingFile, type RecordingFile } from "../adapters/recording-file.ts";
import { laneOptions, type LaneOptions, type LaneSettings, laneSettingsOf } from "../core/lane-settings.ts";
import { presetNames } from "../core/presets.ts";
import { LanewatchError, ProblemsError } from "../domain/errors.ts";
import { problemsOf } from "../problems.ts";
import { compareRecordings } from "../replay/compare.ts";
import { comparisonLines } from "../replay/comparison.ts";
import type { Judging } from "../replay/recording.ts";
import { replayRecording } from "../replay/replay.ts";
import { reportLines } from "../replay/report.ts";
import { openReplayDocuments, type TakeEvent } from "./replay-documents.ts";

export interface ReplayOptions {
  readonly driver: string;
  readonly nSigma?: number;
  readonly groups?: readonly string[];
  /** Paths, or `-` for standard output. */
  readonly intervals?: string;
  readonly events?: string;
  readonly neutronSeconds?: string;
  readonly preset?: string;
  /** A folder for one N42.42 document an occupancy, and the version that they name as their writer's. */
  readonly n42?: string;
  readonly softwareVersion: string;
  /** A preset, or a YAML file of a lane's judging options: compared with, interval by interval. */
  readonly against?: string;
}

/** Replays recordings one after another and prints a report of each. */
export const replay = async (files: readonly string[], options: ReplayOptions): Promise<void> => {
  const targets = [options.intervals, options.events, options.neutronSeconds].filter(
    (target) => target !== undefined,
  );
  if (new Set(targets).size < targets.length) {
    throw new LanewatchError("bad-arguments", "Two kinds of lines cannot go to the same place.");
  }
  const judging = judgingOf(options);
  const recordings = await Promise.all(files.map(openRecordingFile));
  if (options.against !== undefined) {
    if (options.n42 !== undefined)
      throw new LanewatchError("bad-arguments", "A comparison writes no N42 documents: leave out --n42.");
    await compare(recordings, judging, { ...options, against: options.against });
    return;
  }
  const intervals = await outputFor(options.intervals);
  const events = await outputFor(options.events);
  const neutronSeconds = await outputFor(options.neutronSeconds);
  const documents =
    options.n42 === undefined ? null : await openReplayDocuments(options.n42, options.softwareVersion);
  // Whoever asks for lines on standard output gets nothing else there.
  const report = targets.includes("-") ? standardError() : standardOutput();
  let firstOccupancy = 0;
  for (const recording of recordings) {
    const bar = progressBar(recording.name, recording.size);
    const replayed = await replayRecording(
      recording,
      judging,
      {
        intervals: jsonLines(intervals),
        events: both(jsonLines(events), documents?.takeOf(recording.name) ?? null),
        neutronSeconds: jsonLines(neutronSeconds),
        progress: bar.update,
      },
      firstOccupancy,
    );
    bar.stop();
    firstOccupancy += replayed.tally.occupancies;
    for (const line of reportLines(replayed)) await report.write(line);
  }
  for (const output of [intervals, events, neutronSeconds, report]) await output?.close();
};

const both = (first: TakeEvent | null, second: TakeEvent | null): TakeEvent | null => {
  if (first === null || second === null) return first ?? second;
  return async (event) => {
    await first(event);
    await second(event);
  };
};

/** Judges the recordings twice and prints what changed and why. */
const compare = async (
  recordings: readonly RecordingFile[],
  judging: Judging,
  options: ReplayOptions & { readonly against: string },
): Promise<void> => {
  const other = await optionsFrom(options.against);
  const otherJudging = { codec: judging.codec, settings: laneSettingsOf(other) };
  const comparison = await compareRecordings(recordings, judging, otherJudging);
  const report = standardOutput();
  const names = { a: settingsText(judging.settings), b: settingsText(otherJudging.settings) };
  for (const line of comparisonLines(comparison, names)) await report.write(line);
  await report.close();
};

/** A preset's name, or a file with a lane's judging options (`preset`, `grossCount`, `rules`, …). */
const optionsFrom = async (text: string): Promise<LaneOptions> =>
  presetNames.some((name) => name === text)
    ? laneOptions.parse({ preset: text })
    : readYamlFile(text, laneOptions);

const settingsText = ({ preset, grossCount, rules }: LaneSettings): string => {
  const { nSigma, groups, windowIntervals } = grossCount;
  const others = [...rules.keys()].join(", ");
  return `${preset}: N = ${nSigma} over ${windowIntervals} intervals, ${groups.join("+")}${others === "" ? "" : `; ${others}`}`;
};

const outputFor = async (target: string | undefined): Promise<LineOutput | null> =>
  target === undefined ? null : openLineOutput(target);

const jsonLines = (output: LineOutput | null): ((value: unknown) => Promise<void>) | null =>
  output === null ? null : (value) => output.write(JSON.stringify(value));

const judgingOf = ({ driver, nSigma, groups, preset }: ReplayOptions): Judging => {
  const known = driverOf(driver);
  if (known === undefined) throw new LanewatchError("bad-arguments", `There is no driver ${driver}.`);
  const options = laneOptions.safeParse({
    ...(preset === undefined ? {} : { preset }),
    grossCount: {
      ...(nSigma === undefined ? {} : { nSigma }),
      ...(groups === undefined ? {} : { groups }),
    },
  });
  if (!options.success) throw new ProblemsError("The command line", problemsOf(options.error));
  return { codec: known.codec({}), settings: laneSettingsOf(options.data) };
};

/** On a terminal only; on standard error, so that reports and lines stay clean. */
const progressBar = (name: string, size: number): { update: (bytes: number) => void; stop: () => void } => {
  if (!process.stderr.isTTY || size === 0) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: `${name} {bar} {percentage}%  {eta_formatted} left`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  bar.start(size, 0);
  return { update: (bytes) => bar.update(bytes), stop: () => bar.stop() };
};
