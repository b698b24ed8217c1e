import { driverOf } from "../../drivers/registry.ts";
import { openRecordingFile } from "../adapters/recording-file.ts";
import { grossCountSettings } from "../core/gross-count.ts";
import { LanewatchError, ProblemsError } from "../domain/errors.ts";
import { problemsOf } from "../problems.ts";
import { readPassages } from "../study/vehicle-profile.ts";
import { whatIf } from "../study/what-if.ts";
import { whatIfTable } from "../study/what-if-report.ts";
import { progressBar } from "./study-progress.ts";

export interface WhatIfOptions {
  readonly files: readonly string[];
  /** `3.5..6`, `3.5..6/0.25` or `4`. */
  readonly nSigma: string;
  readonly groups: readonly string[] | undefined;
  readonly driver: string;
  readonly print: (lines: readonly string[]) => void;
}

/**
 * What thresholds of the gross-count rule would have done to recordings: one pass over the files for all of them.
 * @throws LanewatchError `bad-arguments`, `file-unreadable`; ProblemsError
 */
export const studyWhatIf = async (options: WhatIfOptions): Promise<void> => {
  const driver = driverOf(options.driver);
  if (driver === undefined)
    throw new LanewatchError("bad-arguments", `There is no driver ${options.driver}.`);
  const thresholds = thresholdsOf(options.nSigma);
  const settings = grossCountSettings.safeParse(
    options.groups === undefined ? {} : { groups: options.groups },
  );
  if (!settings.success) throw new ProblemsError("The command line", problemsOf(settings.error));
  const question = whatIf(thresholds, settings.data);
  for (const path of options.files) {
    const recording = await openRecordingFile(path);
    const bar = progressBar(recording.name, recording.size);
    const reader = readPassages(driver.codec({}));
    for await (const chunk of recording.chunks) {
      question.take(reader.take(chunk));
      bar.advance(chunk.length);
    }
    question.take(reader.end());
    bar.stop();
  }
  options.print(whatIfTable(question.rows()));
};

const thresholdsMax = 200;

/** @throws LanewatchError `bad-arguments` */
export const thresholdsOf = (text: string): readonly number[] => {
  const match = /^(\d+(?:\.\d+)?)(?:\.\.(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?)?$/.exec(text);
  const from = Number(match?.[1]);
  const to = match?.[2] === undefined ? from : Number(match[2]);
  const step = match?.[3] === undefined ? 0.5 : Number(match[3]);
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (match === null || from < 1 || to > 50 || to < from || !(step > 0) || count > thresholdsMax) {
    throw new LanewatchError(
      "bad-arguments",
      `--n-sigma takes a number or a range such as 3.5..6 or 3.5..6/0.25, from 1 to 50 with at most ${thresholdsMax} steps.`,
    );
  }
  return Array.from({ length: count }, (_, index) => Number((from + index * step).toPrecision(10)));
};
