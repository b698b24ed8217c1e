import { SingleBar } from "cli-progress";

export interface Progress {
  readonly advance: (by: number) => void;
  readonly stop: () => void;
}

/** On a terminal only; on standard error, so that tables stay clean. */
export const progressBar = (name: string, total: number, done = 0): Progress => {
  if (!process.stderr.isTTY || total === 0) return { advance: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: `${name} {bar} {percentage}%  {eta_formatted} left`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  bar.start(total, done);
  return { advance: (by) => bar.increment(by), stop: () => bar.stop() };
};
