import { SingleBar } from "cli-progress";
import { driverOf } from "../../drivers/registry.ts";
import { type LineOutput, openLineOutput, standardError, standardOutput } from "../adapters/line-output.ts";
import { openRecordingFile } from "../adapters/recording-file.ts";
import { grossCountSettings } from "../core/gross-count.ts";
import { laneSettings } from "../core/lane-settings.ts";
import { LanewatchError, ProblemsError } from "../domain/errors.ts";
import { problemsOf } from "../problems.ts";
import type { Judging } from "../replay/recording.ts";
import { replayRecording } from "../replay/replay.ts";
import { reportLines } from "../replay/report.ts";

export interface ReplayOptions {
  readonly driver: string;
  readonly nSigma: number | undefined;
  readonly groups: readonly string[] | undefined;
  /** Paths, or `-` for standard output. */
  readonly intervals: string | undefined;
  readonly events: string | undefined;
}

/** Replays recordings one after another and prints a report of each. */
export const replay = async (files: readonly string[], options: ReplayOptions): Promise<void> => {
  const { intervals, events } = options;
  if (intervals !== undefined && intervals === events) {
    throw new LanewatchError("bad-arguments", "--intervals and --events cannot go to the same place.");
  }
  const judging = judgingOf(options);
  const recordings = await Promise.all(files.map(openRecordingFile));
  const intervalOutput = intervals === undefined ? null : await openLineOutput(intervals);
  const eventOutput = events === undefined ? null : await openLineOutput(events);
  // Whoever asks for lines on standard output gets nothing else there.
  const report = intervals === "-" || events === "-" ? standardError() : standardOutput();
  let firstOccupancy = 0;
  for (const recording of recordings) {
    const bar = progressBar(recording.name, recording.size);
    const replayed = await replayRecording(
      recording,
      judging,
      { intervals: jsonLines(intervalOutput), events: jsonLines(eventOutput), progress: bar.update },
      firstOccupancy,
    );
    bar.stop();
    firstOccupancy += replayed.tally.occupancies;
    for (const line of reportLines(replayed)) await report.write(line);
  }
  for (const output of [intervalOutput, eventOutput, report]) await output?.close();
};

const jsonLines = (output: LineOutput | null): ((value: unknown) => Promise<void>) | null =>
  output === null ? null : (value) => output.write(JSON.stringify(value));

const judgingOf = ({ driver, nSigma, groups }: ReplayOptions): Judging => {
  const known = driverOf(driver);
  if (known === undefined) throw new LanewatchError("bad-arguments", `There is no driver ${driver}.`);
  const grossCount = grossCountSettings.safeParse({
    ...(nSigma === undefined ? {} : { nSigma }),
    ...(groups === undefined ? {} : { groups }),
  });
  if (!grossCount.success) throw new ProblemsError("The command line", problemsOf(grossCount.error));
  return { codec: known.codec({}), settings: { ...laneSettings.parse({}), grossCount: grossCount.data } };
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
